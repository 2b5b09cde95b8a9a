"""Numbers: which are Twilio's, which are telephones, and what a From may look like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

COUNTRIES = {"+45": "DK", "+46": "SE", "+47": "NO", "+49": "DE", "+44": "GB", "+1": "US"}


@dataclass
class TwilioNumber:
    """A number of the account and what stands on it (twilio-contract §5, IncomingPhoneNumbers)."""

    number: str
    sid: str
    created_at: datetime
    voice_url: str = ""
    status_url: str = ""
    fallback_url: str = ""
    voice_method: str = "POST"
    status_method: str = "POST"
    fallback_method: str = "POST"
    friendly_name: str = ""
    application_sid: str | None = None
    """Overrides the URLs, as does `trunk_sid` (twilio-pitfalls D12)."""
    trunk_sid: str | None = None

    @property
    def is_ours(self) -> bool:
        """Whether its URLs count at all."""
        return not self.application_sid and not self.trunk_sid


def is_e164(number: str) -> bool:
    """Whether `number` is a plus and 5 to 15 digits."""
    return re.fullmatch(r"\+[1-9]\d{4,14}", number) is not None


def plain(number: str) -> str:
    """`number` without the signs that people write between digits."""
    return re.sub(r"[ ()\-.]", "", number)


def country(number: str) -> str:
    """The two letters Twilio tells for a number, or nothing when it does not know."""
    return next((name for prefix, name in COUNTRIES.items() if number.startswith(prefix)), "")
