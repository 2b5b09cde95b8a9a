"""Twilio's REST API as a WSGI application over an exchange (twilio-contract §5).

    GET  POST          /2010-04-01/Accounts/AC…/Calls.json                       list, make a call (Url or Twiml)
    GET  POST  DELETE  /2010-04-01/Accounts/AC…/Calls/CA….json                   fetch; Url, Twiml or Status; forget
    GET  POST          /2010-04-01/Accounts/AC…/Messages.json                    list, send a text
    GET                /2010-04-01/Accounts/AC…/Messages/SM….json
    GET  POST          /2010-04-01/Accounts/AC…/IncomingPhoneNumbers/PN….json    also the list; update URLs
    GET  DELETE        /2010-04-01/Accounts/AC…/Recordings/RE….json              also the list; the sound at ….wav

What it plans happens when the exchange's clock is driven next, never within a request.
Knobs: `rest_lag`, `rest_down`, `rest_busy`, and those of `rest_faults`.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from simulator import resources, rest_calls, rest_faults, rest_messages, rest_numbers, rest_recordings
from simulator.parameters import API_VERSION
from simulator.resources import Refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.exchange import Exchange

CLIENT_ERROR = 400


def rest_app(exchange: Exchange) -> Flask:
    """The API of `exchange`, to be called in process or served."""
    app = Flask("simulator.rest", static_folder=None)
    root = f"/{API_VERSION}/Accounts/<account>"

    _watch(app, exchange)

    @app.get(f"{root}.json")
    def account(account: str) -> ResponseReturnValue:  # noqa: ARG001 - checked before
        return resources.account(exchange)

    for part in (rest_calls, rest_messages, rest_numbers, rest_recordings):
        part.add_to(app, exchange, root)
    app.wsgi_app = rest_faults.Unreliable(app.wsgi_app, exchange)  # type: ignore[method-assign]  # Flask's own way to put something around an application
    return app


def _watch(app: Flask, exchange: Exchange) -> None:
    """Before each request whether it may come in, behind it whether its answer may go out, and how errors look."""

    @app.before_request
    def admitted() -> None:
        _check_health(exchange)
        if not _is_media(request.path):
            _check_credentials(exchange)

    @app.after_request
    def answered(response: Response) -> Response:
        if response.status_code >= CLIENT_ERROR:
            return response
        if rest_faults.meets(exchange, "rest_fails_after"):
            failure = rest_faults.failed()
            return app.make_response((failure.body, failure.status))
        request.environ[rest_faults.DONE] = True
        return response

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        head = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else {}  # noqa: PLR2004 - HTTP
        return error.body, error.status, head

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        code = 20004 if status == 405 else 20404  # noqa: PLR2004 - HTTP
        return Refused(status, code, error.description or error.name).body, status


def _is_media(path: str) -> bool:
    return "/Recordings/RE" in path and not path.endswith(".json")


def _check_health(exchange: Exchange) -> None:
    with exchange.lock:
        if exchange.knobs.rest_down:
            raise Refused(503, 20503, "Service unavailable")
        if exchange.knobs.rest_busy > 0:
            exchange.knobs.rest_busy -= 1
            raise Refused(429, 20429, "Too Many Requests")
    if rest_faults.meets(exchange, "rest_fails_before"):
        raise rest_faults.failed()


def _check_credentials(exchange: Exchange) -> None:
    given = request.authorization
    user, password = (given.username or "", given.password or "") if given and given.type == "basic" else ("", "")
    known = hmac.compare_digest(user.encode(), exchange.account.encode())
    if not hmac.compare_digest(password.encode(), exchange.token.encode()) or not known:
        raise Refused(401, 20003, "Authenticate")
    if request.view_args and request.view_args.get("account") != exchange.account:
        raise resources.missing(request.path)
