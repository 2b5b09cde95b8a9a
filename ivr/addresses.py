"""Our addresses as Twilio is told them, each with a fragment that says how hard Twilio shall try (twilio-contract.md §1.5).

A repeat does no harm: the same webhook again changes nothing and gets the same answer, byte for byte (R19). So whatever kept an
answer away, Twilio shall ask again, within the 15 s that it allows all attempts together. The fragment stays with Twilio: it never
reaches us and is not signed. Why these numbers:

    ct=2000   a connection across an ocean takes half a second, and one packet lost on the way another second
    rt=5500   an answer leaves within 5 s; the rest is for the way. Two attempts as slow as they can be are 2 · 7.5 s = 15 s
    rc=2      after something quick (refused, 502 while a server restarts) there is time for a third
    rp=all    time-outs, failed connections and 5xx, of which 5xx alone may leave out a connection that broke: a killed server

A caller waits for an answer; nobody waits for that of a status callback, and none is told a second time: it is tried six times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

ASKED_AGAIN: Final = "#ct=2000&rt=5500&rc=2&rp=all"
TOLD_AGAIN: Final = "#ct=2000&rt=5500&rc=5&rp=all"


@dataclass(frozen=True)
class OfNumber:
    """What is set on a number at Twilio, all POST: Voice URL, Status callback, Voice fallback URL."""

    voice: str
    status: str
    fallback: str


def of_number(base_url: str) -> OfNumber:
    """The three addresses of each of our numbers."""
    return OfNumber(
        voice=f"{base_url}/twilio/voice{ASKED_AGAIN}",
        status=f"{base_url}/twilio/status{TOLD_AGAIN}",
        fallback=fallback(base_url),
    )


def voice_again(base_url: str, told: Mapping[str, object]) -> str:
    """Where a caller is sent whose first webhook met an error; `told` is what the address says of it (ivr.mishaps)."""
    return f"{base_url}/twilio/voice?{urlencode(told)}{ASKED_AGAIN}"


def turn(base_url: str, leg: int, number: int, *, told: Mapping[str, object] | None = None) -> str:
    """A turn of a leg; with `told` its last question is asked once more, behind an error."""
    return f"{base_url}/twilio/turn/{leg}/{number}{f'?{urlencode(told)}' if told else ''}{ASKED_AGAIN}"


def status(base_url: str, leg: int) -> str:
    """Where the events of a supporter's leg are told."""
    return f"{base_url}/twilio/status/{leg}{TOLD_AGAIN}"


def readiness_turn(base_url: str, test: int, number: int, *, told: Mapping[str, object] | None = None) -> str:
    """A turn of a test of a supporter's telephone; with `told` its last question is asked once more, behind an error."""
    return f"{base_url}{rung_path('readiness', test)}/{number}{f'?{urlencode(told)}' if told else ''}{ASKED_AGAIN}"


def rung_path(why: str, number: int) -> str:
    """What the paths of a test, or of a callback, begin with (helpdesk.ringing.For)."""
    return f"/twilio/{why}/{number}"


def fallback(base_url: str, part: str = "") -> str:
    """What Twilio asks when nothing else works; `part` is "/screen", "/answer" or "/over" of the emergency call."""
    return f"{base_url}/twilio/fallback{part}{ASKED_AGAIN}"
