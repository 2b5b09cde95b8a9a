"""The audit in words: what each action of the house is called, what was changed by it, and where its subject is looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from helpdesk.audit_log import AuditLine, Change
from models.corrections import CorrectionReason
from models.local import from_local
from models.values import Policy, Role
from web.browsers import browser
from web.console.customers.forms import POLICY_NAMES
from web.console.rooms import ROLE_NAMES
from web.papers.figures import Figures
from web.words import N_, Words

SUBJECTS: Final[Mapping[str, str]] = {
    "customer": N_("Customer {name}"),
    "user": N_("User {name}"),
    "call": N_("Call {name}"),
    "case": N_("Case {name}"),
    "task": N_("Task {name}"),
    "correction": N_("Correction {name}"),
    "dispute": N_("Objection {name}"),
    "supporter": N_("Supporter {name}"),
    "shift": N_("Shift {name}"),
    "rota": N_("Rota {name}"),
    "rota_draft": N_("Draft of the rota {name}"),
    "swap": N_("Swap {name}"),
    "price_draft": N_("Draft {name}"),
    "price_list": N_("Price list {name}"),
    "line": N_("Line {name}"),
    "errand": N_("Message {name}"),
    "alarm": N_("Alarm {name}"),
    "token": N_("Token {name}"),
    "webhook": N_("Webhook {name}"),
}
PAGES: Final[Mapping[str, str]] = {
    "customer": "/customers/{name}",
    "call": "/calls/{name}",
    "case": "/cases/{name}",
    "rota_draft": "/duty/drafts/{name}",
    "swap": "/duty/swaps#swap-{name}",
    "price_draft": "/prices/drafts/{name}",
    "price_list": "/prices/{name}",
}
NAMES: Final[Mapping[str, str]] = {
    "": "",
    "name": N_("name"),
    "phone": N_("telephone"),
    "email": N_("e-mail"),
    "language": N_("language"),
    "person": N_("person"),
    "policy": N_("policy"),
    "credit": N_("credit limit"),
    "role": N_("role"),
    "again": N_("logged in before"),
    "by": N_("by"),
    "browser": N_("browser"),
    "until": N_("until"),
    "caller": N_("caller"),
    "points": N_("points"),
    "quarter": N_("quarter"),
    "quarters": N_("quarters"),
    "missing": N_("missing"),
    "kind": N_("kind"),
    "reason": N_("reason"),
    "receipt": N_("receipt no."),
    "note": N_("note"),
    "above_limit": N_("above the limit"),
    "answer": N_("answer"),
    "said": N_("said"),
    "why": N_("why"),
    "problem": N_("problem"),
    "end_unknown": N_("end unknown"),
    "severity": N_("severity"),
    "source": N_("source"),
    "added": N_("added"),
    "moved": N_("moved"),
    "removed": N_("taken away"),
    "shift_notice": N_("notice of shifts"),
    "week_ahead": N_("letter on Fridays"),
    "supporter": N_("supporter"),
    "colleague": N_("colleague"),
    "shift": N_("shift"),
    "return": N_("in return"),
    "draft": N_("draft"),
    "swap": N_("swap"),
    "first": N_("the first"),
    "second": N_("the second"),
    "layer": N_("layer"),
    "starts": N_("begins"),
    "tier": N_("tier"),
    "line": N_("line"),
    "count": N_("count"),
    "desk": N_("written at"),
    "attempt": N_("attempt"),
    "here": N_("here"),
    "there": N_("at the provider"),
    "balance": N_("balance"),
    "limit": N_("limit"),
    "flow": N_("flow"),
    "from": N_("from"),
    "to": N_("to"),
    "outcome": N_("outcome"),
    "asked_by": N_("asked for by"),
    "rang": N_("seconds of ringing"),
    "valid_from": N_("in force from"),
    "reference": N_("reference"),
    "journal": N_("journal no."),
    "content": N_("content"),
    "version": N_("version"),
    "scopes": N_("has access to"),
    "url": N_("address"),
    "events": N_("is told of"),
    "sees_numbers": N_("sees telephone numbers"),
    "format": N_("format"),
    "issuer": N_("log-in provider"),
    "address": N_("network address"),
}
VALUES: Final[Mapping[object, str]] = {
    **{policy.value: POLICY_NAMES[policy] for policy in Policy},
    **{role.value: ROLE_NAMES[role] for role in Role},
    True: N_("yes"),
    False: N_("no"),
    "da": N_("Danish"),
    "en": N_("English"),
    "mail": N_("letter"),
    "text": N_("text message"),
    "none": N_("nothing"),
    "hand": N_("hand"),
    "provider": N_("the provider"),
    "silence": N_("silence"),
    "refund": N_("Refund"),
    "grant": N_("Grant"),
    **{reason.value: reason.value for reason in CorrectionReason},
    "due": N_("due"),
    "done": N_("done"),
    "kept": N_("kept"),
    "failed": N_("failed"),
    "undecided": N_("undecided"),
    "ready": N_("pressed 1"),
    "other_key": N_("pressed other keys"),
    "silent": N_("pressed nothing"),
    "voicemail": N_("a voicemail answered"),
    "hung_up": N_("picked up and hung up"),
    "busy": N_("busy or declined"),
    "no_answer": N_("did not answer"),
    "on_a_call": N_("not rung: a call came first"),
    "unfinished": N_("nobody knows how it ended"),
}
NOTHING: Final = "–"
PERSON: Final = "person"
AGENT: Final = "Mozilla/"
MOMENT: Final = re.compile(r"20\d\d-\d\d-\d\dT")


def name(key: str, words: Words) -> str:
    """What a detail is called; what has no word yet is shown as it is written."""
    return words(NAMES[key]) if NAMES.get(key) else key.replace("_", " ")


def value(found: Any, words: Words) -> str:  # noqa: ANN401 - JSON
    """A detail's value: a word, a number, a moment, what it holds, or as it is written."""
    if found is None or found in ("", [], {}):
        return NOTHING
    if isinstance(found, bool | str) and found in VALUES:
        return words(VALUES[found])
    match found:
        case int():
            return Figures(words).number(found)
        case list():
            return "; ".join(value(one, words) for one in found)
        case Mapping():
            return ", ".join(f"{name(key, words)} {value(one, words)}" for key, one in found.items())
    return _text(str(found), words)


