"""The office line's conversation, branch by branch, without a telephone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.flows import office, screen, support, unanswered
from ivr.story import Caller, Heard, Keyed, KeyedCase, OtherLine, Past, Story, Talk, step_name
from ivr.turns import Answer, Ask, Goodbye, HandOver, LinkCase, Record, Ring, Step, Wait
from ivr.twiml import PROMPTS
from models.values import CallOutcome, Language, Points
from oncall.chain import Candidate, NobodyLeft, RingNext, WaitForOne
from oncall.opening import Closed

MORNING = datetime(2027, 1, 4, 7, tzinfo=UTC)  # a Monday, 08:00 in Copenhagen
ANNA = RingNext(Candidate(supporter=1, shift=1))
CASE = KeyedCase(number="20001", title="Kassen er nede", company="Hotel Strand")
SUPPORT = OtherLine(number="+4563186363", price=Points(15))


def said(answer: Answer, language: Language = Language.DANISH) -> str:
    prompts = (answer.lead if isinstance(answer, Ask) else ()) + getattr(answer, "prompts", ())
    return " ".join(PROMPTS.say(one.name, language, dict(one.values)) for one in prompts)


def a_story(**what: object) -> Story:
    return Story(line="Kontoret", free=True, **what)  # type: ignore[arg-type]


def heard_before(step: Step, *keys: str) -> tuple[Past, ...]:
    return tuple(Past(step=step_name(step), keys=key) for key in keys)


def test_an_open_office_asks_for_a_case_or_nothing() -> None:
    answer = office.greet(a_story(), Heard())

    assert isinstance(answer, Ask)
    assert "Ellers tast firkant, eller vent" in said(answer)
    assert "pinkode" not in said(answer)


@pytest.mark.parametrize(
    ("days", "today", "told"),
    [
        (0, "", "Kontoret har lukket. Vi åbner i dag klokken 8."),
        (1, "Nytårsdag", "Kontoret har lukket i dag: Nytårsdag. Vi åbner i morgen klokken 8."),
        (3, "", "Vi åbner mandag klokken 8."),
        (7, "", "Vi åbner mandag den 4. januar klokken 8."),
    ],
)
def test_a_closed_office_says_when_it_opens(days: int, today: str, told: str) -> None:
    answer = office.greet(a_story(closed=Closed(opens_at=MORNING, days=days, today=today), other=SUPPORT), Heard())

    assert isinstance(answer, Goodbye)
    assert answer.outcome is CallOutcome.CLOSED
    assert told in said(answer)
    assert "døgnvagten på 63, 18, 63, 63. Det kræver din pinkode og point. Opkaldet koster lige nu 15 point" in said(answer)


def test_a_closed_office_in_english_and_without_what_nobody_knows() -> None:
    later, today = Closed(opens_at=MORNING, days=9, today=""), Closed(opens_at=MORNING, days=1, today="Nytårsdag")

    told = said(office.greet(a_story(closed=later, other=OtherLine(number="+4563186363")), Heard()), Language.ENGLISH)
    holiday = said(office.greet(a_story(closed=today), Heard()), Language.ENGLISH)
    never = said(office.greet(a_story(closed=Closed(opens_at=None, days=0, today="")), Heard()))

    assert "We open on Monday 4 January at 8 am. If it cannot wait, call the round-the-clock line on 6, 3, 1, 8" in told
    assert "costs" not in told
    assert "The office is closed today: New Year's Day." in holiday
    assert never == "Velkommen til Kontoret. Kontoret har lukket. Farvel."


def test_a_case_is_read_back_in_digits_alone() -> None:
    """R23: whoever keys a number learns neither whose case it is nor what it is about."""
    answer = office.check_case(a_story(case=CASE), Heard(keys="case", looked_up=Keyed.RIGHT))

    assert "2, 0, 0, 0, 1" in said(answer)
    assert CASE.title not in said(answer)
    assert "Hotel Strand" not in said(answer)


def test_a_wrong_number_is_asked_for_twice_more_and_then_the_call_goes_on() -> None:
    wrong = Heard(keys="case", looked_up=Keyed.WRONG)

    again = office.check_case(a_story(past=heard_before(office.check_case, "case")), wrong)
    enough = office.check_case(a_story(past=heard_before(office.check_case, "case", "case"), decision=ANNA), wrong)

    assert isinstance(again, Ask)
    assert isinstance(enough, Ring)
    assert "Vi går videre uden sag." in said(enough)


def test_only_1_takes_the_case() -> None:
    taken = office.confirm_case(a_story(case=CASE, decision=ANNA), Heard(keys="1"))
    other = office.confirm_case(a_story(case=CASE, decision=ANNA), Heard(keys="2"))
    enough = office.confirm_case(a_story(decision=ANNA, past=heard_before(office.confirm_case, "2", "9")), Heard(keys="9"))

    assert isinstance(taken, Ring)
    assert taken.effects == (LinkCase(),)
    assert isinstance(other, Ask)
    assert isinstance(enough, Ring)
    assert enough.effects == ()


def test_silence_puts_through_and_a_star_asks_again() -> None:
    silent = office.put_through(a_story(decision=ANNA), Heard())
    star = office.put_through(a_story(decision=ANNA), Heard(keys="*"))
    stars = office.put_through(a_story(decision=ANNA, past=heard_before(office.check_case, *"****")), Heard(keys="*"))

    assert isinstance(silent, Ring)
    assert isinstance(star, Ask)
    assert isinstance(stars, Ring)


def test_a_star_behind_the_number_reads_it_back_again() -> None:
    """interface.md: it repeats the question, whichever that is."""
    star = office.unconfirmed(a_story(case=CASE), Heard(keys="*"))
    stars = office.unconfirmed(a_story(case=CASE, decision=ANNA, past=heard_before(office.confirm_case, *"****")), Heard(keys="*"))
    silent = office.unconfirmed(a_story(case=CASE, decision=ANNA), Heard())

    assert isinstance(star, Ask)
    assert said(star).startswith("Sag 2, 0, 0, 0, 1.")
    assert [type(one) for one in (stars, silent)] == [Ring, Ring]


def test_who_waits_is_told_their_place() -> None:
    """R12."""
    first = office.put_through(a_story(decision=WaitForOne(1)), Heard())
    still = office.keep_waiting(a_story(decision=WaitForOne(0), waited=True), Heard())
    at_night = support.keep_waiting(Story(decision=WaitForOne(12), waited=True), Heard())

    assert isinstance(first, Wait)
    assert "Du står i kø som nummer to. Bliver ingen ledig inden for 3 minutter, kan du blive ringet op." in said(first)
    assert "Du er nummer et i køen." in said(still)
    assert "Du er nummer 13 i køen." in said(at_night)


def test_nobody_left_leads_to_a_callback_or_a_message() -> None:
    """R14."""
    assert office.put_through(a_story(decision=NobodyLeft()), Heard()) == HandOver(flow="unanswered")
    assert office.broken(a_story(), Heard()) == HandOver(flow="unanswered")
    told = unanswered.start(a_story(), Heard())
    asked = unanswered.choose(a_story(number_known=False, number_shown=False), Heard(keys="1"))

    assert "Ingen supporter kunne tage telefonen lige nu. Tast 1" in said(told)
    assert "point" not in said(told)
    assert isinstance(asked, Record)


def test_a_talk_ends_without_a_word_of_points() -> None:
    talk = Talk(seconds=1000, quarters=0, points=Points(0), balance=Points(0))

    assert [said(step(a_story(talk=talk), Heard())) for step in (office.after_ring, office.broken)] == 2 * [
        "Tak for opkaldet. Farvel."
    ]


@pytest.mark.parametrize(
    ("story", "told"),
    [
        (a_story(), "Kontoret. Ukendt opkalder. Tast 1"),
        (a_story(company="Nord"), "Kontoret. Nord, ukendt opkalder. Tast 1"),
        (a_story(case=CASE), "Kontoret. Ukendt opkalder. Sag 2, 0, 0, 0, 1. Sagen er hos Hotel Strand. Tast 1"),
        (a_story(caller=Caller(person="Mette", company="Nord"), case=CASE), "Kontoret. Nord, Mette. Sag 2, 0, 0, 0, 1. Tast 1"),
    ],
)
def test_the_supporter_hears_what_is_known(story: Story, told: str) -> None:
    assert said(screen.whisper(story, Heard())).startswith(told)


def test_the_round_the_clock_line_says_that_the_office_is_open() -> None:
    told = said(support.greet(Story(line="Døgnvagten", other=OtherLine(number="+4563186318")), Heard()))

    assert "På 63, 18, 63, 18 får du hjælp uden pinkode og uden point." in told
    assert told.endswith("Tast din personlige pinkode på otte cifre, og afslut med firkant.")
