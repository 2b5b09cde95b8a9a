"""Search that jumps on a number (ui.md 3): a case, a call, a caller; what is no number is looked for by name.

A case number and a telephone number are both digits: a case that there is comes first. What is typed is posted, because a PIN is
eight digits too, and never stands in an address (R2): words lead on to an address that has them, whatever looks like a PIN or a
telephone number is answered at once, and a PIN that somebody has leads nowhere. So are the filters of lists.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, Final

from flask import Response as Page
from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import call_log, case_dossiers, customer_records, pins, search
from helpdesk.call_log import Wanted
from helpdesk.customers import Unknown
from models.values import e164, masked_within
from web.console.blueprint import console
from web.console.looks import CASES
from web.given import given
from web.page import page
from web.visitors import EVERYBODY, opens_to, visitor, way_to

CASE: Final = re.compile(r"(case|sag)?\s*#?\s*([\d\s]{3,})", re.IGNORECASE)
SID: Final = re.compile(r"CA[0-9a-f]{32}", re.IGNORECASE)
BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[\s.()-]+(?=\d)")
DAYS: Final = frozenset({"from", "to"})
MOST: Final = 20
LONGEST: Final = 100


@console.get("/search", endpoint="search")
@opens_to(*EVERYBODY)
def found() -> Response:
    """Where the words of the address lead, or what they may have meant. Digits that may be a PIN are taken out and refused."""
    text = _one_line(request.args.get("q", ""))
    if _is_hidden(text):
        return redirect(url_for(".search", refused="digits"))
    if "refused" in request.args:
        return page("console/search.html", HTTPStatus.UNPROCESSABLE_ENTITY, refused=True)
    with given().reading() as session:
        place = _jump(session, text)
        return redirect(place) if place is not None else _shown(session, text)


@console.post("/search")
@opens_to(*EVERYBODY, changes=False)
def search_for() -> Response:
    """Where what was typed leads."""
    text = _one_line(request.form.get("q", ""))
    with given().reading() as session:
        place = _jump(session, text)
        if place is None and _is_hidden(text):
            return _shown(session, text)
    return redirect(place or url_for(".search", q=text), HTTPStatus.SEE_OTHER)


@console.post("/narrow/<any(calls, customer_list, billing, statements_page, audit):name>")
@opens_to(*EVERYBODY, changes=False)
def narrow(name: str) -> Response:
    """What was typed into the filters of a list, as that list's address.

    Digits stand in it where they are a telephone number that is known; a PIN, and whatever may be one, finds nothing.
    """
    filled = {key: _one_line(text) for key, text in request.form.items() if text.strip()}
    typed: dict[str, Any] = {key: text for key, text in filled.items() if key != "csrf_token" and not key.startswith("_")}
    if way_to(f"console.{name}") is None:
        abort(HTTPStatus.NOT_FOUND)
    with given().reading() as session:
        if not all(_is_known(session, text) for key, text in typed.items() if key not in DAYS and _is_hidden(SID.sub("", text))):
            return page("console/search.html", HTTPStatus.UNPROCESSABLE_ENTITY, q="", is_asked=True)
    return redirect(url_for(f"console.{name}", **typed), HTTPStatus.SEE_OTHER)


def _is_known(session: Session, text: str) -> bool:
    """Whether it is a telephone number of a call or a person that the visitor may see, and nobody's PIN."""
    number, sees_as = e164(text), visitor().sees_as
    if number is None or _is_pin(session, text):
        return False
    has_called = call_log.page(session, Wanted(number=number, seen_by=sees_as), most=1, now=given().clock()).calls
    return bool(has_called) or (sees_as is None and bool(customer_records.search(session, text=text, most=1)))


def _is_pin(session: Session, text: str) -> bool:
    return pins.owner(session, given().pin_keys, "".join(filter(str.isdecimal, text))[-pins.DIGITS :]) is not None


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


def _is_hidden(text: str) -> bool:
    """Whether there is something in it that no log would show: a PIN or a telephone number, however it is grouped."""
    joined = BETWEEN_DIGITS.sub("", text)
    return SID.fullmatch(text) is None and masked_within(joined) != joined


def _shown(session: Session, text: str) -> Page:
    """What has it in its name. Digits that may be a PIN are not said again."""
    shown = "" if _is_hidden(text) else text
    return page("console/search.html", 200, q=shown, is_asked=bool(text), cases_look=CASES, **_named(session, text))


def _jump(session: Session, text: str) -> str | None:
    """The address of the one thing that was meant, where it is there and may be seen; a PIN means nothing."""
    if SID.fullmatch(text) and _is_there(call_log.find, session, f"CA{text[2:].lower()}"):
        return url_for(".call", sid=f"CA{text[2:].lower()}")
    if _is_pin(session, text):
        return None
    numbered = CASE.fullmatch(text)
    case = "".join(numbered[2].split()) if numbered else None
    if case is not None and _is_there(case_dossiers.find, session, case):
        return url_for(".case", number=case)
    number = e164(text)
    if number is not None and not (numbered and numbered[1]):
        wanted = Wanted(number=number, seen_by=visitor().sees_as)
        if call_log.page(session, wanted, most=1, now=given().clock()).calls:
            return url_for(".calls", number=number)
    return None


def _is_there(find: Any, session: Session, name: str) -> bool:  # noqa: ANN401 - either's
    try:
        find(session, name, seen_by=visitor().sees_as)
    except Unknown:
        return False
    return True


def _named(session: Session, text: str) -> dict[str, object]:
    """What has it in its name; a supporter looks for cases and colleagues alone."""
    sees_as = visitor().sees_as
    if not text:
        return {"customers": (), "persons": (), "supporters": (), "cases": ()}
    return {
        "customers": search.customers(session, text, most=MOST) if sees_as is None else (),
        "persons": search.persons(session, text, most=MOST) if sees_as is None else (),
        "supporters": search.supporters(session, text, most=MOST),
        "cases": search.cases(session, text, seen_by=sees_as, most=MOST),
    }
