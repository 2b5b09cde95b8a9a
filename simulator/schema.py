"""What TwiML may hold: elements, their attributes, what stands in what (twilio-contract §3).

Names and values follow npm package twilio 6.2.0, lib/twiml/VoiceResponse.d.ts; ranges and error codes Twilio's pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from simulator.voices import is_language, is_voice


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RING_TONES = _words(
    "at au bg br be ch cl cn cz de dk ee es fi fr gr hu il in it lt jp mx my nl no nz ph pl pt ru se sg th uk us us-old tw ve za"
)
EVENTS = _words("initiated ringing answered completed")
RECORDING_EVENTS = _words("in-progress completed absent")
RECORD = _words("do-not-record record-from-answer record-from-ringing record-from-answer-dual record-from-ringing-dual true false")
INTERPRETATIONS = _words("characters spell-out cardinal number ordinal digits fraction unit date time address expletive telephone")
ELSEWHERE = _words("Enqueue Leave Sms Pay Prompt Connect Start Stop Refer Echo")
"""Verbs that exist at Twilio and not here."""
OTHER_NOUNS = _words("Client Sip Sim WhatsApp Application Conference Queue")
LONGEST_SPEECH = 4096


@dataclass(frozen=True, slots=True)
class Rule:
    """What an attribute's value must be, in words and as a test, and Twilio's error number when it is not."""

    wants: str
    fits: Callable[[str], bool]
    code: int = 12200


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `text`: none, any, or needed. `simulated` is False for what exists at Twilio but not here."""

    attributes: dict[str, Rule] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: str = "none"
    nesting_code: int = 12200
    simulated: bool = True


def _whole(low: int, high: int, code: int = 12200, *, auto: bool = False) -> Rule:
    def fits(value: str) -> bool:
        return (auto and value == "auto") or (re.fullmatch(r"\d{1,6}", value) is not None and low <= int(value) <= high)

    return Rule(f"a whole number from {low} to {high}" + (" or auto" if auto else ""), fits, code)


def _one_of(*values: str, code: int = 12200) -> Rule:
    return Rule(f"one of {', '.join(sorted(values))}", frozenset(values).__contains__, code)


def _some_of(values: frozenset[str]) -> Rule:
    return Rule(
        f"some of {', '.join(sorted(values))}, with spaces between",
        lambda value: bool(value.split()) and frozenset(value.split()) <= values,
    )


def _pattern(wants: str, pattern: str, code: int = 12200) -> Rule:
    return Rule(wants, lambda value: re.fullmatch(pattern, value) is not None, code)


def _is_address(value: str) -> bool:
    if not value or not value.isascii() or any(sign.isspace() for sign in value):
        return False
    parts = urlsplit(value)
    return parts.scheme in {"", "http", "https"} and "_" not in (parts.hostname or "")


TEXT = Rule("a text", lambda _value: True)
BOOLEAN = _one_of("true", "false")
METHOD = _one_of("GET", "POST")
ADDRESS = Rule("an http(s) address or a relative one, its host without underscores", _is_address, 11100)
FINISH_KEY = _pattern("one of 0-9 # *, or empty", r"[0-9#*]?", 13310)
RECORD_KEYS = _pattern("keys out of 0-9 # *", r"[0-9#*]*")
DIGITS = _pattern("digits, #, * and w, W for pauses", r"[0-9#*wW]+", 13321)
LENGTH = _pattern("a time such as 500ms or 2s", r"\d+(\.\d+)?(ms|s)")
CALLER_ID = Rule("a number or a client", lambda value: bool(value.strip()), 13214)

