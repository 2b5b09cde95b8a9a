"""Requests for swaps in words: how one stands, which shifts it is about, and why something could not be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from helpdesk import swaps
from helpdesk.swap_checks import (
    Absent,
    Answered,
    AskedAlready,
    Begun,
    HandedOn,
    NoColleague,
    NoSuchSwap,
    NotTheirs,
    SwapRefused,
    Twice,
)
from models import SwapRequest
from models.swaps import SwapState
from models.values import Flow
from oncall.held import Held
from oncall.rota import Span
from web.console.looks import Look
from web.papers.figures import Figures
from web.words import N_, Words

STATES: Final[Mapping[SwapState, Look]] = {
    SwapState.ASKED: ("amber", "◐", N_("not answered yet")),
    SwapState.AGREED: ("green", "✓", N_("agreed")),
    SwapState.DECLINED: ("grey", "■", N_("declined")),
    SwapState.WITHDRAWN: ("grey", "○", N_("withdrawn")),
    SwapState.LAPSED: ("grey", "○", N_("not answered in time")),
    SwapState.UNDONE: ("grey", "↶", N_("taken back")),
}
REFUSALS: Final[Mapping[type[SwapRefused], str]] = {
    NoSuchSwap: N_("There is no such request. Nothing was changed."),
    Answered: N_("The request is not open any more: somebody answered it or took it back. Nothing more was changed."),
    Begun: N_("One of the shifts has begun. The rota is as it was."),
    HandedOn: N_("One of the shifts was handed on since. Take that swap back first. The rota is as it was."),
    NotTheirs: N_(
        "The rota was changed meanwhile: a shift is not as it was asked about. Nothing was swapped; the new rota counts."
    ),
    AskedAlready: N_("You have asked about that shift already. Take that request back before you ask somebody else."),
    Twice: N_("One of you would be on duty twice at one moment. The rota is as it was."),
    Absent: N_("One of you is away while they would be on duty. The rota is as it was."),
    NoColleague: N_("Choose a colleague who can log in and answer."),
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as a list shows it: who asks whom, what is given and what comes in return; `is_open` while it can be answered."""

    number: int
    asks: str
    asked: str
    is_mine: bool
    gives: str
    returns: str | None
    look: Look
    is_open: bool
    can_be_undone: bool
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class Mine:
    """What a supporter sees: requests to answer, their own, and shifts to hand on, by beginning; `waiting` are asked about."""

    to_answer: Sequence[Request]
    asked: Sequence[Request]
    shifts: Mapping[datetime, tuple[Flow, Held]]
    waiting: frozenset[datetime]


def mine(session: Session, supporter: int, words: Words, *, now: datetime) -> Mine:
    """The swaps of a supporter."""
    rows, offered = swaps.listed(session, now=now, supporter=supporter), swaps.of_people(session, now=now)
    found = [request(one, words, me=supporter, now=now) for one in rows]
    shifts = {one.span.starts_at: (line, one) for line in Flow for one in offered.get((line, supporter), ())}
    return Mine(
        to_answer=[one for one in found if one.is_open and not one.is_mine],
        asked=[one for one in found if one.is_mine],
        shifts=shifts,
        waiting=frozenset(one.starts_at for one in rows if one.supporter_id == supporter and _is_open(one, now=now)),
    )


def request(one: SwapRequest, words: Words, *, now: datetime, me: int | None = None) -> Request:
    """One of them."""
    is_late = one.state is SwapState.ASKED and not _is_open(one, now=now)
    back = one.return_starts_at and one.return_ends_at and Span(starts_at=one.return_starts_at, ends_at=one.return_ends_at)
    return Request(
        number=one.id,
        asks=one.supporter.name,
        asked=one.colleague.name,
        is_mine=one.supporter_id == me,
        gives=said(Span(starts_at=one.starts_at, ends_at=one.ends_at), words),
        returns=said(back, words) if back else None,
        look=STATES[SwapState.LAPSED if is_late else one.state],
        is_open=_is_open(one, now=now),
        can_be_undone=one.state is SwapState.AGREED and swaps.first_of(one) > now,
        asked_at=one.asked_at,
    )


def said(span: Span, words: Words) -> str:
    """A shift in words: "tor. 26. nov. 16.00–24.00"."""
    figures = Figures(words)
    return f"{figures.column(span.starts_at)} {figures.stretch(span.starts_at, span.ends_at)}"


def why(refused: SwapRefused) -> str:
    """Why it was not done, to be put into the reader's language."""
    return REFUSALS[type(refused)]


def _is_open(one: SwapRequest, *, now: datetime) -> bool:
    return one.state is SwapState.ASKED and swaps.first_of(one) > now
