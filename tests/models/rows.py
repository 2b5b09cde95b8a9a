"""One good row of every table, to make bad ones from: `a(Hold, quarter=0)` inserts one that is good but for its quarter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Insert, insert
from sqlalchemy.orm import Session

from models import (
    Account,
    Alarm,
    ApiToken,
    Attempt,
    Audit,
    Base,
    CalendarAddress,
    Call,
    Callback,
    Case,
    Correction,
    Cost,
    Customer,
    Delivery,
    Discrepancy,
    Dispute,
    Draft,
    Entry,
    Errand,
    Heartbeat,
    Hold,
    Identity,
    Journal,
    KeptAnswer,
    Leg,
    Line,
    Note,
    NumberSeries,
    Passkey,
    Person,
    PinFailure,
    PinGate,
    PriceDraft,
    PriceList,
    PriceListHoliday,
    PricePeriod,
    ReadinessTest,
    ReadinessTurn,
    Reconciliation,
    Recording,
    RecoveryCode,
    RefundedQuarter,
    Report,
    Rota,
    RotaDraft,
    Round,
    Shift,
    ShiftAcknowledgement,
    SignIn,
    SignInFailure,
    SpentChallenge,
    Supporter,
    SwapRequest,
    Task,
    Turn,
    User,
    WebhookEndpoint,
)
from models.alarms import AlarmKind
from models.corrections import CorrectionKind, CorrectionReason, CorrectionState
from models.swaps import SwapState
from models.values import DiscrepancyKind, ErrandKind, Flow, HoldState, JournalKind, ReportKind, Resolution, Role, TaskKind

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER: Final = NOW + timedelta(hours=8)

# Each refers to row 1 of the tables before it, so they are written in this order.
GOOD: Final[dict[type[Base], dict[str, Any]]] = {
    Line: {"number": "+4563186363", "flow": Flow.SUPPORT, "name": "Døgnvagt"},
    Customer: {"number": "10042", "name": "Nordlys A/S", "created_at": NOW},
    Person: {
        "customer_id": 1,
        "name": "Bo",
        "pin_lookup": "lookup",
        "pin_cipher": "cipher",
        "pin_key": "key",
        "pin_set_at": NOW,
        "created_at": NOW,
    },
    Supporter: {"name": "Anna", "phone": "+4520304050"},
    Shift: {"supporter_id": 1, "starts_at": NOW, "ends_at": LATER, "tier": 1},
    PriceList: {"line": Flow.SUPPORT, "valid_from": NOW, "interval_minutes": 15, "published_at": NOW, "source": "…"},
    PriceDraft: {"name": "Ny", "content": {}, "version": 1, "changed_at": NOW, "changed_by": "bo"},
    PricePeriod: {"price_list_id": 1, "position": 1, "name": "Dag", "from_minute": 480, "to_minute": 960, "points": 10},
    PriceListHoliday: {"price_list_id": 1, "day": date(2026, 12, 24), "name": "Juleaften"},
    NumberSeries: {"name": "ticket", "last": 0},
    Case: {"number": "20001", "customer_id": 1, "title": "Printeren", "severity": 3, "opened_at": NOW},
    Call: {"sid": "CA1", "line_id": 1, "from_raw": "anonymous", "started_at": NOW, "heard_at": NOW, "sweep_at": LATER},
    Attempt: {
        "call_id": 1,
        "number": 1,
        "supporter_id": 1,
        "shift_id": 1,
        "tier": 1,
        "rung_at": NOW,
        "time_limit": 3600,
        "granted_quarters": 4,
    },
    Rota: {"line": Flow.SUPPORT, "published_at": NOW, "published_by": "anna", "content": {}, "holidays": {}},
    Leg: {"call_id": 1, "attempt_id": 1, "sid": "CA2"},
    Turn: {"leg_id": 1, "number": 1, "at": NOW, "step": "greet", "heard": {}, "asked": {}, "answer": "<Response/>"},
    Report: {
        "identity": "r1",
        "kind": ReportKind.STATUS,
        "sid": "CA1",
        "call_id": 1,
        "happened_at": NOW,
        "received_at": NOW,
        "payload": {},
    },
    Task: {"kind": TaskKind.CALLBACK, "case_id": 1, "call_id": 1, "opened_at": NOW, "due_at": LATER},
    PinGate: {"caller": "+4520304050"},
    PinFailure: {"caller": "+4520304050", "at": NOW, "call_id": 1},
    Account: {"name": "customer:10042", "customer_id": 1, "balance": 60, "held": 0},
    Hold: {"call_id": 1, "quarter": 1, "account_id": 1, "points": 15, "state": HoldState.OPEN, "held_at": NOW},
    Journal: {
        "key": "call:1:quarter:1",
        "kind": JournalKind.QUARTER,
        "request": {},
        "occurred_at": NOW,
        "written_at": NOW,
        "actor": "clock",
        "call_id": 1,
        "quarter": 1,
    },
    Errand: {"key": "receipt:1", "kind": ErrandKind.MAIL, "payload": {}, "asked_at": NOW},
    Audit: {"at": NOW, "actor": "anna", "action": "noted", "subject": "call:CA1", "details": {}},
    RotaDraft: {"line": Flow.SUPPORT, "content": {}, "version": 1, "changed_at": NOW, "changed_by": "anna"},
    Round: {"name": "shifts", "due_at": NOW},
    SwapRequest: {
        "line": Flow.SUPPORT,
        "state": SwapState.ASKED,
        "supporter_id": 1,
        "colleague_id": 2,
        "layer": "Nat",
        "starts": "2026-11-24T16:00:00",
        "starts_at": NOW,
        "ends_at": LATER,
        "asked_at": NOW,
    },
    CalendarAddress: {"hash": "h", "supporter_id": 1, "created_at": NOW, "created_by": "anna"},
    Heartbeat: {"name": "clock:test:1", "beat_at": NOW},
    Alarm: {"kind": AlarmKind.GAP, "key": "now", "notice": "gap_now", "told": {}, "opened_at": NOW, "seen_at": NOW},
    Entry: {"journal_id": 1, "account_id": 1, "points": -15},
    Dispute: {"call_id": 1, "said": "For dyrt.", "opened_at": NOW, "opened_by": "anna"},
    Correction: {
        "kind": CorrectionKind.REFUND,
        "reason": CorrectionReason.OUTAGE,
        "note": "Linjen var nede.",
        "customer_id": 1,
        "call_id": 1,
        "dispute_id": 1,
        "points": 15,
        "above_limit": True,
        "state": CorrectionState.ASKED,
        "asked_at": NOW,
        "asked_by": "anna",
    },
    RefundedQuarter: {"correction_id": 1, "quarter": 1, "points": 15},
    Reconciliation: {"day": date(2026, 11, 23), "due_at": LATER},
    Discrepancy: {
        "reconciliation_id": 1,
        "kind": DiscrepancyKind.QUARTERS,
        "sid": "CA1",
        "call_id": 1,
        "here": {},
        "there": {},
        "resolution": Resolution.NONE,
        "points": 0,
        "found_at": NOW,
    },
    Note: {"case_id": 1, "call_id": 1, "written_at": NOW, "by": "anna@house.example", "text": "Genstartet."},
    User: {"email": "anna@house.example", "name": "Anna", "role": Role.SUPPORTER, "supporter_id": 1, "created_at": NOW},
    ShiftAcknowledgement: {"key": "k", "supporter_id": 1, "line": Flow.SUPPORT, "starts_at": NOW, "acknowledged_at": NOW},
    SignIn: {"user_id": 1, "token": "t", "begun_at": NOW, "seen_at": NOW, "address": "127.0.0.1", "browser": "Firefox"},
    SignInFailure: {"at": NOW, "address": "127.0.0.1"},
    Draft: {"user_id": 1, "place": "grant", "text": "Undskyld", "at": NOW},
    RecoveryCode: {"user_id": 1, "code": "c"},
    Passkey: {"user_id": 1, "credential": b"c", "public_key": b"p", "name": "Telefon", "added_at": NOW},
    SpentChallenge: {"challenge": "c", "until": LATER},
    Identity: {"user_id": 1, "issuer": "https://login.example", "subject": "7", "linked_at": NOW},
    ApiToken: {"name": "Regnskab", "hash": "h", "scopes": "calls:read", "created_at": NOW, "created_by": "anna"},
    KeptAnswer: {"key": "1:k", "request": "r", "asked_at": NOW},
    WebhookEndpoint: {
        "url": "https://else.example/hook",
        "secret": "s",
        "events": "call.ended",
        "sees_numbers": False,
        "created_at": NOW,
        "created_by": "anna",
    },
    Delivery: {"endpoint_id": 1, "key": "1:call.ended:CA1", "event": "call.ended", "happened_at": NOW, "data": {}, "asked_at": NOW},
    ReadinessTest: {
        "supporter_id": 1,
        "line_id": 1,
        "phone": "+4520304050",
        "asked_at": NOW,
        "asked_by": "anna",
        "due_at": NOW,
    },
    Recording: {"call_id": 1, "url": "https://api.twilio.com/RE1", "recorded_at": NOW, "due_at": NOW},
    Callback: {
        "case_id": 1,
        "person_id": 1,
        "number": "+4520000001",
        "supporter_id": 1,
        "line_id": 1,
        "phone": "+4520304050",
        "asked_at": NOW,
        "asked_by": "anna",
        "due_at": NOW,
    },
    ReadinessTurn: {"test_id": 1, "number": 1, "at": NOW, "step": "greet", "heard": {}, "asked": {}, "answer": "<Response/>"},
    Cost: {"sid": "CA1", "call_id": 1, "day": date(2026, 11, 23), "millionths": 7_500, "currency": "USD", "told_at": NOW},
}


def a(table: type[Base], **changes: object) -> Insert:
    """The insertion of a good row, but for `changes`."""
    return insert(table).values(GOOD[table] | changes)


def write_what_it_needs(session: Session, table: type[Base]) -> None:
    """Writes a good row of every table that `table` may refer to; of supporters two."""
    for earlier in GOOD:
        if earlier is table:
            return
        session.execute(a(earlier))
        if earlier is Supporter:
            session.execute(a(Supporter, name="Bo", phone="+4520304051"))
