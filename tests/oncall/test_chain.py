"""Whom to ring next: every situation of R12 as a row of a table. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from oncall.chain import (
    LONGEST_CHAIN,
    LONGEST_WAIT,
    WAITING_TURN,
    Candidate,
    Decision,
    NobodyLeft,
    RingNext,
    WaitForOne,
    decide,
    lasts,
)

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)


def someone(supporter: int, stands: str = "free") -> Candidate:
    """A candidate who is free, tried, busy, the caller, rung again at another telephone, long, or not at all; or several."""
    words = set(stands.split())
    return Candidate(
        supporter=supporter,
        shift=supporter,
        tried="tried" in words,
        is_caller="caller" in words,
        busy="busy" in words,
        again="again" in words,
        fails="fails" in words,
        rings=30 if "long" in words else 10 if "short" in words else 15,
    )


def shown(decision: Decision) -> str:
    match decision:
        case RingNext(candidate):
            return f"ring {candidate.supporter}"
        case WaitForOne(ahead):
            return f"wait behind {ahead}"
        case NobodyLeft():
            return "nobody"


@pytest.mark.parametrize(
    ("candidates", "ahead", "decision"),
    [
        ([], 0, "nobody"),
        (["free"], 0, "ring 0"),
        (["free", "free"], 0, "ring 0"),
        (["tried", "free"], 0, "ring 1"),
        (["busy", "free"], 0, "ring 1"),
        (["caller", "free"], 0, "ring 1"),
        (["tried", "tried"], 0, "nobody"),
        (["busy", "busy"], 0, "wait behind 0"),
        (["busy"], 3, "wait behind 3"),
        (["tried", "busy"], 0, "nobody"),  # not everyone is on a call: one did not answer
        (["tried busy", "busy"], 0, "nobody"),
        (["caller"], 0, "nobody"),
        (["caller", "busy"], 0, "wait behind 0"),
        (["caller", "tried"], 0, "nobody"),
        (["free"], 1, "wait behind 1"),  # whoever waited longer is served first
        (["free", "free"], 1, "ring 1"),
        (["free", "free"], 2, "wait behind 2"),
        (["free", "busy", "free"], 1, "ring 2"),
        (["free", "again"], 0, "ring 1"),  # their place is the first until neither telephone has reached them
        (["free", "again busy"], 0, "ring 0"),
        (["free", "again tried"], 0, "ring 0"),
        (["free", "again"], 1, "ring 0"),
        (["again"], 1, "wait behind 1"),
        (["fails", "free"], 0, "ring 1"),  # who cannot be rung is passed over …
        (["fails", "tried"], 0, "nobody"),
        (["fails", "busy"], 0, "wait behind 0"),
        (["fails"], 0, "ring 0"),  # … unless there is nobody else
        (["fails", "caller"], 0, "ring 0"),
        (["fails", "fails"], 0, "ring 0"),
        (["fails tried", "fails"], 0, "ring 1"),
    ],
)
def test_who_is_rung_next(candidates: list[str], ahead: int, decision: str) -> None:
    """R12: one after another, each once; the busy and the caller's own number are skipped; the oldest caller first."""
    standing = [someone(number, stands) for number, stands in enumerate(candidates)]

    decided = decide(standing, ahead=ahead, ringing_since=None, waiting_since=None, now=NOW)

    assert shown(decided) == decision


@pytest.mark.parametrize(
    ("seconds", "decision"), [(0, "ring 0"), (143, "ring 0"), (144, "ring 0"), (145, "nobody"), (600, "nobody")]
)
def test_no_ring_is_begun_that_could_last_beyond_three_minutes(seconds: int, decision: str) -> None:
    """R12: 15 s of ringing and the question to whoever picks up; the whole chain at most three minutes."""
    since = NOW - timedelta(seconds=seconds)

    decided = decide([someone(0)], ahead=0, ringing_since=since, waiting_since=None, now=NOW)

    assert shown(decided) == decision


@pytest.mark.parametrize(
    ("seconds", "candidates", "decision"),
    [
        (129, ["long"], "ring 0"),
        (130, ["long"], "nobody"),
        (149, ["short"], "ring 0"),
        (130, ["long", "short"], "ring 1"),  # who rings for so long does not come to it any more, and hinders nobody
        (130, ["long", "busy"], "nobody"),
    ],
)
def test_each_rings_as_long_as_they_said_within_three_minutes(seconds: int, candidates: list[str], decision: str) -> None:
    """R12: what ringing somebody may take follows from how long they are rung."""
    standing = [someone(number, stands) for number, stands in enumerate(candidates)]

    decided = decide(standing, ahead=0, ringing_since=NOW - timedelta(seconds=seconds), waiting_since=None, now=NOW)

    assert shown(decided) == decision


