"""What can be turned at the exchange: everything that is unconfirmed about Twilio, and how people and networks behave.

A letter in brackets says how sure the contract is of the default (twilio-contract.md): [D] documented, [O] observed,
[M] unconfirmed. Unconfirmed things that nothing here does have no knob: Enqueue and QueueResult, conferences, STIR (none on
Danish calls; `surprise` adds any parameter), the headers of the debugger's own copy (X-Twilio-WebhookError), SIP callers, regions,
filtered texts. What a withheld number looks like is for the telephone to show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal, TypeAlias

from simulator.faults import Network, calm
from simulator.schema import LONGEST_SPEECH

StatusPolicy: TypeAlias = Callable[[dict[str, str], Random], list[float]]
"""Given a status callback's parameters: after how many seconds it arrives, once for each time that it does."""


def at_once(_params: dict[str, str], _chance: Random) -> list[float]:
    """Every status callback arrives as soon as it is sent."""
    return [0.0]


def doubled(_params: dict[str, str], _chance: Random) -> list[float]:
    """Every status callback arrives twice."""
    return [0.0, 0.5]


def lost(_params: dict[str, str], _chance: Random) -> list[float]:
    """No status callback ever arrives."""
    return []


def delayed(seconds: float) -> StatusPolicy:
    """Every status callback arrives that much later."""
    return lambda _params, _chance: [seconds]


def shuffled(within: float = 5.0) -> StatusPolicy:
    """Status callbacks arrive in any order, each within so many seconds."""
    return lambda _params, chance: [chance.uniform(0.0, within)]


def losing(*statuses: str) -> StatusPolicy:
    """The status callbacks with one of these CallStatus values never arrive; the others come at once."""
    return lambda params, _chance: [] if params.get("CallStatus") in statuses else [0.0]


