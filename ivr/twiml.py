"""Answers as TwiML: the only place that knows Twilio's verbs (twilio-contract.md §3).

Every question is said inside its Gather, so that keys pressed meanwhile count; every Gather asks for its action without input too.
What stands behind it never lets a document end by itself: at its end Twilio hangs up on a caller, and connects a voicemail.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from helpdesk.phrases import Phrases
from ivr import addresses
from ivr.turns import Answer, Ask, Connect, Expects, Goodbye, Prompt, Record, Ring, Wait
from models.values import Language

PROMPTS: Final = Phrases(Path(__file__).parent / "prompts")
VOICES: Final = {
    Language.DANISH: {"voice": "Polly.Sofie-Neural", "language": "da-DK"},
    Language.ENGLISH: {"voice": "Polly.Amy-Neural", "language": "en-GB"},
}
EMPTY: Final = str(VoiceResponse())
RINGS_LONGER: Final = 5  # seconds that Twilio rings longer than it is told (R12)
TIMEOUTS: Final = {Expects.KEY: 8, Expects.PIN: 10, Expects.CASE: 10}
SCREEN_TIMEOUT: Final = 6
LONGEST_MESSAGE: Final = 120
MUSIC: Final = "/sounds/vent.wav"
CHILD_EVENTS: Final = "initiated ringing answered completed"


@dataclass(frozen=True, kw_only=True)
class Dialled:
    """Whom a Ring rings: the supporter's number and leg, the number shown to them (R15), and how long the talk may last (R11).

    `rings` is for how many seconds.
    """

    number: str
    leg: int
    caller_id: str
    time_limit: int
    rings: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """Where the answer is given: our public address, that of the turn it leads to, and the language."""

    base_url: str
    next_url: str
    language: Language
    is_supporter: bool = False


def render(answer: Answer, page: Page, dialled: Dialled | None = None) -> str:
    """The TwiML of an answer. A `Ring` needs to know whom; HandOver is the switchboard's business and never comes here."""
    response = VoiceResponse()
    match answer:
        case Ask():
            _ask(response, answer, page)
        case Ring() if dialled is not None:
            _say(response, answer.prompts, page.language)
            _dial(response, page, dialled)
        case Wait():
            _say(response, answer.prompts, page.language)
            response.play(page.base_url + MUSIC)
            response.redirect(page.next_url, method="POST")
        case Record():
            _say(response, answer.prompts, page.language)
            response.record(
                action=page.next_url, method="POST", timeout=10, finish_on_key="#", max_length=LONGEST_MESSAGE, play_beep=True
            )
            response.redirect(page.next_url, method="POST")
        case Goodbye():
            _say(response, answer.prompts, page.language)
            response.hangup()
        case Connect():
            pass
        case _:
            raise TypeError(f"{answer!r} cannot be said")
    return str(response)


def speak_and_redirect(name: str, language: Language, url: str) -> str:
    """One sentence, then another of our turns."""
    response = VoiceResponse()
    _say(response, (Prompt(name),), language)
    response.redirect(url, method="POST")
    return str(response)


def speak_and_hang_up(name: str, language: Language = Language.DANISH) -> str:
    """One sentence, and the end."""
    response = VoiceResponse()
    _say(response, (Prompt(name),), language)
    response.hangup()
    return str(response)


def hang_up() -> str:
    """The end, without a word."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def _ask(response: VoiceResponse, ask: Ask, page: Page) -> None:
    ending: dict[str, Any] = {"num_digits": 1, "finish_on_key": ""} if ask.expects is Expects.KEY else {"finish_on_key": "#"}
    gather = Gather(
        input="dtmf",
        action=page.next_url,
        method="POST",
        timeout=SCREEN_TIMEOUT if page.is_supporter else TIMEOUTS[ask.expects],
        action_on_empty_result=True,
        **ending,
    )
    _say(gather, ask.lead + ask.prompts, page.language)
    response.append(gather)
    if page.is_supporter:
        response.hangup()
    else:
        response.redirect(page.next_url, method="POST")


def _dial(response: VoiceResponse, page: Page, dialled: Dialled) -> None:
    dial = Dial(
        action=page.next_url,
        method="POST",
        timeout=dialled.rings - RINGS_LONGER,
        time_limit=dialled.time_limit,
        caller_id=dialled.caller_id,
        answer_on_bridge=True,
        ring_tone="dk",
    )
    dial.number(
        dialled.number,
        url=addresses.turn(page.base_url, dialled.leg, 1),
        method="POST",
        status_callback=addresses.status(page.base_url, dialled.leg),
        status_callback_event=CHILD_EVENTS,
        status_callback_method="POST",
    )
    response.append(dial)


def _say(parent: VoiceResponse | Gather, prompts: tuple[Prompt, ...], language: Language) -> None:
    if prompts:
        words = " ".join(PROMPTS.say(prompt.name, language, dict(prompt.values)) for prompt in prompts)
        parent.say(words, **VOICES[language])