@pytest.mark.parametrize(("seconds", "decision"), [(0, "wait behind 0"), (168, "wait behind 0"), (169, "nobody"), (181, "nobody")])
def test_nobody_waits_longer_than_three_minutes(seconds: int, decision: str) -> None:
    """R12."""
    since = NOW - timedelta(seconds=seconds)

    decided = decide([someone(0, "busy")], ahead=0, ringing_since=None, waiting_since=since, now=NOW)

    assert shown(decided) == decision


def test_whoever_waited_is_rung_as_soon_as_somebody_is_free_however_late() -> None:
    """R12: the wait is over, but a supporter is free at last."""
    since = NOW - timedelta(minutes=4)

    decided = decide([someone(0)], ahead=0, ringing_since=None, waiting_since=since, now=NOW)

    assert shown(decided) == "ring 0"


@pytest.mark.parametrize(
    ("candidates", "last", "decision"),
    [
        ([], "free", "ring 9"),
        (["free"], "free", "ring 0"),
        (["tried", "tried"], "free", "ring 9"),
        (["tried", "busy"], "free", "ring 9"),
        (["busy"], "free", "wait behind 0"),  # everyone is on a call: one of them may soon be free
        (["caller"], "free", "ring 9"),
        (["tried"], "tried", "nobody"),  # nobody is rung twice
        (["tried"], "busy", "nobody"),
        (["tried"], "caller", "nobody"),
        (["tried"], "again", "ring 9"),  # at their second telephone
    ],
)
def test_the_last_resort_is_rung_where_the_chain_ends_with_nobody(candidates: list[str], last: str, decision: str) -> None:
    """R12."""
    standing = [someone(number, stands) for number, stands in enumerate(candidates)]

    decided = decide(standing, last=someone(9, last), ahead=0, ringing_since=None, waiting_since=None, now=NOW)

    assert shown(decided) == decision


def test_who_is_on_duty_is_not_rung_as_the_last_resort_too() -> None:
    """R12: they answered neither of their telephones, or are busy."""
    for stands in ("tried", "caller"):
        decided = decide([someone(9, stands)], last=someone(9), ahead=0, ringing_since=None, waiting_since=None, now=NOW)

        assert shown(decided) == "nobody"


@pytest.mark.parametrize(
    ("rings_for", "waits_for", "candidates", "decision"),
    [
        (108, None, ["free"], "ring 0"),
        (109, None, ["free"], "ring 9"),  # 36 s for one on duty, 36 s for the last resort
        (144, None, ["free"], "ring 9"),
        (145, None, ["free"], "nobody"),
        (None, 132, ["busy"], "wait behind 0"),
        (None, 133, ["busy"], "ring 9"),  # a turn of music, and 36 s for the last resort
        (None, 133, ["busy", "free"], "ring 1"),
    ],
)
def test_time_is_kept_for_the_last_resort(
    rings_for: int | None, waits_for: int | None, candidates: list[str], decision: str
) -> None:
    """R12: ringing and waiting stay within three minutes each, the last resort in them."""
    ringing, waiting = (NOW - timedelta(seconds=one) if one is not None else None for one in (rings_for, waits_for))
    standing = [someone(number, stands) for number, stands in enumerate(candidates)]

    decided = decide(standing, last=someone(9), ahead=0, ringing_since=ringing, waiting_since=waiting, now=NOW)

    assert shown(decided) == decision


def test_no_search_lasts_longer_than_it_may_whoever_is_busy_when_and_whatever_they_do() -> None:
    """R12: ringing ends three minutes after the first ring, waiting three after it began: six in all. Nobody is rung twice."""
    chance = Random(18)  # noqa: S311 - searches
    for _ in range(300):
        people = [someone(number, chance.choice(["free", "long", "short"])) for number in range(chance.randrange(1, 9))]
        last = chance.choice([None, someone(99, chance.choice(["free", "busy", "long"]))])
        ringing = waiting = None
        now, rung = NOW, list[int]()
        while True:
            standing = [replace(one, tried=one.supporter in rung, busy=chance.random() < 0.6) for one in people]
            spare = replace(last, tried=last.supporter in rung) if last else None
            decided = decide(
                standing, last=spare, ahead=chance.choice([0, 0, 1]), ringing_since=ringing, waiting_since=waiting, now=now
            )
            match decided:
                case RingNext(candidate):
                    ringing = ringing or now
                    rung.append(candidate.supporter)
                    now += lasts(candidate)
                    assert now <= ringing + LONGEST_CHAIN
                case WaitForOne():
                    waiting = waiting or now
                    now += WAITING_TURN
                    assert now <= waiting + LONGEST_WAIT
                case NobodyLeft():
                    break
        assert len(rung) == len(set(rung))
        assert now <= NOW + LONGEST_CHAIN + LONGEST_WAIT