@dataclass
class Knobs:
    """Turn one before or during a call; what is under way keeps what it read. Times in seconds."""

    strict: bool = True
    """Whether TwiML that Twilio would only shrug at raises BrokenTwiML; else Twilio's own behaviour."""
    dead_ends: bool = False
    """Whether a caller's document may run out without Hangup, Redirect or an action."""
    status_policy: StatusPolicy = at_once
    network: Network = calm
    """What becomes of each attempt of each request on its way: see `faults`."""
    broken_retried_as: frozenset[str] = frozenset({"all"})
    """The words of `#rp=` that try a connection again which broke before an answer [M]: of `all`, `5xx`, `rt`, or none."""
    double: bool = False
    """Whether every blocking webhook is sent twice; the second answer is kept in `exchange.doubles` and discarded."""
    surprise: dict[str, str] = field(default_factory=dict)
    """Parameters that Twilio added without notice to every request [D]."""
    user_agent: str = "TwilioProxy/1.1"
    """How every request names itself [M]."""
    legacy_twins: bool = True
    """Whether Caller, Called and their places stand beside From and To [O]."""
    unknown_places: Literal["empty", "absent"] = "empty"
    """How a city, state or zip code is told that nobody knows [O]."""
    first_status: Literal["ringing", "in-progress"] = "ringing"
    """CallStatus of a request before Twilio has answered the caller [O]."""
    status_of_gone: Literal["completed", "in-progress"] = "completed"
    """CallStatus of an action that is requested behind the caller's end [O]."""

    characters_per_second: float = 15.0
    shortest_speech: float = 1.0
    play_seconds: float = 5.0
    fetch_media: bool = True
    """Whether a Play of the application's own host is fetched and must be a sound."""
    longest_speech: int = LONGEST_SPEECH
    """How many letters one Say may have [M]; more is BrokenTwiML while `strict`."""
    most_rounds: int = 1000
    """How often loop="0" really repeats [O]."""
    key_gap: float = 0.2
    keys_between: Literal["lost", "kept"] = "lost"
    """What becomes of keys while no question is open and nobody is dialled [M]: those that are kept are the next Gather's."""
    setup_seconds: float = 0.5
    """From dialling a number until its telephone rings."""
    connection_loss_seconds: float = 20.0
    """How long the exchange takes to notice that a telephone is gone [M]."""
    patience: float = 30.0
    """How long a telephone of the test waits for its own ringing before it complains."""

    ring_extra: float = 5.0
    """How much longer than Dial's timeout it really rings [D]."""
    time_limit_from: Literal["answer", "bridge"] = "answer"
    """Where Dial's timeLimit begins [M]."""
    dial_bridged: bool = True
    """Whether Dial's action is told DialBridged; an older account is not [D]."""
    no_answer_with_duration: bool = False
    """Whether DialCallDuration=0 comes with a Dial that nobody answered [O: it is missing]."""
    hangup_in_ringing: Literal["canceled", "no-answer", "completed"] = "canceled"
    """DialCallStatus when the caller hangs up before the callee answered [O]."""
    hangup_in_whisper: Literal["completed", "canceled"] = "completed"
    """DialCallStatus when the caller hangs up after the callee answered, before they were bridged [M]."""
    hangup_in_talk: Literal["completed", "canceled", "answered"] = "completed"
    """DialCallStatus when the caller hangs up in conversation [M]."""
    never_bridged: Literal["completed", "no-answer"] = "completed"
    """DialCallStatus when the callee answered and left, or was refused, before they were bridged [O]."""
    shows_callers_number: bool = True
    """Whether Dial may show the number of the caller, which is not the account's [O: being ended], else error 13214."""
    unanswered_hangup: Literal["no-answer", "canceled", "completed"] = "no-answer"
    """How a call ends that was hung up before Twilio answered it [M]."""
    action_after_hangup: bool = True
    """Whether Dial's and Record's action is still requested when the caller has hung up [O]."""
    empty_digits: Literal["empty", "absent"] = "empty"
    """How actionOnEmptyResult says that nothing was keyed [M]."""
    empty_recording_action: bool = True
    """Whether Record's action is requested although nothing was said [M]; else the next verb follows."""
    hangup_as_digits: Literal["hangup", "empty", "absent"] = "hangup"
    """Record's Digits when the caller ended it by hanging up [M]."""
    trims_silence: bool = True
    """Whether a Record that says nothing of it has `trim-silence` [M]: the silence at both ends of a message does not count."""
    recording_tells_call: bool = False
    """Whether a recording's callback carries what other requests about the call do [O: it does not]."""
    fallback_for_actions: bool = True
    """Whether a failing action or Redirect goes to the number's fallback URL too [M]."""
    fallback_names_error: bool = True
    """Whether the fallback's request carries ErrorCode and ErrorUrl [M]."""
    error_message: str = "We are sorry, an application error has occurred. Goodbye."
    """What a caller hears when there is no fallback [M]."""

    rest_lag: float = 0.0
    """How many seconds old what the REST API tells is [D: eventually consistent]."""
    rest_down: bool = False
    rest_refuses: dict[str, int] = field(default_factory=dict)
    """Numbers that the REST API refuses to ring, each with the code that it says so by [D: 21211, 21214, 21215, 21217 …]."""
    rest_busy: int = 0
    """How many more REST requests are refused with 429 and code 20429."""
    rest_fails_before: int = 0
    """How many more are answered 500 without being done."""
    rest_fails_after: int = 0
    """How many more are done and answered 500 all the same."""
    rest_breaks_after: int = 0
    """How many more are done and get no answer, because the connection breaks."""
    rest_hangs_after: int = 0
    """How many more are done and get no answer before the client gives up."""
    rest_slow: float = 0.0
    """How many seconds on the wall a served answer takes."""
    cancels_answered: bool = False
    """Whether Status=canceled ends a call that was answered too [M: only a queued or ringing one]."""
    not_in_progress: int = 21220
    """The code for a call that is in no state for what is asked [M]."""
    detection_seconds: float = 4.0
    """How long after the answer it is told who picked up, where that is asked for [M]."""
    mistaken_for: str = ""
    """What whoever picks up is taken for: "human", "unknown" … [D: detection may be wrong]; else what it is."""
    calls_per_second: float = 1.0
    """How many calls made through REST start in a second; the others are queued [D]."""
    fetched_price: str | None = None
    """A call's price as REST tells it: unknown right after the call [O]."""
