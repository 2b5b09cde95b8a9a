"""`python -m tests.agreement`: ten thousand random moments; page, interface, command, board, plan, chain and feed give one answer.

Half of them are asked of a house with every kind of rule, half of one with a past of three versions; each by turns at any moment of
a year and within a day of a night on which the clocks turn.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import icalendar
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.cli import rotas as commands
from app.database import Database
from app.migrate import migrate
from helpdesk import board, calendars, rotas
from helpdesk.duty_plan import duty_plan
from helpdesk.on_call import on_call
from models import Call, Supporter
from models.local import midnight, to_local
from models.values import Role
from oncall import roster, search
from oncall.chain import RingNext
from oncall.rota import Span
from tests.house import SUPPORT, TEST, House
from tests.oncall.rotas import NAMES, moment
from tests.web.people import Somebody, signed_in
from tests.web.programs import Program, a_program
from web.api.asking import RATES
from web.console.plan.pictures import address

MOMENTS: Final = 10_000
WEEKS: Final = 56
NIGHTS: Final = (moment("2026-10-25T02:00"), moment("2027-03-28T03:00"))
THEN: Final = moment("2026-11-05T12:00")
"""When the house with a past is asked."""
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
"""Three versions of a rota."""
LAST: Final = moment(max(VERSIONS))
ASKED: Final = re.compile(r"<h2>\d+\. ([^<]+?) <span")


def moments(house: House, count: int, *, past: timedelta = timedelta(0)) -> Iterator[datetime]:
    """Random seconds from so long ago on: by turns of a year and a bit, and near the nights on which the clocks turn."""
    chance = Random(6318)  # noqa: S311 - moments
    nights = [night for night in NIGHTS if night > house.now - past]
    for number in range(count):
        if number % 2:
            yield chance.choice(nights) + timedelta(seconds=chance.randrange(-86_400, 86_400))
        else:
            yield house.now - past + timedelta(seconds=chance.randrange(WEEKS * 7 * 86_400))


def disagreements(house: House, when: Iterator[datetime], *, chain_from: datetime | None = None) -> list[str]:
    """The moments at which they do not say the same, with what each said. The chain knows what is in force from `chain_from` on."""
    house.phone(house.caller()).dials(SUPPORT)
    reader, program, fed = signed_in(house, Role.AUDITOR), a_program(house), Feed.of(house)
    house.app.extensions[RATES].most = 10**6
    found = []
    for at in when:
        said = {**asked(house, at), **seen(reader, program, at)}
        first = said.pop("chain")
        if fed.tells_of(at):
            said["feed"] = fed.at(at, order=said["board"])
        differs = any(said[one] != said[other] for one, other in pairwise(sorted(said)))
        if differs or (at >= (chain_from or at) and first != said["board"][:1]):
            found.append(f"{at}: {first} {said}")
    return found


@dataclass(frozen=True)
class Feed:
    """The line's calendar, as a calendar program reads it: from when to when, and who."""

    read_at: datetime
    entries: tuple[tuple[datetime, datetime, str], ...]

    @classmethod
    def of(cls, house: House) -> Feed:
        """The feed of the 24/7 line now."""
        with house.database.writing() as session:
            line = calendars.lines(session)[0].id
            path = f"/calendar/{calendars.replace(session, line=line, actor=TEST, now=house.now)[1]}.ics"
        with house.database.reading() as session:
            names = {str(one.id): one.name for one in session.scalars(select(Supporter))}
        events: list[Any] = list(icalendar.Calendar.from_ical(house.app.test_client().get(path).data).walk("VEVENT"))
        return cls(house.now, tuple((one.start, one.end, names[str(one["uid"]).split("-")[1]]) for one in events))

    def tells_of(self, at: datetime) -> bool:
        """Whether it reaches so far."""
        today = to_local(self.read_at).date()
        return midnight(today - calendars.BACK) <= at < midnight(today + calendars.AHEAD)

    def at(self, at: datetime, *, order: Sequence[str]) -> list[str]:
        """Who is on duty then, in that order as far as they stand in it."""
        told = [name for start, end, name in self.entries if start <= at < end]
        return sorted(told, key=lambda name: order.index(name) if name in order else -1)


