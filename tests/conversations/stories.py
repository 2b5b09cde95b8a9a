"""A handful of whole calls that end at known figures, to be told again under other circumstances.

`python -m tests.conversations.stories DATABASE_URL` plays them all in a process of its own, and prints the PINs that were keyed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from app.database import Database
from models.values import AttemptOutcome, CallOutcome, TaskKind
from tests.house import SUPPORT, ACaller, House

ACCEPTED, DECLINED, BUSY = AttemptOutcome.ACCEPTED, AttemptOutcome.DECLINED, AttemptOutcome.BUSY
NOT_ACCEPTED, GONE = AttemptOutcome.NOT_ACCEPTED, AttemptOutcome.CALLER_HUNG_UP
WRONG = ("70707070", "71717171", "72727272")


@dataclass(frozen=True)
class Whole:
    """A call and what it must come to, whatever happens around it."""

    play: Callable[[House, ACaller], object]
    outcome: CallOutcome
    attempts: list[tuple[str, AttemptOutcome]] = field(default_factory=list)
    charges: list[int] = field(default_factory=list)
    seconds: int | None = None
    tasks: list[TaskKind] = field(default_factory=list)

    def is_what(self, house: House, caller: ACaller) -> None:
        """Asserts that the call came to this."""
        record = house.record(caller)
        assert record["outcome"] is self.outcome
        assert record["attempts"] == self.attempts
        assert record["charges"] == self.charges
        assert record["seconds"] == self.seconds
        assert [task.kind for task in house.tasks()] == self.tasks
        assert house.balance(caller) == (60 + sum(self.charges), 0)
        assert house.phone(caller).is_over


def talked_until_the_supporter_hangs_up(house: House, caller: ACaller) -> None:
    anna = house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=901)
    house.phone(anna).hangs_up()
    house.phone(caller).hears("og kostede")
    house.forward(minutes=2)


def talked_until_the_caller_hangs_up(house: House, caller: ACaller) -> None:
    anna = house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=900)
    house.phone(caller).hangs_up()
    house.forward(minutes=2)


def declined_busy_voicemail_then_talked(house: House, caller: ACaller) -> None:
    anna, bo, carla, dan = (house.supporter(name) for name in ("Anna", "Bo", "Carla", "Dan"))
    house.phone(bo).behaves("busy")
    house.phone(carla).behaves("voicemail")
    phone = house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1").keys("2").waits(50)
    house.phone(dan).picks_up().hears("Tast 1")
    house.on_the_second()
    house.phone(dan).keys("1").talks_with(caller)
    house.forward(seconds=30)
    phone.hangs_up()
    house.forward(minutes=2)


def hung_up_in_the_whisper(house: House, caller: ACaller) -> None:
    anna = house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Nordvig").waits(1)
    phone.hangs_up()
    house.forward(minutes=2)


def hung_up_while_it_rang(house: House, caller: ACaller) -> None:
    anna = house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    phone.hangs_up()
    house.forward(minutes=2)


def asked_for_a_callback(house: House, caller: ACaller) -> None:
    house.accepts_price(caller).hears("ringet op").is_silent().keys("1").hears("Farvel")
    house.forward(minutes=2)


def left_a_message(house: House, caller: ACaller) -> None:
    phone = house.accepts_price(caller).hears("indtale en besked").keys("2").speaks_message(6).keys("#")
    phone.hears("Beskeden er gemt")
    house.forward(minutes=2)


def keyed_three_wrong_pins(house: House, caller: ACaller) -> None:
    phone = house.phone(caller).dials(SUPPORT)
    for wrong in WRONG:
        phone.hears("pinkode").keys(f"{wrong}#")
    phone.hears("tre gange")
    house.forward(minutes=2)


CALLS = {
    "talked, ended by the supporter": Whole(
        talked_until_the_supporter_hangs_up, CallOutcome.TALKED, [("Anna", ACCEPTED)], [-15, -15], 901
    ),
    "talked, ended by the caller": Whole(talked_until_the_caller_hangs_up, CallOutcome.TALKED, [("Anna", ACCEPTED)], [-15], 900),
    "a chain": Whole(
        declined_busy_voicemail_then_talked,
        CallOutcome.TALKED,
        [("Anna", DECLINED), ("Bo", BUSY), ("Carla", NOT_ACCEPTED), ("Dan", ACCEPTED)],
        [-15],
        30,
    ),
    "hung up in the whisper": Whole(hung_up_in_the_whisper, CallOutcome.CALLER_HUNG_UP, [("Anna", GONE)], tasks=[TaskKind.MISSED]),
    "hung up while it rang": Whole(hung_up_while_it_rang, CallOutcome.CALLER_HUNG_UP, [("Anna", GONE)], tasks=[TaskKind.MISSED]),
    "a callback": Whole(asked_for_a_callback, CallOutcome.CALLBACK_REQUESTED, tasks=[TaskKind.CALLBACK]),
    "a message": Whole(left_a_message, CallOutcome.MESSAGE_LEFT, tasks=[TaskKind.MESSAGE]),
    "wrong PINs": Whole(keyed_three_wrong_pins, CallOutcome.WRONG_PIN),
}


def main(url: str) -> None:
    """Plays every call on the database at `url`, each by a customer of its own."""
    with closing(Database(url)) as database:
        house = House(database)
        for number, whole in enumerate(CALLS.values()):
            caller = house.caller(company=f"Nordvig Camping {number}")
            whole.play(house, caller)
            house.skip(hours=1)
            house.nobody_is_on_duty()
            print(caller.pin)  # noqa: T201 - what the parent process asks for
        print(*WRONG, sep="\n")  # noqa: T201 - as above


if __name__ == "__main__":
    main(sys.argv[1])
