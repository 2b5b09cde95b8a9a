"""What a step may know: plain data about the call, gathered before the step runs (ivr.gather)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from models.values import AttemptOutcome, Points
from oncall.chain import Decision, NobodyLeft
from oncall.opening import Closed


class Keyed(Enum):
    """How something that is looked up was found: a PIN or a case number."""

    NOTHING = "nothing"
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the house says of points beside its price lists: where they are bought, and how soon a call continues a paid quarter."""

    shop: str | None = None
    continues_within: timedelta = timedelta(0)


NO_TERMS: Final = Terms()


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What one webhook told.

    The keys (empty for silence), what a PIN or case number among them turned out to be, and how many seconds were recorded.

    PINs and case numbers themselves are not here: they are looked up and dropped (R2).
    """

    keys: str = ""
    looked_up: Keyed = Keyed.NOTHING
    recorded: int = 0


@dataclass(frozen=True, kw_only=True)
class Past:
    """One earlier turn of this leg: the step that heard something, and what."""

    step: str
    keys: str = ""
    looked_up: Keyed = Keyed.NOTHING


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who is calling, known by PIN."""

    person: str
    company: str


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What the caller is told before accepting (R4, R10). `payable` None: there is no limit.

    `paid_until`: until when a quarter of the caller's last call still runs, which this one continues.
    """

    price: Points
    later_price: Points | None
    later_at: datetime | None
    available: Points
    payable: int | None
    missing: Points
    price_list: int | None
    paid_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A conversation that is over, and what it came to; `used_up`: it lasted as long as there were points for."""

    seconds: int
    quarters: int
    points: Points
    balance: Points
    used_up: bool = False


@dataclass(frozen=True, kw_only=True)
class KeyedCase:
    """The case that the caller keyed. `company` is whose it is: only the supporter is told."""

    number: str
    title: str
    company: str | None = None


@dataclass(frozen=True, kw_only=True)
class OtherLine:
    """The house's other line, that a caller may want to dial instead (E.164), and what a quarter costs there now."""

    number: str
    price: Points | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """The call so far, as the running step may know it.

    `locked_minutes`: how many minutes PIN entry stays locked for this caller, a begun one counted; None where it is not.
    `company`: where whoever calls a line without PIN calls from, where that is known though they are not; for the supporter.
    `free`: the line costs nothing. `closed`: it is, at the first turn; `other`: the line that may suit the caller better then.
    `number_shown`: whether the caller's number came with the call; `number_known`: whether any is known to call back.
    `calls_back_within`: within how many minutes of this line. Of a callback: who rings, whether it costs points, how ringing the
    customer went before, and whether the customer `called_in` meanwhile.
    """

    line: str = ""
    past: tuple[Past, ...] = ()
    caller: Caller | None = None
    company: str = ""
    locked_minutes: int | None = None
    offer: Offered | None = None
    price_accepted: bool = False
    case: KeyedCase | None = None
    decision: Decision = field(default_factory=NobodyLeft)
    tried: int = 0
    waited: bool = False
    points_refused: bool = False
    over: bool = False
    gone: bool = False
    talk: Talk | None = None
    balance: Points | None = None
    shop: str | None = None
    number_shown: bool = True
    number_known: bool = True
    in_a_hurry: bool = False
    free: bool = False
    closed: Closed | None = None
    other: OtherLine | None = None
    calls_back_within: int = 30
    supporter: str = ""
    is_charged: bool = True
    rung_before: AttemptOutcome | None = None
    called_in: bool = False

    def times(self, step: Callable[..., object]) -> int:
        """How often `step` heard keys before. Silence and `*` do not count."""
        name = step_name(step)
        return sum(turn.step == name and turn.keys not in {"", "*"} for turn in self.past)

    def answered(self, step: Callable[..., object]) -> int:
        """How often `step` was answered before, by keys or by silence; `*` does not count."""
        return sum(turn.step == step_name(step) and turn.keys != "*" for turn in self.past)

    def asked(self, step: Callable[..., object]) -> int:
        """How often `step` was answered at all before, by keys, silence or `*`."""
        return sum(turn.step == step_name(step) for turn in self.past)


def step_name(step: Callable[..., object]) -> str:
    """The name under which a step is stored: "support.check_pin". Renaming one that a live call waits for needs an alias."""
    return f"{step.__module__.rpartition('.')[2]}.{step.__name__}"
