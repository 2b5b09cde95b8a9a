"""Requests to the application, as Twilio makes them: signed, retried, redirected, doubled (twilio-contract §1, §2).

Everything here is a script (see `tasks`): it runs on the leg that waits for the answer, or on its own for callbacks.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode, urljoin

from simulator import overrides, parameters
from simulator.records import Doubled
from simulator.signature import signature
from simulator.transport import Delivery, Response, TransportError
from simulator.travel import travelled

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.exchange import Exchange
    from simulator.handset import Handset
    from simulator.legs import Leg
    from simulator.overrides import Overrides
    from simulator.transport import Outcome
    from simulator.travel import Trip

MOST_REDIRECTS = 10
REDIRECTED = frozenset({301, 302, 303, 307, 308})
FORM = "application/x-www-form-urlencoded"


class Subject(Protocol):
    """What a request is about: a leg, or a text."""

    sid: str
    cookies: dict[str, str]

    @property
    def exchange(self) -> Exchange:
        """Where it runs."""

    @property
    def handset(self) -> Handset:
        """Whose it is."""


@dataclass(frozen=True, slots=True)
class Request:
    """What Twilio wants to know: where, how, and what it tells besides the standard parameters.

    `twiml` holds a document that needs no request, given through the REST API.
    """

    kind: str
    url: str
    method: str = "POST"
    params: dict[str, str] = field(default_factory=dict)
    twiml: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """No usable answer came; `code` is what Twilio's debugger shows."""

    code: int
    message: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with a good status, and the address that gave it."""

    response: Response
    url: str


def asked(leg: Leg, request: Request) -> Generator[Any, Any, Answer | Failure]:
    """Ask a blocking webhook, with all that Twilio does before it gives up."""
    params = parameters.standard(leg, leg.exchange.account) | request.params | leg.exchange.knobs.surprise
    answer = yield from sent(leg, replace(request, params=params))
    if leg.exchange.knobs.double and isinstance(answer, Answer):
        again = yield from sent(leg, replace(request, params=params))
        second = again.response.body if isinstance(again, Answer) else b""
        doubled = Doubled(request.kind, request.url, params, answer.response.body, second)
        leg.exchange.logbook.doubled(doubled)
    return answer


def sent(about: Subject, request: Request) -> Generator[Any, Any, Answer | Failure]:
    """Send `request` with exactly its parameters and follow redirects, which lose them (twilio-contract §1.2)."""
    for _hop in range(MOST_REDIRECTS + 1):
        try:
            url, policy = overrides.read(request.url)
        except overrides.BadOverride as error:
            return Failure(error.code, str(error), request.url)
        if not url.startswith(("http://", "https://")):
            return Failure(11100, f"{url!r} is no whole address", url)
        outcome = yield from _tried(about, replace(request, url=url), policy)
        if isinstance(outcome, TransportError):
            return Failure(outcome.code, f"{type(outcome).__name__}: {outcome}", url)
        if outcome.status not in REDIRECTED:
            return _judged(outcome, url)
        target = outcome.header("Location")
        if not target:
            return Failure(11216, f"HTTP {outcome.status} without a Location", url)
        request = replace(request, url=urljoin(url, target), method="GET", params={})
    return Failure(11215, f"more than {MOST_REDIRECTS} redirects", request.url)


def _judged(outcome: Response, url: str) -> Answer | Failure:
    if overrides.failed(outcome):
        return Failure(11200, f"HTTP {outcome.status}", url)
    return Answer(outcome, url)


def _tried(about: Subject, request: Request, policy: Overrides) -> Generator[Any, Any, Outcome]:
    """One request as often as its fragment asks for, within the time that all attempts have together (twilio-contract §1.5)."""
    token = about.exchange.idempotency_token()
    spent = 0.0
    for number in range(1, policy.rc + 2):
        delivery = replace(_signed(about, request, token), limits=policy.limits(spent))
        trip: Trip = yield from travelled(about, request, delivery, number=number)
        spent += trip.seconds
        if spent >= policy.tt / 1000 or not policy.retries(trip.outcome, broken=about.exchange.knobs.broken_retried_as):
            break
    return trip.outcome


def _signed(about: Subject, request: Request, token: str) -> Delivery:
    url, form = request.url, request.params
    if request.method == "GET" and form:
        url, form = f"{url}{'&' if '?' in url else '?'}{urlencode(form)}", {}
    headers = {
        "Accept": "*/*",
        "User-Agent": about.exchange.knobs.user_agent,
        "I-Twilio-Idempotency-Token": token,
        "X-Twilio-Signature": signature(about.exchange.token, url, form, keep_port=request.kind == "message"),
    }
    if about.cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in about.cookies.items())
    if request.method == "GET":
        return Delivery("GET", url, b"", headers)
    return Delivery("POST", url, urlencode(form).encode(), headers | {"Content-Type": f"{FORM}; charset=UTF-8"})
