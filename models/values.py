"""Values that must not be mixed up, and the words that columns may hold."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NewType

import phonenumbers

Points = NewType("Points", int)
Seconds = NewType("Seconds", int)
E164 = NewType("E164", str)
CaseNumber = NewType("CaseNumber", str)

HOME_REGION: Final = "DK"
WITHHELD: Final = "withheld"
LONGEST_RAW_NUMBER: Final = 64
GROUPED: Final = r"\d{4}(?: ?[ \xa0\u202f]|-)\d{4}|\d{2}( ?[ \xa0\u202f]|-)\d{2}(?:\1\d{2}){2,}"  # as people write it
LONG_NUMBER: Final = re.compile(rf"\+?\d{{8,15}}|(?<![\d-])(?:\+\d{{1,3}} ?)?(?:{GROUPED})(?![\d:-])")
NEVER_MOBILE: Final = frozenset(
    {
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.VOICEMAIL,
    }
)


class Language(StrEnum):
    """What a person hears and reads (R22)."""

    DANISH = "da"
    ENGLISH = "en"


class Role(StrEnum):
    """What somebody who logs in may see and do.

    supporter      their own duty and calls, and the cases in them
    billing        customers' points: the billing log, statements, corrections; calls to look at
    administrator  everything
    auditor        everything, to look at alone
    """

    SUPPORTER = "supporter"
    BILLING = "billing"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Flow(StrEnum):
    """Which conversation a line leads: round the clock with PIN and points, or in opening hours without either."""

    SUPPORT = "support"
    OFFICE = "office"

    @property
    def costs_points(self) -> bool:
        """Whether a call on such a line is paid for."""
        return self is Flow.SUPPORT


class Policy(StrEnum):
    """What happens when a customer's points run out during a call (R11)."""

    STOP = "stop"
    CREDIT = "credit"
    INVOICE = "invoice"


class CallState(StrEnum):
    """How far a call is (interface.md)."""

    ANSWERING = "answering"
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


class CallOutcome(StrEnum):
    """How a call ended (interface.md); `closed`: nobody is at work on a line with opening hours, and the caller was told when."""

    TALKED = "talked"
    WRONG_PIN = "wrong_pin"
    LOCKED_OUT = "locked_out"
    NO_POINTS = "no_points"
    DECLINED_PRICE = "declined_price"
    NO_INPUT = "no_input"
    NOBODY_ANSWERED = "nobody_answered"
    CALLBACK_REQUESTED = "callback_requested"
    MESSAGE_LEFT = "message_left"
    CALLER_HUNG_UP = "caller_hung_up"
    FAILED = "failed"
    CLOSED = "closed"


class AttemptOutcome(StrEnum):
    """What became of ringing one supporter (interface.md)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    NOT_ACCEPTED = "not_accepted"
    CALLER_HUNG_UP = "caller_hung_up"


class JournalKind(StrEnum):
    """What sort of business event moved points (interface.md)."""

    PURCHASE = "purchase"
    QUARTER = "quarter"
    CORRECTION = "correction"
    REFUND = "refund"
    GRANT = "grant"


class HoldState(StrEnum):
    """A hold becomes the charge of its quarter, or is released (R6)."""

    OPEN = "open"
    CAPTURED = "captured"
    RELEASED = "released"


class CaseState(StrEnum):
    """Whether a case still waits for somebody."""

    OPEN = "open"
    CLOSED = "closed"


class TaskKind(StrEnum):
    """What a person has to do, with a deadline that somebody is alarmed about (R14).

    Of an administrator's: a `review` is of a call whose end is unknown (R20), a `discrepancy` of one of which the provider tells
    something else than our books, a `dispute` of one that its customer finds wrong.
    """

    CALLBACK = "callback"
    MESSAGE = "message"
    MISSED = "missed"
    REVIEW = "review"
    DISCREPANCY = "discrepancy"
    DISPUTE = "dispute"

    @property
    def is_an_administrators(self) -> bool:
        """Whether nobody on duty is rung out of bed for it."""
        return self in {TaskKind.REVIEW, TaskKind.DISCREPANCY, TaskKind.DISPUTE}


class ReportKind(StrEnum):
    """What sort of thing was reported about a call.

    `status`: a status callback. `dial`: the end of a Dial. `gone`: a webhook of a caller who has left. `recorded`: a message was
    recorded. Our own: `cut`, the end of a bridge whose points ran out; `parted`, the caller's leg went on without its bridge;
    `asked`, what the provider answered when it was asked; `given_up`, that nobody will tell any more (R20).
    """

    STATUS = "status"
    DIAL = "dial"
    GONE = "gone"
    RECORDED = "recorded"
    CUT = "cut"
    PARTED = "parted"
    ASKED = "asked"
    GIVEN_UP = "given_up"


class DiscrepancyKind(StrEnum):
    """In what the provider's record of a call and ours differ; the first that fits.

    `status`: whether the call, or its talk, goes on or ever began. `duration`: the talk's seconds, within the same quarters.
    """

    ONLY_HERE = "only_here"
    ONLY_THERE = "only_there"
    STATUS = "status"
    QUARTERS = "quarters"
    DURATION = "duration"


class Resolution(StrEnum):
    """What became of a discrepancy: our facts and books were moved, a person must look, or it stays as it is."""

    ADJUSTED = "adjusted"
    REVIEW = "review"
    NONE = "none"


class ErrandKind(StrEnum):
    """What the clock carries out outside a call."""

    TEXT = "text"
    MAIL = "mail"


class ErrandState(StrEnum):
    """How far an errand is; the clock has to do with it as long as it has a `due_at`.

    due         to be done, at `due_at` (again, where it was tried before)
    done        done; a text message with the provider's name for it as its outcome
    kept        nothing is configured to send it with
    failed      refused for good, or tried often enough
    undecided   sent, perhaps: looked up at `due_at`; without one it waits for a person
    """

    DUE = "due"
    DONE = "done"
    KEPT = "kept"
    FAILED = "failed"
    UNDECIDED = "undecided"


def e164(text: str, region: str | None = HOME_REGION) -> E164 | None:
    """The number in E.164, or None where `text` is none: withheld, `client:…`, a stray word (pitfall G2)."""
    if not re.fullmatch(r"\s*\+?[0-9\s().-]+", text):  # the parser would find the digits in `client:anna63186363`
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return E164(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def masked(text: str | None) -> str:
    """A telephone number for logs: its country and last two digits (R23). Anything that is no number is `withheld`."""
    number = e164(text, None) if text else None
    return f"{number[:3]}…{number[-2:]}" if number else WITHHELD


def masked_within(text: str) -> str:
    """A text in which whatever looks like a telephone number or a PIN keeps its last two digits only (R2, R23)."""
    return LONG_NUMBER.sub(lambda found: f"…{found.group()[-2:]}", text)


def takes_texts(number: str) -> bool:
    """Whether a text message to an E.164 number may arrive: not at one that surely is a landline or a service (pitfall G2)."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(number, None)) not in NEVER_MOBILE
    except phonenumbers.NumberParseException:
        return False
