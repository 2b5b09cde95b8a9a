"""Calendars: a secret address that tells who is on duty as everybody else does; and the lines as a contact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest
from sqlalchemy import select

from helpdesk import calendars, users
from models import Audit, CalendarAddress, Supporter
from models.values import Role
from tests import agreement
from tests.house import TEST, ASupporter, House
from tests.web.people import HERE, Somebody, signed_in

SHOWN = 'id="secret" readonly value="'
NIGHTS = """
    [[layer]]
    name = "Nat"
    people = [{anna}]
    starts = 2026-11-02T22:00:00
    every = "day"
    hours = [{{ days = ["fri"], from = "22:00", to = "06:00" }}]
"""


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    """Where nobody needs a second factor."""
    return build(env={"DEMO": "1"}, base=HERE)


@pytest.fixture
def anna(house: House) -> ASupporter:
    return house.supporter("Anna")


@pytest.fixture
def desk(house: House, anna: ASupporter) -> Somebody:
    with house.database.reading() as session:
        return signed_in(house, Role.SUPPORTER, supporter=session.get_one(Supporter, anna.id), name="Anna")


def made(desk: Somebody) -> str:
    """The path of a new address of one's own, as it is shown this once."""
    page = desk.sends("/me/calendar", page="/me/settings").text
    return urlsplit(page.partition(SHOWN)[2].partition('"')[0]).path


def entries(file: bytes) -> list[Any]:
    """The entries of a calendar."""
    return list(icalendar.Calendar.from_ical(file).walk("VEVENT"))


def test_the_feed_says_who_is_on_duty_as_everybody_else_does(build: Callable[..., House]) -> None:
    """R12: with three versions of a rota behind it, and in both nights on which the clocks turn."""
    house = build(at=agreement.THEN)
    agreement.a_past(house)

    when = agreement.moments(house, 12, past=calendars.BACK)

    assert agreement.disagreements(house, when, chain_from=agreement.LAST) == []


def test_a_supporters_calendar_tells_their_shifts_in_their_words_and_why(house: House, anna: ASupporter, desk: Somebody) -> None:
    """R12, R22: the name of a stretch stays when the rota is published anew."""
    house.rota(NIGHTS.format(anna=anna.id))
    path = made(desk)

    first = house.app.test_client().get(path)
    house.forward(minutes=10)
    house.rota(NIGHTS.format(anna=anna.id))
    again = house.app.test_client().get(path)

    before, after = (entries(file.data) for file in (first, again))
    friday = next(one for one in before if one.start.isoformat() == "2026-11-27T21:00:00+00:00")
    assert (first.mimetype, first.headers["Cache-Control"]) == ("text/calendar", "private, no-cache")
    assert (str(friday["summary"]), friday.end - friday.start) == ("Vagt: Døgnvagten, trin 1", timedelta(hours=8))
    assert str(friday["description"]) == "Nat, nummer 1 af 1 i turnus: Anna"
    assert [str(one["uid"]) for one in before] == [str(one["uid"]) for one in after]
    assert len(before) == 27


def test_an_address_is_a_secret_that_is_replaced_and_ended(house: House, desk: Somebody) -> None:
    """R23: kept as a hash; whoever has the old one finds nothing; with the one who left it ends."""
    reader = house.app.test_client()
    old, new = made(desk), made(desk)
    tag = reader.get(new).headers["ETag"]

    answers = [reader.get(old), reader.get(new), reader.get(new, headers={"If-None-Match": tag}), reader.get("/calendar/x.ics")]
    with house.database.writing() as session:
        kept = session.scalars(select(CalendarAddress.hash)).all()
        users.end(session, users.find(session, desk.email), actor=TEST, now=house.now)  # type: ignore[arg-type]  # there is one
    gone = reader.get(new)

    assert [one.status_code for one in [*answers, gone]] == [404, 200, 304, 404, 404]
    assert answers[2].data == b""
    assert not {one for one in kept if one in old + new}
    with house.database.reading() as session:
        noted = session.scalars(select(Audit.action).where(Audit.action.startswith("calendar")).order_by(Audit.id)).all()
    assert noted == ["calendar_made", "calendar_replaced", "calendar_ended"]


def test_an_address_is_answered_so_often_a_minute(house: House, desk: Somebody) -> None:
    path, reader = made(desk), house.app.test_client()

    codes = [reader.get(path).status_code for _ in range(14)]

    assert codes[-3:] == [200, 429, 429]


def test_an_administrator_makes_and_ends_the_address_of_a_line_and_nobody_else(house: House, desk: Somebody) -> None:
    """R12: an auditor sees that there is one, never the address."""
    chief, auditor = signed_in(house, Role.ADMINISTRATOR), signed_in(house, Role.AUDITOR)

    page = chief.sends("/calendars", page="/tokens", line="1").text
    path = urlsplit(page.partition(SHOWN)[2].partition('"')[0]).path
    seen = auditor.sees("/tokens").text
    read = house.app.test_client().get(path)
    with house.database.reading() as session:
        address = calendars.listed(session)[0].id
    chief.sends(f"/calendars/{address}/end", page="/tokens")

    assert [str(one["summary"]) for one in entries(read.data)] == ["Anna: Døgnvagten, trin 1"]
    assert "Hvis vagter" in seen
    assert path not in seen
    assert house.app.test_client().get(path).status_code == 404
    assert [
        desk.sends("/calendars", page="/me", line="1").status_code,
        chief.sends("/calendars", page="/tokens", line="7").status_code,
    ] == [
        404,
        404,
    ]


def test_the_lines_are_saved_as_one_contact(desk: Somebody) -> None:
    """R12: so that a telephone lets them ring through; scanned or saved."""
    page, card = desk.sees("/me/settings").text, desk.sees("/me/card.vcf")

    lines = card.text.replace("\r\n ", "").split("\r\n")
    assert {"VERSION:3.0", "FN:Døgnvagten", "item1.TEL;TYPE=WORK,VOICE:+4563186363"} <= set(lines)
    assert (card.mimetype, max(len(line.encode()) for line in card.text.split("\r\n")) <= 75) == ("text/vcard", True)
    assert "6318 6363" in page
    assert 'src="data:image/svg+xml' in page
