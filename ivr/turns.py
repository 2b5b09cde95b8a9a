"""What a step may answer: a union of small dataclasses, and the effects that an answer has.

A prompt is a sentence's name and its values; it is put into words by ivr.twiml in the caller's language. An `Ask` can be written
down and read back, so that `*`, silence and an error ask the same question again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import takewhile
from typing import Any, Final, Protocol

from ivr.story import Heard, Story, step_name
from models.callbacks import CallbackOutcome
from models.readiness import ReadinessAnswer
from models.values import CallOutcome

SILENCES: Final = 2
MOST_ASKED: Final = 12


class Expects(Enum):
    """What a question wants: one key, a PIN, or a case number; the last two end with `#`."""

    KEY = "key"
    PIN = "pin"
    CASE = "case"


@dataclass(frozen=True)
class Prompt:
    """One sentence to be said, by name."""

    name: str
    values: tuple[tuple[str, Any], ...] = ()


def say(name: str, **values: Any) -> Prompt:  # noqa: ANN401 - whatever the sentence has places for
    """A prompt with its values."""
    return Prompt(name, tuple(sorted(values.items())))


class Effect:
    """Something that an answer does to the call, besides what is said."""


@dataclass(frozen=True)
class Quote(Effect):
    """The caller is told this price of this list."""

    points: int
    price_list: int | None


@dataclass(frozen=True)
class AcceptPrice(Effect):
    """The caller accepts the price that was told."""


@dataclass(frozen=True)
class LinkCase(Effect):
    """The call is about the case that was keyed and confirmed."""


@dataclass(frozen=True)
class NoAnswer(Effect):
    """Nobody answered: from here on the call is `nobody_answered`, whatever the caller does but ask for more."""


@dataclass(frozen=True)
class Accept(Effect):
    """Who was rung takes the call."""


@dataclass(frozen=True)
class Decline(Effect):
    """Who was rung does not."""


@dataclass(frozen=True)
class Tested(Effect):
    """A supporter's telephone is tested: what whoever picked up answered."""

    answer: ReadinessAnswer


@dataclass(frozen=True)
class EndCallback(Effect):
    """A supporter's wish to ring a customer ends like this, whatever else is told of the call."""

    outcome: CallbackOutcome


@dataclass(frozen=True)
class AlarmNoPrices(Effect):
    """No price list is in force: an administrator must know."""


Step = Callable[[Story, Heard], "Answer"]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A question: said inside its Gather, so that keys pressed meanwhile count.

    `lead` comes before it and is said once: a welcome, or what was wrong with the answer before. The question puts itself again for
    `*` and silence, as often as a caller may need; with `asks_itself` off its step judges those too.
    """

    prompts: tuple[Prompt, ...]
    then: Step
    silent: Step
    expects: Expects = Expects.KEY
    asks_itself: bool = True
    lead: tuple[Prompt, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ring:
    """Ring the supporter whom the chain chose, or the customer of a callback, after a word to whoever waits."""

    prompts: tuple[Prompt, ...]
    then: Step
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A word, some music, and then the next turn."""

    prompts: tuple[Prompt, ...]
    then: Step
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Record:
    """Record what the caller says, until `#`. `left_as` is how the call ends where the caller leaves from here on."""

    prompts: tuple[Prompt, ...]
    then: Step
    left_as: CallOutcome | None = None
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Goodbye:
    """The last words. Without an outcome the call has one already."""

    prompts: tuple[Prompt, ...]
    outcome: CallOutcome | None = None
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Connect:
    """The supporter's leg: nothing more to say, so the two are bridged."""

    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """Another flow goes on, from its first step. Only the switchboard knows which flows there are."""

    flow: str
    effects: tuple[Effect, ...] = ()


Answer = Ask | Ring | Wait | Record | Goodbye | Connect | HandOver


def goodbye(*prompts: Prompt, outcome: CallOutcome | None = None, effects: tuple[Effect, ...] = ()) -> Goodbye:
    """The last words of a call."""
    return Goodbye(prompts=prompts, outcome=outcome, effects=effects)


def written(answer: Answer) -> dict[str, Any]:
    """What a turn keeps of its answer: which step hears the next turn, and a question but for its lead, to be asked again."""
    if isinstance(answer, Ask):
        return {
            "prompts": [[prompt.name, _plain(prompt.values)] for prompt in answer.prompts],
            "then": step_name(answer.then),
            "silent": step_name(answer.silent),
            "expects": answer.expects.value,
            "asks_itself": answer.asks_itself,
        }
    if isinstance(answer, Record) and answer.left_as:
        return {"then": step_name(answer.then), "left_as": answer.left_as.value}
    return {"then": step_name(answer.then)} if isinstance(answer, Ring | Wait | Record) else {}


def read(asked: dict[str, Any], steps: Callable[[str], Step]) -> Ask | None:
    """The question that `written` wrote; None where the turn asked none."""
    if "expects" not in asked:
        return None
    return Ask(
        prompts=tuple(Prompt(name, _values(values)) for name, values in asked["prompts"]),
        then=steps(asked["then"]),
        silent=steps(asked["silent"]),
        expects=Expects(asked["expects"]),
        asks_itself=asked["asks_itself"],
    )


def again(ask: Ask, heard: Heard, *, silent_before: int, asked_before: int) -> Ask | None:
    """The same question again, where `*` was keyed or nothing; None where the answer is to be judged, or enough was asked.

    `silent_before` counts the silences just before this one, `asked_before` how often this question was put in a row at all.
    """
    if asked_before >= MOST_ASKED or not ask.asks_itself:
        return None
    if "*" in heard.keys:
        return replace(ask, lead=())
    if not heard.keys and silent_before < SILENCES:
        return replace(ask, lead=(say("nothing_heard"),))
    return None


class Judged(Protocol):
    """An earlier turn, as it is kept: which step judged it, and what was heard."""

    @property
    def step(self) -> str:
        """The step, by name."""

    @property
    def heard(self) -> dict[str, Any]:
        """What a turn keeps of it."""


def asked_before(past: Sequence[Judged], judge: Step) -> dict[str, int]:
    """What `again` wants to know of the `past` turns: how often this question was put, and how many silences came just before."""
    name = step_name(judge)
    silent = takewhile(lambda turn: turn.step == name and turn.heard.get("keys") == "", reversed(past))
    return {"silent_before": len(list(silent)), "asked_before": sum(turn.step == name for turn in past)}


def _plain(values: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return {name: {"at": value.isoformat()} if isinstance(value, datetime) else value for name, value in values}


def _values(values: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    moments = {name: datetime.fromisoformat(value["at"]) for name, value in values.items() if isinstance(value, dict)}
    return tuple(sorted({**values, **moments}.items()))
