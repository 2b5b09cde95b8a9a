"""A line on which anything may happen: the rules of a random walk, and what must be true at each step and at its end.

Two callers of one customer, a stranger and two supporters do what they like, mostly something sensible; the network, the provider,
our own steps and the clock process fail as they like. When a walk is over everything works again, whoever still telephones hangs
up, and two hours later every call must have come to an end that R14 allows, with books that agree with what the exchange saw.
"""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select

from billing import books
from models import Call, Hold, Turn
from models.values import HoldState, Policy
from simulator.handset import KINDS, Behaviour, Handset, Kind
from tests.house import SUPPORT
from tests.walks.changes import Changes
from tests.walks.ended import ended_well
from tests.walks.trouble import NETWORKS, POLICIES, STEPS, repaired

people = st.sampled_from(["Mette", "Niels", "Nobody"])
supporters = st.sampled_from(["Anna", "Bo"])
everybody = st.sampled_from(["Mette", "Niels", "Nobody", "Anna", "Bo"])


class Line(Changes):
    """What anybody may do, and what may fail."""

    @initialize(
        points=st.sampled_from([0, 15, 30, 45, 600]),
        policy=st.sampled_from(Policy),
        in_whisper=st.sampled_from(["completed", "canceled"]),
        unanswered_hangup=st.sampled_from(["no-answer", "canceled", "completed"]),
        empty=st.sampled_from(["empty", "absent"]),
        says_all=st.booleans(),
        status=st.sampled_from(sorted(POLICIES)),
        talks=st.sampled_from([True, True, True, False]),
    )
    def begins(
        self,
        *,
        points: int,
        policy: Policy,
        in_whisper: Literal["completed", "canceled"],
        unanswered_hangup: Literal["no-answer", "canceled", "completed"],
        empty: Literal["empty", "absent"],
        says_all: bool,
        status: str,
        talks: bool,
    ) -> None:
        """A customer with so many points, mostly in a talk already; and what is unconfirmed about Twilio is decided."""
        house, knobs = self.house, self.house.exchange.knobs
        knobs.hangup_in_whisper, knobs.unanswered_hangup, knobs.empty_digits = in_whisper, unanswered_hangup, empty
        knobs.no_answer_with_duration = knobs.empty_recording_action = knobs.action_after_hangup = says_all
        knobs.status_policy = POLICIES[status]
        mette = house.caller(points=points, policy=policy, credit=30)
        niels = house.caller(colleague_of=mette, name="Niels Juul")
        self.pins = {"Mette": mette.pin, "Niels": niels.pin, "Nobody": "10101010"}
        anna, bo = house.supporter("Anna"), house.supporter("Bo", tier=2)
        phones = {"Mette": mette.phone, "Niels": niels.phone, "Nobody": "+4530303030", "Anna": anna.phone, "Bo": bo.phone}
        self.handsets = {name: house.exchange.handset(phone) for name, phone in phones.items()}
        self.customer = mette
        if talks:
            self.gets_through("Mette", "Anna", 0)

    # What people do

    @rule(who=people)
    def asks_for_help(self, who: str) -> None:
        """Calls, keys the PIN and accepts: what a caller mostly does."""
        self.does(who, lambda telephone: telephone.dial(SUPPORT))
        self.passes_until_asked(who)
        self.presses(who, f"{self.pins[who]}#")
        self.passes_until_asked(who)
        self.presses(who, "1")

    @rule(who=supporters)
    def takes_the_call(self, who: str) -> None:
        """Picks up as soon as it rings, listens and presses 1: what a supporter mostly does."""
        self.passes_until(lambda: self.handsets[who].rings)
        self.does(who, Handset.pick_up)
        self.passes_until_asked(who)
        self.presses(who, "1")

    @rule(who=people, other=supporters, minutes=st.sampled_from([0, 1, 14, 15, 16, 31, 50]))
    def gets_through(self, who: str, other: str, minutes: int) -> None:
        """A caller is answered, and they talk: what mostly happens."""
        self.asks_for_help(who)
        self.takes_the_call(other)
        self.house.forward(minutes=minutes)

    @rule(who=people, keys=st.sampled_from(["1", "2"]), seconds=st.integers(0, 9))
    def is_not_answered(self, who: str, keys: str, seconds: int) -> None:
        """Nobody takes the call: the caller asks to be called back, or leaves a message of so many seconds."""
        self.asks_for_help(who)
        self.passes_until(lambda: self.handsets[who].state in {"idle", "asking", "listening"}, seconds=240)
        self.passes_until_asked(who)
        self.presses(who, keys)
        self.passes_until(lambda: self.handsets[who].state in {"idle", "recording", "listening"})
        self.speaks(who, seconds)
        self.house.forward(seconds=seconds)
        self.presses(who, "#")

    @rule(who=everybody, other=everybody, minutes=st.sampled_from([1, 20]))
    def part(self, who: str, other: str, minutes: int) -> None:
        """Somebody hangs up, then somebody else, and some time passes."""
        self.hangs_up(who)
        self.hangs_up(other)
        self.house.forward(minutes=minutes)

    @rule(who=everybody, shows=st.sampled_from([None, None, "anonymous", "", "client:bob", "+266696687"]))
    def dials(self, who: str, shows: str | None) -> None:
        self.does(who, lambda telephone: telephone.dial(SUPPORT, shows))

    @rule(who=everybody, digits=st.sampled_from(["1", "2", "*", "#", "1", "2"]) | st.text("0123456789*#", min_size=1, max_size=9))
    def keys(self, who: str, digits: str) -> None:
        self.presses(who, digits)

    @rule(who=people, whose=people)
    def keys_a_pin(self, who: str, whose: str) -> None:
        self.presses(who, f"{self.pins[whose]}#")

    @rule(who=everybody)
    def picks_up(self, who: str) -> None:
        self.does(who, Handset.pick_up)

    @rule(who=supporters)
    def declines(self, who: str) -> None:
        self.does(who, Handset.decline)

    @rule(who=everybody)
    def hangs_up(self, who: str) -> None:
        self.does(who, Handset.hang_up)

    @rule(who=everybody)
    def loses_connection(self, who: str) -> None:
        self.does(who, Handset.lose_connection)

    @rule(who=everybody, seconds=st.integers(1, 40))
    def speaks(self, who: str, seconds: int) -> None:
        self.does(who, lambda telephone: telephone.speak(seconds))

    @rule(who=supporters, kind=st.sampled_from(KINDS))
    def behaves(self, who: str, kind: Kind) -> None:
        self.handsets[who].behaviour = Behaviour(kind)

    @rule(seconds=st.sampled_from([0.2, 1, 3, 8, 20, 60, 130, 600, 900, 901, 1800]))
    def time_passes(self, seconds: float) -> None:
        self.house.forward(seconds=seconds)

    # What fails

    @rule(name=st.sampled_from(sorted(NETWORKS)))
    def the_network_is(self, name: str) -> None:
        self.house.exchange.knobs.network = NETWORKS[name]

    @rule(name=st.sampled_from(sorted(POLICIES)), told=st.booleans())
    def status_callbacks_come(self, *, name: str, told: bool) -> None:
        """And whether what follows a Dial is asked for when the caller has left."""
        self.house.exchange.knobs.status_policy = POLICIES[name]
        self.house.exchange.knobs.action_after_hangup = told

    @rule(
        down=st.booleans(), busy=st.integers(0, 2), before=st.integers(0, 2), behind=st.integers(0, 2), lag=st.sampled_from([0, 30])
    )
    def the_providers_api_is(self, *, down: bool, busy: int, before: int, behind: int, lag: int) -> None:
        knobs = self.house.exchange.knobs
        knobs.rest_down, knobs.rest_busy, knobs.rest_lag = down, busy, lag
        knobs.rest_fails_before, knobs.rest_fails_after = before, behind

    @rule(step=st.sampled_from([*STEPS, "report"]), times=st.integers(1, 3))
    def a_step_will_raise(self, step: str, times: int) -> None:
        self.board.failures[step] = times

    @rule()
    def all_is_well_again(self) -> None:
        """As a walk in which everything fails for ever sees little."""
        repaired(self.house)

    # What must hold

    @invariant()
    def the_books_are_in_order(self) -> None:
        """At every step: R18, R5, R6, R9."""
        with self.house.database.reading() as session:
            assert books.faults(session) == []

    @invariant()
    def no_step_has_raised(self) -> None:
        assert self.board.raised == []

    @invariant()
    def a_repeated_webhook_got_the_same_answer(self) -> None:
        """R19. An apology is no answer: nothing was stored, and the same webhook may do better the next time (R21)."""
        differ = [both for both in self.house.exchange.doubles if both.first != both.second]
        if differ:
            with self.house.database.reading() as session:
                stored = {answer.encode() for answer in session.scalars(select(Turn.answer))}
            assert [both for both in differ if both.first in stored] == []

    @invariant()
    def nobody_heard_the_providers_own_words(self) -> None:
        """R14: Twilio apologises in English."""
        words = self.house.exchange.knobs.error_message
        assert [note for note in self.house.exchange.logbook.happenings if note.kind == "said" and words in note.text] == []

    def teardown(self) -> None:
        """Everybody hangs up, whatever still fails; then everything works again, and two hours pass."""
        try:
            if self.handsets:
                self._everybody_hangs_up()
                repaired(self.house)
                self.board.failures.clear()
                self._everybody_hangs_up()  # who was put through meanwhile, too
                for _stride in range(24):
                    self.house.skip(minutes=5)
                self._is_over()
        finally:
            self._forgets_what_was_lost()
            self.open.close()

    def _everybody_hangs_up(self) -> None:
        for name in self.handsets:
            self.does(name, Handset.hang_up)
        self.house.skip(minutes=2)

    def _is_over(self) -> None:
        house = self.house
        assert {name for name, telephone in self.handsets.items() if telephone.leg is not None} == set()
        with house.database.reading() as session:
            assert list(session.scalars(select(Hold).where(Hold.state == HoldState.OPEN))) == []
            calls = list(session.scalars(select(Call).order_by(Call.started_at, Call.id)))
            for call in calls:
                ended_well(house, session, call, calls)
        assert house.balance(self.customer)[1] == 0
        self._keeps_pins_to_itself()

    def _forgets_what_was_lost(self) -> None:
        """Lost reports and given-up webhooks are what these walks are made of; a mistake in our TwiML is not."""
        problems = self.house.exchange.problems
        problems[:] = [one for one in problems if one.code not in {11200, 11201, 11203, 11205}]

    def _keeps_pins_to_itself(self) -> None:
        """R2: in no row, no answer, no address, no log line."""
        written = "\n".join(str(row) for row in self.house.everything())
        answered = "\n".join(f"{one.url} {one.body.decode(errors='replace')}" for one in self.house.exchange.log)
        logged = type(self).logged()
        assert [name for name, pin in self.pins.items() if any(pin in text for text in (written, answered, logged))] == []
