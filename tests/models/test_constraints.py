"""Each rule that the tables themselves keep refuses a row that breaks it, and only it: the same row without the fault is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import Column, Enum, Table, delete, literal_column
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import Database
from models import (
    Account,
    Attempt,
    Base,
    CalendarAddress,
    Call,
    Callback,
    Case,
    Correction,
    Cost,
    Customer,
    Discrepancy,
    Dispute,
    Entry,
    Errand,
    Hold,
    Identity,
    Journal,
    Leg,
    Line,
    NumberSeries,
    Passkey,
    Person,
    PinGate,
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
    Shift,
    SignIn,
    Supporter,
    SwapRequest,
    Task,
    Turn,
    User,
)
from models.callbacks import CallbackOutcome
from models.corrections import CorrectionKind, CorrectionState, DisputeState
from models.readiness import ReadinessOutcome
from models.swaps import SwapState
from models.values import AttemptOutcome, CallOutcome, CallState, HoldState, JournalKind, ReportKind
from tests.models.rows import GOOD, LATER, NOW, a, write_what_it_needs

ENDED = {"state": CallState.ENDED, "ended_at": NOW, "outcome": CallOutcome.TALKED, "sweep_at": None}
HOUSE = {"customer_id": None, "balance": None, "held": None}
TESTED = {"ended_at": NOW, "outcome": ReadinessOutcome.BUSY, "due_at": None}
OVER = {"ended_at": NOW, "outcome": AttemptOutcome.NO_ANSWER}
DECIDED = {"state": CorrectionState.DONE, "decided_at": NOW, "decided_by": "bo"}
ANSWERED = {"state": DisputeState.REFUSED, "answered_at": NOW, "answered_by": "bo", "answer": "Nej."}
RETURN = {
    "return_layer": "Nat",
    "return_starts": "2026-11-25T16:00:00",
    "return_starts_at": NOW,
    "return_ends_at": LATER,
}
# What goes with a word, lest another rule refuses first.
BESIDE: dict[str, dict[str, object]] = {
    "calls.outcome": ENDED,
    "attempts.outcome": OVER,
    "holds.state": {"ended_at": NOW},
    "corrections.kind": {"call_id": None, "dispute_id": None},
    "corrections.state": DECIDED,
    "disputes.state": ANSWERED,
    "readiness_tests.outcome": TESTED,
    "swap_requests.state": {"answered_at": NOW, "answered_by": "bo"},
    "callbacks.outcome": {"ended_at": NOW, "due_at": None},
}


@pytest.fixture
def draft(database: Database) -> Iterator[Session]:
    """A transaction that is never committed: its books need not balance."""
    with Session(database.engine) as opened:
        yield opened


def insert_refused(session: Session, table: type[Base], **changes: object) -> None:
    with session.begin_nested():
        session.execute(a(table, **changes))


def columns() -> list[tuple[type[Base], Column[object]]]:
    return [(table, column) for table in GOOD for column in cast("Table", table.__table__).columns]


def test_there_is_a_good_row_for_every_table() -> None:
    assert {table.__tablename__ for table in GOOD} == set(Base.metadata.tables)


@pytest.mark.parametrize(
    ("table", "fault", "rule"),
    [
        (Customer, {"credit": -1}, "ck_customers_credit"),
        (Case, {"severity": 0}, "ck_cases_severity"),
        (Case, {"severity": 7}, "ck_cases_severity"),
        (Shift, {"ends_at": NOW}, "ck_shifts_span"),
        (Shift, {"ends_at": NOW - timedelta(microseconds=1)}, "ck_shifts_span"),
        (Shift, {"tier": 0}, "ck_shifts_tier"),
        (Shift, {"source": "bureau"}, "ck_shifts_origin"),
        (CalendarAddress, {"supporter_id": None}, "ck_calendar_addresses_owner"),
        (SwapRequest, {"colleague_id": 1}, "ck_swap_requests_two"),
        (SwapRequest, {"ends_at": NOW}, "ck_swap_requests_span"),
        (SwapRequest, RETURN | {"return_ends_at": NOW}, "ck_swap_requests_return_span"),
        *((SwapRequest, RETURN | {column: None}, "ck_swap_requests_return") for column in RETURN),
        (SwapRequest, {"answered_at": NOW, "answered_by": "bo"}, "ck_swap_requests_answered"),
        (SwapRequest, {"state": SwapState.DECLINED, "answered_at": NOW}, "ck_swap_requests_answered"),
        (SwapRequest, {"state": SwapState.AGREED, "answered_at": NOW, "answered_by": "bo"}, "ck_swap_requests_rota"),
        (PriceList, {"interval_minutes": 30}, "ck_price_lists_interval"),
        (PricePeriod, {"points": -1}, "ck_price_periods_points"),
        (PricePeriod, {"from_minute": -1}, "ck_price_periods_from_minute"),
        (PricePeriod, {"from_minute": 1440}, "ck_price_periods_from_minute"),
        (PricePeriod, {"to_minute": -1}, "ck_price_periods_to_minute"),
        (PricePeriod, {"to_minute": 1441}, "ck_price_periods_to_minute"),
        (Attempt, {"shift_id": None}, "ck_attempts_duty"),
        (Call, ENDED | {"outcome": None}, "ck_calls_outcome"),
        (Call, {"outcome": CallOutcome.TALKED}, "ck_calls_outcome"),
        (Call, ENDED | {"ended_at": None}, "ck_calls_ended"),
        (Call, {"ended_at": NOW}, "ck_calls_ended"),
        (Call, {"accepted_at": NOW, "supporter_id": 1}, "ck_calls_accepted"),
        (Call, {"accepted_at": NOW, "accepted_attempt": 1}, "ck_calls_accepted"),
        (Call, ENDED | {"next_hold_at": LATER}, "ck_calls_no_due_quarters"),
        (Call, ENDED | {"sweep_at": LATER}, "ck_calls_swept"),
        (User, {"failures": -1}, "ck_users_failures"),
        (User, {"locks": -1}, "ck_users_locks"),
        (User, {"supporter_id": None}, "ck_users_supporter"),
        (Call, {"sweep_at": None}, "ck_calls_swept"),
        (Call, ENDED | {"next_quarter_at": LATER}, "ck_calls_no_due_quarters"),
        (Attempt, OVER | {"outcome": None}, "ck_attempts_outcome"),
        (Attempt, OVER | {"ended_at": None}, "ck_attempts_outcome"),
        (Turn, {"number": 0}, "ck_turns_number"),
        (PinGate, {"locks": -1}, "ck_pin_gates_locks"),
        (Account, {"held": -1}, "ck_accounts_held"),
        (Account, {"held": None}, "ck_accounts_kept_balance"),
        (Account, {"balance": None}, "ck_accounts_kept_balance"),
        (Account, {"customer_id": None}, "ck_accounts_kept_balance"),
        (Hold, {"points": -1}, "ck_holds_points"),
        (Hold, {"quarter": 0}, "ck_holds_quarter"),
        (Hold, {"ended_at": NOW}, "ck_holds_ended"),
        (Hold, {"state": HoldState.CAPTURED}, "ck_holds_ended"),
        (Hold, {"state": HoldState.RELEASED}, "ck_holds_ended"),
        (Journal, {"quarter": 0}, "ck_journal_quarter"),
        (Journal, {"call_id": None}, "ck_journal_quarter"),
        (Journal, {"quarter": None}, "ck_journal_quarter"),
        (Entry, {"points": 0}, "ck_entry_points"),
        (ReadinessTest, {"ended_at": NOW, "due_at": None}, "ck_readiness_tests_outcome"),
        (ReadinessTest, {"due_at": None}, "ck_readiness_tests_due"),
        (Recording, {"sound": b"RIFF"}, "ck_recordings_sound"),
        (Recording, {"copied_at": NOW}, "ck_recordings_sound"),
        (Recording, {"removed_at": NOW}, "ck_recordings_removed"),
        (Recording, {"transcript": "Hallo"}, "ck_recordings_transcript"),
        (Callback, {"ended_at": NOW, "due_at": None}, "ck_callbacks_outcome"),
        (Callback, {"ended_at": NOW, "outcome": CallbackOutcome.TALKED}, "ck_callbacks_due"),
        (ReadinessTurn, {"number": 0}, "ck_readiness_turns_number"),
        (Reconciliation, {"done_at": NOW}, "ck_reconciliations_done"),
        (Cost, {"currency": "US"}, "ck_costs_currency"),
        (Correction, {"points": 0}, "ck_corrections_points"),
        (Correction, {"call_id": None}, "ck_corrections_call"),
        (Correction, DECIDED | {"decided_by": "anna"}, "ck_corrections_second_person"),
        (Correction, DECIDED | {"decided_at": None}, "ck_corrections_decided_at"),
        (Correction, DECIDED | {"decided_by": None}, "ck_corrections_decided_by"),
        (Correction, {"kind": CorrectionKind.GRANT, "call_id": None}, "ck_corrections_dispute"),
        (Dispute, {"answer": "Nej."}, "ck_disputes_answer"),
        (Dispute, {"answered_at": NOW}, "ck_disputes_answered_at"),
        (RefundedQuarter, {"points": 0}, "ck_refunded_quarters_points"),
        (RefundedQuarter, {"quarter": 0}, "ck_refunded_quarters_quarter"),
    ],
)
def test_a_row_that_breaks_a_check_is_refused(draft: Session, table: type[Base], fault: dict[str, object], rule: str) -> None:
    write_what_it_needs(draft, table)

    with pytest.raises(IntegrityError, match=rf"\b{rule}\b"):
        insert_refused(draft, table, **fault)

    draft.execute(a(table))


@pytest.mark.parametrize(
    ("table", "unique", "first", "second"),
    [
        (Line, "number", {}, {"name": "Another"}),
        (Customer, "number", {}, {"name": "Another"}),
        (Person, "pin_lookup", {}, {"pin_cipher": "another"}),
        (Supporter, "phone", {}, {"name": "Another"}),
        (PriceList, "line valid_from", {}, {"published_at": LATER}),
        (PricePeriod, "price_list_id position", {}, {"name": "Nat"}),
        (PriceListHoliday, "price_list_id day", {}, {"name": "Another"}),
        (NumberSeries, "name", {}, {"last": 7}),
        (Case, "number", {}, {"title": "Another"}),
        (Call, "sid", {}, {"from_raw": "+4520304050"}),
        (Attempt, "call_id number", OVER, {"time_limit": 900}),
        (Leg, "attempt_id", {}, {"sid": "CA3"}),
        (Leg, "sid", {}, {"attempt_id": None}),
        (Turn, "leg_id number", {}, {"step": "another"}),
        (Report, "identity", {}, {"kind": ReportKind.DIAL}),
        (Task, "call_id kind", {}, {"due_at": LATER}),
        (PinGate, "caller", {}, {"locks": 2}),
        (Account, "name", {}, HOUSE),
        (Account, "customer_id", {}, {"name": "another"}),
        (Hold, "call_id quarter", {"state": HoldState.RELEASED, "ended_at": NOW}, {"points": 10}),
        (Journal, "key", {}, {"actor": "another"}),
        (Entry, "journal_id account_id", {}, {"points": 15}),
        (Errand, "key", {}, {"payload": {"another": 1}}),
        (ReadinessTest, "sid", {"sid": "CA7"} | TESTED, {"sid": "CA7", "supporter_id": 1, **TESTED}),
        (ReadinessTurn, "test_id number", {}, {"step": "another"}),
        (Reconciliation, "day", {}, {"due_at": NOW}),
        (Discrepancy, "reconciliation_id sid kind", {}, {"found_at": LATER}),
        (Cost, "sid", {}, {"millionths": 1}),
        (RefundedQuarter, "correction_id quarter", {}, {"points": 1}),
        (User, "email", {}, {"supporter_id": 2}),
        (User, "supporter_id", {}, {"email": "bo@house.example"}),
        (SignIn, "token", {}, {"address": "::1"}),
        (RecoveryCode, "code", {}, {"used_at": NOW}),
        (Passkey, "credential", {}, {"name": "Nøgle"}),
        (Identity, "issuer subject", {}, {"user_id": 2}),
        (Identity, "user_id issuer", {}, {"subject": "8"}),
    ],
)
def test_what_there_is_one_of_cannot_be_written_twice(
    draft: Session, table: type[Base], unique: str, first: dict[str, object], second: dict[str, object]
) -> None:
    name, names = table.__tablename__, unique.split()
    on_sqlite = "UNIQUE constraint failed: " + ", ".join(f"{name}.{column}" for column in names)
    on_postgresql = rf'"(uq_{name}_{"_".join(names)}|pk_{name})"'
    write_what_it_needs(draft, table)
    draft.execute(a(table, **first))

    with pytest.raises(IntegrityError, match=f"{re.escape(on_sqlite)}\n|{on_postgresql}"):
        insert_refused(draft, table, **second)


def test_of_two_live_calls_of_a_person_one_continues_a_quarter(draft: Session) -> None:
    write_what_it_needs(draft, Attempt)
    goes_on = {"person_id": 1, "billed_from": LATER}
    draft.execute(a(Call, sid="CA3", **goes_on, **ENDED))
    draft.execute(a(Call, sid="CA4", **goes_on))

    with pytest.raises(IntegrityError, match=r"uq_calls_continued_quarter|calls\.person_id, calls\.billed_from"):
        insert_refused(draft, Call, sid="CA5", **goes_on)


def test_a_supporter_whom_one_call_rings_cannot_be_rung_by_another(draft: Session) -> None:
    write_what_it_needs(draft, Attempt)
    draft.execute(a(Call, sid="CA3"))
    draft.execute(a(Attempt))

    with pytest.raises(IntegrityError, match=r"uq_attempts_reserved_supporter|UNIQUE constraint failed: attempts.supporter_id\n"):
        insert_refused(draft, Attempt, call_id=2)


def test_a_call_has_one_open_dispute_and_as_many_as_were_answered(draft: Session) -> None:
    write_what_it_needs(draft, Dispute)
    draft.execute(a(Dispute, **ANSWERED))
    draft.execute(a(Dispute, **ANSWERED))
    draft.execute(a(Dispute))

    with pytest.raises(IntegrityError, match=r"uq_disputes_open_call|UNIQUE constraint failed: disputes.call_id\n"):
        insert_refused(draft, Dispute)


def test_a_supporter_may_be_rung_as_often_as_attempts_are_over(draft: Session) -> None:
    write_what_it_needs(draft, Attempt)
    draft.execute(a(Call, sid="CA3"))

    draft.execute(a(Attempt, **OVER))
    draft.execute(a(Attempt, **OVER | {"number": 2}))
    draft.execute(a(Attempt, call_id=2))


def test_the_house_has_several_accounts_and_none_keeps_a_balance(draft: Session) -> None:
    draft.execute(a(Account, name="house", **HOUSE))
    draft.execute(a(Account, name="stable", **HOUSE))

    with pytest.raises(IntegrityError, match="ck_accounts_kept_balance"):
        insert_refused(draft, Account, **HOUSE | {"name": "yard", "balance": 0})


def test_a_journal_that_charges_no_quarter_needs_no_call(draft: Session) -> None:
    draft.execute(a(Journal, kind=JournalKind.PURCHASE, call_id=None, quarter=None))


def test_a_call_that_ended_and_was_accepted_is_taken(draft: Session) -> None:
    write_what_it_needs(draft, Call)

    draft.execute(a(Call, **ENDED, accepted_at=NOW, accepted_attempt=1, supporter_id=1))


@pytest.mark.parametrize(
    ("table", "column"), [pytest.param(table, column.name, id=str(column)) for table, column in columns() if column.foreign_keys]
)
def test_a_row_cannot_refer_to_what_is_not_there(draft: Session, table: type[Base], column: str) -> None:
    write_what_it_needs(draft, table)

    with pytest.raises(IntegrityError, match=rf"FOREIGN KEY constraint failed|fk_{table.__tablename__}_{column}_"):
        insert_refused(draft, table, **{column: 999})


def test_a_row_that_others_refer_to_cannot_be_deleted(draft: Session) -> None:
    write_what_it_needs(draft, Person)
    draft.execute(a(Person))

    with pytest.raises(IntegrityError, match=r"FOREIGN KEY constraint failed|fk_persons_customer_id_customers"):
        draft.execute(delete(Customer))


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [pytest.param(table, column.name, column.type, id=str(column)) for table, column in columns() if isinstance(column.type, Enum)],
)
def test_a_column_of_words_refuses_a_word_that_is_none_of_them(draft: Session, table: type[Base], column: str, kind: Enum) -> None:
    beside = BESIDE.get(f"{table.__tablename__}.{column}", {})
    write_what_it_needs(draft, table)

    with pytest.raises(IntegrityError, match=rf"\bck_{table.__tablename__}_{kind.name}\b"):
        insert_refused(draft, table, **beside | {column: literal_column("'strange'")})
