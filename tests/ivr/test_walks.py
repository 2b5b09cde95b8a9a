"""Whole calls walked in memory, thousands of them: every step answers whatever it hears, and every call comes to an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import turns
from ivr.flows import office, readiness, screen, support, unanswered
from ivr.readiness import FLOWS as TESTS
from ivr.steps import FLOWS as CALLS
from ivr.steps import HANDED_OVER, step
from ivr.story import Caller, Heard, Keyed, KeyedCase, Offered, OtherLine, Past, Story, Talk, step_name
from ivr.turns import Answer, Ask, Connect, Goodbye, HandOver, Record, Ring, Step, Wait
from ivr.twiml import Dialled, Page, render
from models.values import CallOutcome, Language, Points
from oncall.chain import Candidate, NobodyLeft, RingNext, WaitForOne
from oncall.opening import Closed

MOST_TURNS = 120
NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
PAGE = Page(base_url="https://house.example", next_url="https://house.example/twilio/turn/1/2", language=Language.DANISH)
DIALLED = Dialled(number="+4520304050", leg=2, caller_id="+4563186363", time_limit=900, rings=15)

points = st.integers(-100, 500).map(Points)
offers = st.builds(
    Offered,
    price=points,
    later_price=st.none() | points,
    later_at=st.none() | st.just(NOW),
    available=points,
    payable=st.none() | st.integers(0, 96),
    missing=points,
    price_list=st.none() | st.integers(1, 9),
)
decisions = st.sampled_from([NobodyLeft(), WaitForOne(0), WaitForOne(2), RingNext(Candidate(supporter=1, shift=1))])
stories = st.builds(
    Story,
    line=st.just("Døgnvagten"),
    caller=st.none() | st.just(Caller(person="Mette Holm", company="Nordvig Camping")),
    locked_minutes=st.none() | st.integers(1, 1440),
    offer=st.none() | offers,
    price_accepted=st.booleans(),
    case=st.none() | st.just(KeyedCase(number="20001", title="Kassen er nede")),
    decision=decisions,
    tried=st.integers(0, 12),
    waited=st.booleans(),
    points_refused=st.booleans(),
    over=st.booleans(),
    gone=st.booleans(),
    talk=st.none()
    | st.builds(
        Talk, seconds=st.integers(0, 20_000), quarters=st.integers(0, 17), points=points, balance=points, used_up=st.booleans()
    ),
    balance=st.none() | points,
    shop=st.none() | st.just("point.example.dk"),
    number_shown=st.booleans(),
    number_known=st.booleans(),
    in_a_hurry=st.booleans(),
    free=st.booleans(),
    closed=st.sampled_from([None, None, None, Closed(opens_at=NOW, days=1, today="")]),
    other=st.sampled_from([None, OtherLine(number="+4563186318"), OtherLine(number="+4563186363", price=Points(15))]),
)
heards = st.builds(
    Heard,
    keys=st.sampled_from(["", "", "*", "1", "2", "3", "9", "#", "several", "pin", "case"]),
    looked_up=st.sampled_from(Keyed),
    recorded=st.integers(0, 120),
)
STEPS: list[Step] = [
    function
    for flow in (support, office, screen, unanswered, readiness)
    for name, function in vars(flow).items()
    if callable(function)
    and not name.startswith("_")
    and getattr(function, "__module__", "") == flow.__name__
    and name[0].islower()
]


class Walk:
    """One leg of a call, as the switchboard leads it: repeats `*` and silence, hands over, and remembers."""

    def __init__(self, first: Step) -> None:
        self.step = first
        self.asked: Ask | None = None
        self.past: list[Past] = []
        self.silent: list[bool] = []

    def hears(self, story: Story, heard: Heard) -> Answer:
        """The answer to one more webhook; `asked` is the question that stands open behind it."""
        judge, (story, heard) = self.step, self._looked_up(story, heard)
        answer = self._again(heard) or self._judged(judge, replace(story, past=tuple(self.past)), heard)
        self.past.append(Past(step=step_name(judge), keys=heard.keys, looked_up=heard.looked_up))
        self.silent.append(not heard.keys)
        self.asked = answer if isinstance(answer, Ask) else None
        self.step = getattr(answer, "then", judge)
        return answer

    def _looked_up(self, story: Story, heard: Heard) -> tuple[Story, Heard]:
        """A PIN that was keyed is right, wrong or locked, and a right one has an owner, as ivr.hearing sees to it."""
        if self.step is not support.check_pin or heard.keys in {"", "*"}:
            return story, heard
        if heard.looked_up is Keyed.RIGHT:
            return replace(story, caller=Caller(person="Mette Holm", company="Nordvig Camping")), heard
        if heard.looked_up is Keyed.LOCKED:
            return replace(story, caller=None, locked_minutes=15), heard
        return replace(story, caller=None), replace(heard, looked_up=Keyed.WRONG)

    def _again(self, heard: Heard) -> Ask | None:
        if self.asked is None:
            return None
        name = step_name(self.step)
        silences = 0
        for past, silent in zip(reversed(self.past), reversed(self.silent), strict=True):
            if past.step != name or not silent:
                break
            silences += 1
        before = sum(past.step == name for past in self.past)
        return turns.again(self.asked, heard, silent_before=silences, asked_before=before)

    def _judged(self, judge: Step, story: Story, heard: Heard) -> Answer:
        run = judge if self.asked is None or heard.keys.strip("*") else self.asked.silent
        answer = run(story, heard)
        for _ in range(3):
            if not isinstance(answer, HandOver):
                break
            answer = HANDED_OVER[answer.flow](story, heard)
        return answer


def is_the_end(answer: Answer) -> bool:
    return isinstance(answer, Goodbye | Connect)


@given(st.sampled_from(STEPS), stories, heards)
@settings(max_examples=600, deadline=None)
def test_every_step_answers_whatever_it_hears(run: Step, story: Story, heard: Heard) -> None:
    """R14: with something that can be said; a step never raises, and an open question can be written down and read back."""
    answer = run(story, heard)

    if isinstance(answer, HandOver):
        answer = HANDED_OVER[answer.flow](story, heard)
    assert "<Response" in render(answer, PAGE, DIALLED)
    if isinstance(answer, Ask):
        assert turns.read(turns.written(answer), lambda name: step(name, {**CALLS, **TESTS})) == replace(
            answer, lead=(), effects=()
        )


@given(st.sampled_from([support.greet, office.greet]), st.lists(st.tuples(stories, heards), min_size=1, max_size=40))
@settings(max_examples=300, deadline=None)
def test_a_callers_call_ends_in_a_bounded_number_of_turns(first: Step, course: list[tuple[Story, Heard]]) -> None:
    """R12, R14: whatever is keyed and whatever happens around it. The chain's own limits end ringing and waiting (see below)."""
    walk, count = Walk(first), 0
    while count < MOST_TURNS:
        story, heard = course[count % len(course)]
        bounded = story if count < 40 else replace(story, decision=NobodyLeft())
        answer = walk.hears(bounded, heard)
        count += 1
        if is_the_end(answer):
            break

    assert count < MOST_TURNS


