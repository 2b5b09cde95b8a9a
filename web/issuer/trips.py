"""A browser's way to the issuer and back. What has to be the same at its end the browser itself keeps, sealed, for ten minutes."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from helpdesk.sealing import Seal, SealBroken
from web.issuer.troubles import StaleTrip

LASTS: Final = timedelta(minutes=10)
OWNER: Final = "trip"
BACK: Final = "/sign-in/oidc/back"
"""Our address that a browser comes back to."""
LONGEST_PATH: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Trip:
    """`state` comes back in the address, `nonce` in the token, `verifier` goes with the code (PKCE, RFC 7636).

    `wanted` is where the user was going; `links` is the user who goes to link their log-in, if that is what it is for.
    """

    state: str
    nonce: str
    verifier: str
    until: float
    wanted: str | None = None
    links: int | None = None

    @classmethod
    def begun(cls, *, now: datetime, wanted: str | None = None, links: int | None = None) -> Trip:
        """A new one; every secret of it has 256 bits."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        kept = wanted if wanted is not None and len(wanted) <= LONGEST_PATH else None
        return cls(state=state, nonce=nonce, verifier=verifier, until=(now + LASTS).timestamp(), wanted=kept, links=links)

    @classmethod
    def opened(cls, sealed: str | None, *, seal: Seal, now: datetime) -> Trip:
        """The one that a browser kept. Raises StaleTrip where it kept none, or for too long."""
        try:
            trip = cls(**json.loads(seal.open(sealed or "", owner=OWNER)))
        except SealBroken as problem:
            raise StaleTrip("the browser brought no trip of ours") from problem
        if now.timestamp() >= trip.until:
            raise StaleTrip("the trip took too long")
        return trip

    def sealed(self, seal: Seal) -> str:
        """As the browser keeps it."""
        return seal.close(json.dumps(asdict(self)), owner=OWNER)

    def is_of(self, state: str | None) -> bool:
        """Whether that state is this trip's."""
        return hmac.compare_digest(self.state.encode(), (state or "").encode())
