"""What drafts of a night of `plans` say: each is written as the page has it, and says what would be agreed once it is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from tests.simulation.duty import Agreed, During, Turns, between, text, wall

if TYPE_CHECKING:
    from tests.simulation.plans import Plans

AHEAD: Final = [timedelta(0), timedelta(0), timedelta(minutes=20), timedelta(hours=3), timedelta(days=3), timedelta(days=12)]
IN_DAYS: Final = [timedelta(hours=1), timedelta(days=1), timedelta(days=5), timedelta(days=12)]
LONG: Final = [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)]
MOVED: Final = 30
Then = Callable[[Agreed], Agreed]
Content = dict[str, Any]


def written(plans: Plans, content: Content, now: datetime) -> Then:
    """Writes something into a draft that says what is in force now."""
    return plans.chance.choice([_turned, _moved, _temporary, _nobody, _nobody])(plans, content, now)


def a_while(chance: Random, now: datetime, ahead: Sequence[timedelta] = AHEAD) -> tuple[dict[str, str], During]:
    """From some minute on, as a file says it and as it is meant."""
    begins = now + chance.choice(ahead)
    starts, ends = (wall(at).replace(second=0, microsecond=0) for at in (begins, begins + chance.choice(LONG)))
    return {"from": text(starts), "to": text(ends)}, between(starts, ends)


def _turned(plans: Plans, content: Content, _now: datetime) -> Then:
    """The people of a layer, the other way round."""
    card, one = _layer(plans, content)
    card["people"] = ", ".join(reversed(card["people"].split(", ")))
    return lambda agreed: agreed.with_turns(replace(one, people=one.people[::-1]))


def _moved(plans: Plans, content: Content, _now: datetime) -> Then:
    """The shifts of a layer, half an hour later, or back."""
    card, one = _layer(plans, content)
    moved = replace(one, moved=MOVED - one.moved)
    card["starts"] = f"{moved.starts + timedelta(minutes=moved.moved):%Y-%m-%dT%H:%M}"
    return lambda agreed: agreed.with_turns(moved)


def _temporary(plans: Plans, content: Content, now: datetime) -> Then:
    """Something else altogether for a while; it knows no swaps."""
    said, span = a_while(plans.chance, now)
    name, people = f"Andet {len(plans.agreed.temporary)}", tuple(plans.chance.sample(plans.people, 2))
    head = f'[[temporary]]\nname = "{name}"\nfrom = {said["from"]}\nto = {said["to"]}\n'
    layer = f'[[temporary.layer]]\nname = "{name} 1"\npeople = {[*people]}\nstarts = {said["from"]}\nevery = "1 hours"\n'
    content["rest"] += f"\n{head}{layer}"
    turns = Turns(f"{name} 1", 1, people, datetime.fromisoformat(said["from"]), 1)
    return lambda agreed: replace(agreed, temporary=(*agreed.temporary, (turns, span)))


def _nobody(plans: Plans, content: Content, now: datetime) -> Then:
    """All are away: a gap."""
    said, span = a_while(plans.chance, now, IN_DAYS)
    for who in plans.people:
        content["rest"] += f"\n[[absence]]\nsupporter = {who}\nfrom = {said['from']}\nto = {said['to']}\n"
    away = tuple((who, span) for who in plans.people)
    return lambda agreed: replace(agreed, absences=(*agreed.absences, *away))


def _layer(plans: Plans, content: Content) -> tuple[dict[str, str], Turns]:
    """A layer of turns of hours, with its card."""
    one = plans.chance.choice([each for each in plans.agreed.turns if each.until is not None])
    return next(card for card in content["layer"] if card["name"] == one.name), one
