"""`doegnvagt phone`: two telephones in this terminal, for the demo that `make run` started."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

import click

from app import clock, settings, surroundings
from app.cli.commands import Command, require_text
from app.cli.desk import Desk
from app.surroundings import NotRunning
from app.telephone import away, words
from app.telephone.book import Answerer, Book, Caller
from app.telephone.desk import DeskClient, DeskError
from app.telephone.looks import theme_for
from app.telephone.memory import Memory
from app.telephone.screen import TelephoneApp
from app.telephone.words import Words
from helpdesk.customers import Unknown
from models.values import Language, e164


@click.command("phone", cls=Command)
@click.option(
    "--language", type=click.Choice([language.value for language in Language]), help="Of the screen; else the environment's."
)
@click.option("--as", "person", metavar="PERSON", help="Who calls: a person's number, or the beginning of a name.")
@click.option("--supporter", metavar="NUMBER", help="Whose telephone is beside it: a supporter's number or telephone number.")
@click.pass_obj
def phone(desk: Desk, language: str | None, person: str | None, supporter: str | None) -> None:
    """Phone the demo from this terminal, and pick up as the supporter beside it."""
    require_text(desk)
    spoken = Words(Language(language) if language else words.preferred(desk.own))
    find = _finder(desk.own)
    try:
        find().pace()
    except (NotRunning, DeskError) as problem:
        raise NotRunning(away.told(spoken, problem)) from problem
    book = Book(desk.database, keys=desk.keys, clock=clock.of(desk.settings))
    memory = Memory(directory=book.directory())
    memory.caller = _caller(memory.directory.callers, person)
    memory.answerer = _answerer(memory.directory.answerers, supporter)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.ClickException("the telephone is a screen: it needs a terminal")
    TelephoneApp(spoken, memory, book=book, find=find, theme=theme_for(desk.own)).run()


def _finder(env: Mapping[str, str]) -> Callable[[], DeskClient]:
    """Where the desk is; asked again after a break, because a demo that was started anew has another address."""

    def find() -> DeskClient:
        return DeskClient(surroundings.exchange(settings.from_env(surroundings.merged(env))))

    return find


def _caller(people: Sequence[Caller], wanted: str | None) -> Caller:
    """The person of that number or name; without one the first. Raises Unknown."""
    if wanted is None and people:
        return people[0]
    asked = (wanted or "").casefold()
    for one in people:
        if asked == str(one.id) or (asked and one.name.casefold().startswith(asked)):
            return one
    raise Unknown(f"there is no person {wanted}" if wanted else "there is nobody who could call: no person has been added")


def _answerer(people: Sequence[Answerer], wanted: str | None) -> Answerer | None:
    """The supporter of that number or telephone; without one the first on duty. Raises Unknown."""
    if wanted is None:
        return people[0] if people else None
    for one in people:
        if wanted in {str(one.id), one.number} or e164(wanted) == one.number:
            return one
    raise Unknown(f"there is no supporter {wanted}")
