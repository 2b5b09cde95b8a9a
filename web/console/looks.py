"""How states look in the console: colour, sign and word of each; the colour is never alone (ui.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from models.corrections import CorrectionKind, CorrectionState, DisputeState
from models.values import AttemptOutcome, CallOutcome, CallState, CaseState, ErrandKind, ErrandState
from oncall.reasons import PassedOver
from web.papers import statement
from web.words import N_

Look = tuple[str, str, str]
STATES: Final[Mapping[CallState, Look]] = {
    CallState.ANSWERING: ("grey", "○", N_("keys")),
    CallState.RINGING: ("blue", "☎", N_("rings")),
    CallState.TALKING: ("violet", "◆", N_("talks")),
    CallState.ENDED: ("grey", "■", N_("ended")),
}
OUTCOMES: Final[Mapping[CallOutcome, Look]] = {
    outcome: (*look, statement.OUTCOMES[outcome])
    for outcome, look in {
        CallOutcome.TALKED: ("green", "✓"),
        CallOutcome.WRONG_PIN: ("grey", "○"),
        CallOutcome.LOCKED_OUT: ("red", "▲"),
        CallOutcome.NO_POINTS: ("amber", "◐"),
        CallOutcome.DECLINED_PRICE: ("grey", "○"),
        CallOutcome.NO_INPUT: ("grey", "○"),
        CallOutcome.NOBODY_ANSWERED: ("red", "▲"),
        CallOutcome.CALLBACK_REQUESTED: ("amber", "☎"),
        CallOutcome.MESSAGE_LEFT: ("amber", "✉"),
        CallOutcome.CALLER_HUNG_UP: ("amber", "◐"),
        CallOutcome.FAILED: ("red", "▲"),
        CallOutcome.CLOSED: ("grey", "○"),
    }.items()
}
ATTEMPTS: Final[Mapping[AttemptOutcome | None, Look]] = {
    None: ("blue", "☎", N_("it rings")),
    AttemptOutcome.ACCEPTED: ("green", "✓", N_("pressed 1")),
    AttemptOutcome.DECLINED: ("amber", "→", N_("pressed 2, not me")),
    AttemptOutcome.NO_ANSWER: ("red", "▲", N_("did not answer")),
    AttemptOutcome.BUSY: ("amber", "◐", N_("was busy")),
    AttemptOutcome.FAILED: ("red", "▲", N_("could not be reached")),
    AttemptOutcome.NOT_ACCEPTED: ("amber", "○", N_("picked up, nobody pressed 1")),
    AttemptOutcome.CALLER_HUNG_UP: ("grey", "○", N_("the caller hung up meanwhile")),
}
PASSED_OVER: Final[Mapping[PassedOver, str]] = {
    PassedOver.TRIED: N_("had been rung for this call already"),
    PassedOver.IS_CALLER: N_("the call came from their own telephone"),
    PassedOver.TALKING: N_("was on another call"),
    PassedOver.RUNG: N_("was being rung for another call"),
    PassedOver.WRAP_UP: N_("was in wrap-up"),
    PassedOver.PHONING: N_("was calling the line"),
    PassedOver.TESTED: N_("was being rung as a test"),
    PassedOver.AWAY: N_("could not be reached"),
    PassedOver.FAILS: N_("no telephone of theirs could be rung"),
    PassedOver.UNKNOWN: N_("it is not known why"),
}
CASES: Final[Mapping[CaseState, Look]] = {
    CaseState.OPEN: ("blue", "○", N_("Open")),
    CaseState.CLOSED: ("grey", "■", N_("Closed")),
}
SEVERITIES: Final[Mapping[int, str]] = {
    1: N_("Question"),
    2: N_("Error"),
    3: N_("Wish"),
    4: N_("System down"),
    5: N_("Partly down"),
    6: N_("Uses points"),
}
CORRECTIONS: Final[Mapping[CorrectionKind, str]] = {
    CorrectionKind.REFUND: N_("Refund"),
    CorrectionKind.GRANT: N_("Grant"),
}
CORRECTION_STATES: Final[Mapping[CorrectionState, Look]] = {
    CorrectionState.ASKED: ("amber", "◐", N_("waits for approval")),
    CorrectionState.DONE: ("green", "✓", N_("done")),
    CorrectionState.REFUSED: ("grey", "■", N_("refused")),
}
DISPUTE_STATES: Final[Mapping[DisputeState, Look]] = {
    DisputeState.OPEN: ("amber", "◐", N_("open")),
    DisputeState.REFUNDED: ("green", "✓", N_("refunded")),
    DisputeState.REFUSED: ("grey", "■", N_("refused")),
}
ERRANDS: Final[Mapping[ErrandKind, str]] = {
    ErrandKind.TEXT: N_("Text message"),
    ErrandKind.MAIL: N_("Letter"),
}
ERRAND_STATES: Final[Mapping[ErrandState, Look]] = {
    ErrandState.DUE: ("blue", "○", N_("on its way")),
    ErrandState.DONE: ("green", "✓", N_("sent")),
    ErrandState.KEPT: ("grey", "■", N_("kept: nothing is set up to send it with")),
    ErrandState.FAILED: ("red", "▲", N_("could not be sent")),
    ErrandState.UNDECIDED: ("amber", "?", N_("sent, perhaps")),
}
