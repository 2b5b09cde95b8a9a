"""What can be done with a telephone at the desk (`control`): each act by its name, and what it needs to be told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from simulator.handset import KINDS, Behaviour
from simulator.numbers import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.handset import Handset
    from simulator.told import Json

LONGEST_KEYING: Final = 64


class Nonsense(Exception):
    """A request that means nothing."""


def number(value: object, name: str) -> float:
    """`value` as a number; `name` is what it is called in the request. Raises Nonsense."""
    try:
        return float(str(value))
    except ValueError:
        raise Nonsense(f"{name} must be a number") from None


def _dial(handset: Handset, body: Json) -> None:
    caller_id = body.get("caller_id")
    handset.dial(plain(str(body.get("to", ""))), None if caller_id is None else str(caller_id))


def _key(handset: Handset, body: Json) -> None:
    keys = str(body.get("keys", ""))
    if not keys or len(keys) > LONGEST_KEYING:
        raise Nonsense(f"keys must be 1 to {LONGEST_KEYING} of 0-9 * #")
    handset.press_all(keys)


def _behave(handset: Handset, body: Json) -> None:
    kind = body.get("kind")
    if kind not in KINDS:
        raise Nonsense(f"kind must be one of {', '.join(KINDS)}")
    handset.behaviour = Behaviour(kind, number(body.get("after", 3.0), "after"), str(body.get("says", "")))


def _speak(handset: Handset, body: Json) -> None:
    handset.speak(number(body.get("seconds", 5.0), "seconds"))


def _simply(act: Callable[[Handset], None], handset: Handset, _body: Json) -> None:
    act(handset)


ACTS: Final[dict[str, Callable[[Handset, Json], None]]] = {
    "dial": _dial,
    "key": _key,
    "pick-up": partial(_simply, lambda handset: handset.pick_up()),
    "hang-up": partial(_simply, lambda handset: handset.hang_up()),
    "decline": partial(_simply, lambda handset: handset.decline()),
    "drop": partial(_simply, lambda handset: handset.lose_connection()),
    "speak": _speak,
    "behaviour": _behave,
}
