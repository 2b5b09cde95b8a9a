"""A telephone exchange that is Twilio to the application, on a desk: numbers, telephones, legs and time.

    exchange = Exchange(account="AC…", token="…", transport=WsgiTransport(app))
    exchange.number("+4563186363", voice_url="https://house.example/twilio/voice")
    exchange.phone("+4520304050").dials("+4563186363").hears("welcome").keys("1")
    exchange.forward(minutes=17)

It shares no code with the application and knows of it what Twilio knows: URLs. Webhooks are sent while the clock is
driven (by `forward`, by every line of a telephone, or by `realtime.Pacemaker`), never while the REST API is called.
"""

from __future__ import annotations

import logging
import threading
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from simulator import calls, records
from simulator.clock import Clock
from simulator.handset import Behaviour, Handset, NotPossible
from simulator.interpreter import perform
from simulator.knobs import Knobs
from simulator.logbook import Logbook
from simulator.numbers import TwilioNumber, is_e164, plain
from simulator.phone import Phone
from simulator.tasks import Task
from simulator.timeline import Timeline
from simulator.transport import ConnectionBroken
from simulator.webhooks import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.legs import Leg
    from simulator.messages import Message
    from simulator.recordings import Recording
    from simulator.records import Doubled, Logged, Problem, Truth
    from simulator.transport import Delivery, Outcome, Transport

STORY_LINES = 120

log = logging.getLogger(__name__)


class Exchange(Timeline):
    """The exchange. `account` and `token` as the application knows them; `seed` makes all SIDs come again."""

    def __init__(
        self,
        account: str,
        token: str,
        transport: Transport,
        *,
        clock: Clock | None = None,
        knobs: Knobs | None = None,
        seed: int | str = 0,
        api_url: str = "https://api.twilio.com",
        most_kept: int | None = None,
    ) -> None:
        self.account, self.token, self.transport, self.api_url = account, token, transport, api_url
        super().__init__(clock or Clock())
        self.knobs = knobs or Knobs()
        self.chance = Random(seed)  # noqa: S311 - made-up identities, the same in each run
        self.logbook = Logbook(lambda: self.now, most_kept)
        self.numbers: dict[str, TwilioNumber] = {}
        self.verified: set[str] = set()
        self.legs: dict[str, Leg] = {}
        self.recordings: dict[str, Recording] = {}
        self.messages: dict[str, Message] = {}
        self.media: set[str] = set()
        self.next_start = self.clock.now
        """When the next call made through REST may begin."""
        self._handsets: dict[str, Handset] = {}
        self._phones: dict[str, Phone] = {}
        self.opened_at = self.clock.now
        self._under_way = 0
        self.logbook.happened = lambda _: self._notify()

    # Numbers and telephones

    def number(self, number: str, *, voice_url: str = "", status_url: str = "", fallback_url: str = "") -> TwilioNumber:
        """A number of the account, as it is configured at Twilio."""
        known = self.numbers.get(number)
        made = TwilioNumber(number, known.sid if known else self.new_sid("PN"), self.now)
        made.voice_url, made.status_url, made.fallback_url = voice_url, status_url, fallback_url
        made.friendly_name = number
        self.numbers[number] = made
        return made

    def handset(self, number: str) -> Handset:
        """The telephone with that number."""
        if number in self.numbers:
            raise NotPossible(f"{number} is a number of the account, not a telephone: ringing it is not simulated")
        return self._handsets.setdefault(number, Handset(self, number))

    def reached(self, number: str) -> Handset:
        """The telephone that rings when `number` is dialled: one that cannot, where no subscriber has that number."""
        if number not in self.numbers and is_e164(number):
            return self.handset(number)
        nobody = Handset(self, number)
        nobody.behaviour = Behaviour("failed")
        return nobody

    def handsets(self) -> list[Handset]:
        """Every telephone that was ever used."""
        return list(self._handsets.values())

    def phone(self, whose: object) -> Phone:
        """The telephone of a test: of a number, or of anybody with a `phone`; the same for the same number."""
        number = plain(str(getattr(whose, "phone", whose)))
        if not is_e164(number):
            raise ValueError(f"{number!r} is no telephone number such as +4520304050")
        return self._phones.setdefault(number, Phone(self.handset(number)))

    def connect(self, handset: Handset, to: str, caller_id: str) -> Leg:
        """Let a telephone call one of the account's numbers."""
        number = self.numbers.get(plain(to))
        if number is None or not number.is_ours:
            raise NotPossible(f"{to} leads to no URL of this account")
        leg = calls.incoming(self, handset, number, caller_id)
        leg.task = Task(self, perform(leg, Request("voice", number.voice_url, number.voice_method)))
        return leg

    # Requests on their way

    def carry(self, delivery: Delivery, then: Callable[[Outcome], None]) -> None:
        """Send a request and hand its outcome over: at once in virtual time, beside everything else in real time."""
        if self.clock.virtual:
            then(delivery.over(self.transport))
            return
        with self.lock:
            self._under_way += 1
        threading.Thread(target=self._carried, args=(delivery, then), daemon=True, name="webhook").start()

    def _carried(self, delivery: Delivery, then: Callable[[Outcome], None]) -> None:
        try:
            outcome = delivery.over(self.transport)
        except Exception as error:
            log.exception("a request could not be sent")
            outcome = ConnectionBroken(repr(error))
        with self.lock:
            self._under_way -= 1
            self.clock.after(0, partial(then, outcome))

    def is_busy(self) -> bool:
        """Whether a request is under way or something is due at this moment."""
        with self.lock:
            moment = self.clock.next_moment()
            return self._under_way > 0 or (moment is not None and moment <= self.now)

    def only_talk(self) -> bool:
        """Whether there are calls, and in each of them people talk: nobody is rung, asked or kept waiting."""
        with self.lock:
            live = [leg for leg in self.legs.values() if not leg.is_over]
            return bool(live) and all(leg.is_bridged for leg in live)

    def hang_everybody_up(self) -> None:
        """End all calls as if every caller had hung up."""
        with self.lock:
            for leg in [leg for leg in self.legs.values() if not leg.is_over and leg.parent is None]:
                calls.hung_up(leg)

    # What is on record

    @property
    def log(self) -> list[Logged]:
        """Every request and its answer."""
        return self.logbook.log

    @property
    def debugger(self) -> list[Problem]:
        """What Twilio's debugger would show."""
        return self.logbook.debugger

    @property
    def problems(self) -> list[Problem]:
        """Everything that the application did wrong."""
        return self.logbook.problems

    @property
    def doubles(self) -> list[Doubled]:
        """Both answers to each webhook that was doubled."""
        return self.logbook.doubles

    def truth(self, call_sid: str) -> Truth:
        """What really happened on a call."""
        self.settle()
        return records.truth(self.legs[call_sid])

    def story(self) -> str:
        """Everything that happened lately at all telephones, a line each."""
        lines = [f"  {it.at:%H:%M:%S} {it.number:>12} {it.kind:>10}  {it.text}" for it in self.logbook.happenings]
        return "\n".join(lines[-STORY_LINES:])

    def new_sid(self, prefix: str) -> str:
        """A new identity: two letters and 32 hexadecimal digits."""
        return f"{prefix}{self.chance.getrandbits(128):032x}"

    def idempotency_token(self) -> str:
        """A new I-Twilio-Idempotency-Token."""
        return f"{self.chance.getrandbits(128):032x}"
