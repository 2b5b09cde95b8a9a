"""One answer to who is on duty, whoever asks: the feed as a calendar program reads it, the board, the chain and the roster (R12).

`python -m tests.web.agreeing 10000` asks at so many random moments, half of them within a day of a night on which the clocks turn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import icalendar
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.database import Database
from app.migrate import migrate
from helpdesk import board, calendars
from helpdesk import rotas as publishing
from models import Call, Supporter
from oncall import roster, search
from oncall.chain import NobodyLeft, RingNext
from oncall.rota import Span
from tests.house import SUPPORT, TEST, House
from tests.oncall.rotas import NAMES, moment

NOW: Final = moment("2026-11-05T12:00")
ROTA: Final = """
    [[layer]]
    name = "Dag"
    people = [3, 4, 5]
    starts = 2026-10-05T08:00:00
    every = "day"
    hours = [{{ days = ["tue", "wed"], from = "07:30", to = "16:00" }}]
    [[layer]]
    name = "Nat"
    people = [{people}]
    starts = 2026-10-05T02:30:00
    every = "{every}"
    hours = [{{ days = ["sat", "sun"], from = "16:00", to = "{ends}" }}, {{ days = ["sun"], from = "02:30", to = "03:00" }}]
    stand_in = 6
    [[layer]]
    name = "Bagvagt"
    tier = 2
    people = [2, 1, 6]
    starts = 2026-10-05T16:00:00
    every = "week"
    [[absence]]
    supporter = 1
    from = 2026-10-24T12:00:00
    to = 2026-10-25T02:45:00
    [[override]]
    supporter = 5
    tier = 2
    from = 2027-03-28T01:30:00
    to = 2027-03-28T04:30:00
    [[swap]]
    first = {{ layer = "Dag", starts = 2026-12-01T08:00:00, supporter = 3 }}
    second = {{ layer = "Dag", starts = 2026-12-02T08:00:00, supporter = 4 }}
"""
VERSIONS: Final = {
    "2026-10-10T09:00": ROTA.format(people="1, 2", every="week", ends="08:00"),
    "2026-10-25T02:30": ROTA.format(people="2, 1, 4", every="12 hours", ends="07:30"),
    "2026-11-01T00:00": ROTA.format(people="1, 2, 6", every="3 days", ends="06:00"),
}
"""Three versions, the second of them published in the hour that came twice."""
LAST: Final = moment(max(VERSIONS))
NIGHTS: Final = (moment("2026-10-25T02:00"), moment("2027-03-28T03:00"))
Read = tuple[datetime, datetime, int, int]


def planned(house: House) -> str:
    """Six supporters with three versions of a rota and shifts beside it, and a call; where the line's calendar is read."""
    house.phone(house.caller()).dials(SUPPORT)
    with house.database.writing() as session:
        session.execute(insert(Supporter), [{"name": name, "phone": f"+453000000{n}"} for n, name in NAMES.items()])
        for at, text in VERSIONS.items():
            publishing.publish(session, f'line = "support"\n{text}', by=TEST, now=moment(at))
        for number, tier, days in ((3, 1, -11), (6, 2, -2), (5, 1, 3), (1, 2, 142), (6, 1, 143)):
            starts_at = NOW + timedelta(days=days)
            beside = Span(starts_at=starts_at, ends_at=starts_at + timedelta(hours=30))
            roster.add_shift(session, session.get_one(Supporter, number), beside, tier=tier)
        line = calendars.lines(session)[0].id
        return f"/calendar/{calendars.replace(session, line=line, actor=TEST, now=NOW)[1]}.ics"


def read(file: bytes) -> list[Read]:
    """What a calendar program finds in the file: from when to when, who, in which tier."""
    found: list[Any] = list(icalendar.Calendar.from_ical(file).walk("VEVENT"))
    return [(one.start, one.end, int(str(one["uid"]).split("-")[1]), int(str(one["summary"])[-1])) for one in found]


def moments(chance: Random, many: int) -> Iterator[datetime]:
    """Random moments that a calendar tells of, half of them near the nights that matter."""
    for number in range(many):
        if number % 2:
            yield chance.choice(NIGHTS) + timedelta(seconds=chance.randrange(-86_400, 86_400))
        else:
            yield NOW + timedelta(seconds=chance.randrange(-27 * 86_400, 180 * 86_400))


def differences(session: Session, told: list[Read], asked: Iterable[datetime]) -> Iterator[str]:
    """Where somebody answers otherwise than the roster."""
    call = session.scalars(select(Call)).one()
    for at in asked:
        duties = [duty for duty, _ in roster.duties(session, at, with_away=True)]
        by_feed = {(who, tier) for start, end, who, tier in told if start <= at < end}
        if by_feed != {(duty.supporter, duty.tier) for duty in duties}:
            yield f"{at}: the feed says {sorted(by_feed)}"
        if [one.supporter for one in board.board(session, now=at).on_duty] != [duty.supporter for duty in duties]:
            yield f"{at}: the board differs"
        if at >= LAST:
            decided = search.decision(session, call, now=at)
            first = decided.candidate.supporter if isinstance(decided, RingNext) else None
            if first != (duties[0].supporter if duties else None) or (not duties and not isinstance(decided, NobodyLeft)):
                yield f"{at}: the chain says {decided}"


def main(many: int) -> int:
    """Asks, and tells the figure."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'agreeing.db')}"
        migrate(url, url)
        database = Database(url)
        house = House(database, at=NOW)
        told = read(house.app.test_client().get(planned(house)).data)
        with database.reading() as session:
            found = list(differences(session, told, moments(Random(6318), many)))  # noqa: S311 - moments
        database.close()
    sys.stdout.write(f"{many} moments, {len(told)} entries in the feed, {len(found)} differences\n")
    sys.stdout.writelines(f"{one}\n" for one in found[:20])
    return bool(found)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
