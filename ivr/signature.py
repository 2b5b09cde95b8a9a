"""Whether Twilio sent it: X-Twilio-Signature over the address as Twilio requested it and every parameter (contract §2).

The address is rebuilt from PUBLIC_BASE_URL and the raw request target, byte for byte: Flask's own `request.url` is decoded, and
behind a proxy it names the wrong host (pitfalls D1, D3). While a token is rotated several are accepted (D5).
"""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest
from typing import Final

from flask import Request
from twilio.request_validator import RequestValidator

PROBE: Final = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""What the doctor signs with to see that it is refused: no token gives it."""


def is_genuine(request: Request, *, base_url: str, tokens: Sequence[str]) -> bool:
    """Whether one of the tokens signed this request; without a token or a signature, never."""
    signature = request.headers.get("X-Twilio-Signature")
    if not signature:
        return False
    url = base_url + raw_target(request)
    return any(_signed(RequestValidator(token), url, request, signature) for token in tokens)


def is_probe(request: Request) -> bool:
    """Whether somebody tries out that a wrong signature is refused, as the doctor does: nothing that anybody need look into."""
    return request.headers.get("X-Twilio-Signature") == PROBE


def _signed(validator: RequestValidator, url: str, request: Request, signature: str) -> bool:
    """As the address stands, byte for byte; or with and without its port, as Twilio signs http and https."""
    exact = validator.compute_signature(url, request.form)
    return compare_digest(exact.encode(), signature.encode()) or bool(validator.validate(url, request.form, signature))


def raw_target(request: Request) -> str:
    """Path and query exactly as they were sent."""
    target = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path)
    if target.startswith(("http://", "https://")):  # A proxy may send the absolute form.
        target = "/" + target.split("/", 3)[-1]
    return target