def _text(found: str, words: Words) -> str:
    if AGENT in found:
        return browser(found)
    moment = _moment(found)
    return Figures(words).short(moment) if moment else found


def subject(text: str, words: Words) -> str:
    """What a line is about: "Kunde 10042"."""
    kind, _, called = text.partition(":")
    return words(SUBJECTS[kind], name=called) if kind in SUBJECTS and called else text


def about(line: AuditLine, words: Words) -> str:
    """What a line is about, the person among them: "Kunde 10042, person 7"."""
    whom = subject(line.subject, words)
    person = _person(line)
    return f"{whom}, {words('person')} {person}" if person is not None else whom


def told(line: AuditLine) -> list[Change]:
    """What a line tells beside what it is about."""
    return [one for one in line.changes if one.name != PERSON]


def link(line: AuditLine) -> str | None:
    """Where what a line is about is looked at; None where this house has no such page."""
    kind, _, called = line.subject.partition(":")
    person = _person(line)
    path = PAGES[kind].format(name=called) if kind in PAGES else None
    return f"{path}/persons/{person}" if kind == "customer" and person is not None else path


def _person(line: AuditLine) -> int | None:
    """The person whom a line of a customer is about."""
    return next((one.after for one in line.changes if one.name == PERSON and one.is_fact), None)


def _moment(found: str) -> datetime | None:
    """A moment of the house, or one that is written in local time, as a rota writes it."""
    if not MOMENT.match(found):
        return None
    try:
        moment = datetime.fromisoformat(found)
        return moment if moment.tzinfo is not None else from_local(moment)
    except ValueError:
        return None
