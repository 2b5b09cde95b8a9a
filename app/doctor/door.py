"""The way in: a request to ourselves through PUBLIC_BASE_URL, as Twilio would send it.

A rightly signed one must be let in and a wrongly signed one refused with 403. Asked for is what somebody hears who takes an
emergency call: that reads no database and writes nothing; a refusal is logged as a probe. The address has a query
with everything that proxies like to change on the way, because the signature is over the address byte for byte (pitfalls D1, D3).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import requests
from twilio.request_validator import RequestValidator

from app.doctor.findings import Finding, error, ok, warning
from app.doctor.installation import Installation
from ivr import addresses, signature
from web.words import N_

PATIENCE: Final = (5.0, 10.0)
FORM: Final = {"CallSid": "CA" + "0" * 32, "From": "+45 00 00", "FromCity": "Rønne & Nexø=1"}
QUERY: Final = "doctor=%C3%A6+1%2B2%2F~"
FORBIDDEN: Final = 403
DONE: Final = 200
START: Final = N_("start `doegnvagt serve`, and look at the proxy and at PUBLIC_BASE_URL")
PASS_ON: Final = N_("let the proxy pass /twilio/ on to the web process")
REDIRECTS: Final = range(300, 400)
SERVER_ERROR: Final = 500


def check(house: Installation) -> Iterator[Finding]:
    """Whether the web process is well behind its public address, and tells Twilio from others."""
    unknown = house.unknown("door", ["PUBLIC_BASE_URL"])
    if unknown:
        yield unknown
        return
    base = house.settings.public_base_url
    try:
        health = requests.get(f"{base}/healthz", timeout=PATIENCE, allow_redirects=False)
        yield _health(health)
        yield from _signatures(house)
    except requests.exceptions.SSLError:
        cure = N_("give the proxy a certificate that the world trusts, with the whole chain")
        yield error("door", N_("Nobody vouches for the certificate at PUBLIC_BASE_URL."), cure=cure)
    except requests.RequestException as problem:
        yield error("door", N_("Nobody answers at PUBLIC_BASE_URL ({problem})."), cure=START, problem=type(problem).__name__)


def _health(answer: requests.Response) -> Finding:
    if _other_tables(answer):
        cure = N_("start this program's web process anew, on the database that is looked at here")
        return error("door", N_("The web process is of another version than its database."), cure=cure)
    if answer.status_code == DONE and '"parts"' in answer.text:
        return ok("door", N_("The web process is well at PUBLIC_BASE_URL."))
    if answer.status_code in REDIRECTS:
        cure = N_("set PUBLIC_BASE_URL to where it leads, or stop the proxy redirecting")
        return error("door", N_("PUBLIC_BASE_URL redirects."), cure=cure)
    if '"parts"' in answer.text:
        cure = N_("see its log, and DATABASE_URL where it runs")
        return error("door", N_("The web process cannot use its database."), cure=cure)
    told = N_("It is not Døgnvagt that answers at PUBLIC_BASE_URL (HTTP {status}).")
    return error("door", told, cure=START, status=answer.status_code)


def _other_tables(answer: requests.Response) -> bool:
    """Whether a web process answers whose program was not started anew when the tables changed, or before they did."""
    try:
        return bool(answer.json()["parts"]["migrations"]["state"] == "other")
    except (ValueError, LookupError, TypeError):  # somebody else answers, or not all is known
        return False


def _signatures(house: Installation) -> Iterator[Finding]:
    unknown = house.unknown("signature", ["TWILIO_AUTH_TOKEN"])
    if unknown:
        yield unknown
        return
    url = f"{addresses.fallback(house.settings.public_base_url, '/screen').partition('#')[0]}?{QUERY}"
    refused = _post(url, signature.PROBE)
    if refused.status_code == DONE:
        cure = N_("let the proxy pass /twilio/ on to the web process, and nobody else answer for it")
        yield error("signature", N_("A wrongly signed request is let in: anybody may send calls."), cure=cure)
        return
    if not house.settings.twilio_auth_tokens:
        told = N_("TWILIO_AUTH_TOKEN is not set: every request of Twilio is refused.")
        yield warning("signature", told, cure=N_("set {name}"), name="TWILIO_AUTH_TOKEN")
        return
    yield _judged(refused, [_post(url, _signed(url, token)) for token in house.settings.twilio_auth_tokens])


def _judged(refused: requests.Response, signed: list[requests.Response]) -> Finding:
    wrong = [answer.status_code for answer in signed if answer.status_code != DONE or "<Response" not in answer.text]
    if refused.status_code != FORBIDDEN:
        told = N_("A wrongly signed request is answered with HTTP {status}, not with 403.")
        return error("signature", told, cure=PASS_ON, status=refused.status_code)
    if FORBIDDEN in wrong:
        cure = N_(
            "give web process and doctor the same TWILIO_AUTH_TOKEN and PUBLIC_BASE_URL; the proxy must not change path or query"
        )
        return error("signature", N_("A rightly signed request is refused."), cure=cure)
    if wrong:
        cure = N_("see the web process's log") if wrong[0] >= SERVER_ERROR else PASS_ON
        return error("signature", N_("A rightly signed request is answered with HTTP {status}."), cure=cure, status=wrong[0])
    return ok("signature", N_("A rightly signed request is let in, a wrongly signed one is refused."))


def _post(url: str, signature: str) -> requests.Response:
    return requests.post(url, data=FORM, headers={"X-Twilio-Signature": signature}, timeout=PATIENCE, allow_redirects=False)


def _signed(url: str, token: str) -> str:
    return str(RequestValidator(token).compute_signature(url, FORM))
