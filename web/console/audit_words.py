"""The audit in words: what each action of the house is called, what was changed by it, and where its subject is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from helpdesk.audit_log import AuditLine, Change
from models.corrections import CorrectionReason
from models.values import Policy, Role
from web import filters
from web.browsers import browser
from web.console.customers.forms import POLICY_NAMES
from web.console.rooms import ROLE_NAMES
from web.papers.figures import Figures
from web.words import N_, Words

ACTIONS: Final[Mapping[str, str]] = {
    "signed_in": N_("Signed in"),
    "sign_in_failed": N_("Sign-in failed"),
    "log_in_locked": N_("Log-in locked after failures"),
    "signed_out_everywhere": N_("Signed out everywhere"),
    "user_added": N_("User added"),
    "user_ended": N_("User ended"),
    "role_changed": N_("Role changed"),
    "password_set": N_("Password set"),
    "password_link_asked": N_("New password asked for"),
    "password_link_made": N_("Link to set a password made"),
    "passkey_added": N_("Passkey added"),
    "passkey_removed": N_("Passkey removed"),
    "identity_linked": N_("Log-in linked"),
    "identity_unlinked": N_("Link of log-in taken away"),
    "second_factor_taken_off": N_("Second factor taken off"),
    "customer_added": N_("Customer added"),
    "customer_changed": N_("Policy changed"),
    "customer_renamed": N_("Customer renamed"),
    "threshold_set": N_("Notice of few points changed"),
    "person_added": N_("Person added, with a PIN"),
    "person_changed": N_("Person changed"),
    "person_left": N_("Person left"),
    "person_came_back": N_("Person came back"),
    "pin_shown": N_("PIN looked at"),
    "pin_card_made": N_("PIN card made"),
    "pin_replaced": N_("PIN replaced"),
    "pins_rekeyed": N_("PINs sealed with a new key"),
    "lock_out_lifted": N_("Lock-out lifted"),
    "supporter_added": N_("Supporter added"),
    "supporter_away": N_("Supporter cannot be reached"),
    "supporter_back": N_("Supporter can be reached again"),
    "supporter_number_changed": N_("Supporter's number changed"),
    "supporter_test_asked": N_("Supporter's telephone to be rung as a test"),
    "supporter_tested": N_("Supporter's telephone rung as a test"),
    "shift_added": N_("Shift added"),
    "rota_published": N_("Rota published"),
    "line_set": N_("Line set"),
    "points_bought": N_("Points bought"),
    "price_draft_begun": N_("Draft of a price list begun"),
    "price_draft_changed": N_("Draft of a price list changed"),
    "price_draft_dropped": N_("Draft of a price list deleted"),
    "price_draft_taken_up": N_("Draft of a price list brought back"),
    "prices_published": N_("Price list published"),
    "task_handed_back": N_("Task handed back"),
    "task_handed_over": N_("Task handed over"),
    "task_taken": N_("Task taken"),
    "token_added": N_("Token made"),
    "token_ended": N_("Token ended"),
    "webhook_added": N_("Webhook added"),
    "webhook_ended": N_("Webhook ended"),
    "webhook_tested": N_("Webhook tried out"),
    "errand_resent": N_("Message sent again"),
    "correction_asked": N_("Correction asked for"),
    "correction_done": N_("Correction posted"),
    "correction_refused": N_("Correction refused"),
    "dispute_opened": N_("Objection opened"),
    "dispute_refused": N_("Objection refused"),
    "reconciled": N_("Reconciled with the provider"),
    "acceptance_asked": N_("Provider's word asked to be taken"),
    "acceptance_withdrawn": N_("Provider's word not to be taken after all"),
    "provider_believed": N_("Charge changed to what the provider says"),
    "quarter_continued": N_("Quarter of an earlier call continued"),
    "charged_beyond_limit": N_("Charged beyond the limit"),
    "charge_failed": N_("Charge failed"),
    "hold_failed": N_("Hold failed"),
    "hold_refused": N_("Hold refused: too few points"),
    "not_cut": N_("Call not ended, though its points were used up"),
    "bridged_without_acceptance": N_("Bridged without a pressed 1"),
    "closed_by_sweep": N_("Silent call closed"),
    "case_made_urgent": N_("Case made urgent"),
    "callback_is_needless": N_("Callback no longer needed"),
    "message_is_needless": N_("Message no longer needed"),
    "missed_is_needless": N_("Missed call no longer needs anybody"),
    "review_is_needless": N_("Review no longer needed"),
    "discrepancy_is_needless": N_("Difference no longer needs anybody"),
    "dispute_is_needless": N_("Objection no longer needs anybody"),
}
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
    "price_draft": N_("Draft {name}"),
    "price_list": N_("Price list {name}"),
    "line": N_("Line {name}"),
    "errand": N_("Message {name}"),
}
PAGES: Final[Mapping[str, str]] = {
    "customer": "/customers/{name}",
    "call": "/calls/{name}",
    "case": "/cases/{name}",
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
    "note": N_("note"),
    "above_limit": N_("above the limit"),
    "answer": N_("answer"),
    "said": N_("said"),
    "why": N_("why"),
    "problem": N_("problem"),
    "end_unknown": N_("end unknown"),
    "severity": N_("severity"),
    "supporter": N_("supporter"),
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
}
VALUES: Final[Mapping[object, str]] = {
    **{policy.value: POLICY_NAMES[policy] for policy in Policy},
    **{role.value: ROLE_NAMES[role] for role in Role},
    True: N_("yes"),
    False: N_("no"),
    "da": N_("Danish"),
    "en": N_("English"),
    "mail": N_("letter"),
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


def name(key: str, words: Words) -> str:
    """What a detail is called; what has no word yet is shown as it is written."""
    return words(NAMES[key]) if NAMES.get(key) else key.replace("_", " ")


def value(found: Any, words: Words) -> str:  # noqa: ANN401 - JSON
    """A detail's value: a word, a number, a moment, or as it is written."""
    if found is None or found == "":
        return NOTHING
    if isinstance(found, bool | str) and found in VALUES:
        return words(VALUES[found])
    if isinstance(found, str) and AGENT in found:
        return browser(found)
    if isinstance(found, int):
        return Figures(words).number(found)
    moment = _moment(found)
    return Figures(words).short(moment) if moment else str(found)


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
    path = PAGES.get(kind, "").format(name=called) + (f"/persons/{person}" if kind == "customer" and person is not None else "")
    return path if path and filters.house_has(path) else None


def _person(line: AuditLine) -> int | None:
    """The person whom a line of a customer is about."""
    return next((one.after for one in line.changes if one.name == PERSON and one.is_fact), None)


def _moment(found: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
