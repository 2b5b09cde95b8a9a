"""The telephone page of the demo, put together: the exchange, the people and the books that `web.phone` shows.

Only a demo has it; everywhere else its address is one that does not exist. It reads the books as `doegnvagt phone` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Blueprint

from app import surroundings
from app.clock import Clock
from app.database import Database
from app.settings import Settings
from app.surroundings import NotRunning
from app.telephone.book import Book, Directory
from helpdesk import courses
from helpdesk.courses import Course
from helpdesk.pins import PinKeys
from web.phone import page
from web.phone.forwarding import Desk
from web.phone.page import Phones
from web.phone.people import Telephone


def blueprint(settings: Settings, *, database: Database, keys: PinKeys, clock: Clock) -> Blueprint:
    """The page, for a house whose settings say DEMO=1."""
    book = Book(database, keys=keys, clock=clock)

    def course(sid: str) -> Course:
        with database.reading() as session:
            return courses.course(session, sid, now=clock())

    return page.blueprint(
        Phones(
            desk=Desk(_exchange(settings)),
            host=urlsplit(settings.public_base_url).netloc,
            people=lambda: people(book.directory()),
            course=course,
        )
    )


def people(directory: Directory) -> Iterator[Telephone]:
    """Callers, supporters (those on duty first) and the lines."""
    for caller in directory.callers:
        yield Telephone(number=caller.number, name=caller.name, role="caller", beside=caller.company, pin=caller.pin)
    for one in directory.answerers:
        yield Telephone(number=one.number, name=one.name, role="supporter", is_on_duty=one.on_duty, is_second=one.is_second)
    for line in directory.lines:
        yield Telephone(number=line.number, name=line.name, role="line")


def _exchange(settings: Settings) -> str | None:
    """Where the exchange is; None where the settings name none on this machine: the page says so, when it is asked."""
    try:
        return surroundings.exchange(settings)
    except NotRunning:
        return None
