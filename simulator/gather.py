"""Gather: a question by keypad (twilio-contract §3.1).

The nested prompts are said first; the first key stops them and counts. From then on, or from their end, `timeout`
runs and begins anew with each key. The finish key, `numDigits` or the timeout end it. A finish key alone is no input.
Keys that were kept from before it (`Knobs.keys_between`) come first, as if they were pressed at its first word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.legs import Doing
from simulator.prompts import prompted
from simulator.tasks import Key

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.run import Run, Step
    from simulator.twiml import Verb

AUTO_TIMEOUT = 5.0


@dataclass
class Keyed:
    """What has been keyed so far, and whether that is all."""

    finish: str
    most: int
    digits: str = ""
    complete: bool = False

    def take(self, digit: str) -> None:
        """One more key."""
        if digit == self.finish:
            self.complete = True
            return
        self.digits += digit
        self.complete = len(self.digits) >= self.most

    @property
    def has_begun(self) -> bool:
        """Whether any key was taken."""
        return bool(self.digits) or self.complete


def gather(run: Run, verb: Verb) -> Generator[Any, Any, Step]:
    """Ask; the answer goes to `action`, no input to the next verb."""
    keyed = Keyed(verb.says("finishOnKey", "#"), int(verb.says("numDigits", "1000000")))
    run.leg.question += 1
    run.leg.keyed = ""
    _take_kept(run, verb, keyed)
    first = None if keyed.has_begun else (yield from _asked(run, verb, keyed))
    if first is not None:
        _take(run, keyed, first)
    yield from _listened(run, verb, keyed)
    run.leg.keyed = ""
    if not keyed.digits and not verb.is_on("actionOnEmptyResult"):
        return None
    params = {} if not keyed.digits and run.exchange.knobs.empty_digits == "absent" else {"Digits": keyed.digits}
    return run.request("action", verb.says("action", run.url), verb.says("method", "POST"), **params)


def _take_kept(run: Run, verb: Verb, keyed: Keyed) -> None:
    leg = run.leg
    while leg.keyed_ahead and not keyed.complete and _hears_keys(verb):
        key, leg.keyed_ahead = Key(leg.keyed_ahead[0]), leg.keyed_ahead[1:]
        _take(run, keyed, key)


def _asked(run: Run, verb: Verb, keyed: Keyed) -> Generator[Any, Any, Key | None]:
    """Say the prompts; gives back the key that stopped them."""
    for prompt in verb.children:
        key: Key | None = yield from prompted(run, prompt, asking=True)
        if key is None or not _hears_keys(verb):
            continue
        if verb.says("bargeIn") != "false":
            return key
        _take(run, keyed, key)
    return None


def _listened(run: Run, verb: Verb, keyed: Keyed) -> Generator[Any, Any, None]:
    written = verb.says("timeout", "5")
    timeout = AUTO_TIMEOUT if written == "auto" else float(written)
    wait = run.until(timeout)
    run.leg.doing = Doing.LISTENING
    while not keyed.complete and (wait.until is None or run.exchange.now < wait.until):
        happening = yield wait
        if isinstance(happening, Key) and _hears_keys(verb):
            _take(run, keyed, happening)
            wait = run.until(timeout)


def _take(run: Run, keyed: Keyed, key: Key) -> None:
    keyed.take(key.digit)
    run.leg.keyed = keyed.digits


def _hears_keys(verb: Verb) -> bool:
    return "dtmf" in verb.says("input", "dtmf").split()
