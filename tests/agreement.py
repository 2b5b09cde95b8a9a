"""`python -m tests.agreement`: ten thousand random moments; page, interface, command, board, plan and chain give one answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy.orm import Session

from app.cli import rotas as commands
from app.database import Database
from app.migrate import migrate
from helpdesk import board
from helpdesk.duty_plan import duty_plan
from helpdesk.on_call import on_call
from models import Call
from models.values import Role
from oncall import roster, search
from oncall.chain import RingNext
from oncall.rota import Span
from tests.house import SUPPORT, House
from tests.web.people import Somebody, signed_in
from tests.web.programs import Program, a_program
from web.api.asking import RATES
from web.console.plan.pictures import address

MOMENTS: Final = 10_000
WEEKS: Final = 56
ASKED: Final = re.compile(r"<h2>\d+\. ([^<]+?) <span")


def moments(house: House, count: int) -> Iterator[datetime]:
    """Random seconds of a year and a bit from now on, both nights on which the clocks turn among them."""
    chance = Random(6318)  # noqa: S311 - moments
    for _ in range(count):
        yield house.now + timedelta(seconds=chance.randrange(WEEKS * 7 * 86_400))


def disagreements(house: House, when: Iterator[datetime]) -> list[str]:
    """The moments at which they do not say the same, each with what each said."""
    caller = house.caller()
    a_rota(house)
    house.phone(caller).dials(SUPPORT)
    reader, program = signed_in(house, Role.AUDITOR), a_program(house)
    house.app.extensions[RATES].most = 10**6
    found = []
    for at in when:
        said = {**asked(house, at), **seen(reader, program, at)}
        first = said.pop("chain")
        if first != said["board"][:1] or any(said[one] != said[other] for one, other in pairwise(sorted(said))):
            found.append(f"{at}: {first} {said}")
    return found


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
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'agreement.db')}"
        migrate(url, url)
        database = Database(url)
        house = House(database)
        found = disagreements(house, moments(house, count))
        database.close()
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.stdout.write(f"{count:,} moments, {len(found)} disagreements\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
