"""A line that rings Anna, asks her, and says good-bye: what it answers, and what became of it."""

from __future__ import annotations

from tests.simulator.house import ANNA, House

DIAL = '<Dial action="/after" answerOnBridge="true" timeout="10" callerId="+4563186363" {0}>{1}</Dial>'
TO_ANNA = f'<Number url="/whisper">{ANNA}</Number>'
WHISPER = '<Gather action="/accept" numDigits="1" timeout="5" actionOnEmptyResult="true"><Say>Tryk 1.</Say></Gather><Hangup/>'


def outcome(house: House) -> dict[str, str]:
    """What Dial's action was told."""
    [form] = house.forms("/after")
    names = ("DialCallStatus", "DialBridged", "DialCallDuration", "CallStatus")
    return {name: form[name] for name in names if name in form}
