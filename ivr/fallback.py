"""When nothing else works: a caller hears a sentence and is put through to EMERGENCY_NUMBER. No database, never billed.

A voicemail must not take such a call either, so whoever answers presses 1 (R13).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from ivr import addresses, twiml
from models.values import Language

DANISH: Final = Language.DANISH
RING_SECONDS: Final = 25
ANSWER_SECONDS: Final = 8


def caller(base_url: str, *, number: str | None, line: str, since: datetime, bridged: bool = True) -> str:
    """What the caller hears. `line` is the dialled number, shown to whoever is rung (R15).

    The address of what follows says since when: a bridge that there was before had ended by then, and is not billed any longer. Not
    `bridged`: it was told that there was none, which nobody could write down.
    """
    if number is None:
        return twiml.speak_and_hang_up("emergency_none")
    response = VoiceResponse()
    response.say(twiml.PROMPTS.say("emergency", DANISH, {}), **twiml.VOICES[DANISH])
    dial = Dial(
        action=addresses.fallback(base_url, f"/over/{int(since.timestamp())}{'' if bridged else '?bridged=false'}"),
        method="POST",
        timeout=RING_SECONDS,
        answer_on_bridge=True,
        ring_tone="dk",
        **({"caller_id": line} if line else {}),
    )
    dial.number(number, url=addresses.fallback(base_url, "/screen"), method="POST")
    response.append(dial)
    return str(response)


def screen(base_url: str) -> str:
    """What whoever answers hears."""
    response = VoiceResponse()
    gather = Gather(
        input="dtmf",
        action=addresses.fallback(base_url, "/answer"),
        method="POST",
        timeout=ANSWER_SECONDS,
        num_digits=1,
        finish_on_key="",
        action_on_empty_result=True,
    )
    gather.say(twiml.PROMPTS.say("emergency_screen", DANISH, {}), **twiml.VOICES[DANISH])
    response.append(gather)
    response.hangup()
    return str(response)


def answer(keys: str) -> str:
    """Only a pressed 1 connects."""
    return twiml.EMPTY if keys == "1" else twiml.hang_up()


def over(bridged: str | None) -> str:
    """What the caller hears behind the emergency call."""
    return twiml.speak_and_hang_up("emergency_over" if bridged == "true" else "emergency_none")