@given(st.lists(st.tuples(stories, heards), min_size=1, max_size=10))
@settings(max_examples=300, deadline=None)
def test_a_supporters_leg_ends_within_five_questions(course: list[tuple[Story, Heard]]) -> None:
    """R13: and connects only behind exactly 1."""
    walk, count, last = Walk(screen.whisper), 0, Heard()
    while count < MOST_TURNS:
        story, last = course[count % len(course)]
        answer = walk.hears(story, last)
        count += 1
        if is_the_end(answer):
            break

    assert count <= 1 + screen.MOST_ASKED + 1
    assert isinstance(answer, Goodbye) or last.keys == "1"


@given(stories, heards)
@settings(max_examples=300, deadline=None)
def test_nobody_is_rung_who_was_not_told_a_price_and_could_not_pay(story: Story, heard: Heard) -> None:
    """R3, R4: behind a PIN question comes a question or a good-bye, never a ring; without points a good-bye."""
    answer = support.check_pin(story, heard)

    assert not isinstance(answer, Ring | Wait | Record | Connect)
    if story.caller is None and isinstance(answer, Goodbye):
        assert answer.outcome in {CallOutcome.WRONG_PIN, CallOutcome.LOCKED_OUT}
    known = story.caller is not None and story.locked_minutes is None
    if known and story.offer is not None and story.offer.payable == 0:
        assert isinstance(answer, Goodbye)
        assert answer.outcome is CallOutcome.NO_POINTS
