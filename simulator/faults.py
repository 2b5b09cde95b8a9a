"""What the network does to requests on their way: carried, late, lost, cut off, doubled (`Knobs.network`).

A network is asked about every attempt of every request, a retry included, and says what becomes of it:

    exchange.knobs.network = faults.only(faults.loses_request(), kinds={"action"}, first=1)

`code` 11201 and 11203 cost the time that Twilio waits (twilio-contract §1.5: ct, rt); a refused or broken connection costs none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from simulator.transport import ConnectionBroken, ConnectionFailed, ConnectTimedOut, ReadTimedOut, TransportError

Loss: TypeAlias = type[TransportError]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to send one request; `number` 1 is the first, 2 its first retry. `kind` as in `records.Logged`."""

    kind: str
    url: str
    params: Mapping[str, str]
    number: int


@dataclass(frozen=True, slots=True)
class Passage:
    """How one attempt travels. All seconds are virtual.

    `arrives` is whether the application gets the request, `late` after how many seconds. `loss` is what Twilio sees instead of
    an answer. `again` delivers the very same request once more, so many seconds from now, for each of them; the answer to such a
    stray goes nowhere, but is kept beside the first in `exchange.doubles`.
    """

    arrives: bool = True
    late: float = 0.0
    loss: Loss | None = None
    again: tuple[float, ...] = ()

    def __str__(self) -> str:
        """What becomes of it, in a word; nothing where it is just carried."""
        if self.loss:
            return "lost"
        return "late" if self.late else "double" if self.again else ""


CARRIED = Passage()
Network: TypeAlias = Callable[[Attempt, Random], Passage]


def calm(_attempt: Attempt, _chance: Random) -> Passage:
    """Every request is carried at once, and its answer comes back."""
    return CARRIED


def loses_request(loss: Loss = ConnectTimedOut) -> Network:
    """The application never hears of it: the connection times out, or (ConnectionFailed) is refused."""
    return lambda _attempt, _chance: Passage(arrives=False, loss=loss)


def loses_answer(loss: Loss = ReadTimedOut) -> Network:
    """The application does what it is asked and nothing comes back: too late, or (ConnectionBroken) cut off."""
    return lambda _attempt, _chance: Passage(loss=loss)


def delays(seconds: float) -> Network:
    """The application sees it so much later; beyond what Twilio waits for an answer, Twilio has given it up by then."""
    return lambda _attempt, _chance: Passage(late=seconds)


def repeats(*seconds: float) -> Network:
    """The application gets it once more, so many seconds later: at once (0), or behind other webhooks."""
    return lambda _attempt, _chance: Passage(again=seconds)


def only(
    network: Network,
    *,
    kinds: frozenset[str] | set[str] | None = None,
    tries: int | None = None,
    when: Callable[[Attempt], bool] = lambda _attempt: True,
) -> Network:
    """`network` for requests of these kinds, for the first so many tries of each (None: for all), where `when` says so."""

    def chosen(attempt: Attempt, chance: Random) -> Passage:
        of_these = kinds is None or attempt.kind in kinds
        if of_these and (tries is None or attempt.number <= tries) and when(attempt):
            return network(attempt, chance)
        return CARRIED

    return chosen


class Once:
    """`network` for the nth request of these kinds alone (1 is the first), for its first so many tries; the others are carried.

    `struck` is that request's first attempt, None while it has not come.
    """

    def __init__(self, network: Network, nth: int, *, kinds: frozenset[str], tries: int | None = 1) -> None:
        self._network, self._nth, self._kinds, self._tries = network, nth, kinds, tries
        self._seen = 0
        self.struck: Attempt | None = None

    def __call__(self, attempt: Attempt, chance: Random) -> Passage:
        """What becomes of this attempt."""
        if attempt.kind not in self._kinds:
            return CARRIED
        if attempt.number == 1:
            self._seen += 1
            if self._seen == self._nth:
                self.struck = attempt
        struck = self.struck is not None and attempt.url == self.struck.url and attempt.params == self.struck.params
        if struck and (self._tries is None or attempt.number <= self._tries):
            return self._network(attempt, chance)
        return CARRIED


ORDERED: Mapping[str, Network] = {"double": repeats(0.5), "late": delays(4.0), "lost": loses_request()}
"""What can be ordered for the next webhook: a second copy half a second later, four seconds on the way, or lost, and sent again."""
WEBHOOKS: frozenset[str] = frozenset({"voice", "action", "redirect", "whisper", "status"})


class Ordered(Once):
    """The network of the desk: what was ordered by its `name` becomes of the next webhook, in its first try."""

    def __init__(self, name: str) -> None:
        super().__init__(ORDERED[name], 1, kinds=WEBHOOKS)
        self.name = name


ALL_LOSSES: tuple[Loss, ...] = (ConnectTimedOut, ConnectionFailed, ReadTimedOut, ConnectionBroken)


def weather(odds: float, *, longest: float = 30.0, kinds: frozenset[str] | None = None) -> Network:
    """Anything happens to one request in so many (0.2: to one in five), in its first attempt alone."""

    def blows(attempt: Attempt, chance: Random) -> Passage:
        if attempt.number > 1 or (kinds is not None and attempt.kind not in kinds) or chance.random() >= odds:
            return CARRIED
        loss = chance.choice(ALL_LOSSES)
        return chance.choice(
            (
                Passage(arrives=loss.retried_as != "ct", loss=loss),
                Passage(late=chance.uniform(0.0, longest)),
                Passage(again=(chance.uniform(0.0, longest),)),
                Passage(arrives=loss.retried_as != "ct", loss=loss, again=(chance.uniform(0.0, longest),)),
            )
        )

    return blows
