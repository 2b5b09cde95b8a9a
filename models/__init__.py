"""Tables and values: data at rest. No decisions are made here; one family of tables a file."""

from models.alarms import Alarm
from models.api import ApiToken, KeptAnswer
from models.audit import Audit
from models.base import Base
from models.calendars import CalendarAddress
from models.callbacks import Callback
from models.calls import Attempt, Call, Leg, Report, Turn
from models.cases import Case, Note, NumberSeries, Task
from models.corrections import Correction, Dispute, RefundedQuarter
from models.customers import Customer, Person
from models.drafts import Draft
from models.errands import Errand
from models.heartbeats import Heartbeat
from models.ledger import Account, Entry, Hold, Journal
from models.lines import Line
from models.pins import PinFailure, PinGate
from models.prices import PriceDraft, PriceList, PriceListHoliday, PricePeriod
from models.readiness import ReadinessTest, ReadinessTurn
from models.reconciliations import Cost, Discrepancy, Reconciliation
from models.recordings import Recording
from models.rotas import Rota, RotaDraft
from models.rounds import Round
from models.supporters import Shift, ShiftAcknowledgement, Supporter
from models.swaps import SwapRequest
from models.users import Identity, Passkey, RecoveryCode, SignIn, SignInFailure, SpentChallenge, User
from models.webhooks import Delivery, WebhookEndpoint

__all__ = [
    "Account",
    "Alarm",
    "ApiToken",
    "Attempt",
    "Audit",
    "Base",
    "CalendarAddress",
    "Call",
    "Callback",
    "Case",
    "Correction",
    "Cost",
    "Customer",
    "Delivery",
    "Discrepancy",
    "Dispute",
    "Draft",
    "Entry",
    "Errand",
    "Heartbeat",
    "Hold",
    "Identity",
    "Journal",
    "KeptAnswer",
    "Leg",
    "Line",
    "Note",
    "NumberSeries",
    "Passkey",
    "Person",
    "PinFailure",
    "PinGate",
    "PriceDraft",
    "PriceList",
    "PriceListHoliday",
    "PricePeriod",
    "ReadinessTest",
    "ReadinessTurn",
    "Reconciliation",
    "Recording",
    "RecoveryCode",
    "RefundedQuarter",
    "Report",
    "Rota",
    "RotaDraft",
    "Round",
    "Shift",
    "ShiftAcknowledgement",
    "SignIn",
    "SignInFailure",
    "SpentChallenge",
    "Supporter",
    "SwapRequest",
    "Task",
    "Turn",
    "User",
    "WebhookEndpoint",
]