RECORDING_CALLBACK = {
    "recordingStatusCallback": ADDRESS,
    "recordingStatusCallbackMethod": METHOD,
    "recordingStatusCallbackEvent": _some_of(RECORDING_EVENTS),
    "recordingConfigurationId": TEXT,
    "trim": _one_of("trim-silence", "do-not-trim"),
}
SSML = {
    "break": Element({"strength": _one_of("none", "x-weak", "weak", "medium", "strong", "x-strong"), "time": LENGTH}),
    "emphasis": Element({"level": _one_of("strong", "moderate", "reduced")}, text="any"),
    "lang": Element({"xml:lang": Rule("a language", is_language)}, text="any"),
    "p": Element(text="any"),
    "phoneme": Element({"alphabet": _one_of("ipa", "x-sampa"), "ph": TEXT}, text="any"),
    "prosody": Element({"volume": TEXT, "rate": TEXT, "pitch": TEXT}, text="any"),
    "s": Element(text="any"),
    "say-as": Element({"interpret-as": _one_of(*INTERPRETATIONS), "format": TEXT}, text="any"),
    "sub": Element({"alias": TEXT}, text="any"),
    "w": Element({"role": TEXT}, text="any"),
}
VERBS = {
    "Say": Element(
        {
            "voice": Rule("a voice that Twilio has", is_voice, 13520),
            "language": Rule("a language that Twilio has", is_language, 13520),
            "loop": _whole(0, 1000, 13510),
        },
        children=frozenset(SSML),
        text="needed",
    ),
    "Play": Element({"loop": _whole(0, 1000, 13410), "digits": DIGITS}, text="any"),
    "Pause": Element({"length": _whole(1, 600, 13910)}),
    "Gather": Element(
        {
            "input": _some_of(frozenset({"dtmf", "speech"})),
            "action": ADDRESS,
            "method": Rule(METHOD.wants, METHOD.fits, 13312),
            "timeout": _whole(1, 600, 13313, auto=True),
            "numDigits": _whole(1, 1000, 13314),
            "finishOnKey": FINISH_KEY,
            "actionOnEmptyResult": BOOLEAN,
            "speechTimeout": _whole(1, 60, auto=True),
            "maxSpeechTime": _whole(1, 60),
            "speechModel": TEXT,
            "language": Rule("a language that Twilio has", is_language),
            "hints": TEXT,
            "profanityFilter": BOOLEAN,
            "partialResultCallback": ADDRESS,
            "partialResultCallbackMethod": METHOD,
            "enhanced": BOOLEAN,
            "bargeIn": BOOLEAN,
            "debug": BOOLEAN,
        },
        children=frozenset({"Say", "Play", "Pause"}),
        nesting_code=13320,
    ),
    "Record": Element(
        {
            "action": ADDRESS,
            "method": METHOD,
            "timeout": _whole(1, 600, 13612),
            "finishOnKey": RECORD_KEYS,
            "maxLength": _whole(1, 14_400, 13615),
            "playBeep": BOOLEAN,
            "transcribe": BOOLEAN,
            "transcribeCallback": ADDRESS,
            **RECORDING_CALLBACK,
        }
    ),
    "Redirect": Element({"method": METHOD}, text="needed"),
    "Hangup": Element(),
    "Reject": Element({"reason": _one_of("rejected", "busy")}),
    "Dial": Element(
        {
            "action": ADDRESS,
            "method": METHOD,
            "timeout": _whole(5, 600, 13212),
            "timeLimit": _whole(1, 14_400, 13216),
            "hangupOnStar": BOOLEAN,
            "callerId": CALLER_ID,
            "answerOnBridge": _one_of("true", "false", code=13219),
            "ringTone": _one_of(*RING_TONES, code=13220),
            "record": _one_of(*RECORD),
            "recordingTrack": _one_of("both", "inbound", "outbound"),
            "sequential": _one_of("true", "false", code=13218),
            "referUrl": ADDRESS,
            "referMethod": METHOD,
            "events": _one_of("call-progress-event"),
            "passports": TEXT,
            "callReason": _pattern("at most 50 letters", r".{1,50}"),
            **RECORDING_CALLBACK,
        },
        children=frozenset({"Number"}) | OTHER_NOUNS,
        text="any",
    ),
}
NUMBER = Element(
    {
        "url": ADDRESS,
        "method": METHOD,
        "sendDigits": DIGITS,
        "statusCallback": ADDRESS,
        "statusCallbackMethod": METHOD,
        "statusCallbackEvent": _some_of(EVENTS),
        "byoc": TEXT,
        "machineDetection": _one_of("Enable", "DetectMessageEnd"),
        "machineDetectionTimeout": _whole(3, 60),
        "machineDetectionSpeechThreshold": _whole(1000, 6000),
        "machineDetectionSpeechEndThreshold": _whole(500, 5000),
        "machineDetectionSilenceTimeout": _whole(2000, 10_000),
        "amdStatusCallback": ADDRESS,
        "amdStatusCallbackMethod": METHOD,
    },
    text="needed",
)
NOT_SIMULATED = dict.fromkeys(ELSEWHERE | OTHER_NOUNS, Element(simulated=False))
ROOT = Element(children=frozenset(VERBS) | ELSEWHERE)
ELEMENTS: dict[str, Element] = {**NOT_SIMULATED, **VERBS, "Number": NUMBER, "Response": ROOT, **SSML}
