"""What stands on our numbers at Twilio, read and set over its REST API (twilio-contract.md §5, IncomingPhoneNumbers).

Only the command line asks; every request has a time-out. A VoiceApplicationSid or a TrunkSid overrides the addresses: setting those
has then no effect (pitfall D12).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from ivr import addresses, twilio_client
from ivr.twilio_client import asked

TIMEOUT: Final = 10.0
WORDS: Final = {
    "voice_url": "Voice URL",
    "voice_method": "Voice method",
    "fallback_url": "Fallback URL",
    "fallback_method": "Fallback method",
    "status_url": "Status callback",
    "status_method": "Status method",
}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Addresses and methods of a number, as they are or as they should be."""

    voice_url: str
    voice_method: str
    fallback_url: str
    fallback_method: str
    status_url: str
    status_method: str

    @classmethod
    def wanted(cls, base_url: str) -> Setting:
        """As each of our numbers should be (interface.md, "Webhooks")."""
        ours = addresses.of_number(base_url)
        return cls(
            voice_url=ours.voice,
            voice_method="POST",
            fallback_url=ours.fallback,
            fallback_method="POST",
            status_url=ours.status,
            status_method="POST",
        )

    def without_fragments(self) -> Setting:
        """The same, without what only says how hard Twilio shall try (ivr.addresses)."""
        return Setting(**{name: value.partition("#")[0] for name, value in asdict(self).items()})

    def differs(self, other: Setting) -> list[str]:
        """The names of what is not the same."""
        there = asdict(other)
        return [name for name, value in asdict(self).items() if there[name] != value]


@dataclass(frozen=True, kw_only=True)
class TwilioNumber:
    """A number of the account. `application` and `trunk` are SIDs that override its addresses, or None."""

    number: str
    sid: str
    setting: Setting
    application: str | None
    trunk: str | None

    @property
    def overridden_by(self) -> list[str]:
        """What keeps the addresses from counting."""
        names = {"VoiceApplicationSid": self.application, "TrunkSid": self.trunk}
        return [name for name, sid in names.items() if sid]


class TwilioNumbers:
    """The numbers of one account. Every method raises PortFailed."""

    def __init__(self, *, account: str, token: str, api_base_url: str | None, timeout: float = TIMEOUT) -> None:
        self._client = twilio_client.client(account, token, api_base_url=api_base_url, timeout=timeout)
        self._account = account

    def account(self) -> str:
        """How the account stands: "active", "suspended" or "closed"."""
        return str(asked(lambda: self._client.api.accounts(self._account).fetch()).status)

    def find(self, number: str) -> TwilioNumber | None:
        """The number in E.164; None where the account has none like it."""
        found = asked(lambda: self._client.incoming_phone_numbers.list(phone_number=number))
        return next((_read(one) for one in found if one.phone_number == number), None)

    def set(self, number: TwilioNumber, wanted: Setting, *, take_over: bool) -> TwilioNumber:
        """Sets addresses and methods, with `take_over` also that nothing overrides them; how the number stands then, read anew."""
        free = {"voice_application_sid": "", "trunk_sid": ""} if take_over and number.overridden_by else {}
        resource = self._client.incoming_phone_numbers(number.sid)
        asked(
            lambda: resource.update(
                voice_url=wanted.voice_url,
                voice_method=wanted.voice_method,
                voice_fallback_url=wanted.fallback_url,
                voice_fallback_method=wanted.fallback_method,
                status_callback=wanted.status_url,
                status_callback_method=wanted.status_method,
                **free,
            )
        )
        return _read(asked(resource.fetch))


def _read(resource: Any) -> TwilioNumber:  # noqa: ANN401 - twilio ships no types
    return TwilioNumber(
        number=str(resource.phone_number),
        sid=str(resource.sid),
        setting=Setting(
            voice_url=resource.voice_url or "",
            voice_method=resource.voice_method or "",
            fallback_url=resource.voice_fallback_url or "",
            fallback_method=resource.voice_fallback_method or "",
            status_url=resource.status_callback or "",
            status_method=resource.status_callback_method or "",
        ),
        application=resource.voice_application_sid or None,
        trunk=resource.trunk_sid or None,
    )
