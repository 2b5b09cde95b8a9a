"""`/phone`: the demo's telephones in a browser, and a call that is played again. It is put into the house by app.telephone_page.

    GET  /phone                       the page
    GET  /phone/replay/CA…            the same page, driven by what the exchange remembers of that call, or has kept
    GET  /phone/people                whose telephones there are, as the page was told when it was opened
    GET  /phone/calls/CA…             what the house makes of that call, as a piece of a page (web.drawing)
    GET  /phone/speech?language=da&text=…   a sentence as WAV
    GET, POST /phone/exchange/…       the exchange's desk (web.phone.forwarding)

It shows PINs, so it answers this machine and its own public address alone; there is no log-in. A page of another site can make
nobody's telephone ring, because what is done must come as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.courses import Course
from helpdesk.customers import Unknown
from models.values import Language
from web.drawing import drawn
from web.page import language, page, words
from web.phone import speech, texts
from web.phone.forwarding import CALL, READS, WRITES, Away, Desk
from web.phone.people import Telephone
from web.sent import sent_as_json

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
LARGEST: Final = 4_096
KEPT_SECONDS: Final = 3_600


@dataclass(frozen=True, kw_only=True)
class Phones:
    """What the page is given: the desk, the public host, who there is, and how a call went (or Unknown)."""

    desk: Desk
    host: str
    people: Callable[[], Iterable[Telephone]]
    course: Callable[[str], Course]


def blueprint(phones: Phones) -> Blueprint:
    """The page and what it asks for."""
    made = Blueprint("phone", __name__, url_prefix="/phone")

    @made.before_request
    def near() -> None:
        host = request.host
        if host != phones.host and host not in LOOPBACK and host.rpartition(":")[0] not in LOOPBACK:
            abort(403)

    @made.get("", endpoint="page")
    def live() -> Response:
        return _page(phones, call=None)

    @made.get("/replay/<sid>")
    def replay(sid: str) -> Response:
        response = _page(phones, call=_call(sid))
        response.status_code = _kept(phones, sid)
        return response

    @made.get("/calls/<sid>")
    def course(sid: str) -> Response:
        try:
            return drawn(phones.course(_call(sid)))
        except Unknown:
            abort(404)

    @made.get("/speech")
    def spoken() -> Response:
        return _speech(request.args.get("text", ""), request.args.get("language", ""))

    made.add_url_rule("/people", view_func=partial(_directory, phones), methods=["GET"], endpoint="people")
    made.add_url_rule("/exchange/<path:path>", view_func=partial(_read, phones.desk), methods=["GET"], endpoint="read")
    made.add_url_rule("/exchange/<path:path>", view_func=partial(_write, phones.desk), methods=["POST"], endpoint="write")
    return made


def _read(desk: Desk, path: str) -> ResponseReturnValue:
    if not READS.fullmatch(path):
        abort(404)
    try:
        return desk.read(path, request.args)
    except Away:
        return _away()


def _write(desk: Desk, path: str) -> ResponseReturnValue:
    if not WRITES.fullmatch(path):
        abort(404)
    if not request.is_json:
        return {"error": "send JSON, with its content type"}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    body = sent_as_json() if (request.content_length or 0) <= LARGEST else None
    if not isinstance(body, dict):
        return {"error": "the body must be a small JSON object"}, HTTPStatus.BAD_REQUEST
    try:
        return desk.write(path, request.args, body)
    except Away:
        return _away()


def _away() -> ResponseReturnValue:
    return {"error": words()(texts.AWAY)}, HTTPStatus.SERVICE_UNAVAILABLE


def _speech(text: str, name: str) -> Response:
    if name not in set(Language) or not 0 < len(text) <= speech.LONGEST or not text.isprintable():
        abort(HTTPStatus.BAD_REQUEST)
    sound = speech.spoken(text, Language(name))
    if sound is None:
        abort(404)
    response = Response(sound, mimetype="audio/wav")
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response


def _kept(phones: Phones, sid: str) -> int:
    """200 where the call can be played; 410 where only the books have it. Raises NotFound where they have it neither."""
    try:
        _, status = phones.desk.read(f"calls/{sid}", {})
    except Away:
        return HTTPStatus.OK  # the page says so itself
    if status == HTTPStatus.OK:
        return HTTPStatus.OK
    try:
        phones.course(sid)
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    return HTTPStatus.GONE


def _call(sid: str) -> str:
    return sid if re.fullmatch(CALL, sid) else abort(404)


def _page(phones: Phones, *, call: str | None) -> Response:
    told = texts.told(words())
    root = url_for("phone.page")
    config = {
        "call": call,
        "exchange": f"{root}/exchange",
        "calls": f"{root}/calls",
        "replays": f"{root}/replay",
        "speech": f"{root}/speech",
        "speaks": sorted(speech.voices()),
        "directory": f"{root}/people",
        "people": _people(phones),
        "texts": told,
        "language": language(),
    }
    return _private(page("phone.html", texts=told, config=config))


def _directory(phones: Phones) -> Response:
    return _private(jsonify(people=_people(phones)))


def _people(phones: Phones) -> list[dict[str, object]]:
    return [asdict(replace(one, name=texts.called(one, words()))) for one in phones.people()]


def _private(response: Response) -> Response:
    """PINs stand in it."""
    response.headers["Cache-Control"] = "private, no-store"
    return response