def a_rota(house: House) -> None:
    """Two tiers with swaps, absence, overrides and holidays, a temporary plan, and shifts beside them; and gaps."""
    anna, bo, carla, david = (house.supporter(name, on_duty=False).id for name in ("Anna", "Bo", "Carla", "David"))
    house.rota(
        f"""
        [[layer]]
        name = "Helligdage"
        people = [{david}, {anna}]
        starts = 2026-11-16T08:00:00
        every = "week"
        holidays = true

        [[layer]]
        name = "Nat"
        people = [{anna}, {bo}, {carla}]
        starts = 2026-11-16T16:00:00
        every = "12 hours"
        hours = [{{ days = ["mon", "tue", "wed", "thu", "fri", "sun"], from = "16:00", to = "08:00" }}]

        [[layer]]
        name = "Bagvagt"
        tier = 2
        people = [{bo}, {carla}]
        starts = 2026-11-16T16:00:00
        every = "week"
        hours = [{{ days = ["sat", "sun"], from = "02:30", to = "20:00" }}]

        [[override]]
        supporter = {carla}
        tier = 1
        from = 2026-12-24T20:00:00
        to = 2027-02-28T06:00:00

        [[absence]]
        supporter = {bo}
        from = 2027-03-27T00:00:00
        to = 2027-05-05T16:00:00

        [[swap]]
        first = {{ layer = "Bagvagt", starts = 2026-12-05T02:30:00, supporter = {bo} }}
        second = {{ layer = "Bagvagt", starts = 2026-12-12T02:30:00, supporter = {carla} }}

        [[temporary]]
        name = "Påske"
        from = 2027-03-25T00:00:00
        to = 2027-03-29T23:00:00

        [[temporary.layer]]
        name = "Påskevagt"
        people = [{carla}, {david}]
        starts = 2027-03-25T00:00:00
        every = "7 hours"
        hours = [{{ from = "02:30", to = "23:00" }}]
        """
    )


def a_past(house: House) -> None:
    """Six supporters with three versions of a rota, the second published in the hour that came twice, and shifts beside it."""
    with house.database.writing() as session:
        session.execute(insert(Supporter), [{"name": name, "phone": f"+453000000{n}"} for n, name in NAMES.items()])
        for at, text in VERSIONS.items():
            rotas.publish(session, f'line = "support"\n{text}', by=TEST, now=moment(at))
        for number, tier, days in ((3, 1, -11), (6, 2, -2), (5, 1, 3), (1, 2, 142), (6, 1, 143)):
            starts_at = THEN + timedelta(days=days)
            beside = Span(starts_at=starts_at, ends_at=starts_at + timedelta(hours=30))
            roster.add_shift(session, session.get_one(Supporter, number), beside, tier=tier)


def asked(house: House, at: datetime) -> dict[str, Sequence[str]]:
    """What the house says by its functions; the chain rings the first."""
    with house.database.reading() as session:
        plan = duty_plan(session, Span(starts_at=at, ends_at=at + timedelta(seconds=1)))
        stretches = [one for one in plan.stretches if at in one.span]
        found = on_call(session, at)
        order = {one: number for number, one in enumerate(found.duties)}
        in_order = sorted(stretches, key=lambda one: order.get(one.duty, -1))
        return {
            "plan": [plan.names[one.duty.supporter] for one in in_order],
            "board": [one.name for one in board.board(session, now=at).on_duty if one.line is None],
            "command": [one["name"] for one in commands._on_duty(found)],
            "chain": rung(session, at),
        }


def rung(session: Session, at: datetime) -> list[str]:
    """Whom the chain rings first for a caller then."""
    decided = search.decision(session, session.get_one(Call, 1), now=at)
    return [*roster.names(session, [decided.candidate.supporter]).values()] if isinstance(decided, RingNext) else []


def seen(reader: Somebody, program: Program, at: datetime) -> dict[str, Sequence[str]]:
    """What a page and a program are answered."""
    answer = program.reads(f"/on-call?at={at:%Y-%m-%dT%H:%M:%SZ}")
    return {
        "page": ASKED.findall(reader.sees(f"/duty/now?at={address(at)[:-1]}:{at:%S}Z").text),
        "interface": [one["name"] for one in answer["on_call"]],
    }


def main() -> int:
    """1 where anybody disagrees."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MOMENTS
    with ProcessPoolExecutor(2) as both:
        found = list(chain.from_iterable(both.map(_of, (count - count // 2, count // 2), (a_rota, a_past))))
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.stdout.write(f"{count:,} moments, {len(found)} disagreements\n")
    return 1 if found else 0


def _of(count: int, plan: Callable[[House], None]) -> list[str]:
    """The disagreements of a house of its own."""
    is_past = plan is a_past
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'agreement.db')}"
        migrate(url, url)
        database = Database(url)
        house = House(database, at=THEN) if is_past else House(database)
        plan(house)
        past = calendars.BACK if is_past else timedelta(0)
        found = disagreements(house, moments(house, count, past=past), chain_from=LAST if is_past else None)
        database.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
