"""Every kind of answer as TwiML, read back by the exchange's own strict reader (twilio-contract.md §3)."""

from __future__ import annotations

import pytest

from ivr import addresses, fallback, twiml
from ivr.flows import support
from ivr.turns import Answer, Ask, Connect, Expects, HandOver, Prompt, Record, Ring, Wait, goodbye, say
from ivr.twiml import Dialled, Page
from models.values import Language, Points
from simulator import manners
from simulator.twiml import Document, Verb, read
from tests.house import NIGHT

BASE = "https://house.example"
NEXT = f"{BASE}/twilio/turn/7/12{addresses.ASKED_AGAIN}"
DIALLED = Dialled(number="+4520304050", leg=8, caller_id="+4563186363", time_limit=1800, rings=15)
WORDS = (say("hello", person="Ib & <Mette>"), say("price", price=Points(15)))


def page(*, supporter: bool = False, language: Language = Language.DANISH) -> Page:
    return Page(base_url=BASE, next_url=NEXT, language=language, is_supporter=supporter)


def document(text: str, *, whisper: bool = False) -> Document:
    """The answer as Twilio reads it, with nothing at all to object to."""
    made = read(text.encode(), "text/xml")
    assert made.problems == ()
    assert list(manners.complaints(made, whisper=whisper, dead_ends=False)) == []
    return made


def ask(expects: Expects = Expects.KEY) -> Ask:
    return Ask(prompts=WORDS, then=support.choose, silent=support.no_choice, expects=expects)


@pytest.mark.parametrize(
    ("answer", "verbs"),
    [
        (ask(), ["Gather", "Redirect"]),
        (ask(Expects.PIN), ["Gather", "Redirect"]),
        (ask(Expects.CASE), ["Gather", "Redirect"]),
        (Ring(prompts=WORDS, then=support.after_ring), ["Say", "Dial"]),
        (Ring(prompts=(), then=support.after_ring), ["Dial"]),
        (Wait(prompts=WORDS, then=support.keep_waiting), ["Say", "Play", "Redirect"]),
        (Record(prompts=WORDS, then=support.after_ring), ["Say", "Record", "Redirect"]),
        (goodbye(*WORDS), ["Say", "Hangup"]),
        (goodbye(), ["Hangup"]),
    ],
)
@pytest.mark.parametrize("language", list(Language))
def test_every_answer_to_a_caller_is_strict_twiml_that_never_runs_out(answer: Answer, verbs: list[str], language: Language) -> None:
    """R14, R22: in the voice of the language, names with & and < in them included."""
    made = document(twiml.render(answer, page(language=language), DIALLED))

    assert [verb.name for verb in made.verbs] == verbs
    voices = {verb.says("voice") for top in made.verbs for verb in (top, *top.children) if verb.name == "Say"}
    assert voices <= {"Polly.Sofie-Neural" if language is Language.DANISH else "Polly.Amy-Neural"}


@pytest.mark.parametrize(
    ("answer", "verbs"), [(ask(), ["Gather", "Hangup"]), (goodbye(*WORDS), ["Say", "Hangup"]), (Connect(), [])]
)
def test_every_answer_to_a_supporter_works_before_the_bridge(answer: Answer, verbs: list[str]) -> None:
    """R13: only an empty document connects; silence ends in Hangup."""
    made = document(twiml.render(answer, page(supporter=True)), whisper=True)

    assert [verb.name for verb in made.verbs] == verbs


def test_a_question_is_said_inside_its_gather_and_is_asked_without_input_too() -> None:
    """R3, R14 (pitfalls E1, E2, E5)."""
    key, pin = (document(twiml.render(ask(expects), page())).verbs[0] for expects in (Expects.KEY, Expects.PIN))

    for gather in (key, pin):
        assert [child.name for child in gather.children] == ["Say"]
        assert (gather.says("action"), gather.says("method"), gather.is_on("actionOnEmptyResult")) == (NEXT, "POST", True)
    assert (key.says("numDigits"), key.says("finishOnKey", "none")) == ("1", "")
    assert (pin.says("numDigits", "none"), pin.says("finishOnKey")) == ("none", "#")


def test_a_ring_shows_the_line_and_keeps_the_limit() -> None:
    """R11, R12, R15."""
    dial = document(twiml.render(Ring(prompts=(), then=support.after_ring), page(), DIALLED)).verbs[0]
    number: Verb = dial.children[0]

    shown = [dial.says(name) for name in ("timeout", "timeLimit", "callerId", "answerOnBridge", "ringTone", "action")]
    assert shown == ["10", "1800", "+4563186363", "true", "dk", NEXT]
    assert (number.text, number.says("url")) == ("+4520304050", f"{BASE}/twilio/turn/8/1{addresses.ASKED_AGAIN}")
    assert number.says("statusCallback") == f"{BASE}/twilio/status/8{addresses.TOLD_AGAIN}"


@pytest.mark.parametrize("answer", [HandOver(flow="unanswered"), Ring(prompts=(), then=support.after_ring)])
def test_what_cannot_be_said_is_an_error(answer: Answer) -> None:
    """R21: a hand-over is the switchboard's, a ring needs to know whom."""
    with pytest.raises(TypeError, match="cannot be said"):
        twiml.render(answer, page())


def test_a_prompt_that_does_not_exist_is_an_error() -> None:
    """R21, R22."""
    with pytest.raises(KeyError):
        twiml.render(goodbye(Prompt("no_such_prompt")), page())


@pytest.mark.parametrize("number", ["+4540506070", None])
def test_what_is_said_without_a_database_is_strict_twiml_too(number: str | None) -> None:
    """R13, R21."""
    made = document(fallback.caller(BASE, number=number, line="+4563186363", since=NIGHT))
    asked = document(fallback.screen(BASE), whisper=True)

    assert [verb.name for verb in made.verbs] == (["Say", "Dial"] if number else ["Say", "Hangup"])
    assert [verb.name for verb in asked.verbs] == ["Gather", "Hangup"]
    assert [len(document(fallback.answer(keys), whisper=True).verbs) for keys in ("1", "2", "")] == [0, 1, 1]


@pytest.mark.parametrize("bridged", ["true", "false", None])
def test_behind_the_emergency_call_something_is_said(bridged: str | None) -> None:
    """R14, R21."""
    made = document(fallback.over(bridged))

    assert [verb.name for verb in made.verbs] == ["Say", "Hangup"]
