"""What the issuer says about itself (OpenID Connect Discovery 1.0), and how long that is believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Final, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from web.issuer import asking
from web.issuer.registration import is_safe
from web.issuer.troubles import IssuerStrange, IssuerTrouble

PATH: Final = "/.well-known/openid-configuration"
KEPT: Final = timedelta(hours=1)
AGAIN_AFTER: Final = timedelta(seconds=10)
BASIC: Final = "client_secret_basic"
T = TypeVar("T")


def _safe(address: str) -> str:
    if not is_safe(address):
        raise ValueError("is not https")
    return address


Endpoint = Annotated[str, AfterValidator(_safe)]


class Document(BaseModel):
    """What of it we need."""

    model_config = ConfigDict(frozen=True, strict=True)

    issuer: str
    authorization_endpoint: Endpoint
    token_endpoint: Endpoint
    jwks_uri: Endpoint
    userinfo_endpoint: Endpoint | None = None
    token_endpoint_auth_methods_supported: list[str] | None = None
    authorization_response_iss_parameter_supported: bool = False

    @property
    def auth_method(self) -> str:
        """How we show our secret: in a header, which every issuer has to understand, unless it says otherwise."""
        offered = self.token_endpoint_auth_methods_supported
        return BASIC if offered is None or BASIC in offered else "client_secret_post"


def fetched(issuer: str) -> Document:
    """What the issuer at that address says now. Raises IssuerAway, IssuerStrange; also where it calls itself by another name."""
    body = asking.got(issuer.rstrip("/") + PATH)
    try:
        document = Document.model_validate_json(body)
    except ValidationError as problem:
        wrong = sorted({str(one["loc"][0]) if one["loc"] else "all of it" for one in problem.errors(include_input=False)})
        raise IssuerStrange(f"describes itself in a way that cannot be used ({', '.join(wrong)})") from None
    if document.issuer != issuer:
        raise IssuerStrange(f"calls itself {document.issuer[:200]!r}")
    return document


class Kept(Generic[T]):
    """Something that was fetched, for as long as it is believed; that it failed is remembered for ten seconds.

    Two threads may fetch at once, and the later answer stays.
    """

    def __init__(self, fetch: Callable[[], T], clock: Callable[[], datetime]) -> None:
        self._fetch, self._clock = fetch, clock
        self._found: tuple[datetime, T] | None = None
        self._failed: tuple[datetime, IssuerTrouble] | None = None

    def value(self, *, at_most: timedelta = KEPT) -> T:
        """It, no older than that. Raises what fetching raises."""
        now = self._clock()
        if self._found is not None and now - self._found[0] < at_most:
            return self._found[1]
        if self._failed is not None and now - self._failed[0] < AGAIN_AFTER:
            raise type(self._failed[1])(*self._failed[1].args)
        try:
            value = self._fetch()
        except IssuerTrouble as problem:
            self._failed = (now, problem)
            raise
        self._found = (now, value)
        return value
