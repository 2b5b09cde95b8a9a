"""What every call owes, reckoned anew from what went over the wire: the model that the books must equal, to the second.

It shares no line with the house. It reads the exchange's requests with what the house's clocks showed when each was kept (a request
whose transaction was rolled back was never heard), what the provider told when it was asked, and the exchange's own truth:

    accepted   the supporter's 1, as the clock of the machine that kept it read (R7)
    bridged    as Dial told; where nobody told, our own mark decides
    ended      the earliest end that was reported, or that the provider's API told (R7)
    owed       one quarter for each 900 s that were begun, none beyond what a limit that ended it had granted (R8), each at
               the price of its local moment by the list in force at acceptance, the first at most at the accepted one (R10)
    back       what was granted by corrections, never more of a quarter than it owes in the end (R18)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from simulator.legs import By, Leg
from tests.simulation.evidence import DIALLED, End, ends
from tests.simulation.wire import Sent

LOCAL: Final = ZoneInfo("Europe/Copenhagen")
HOLIDAYS: Final = {date(2026, 12, 25), date(2026, 12, 26)}
FREE: Final = ("Samtalen er gratis.", "The conversation is free.")
"""A supporter rang unasked, and the customer was told so."""
OFFERED: Final = ("Tast 2, hvis du har", "Press 2 if you have", "acceptere prisen og tale med", "accept the price and talk")
PRICE: Final = re.compile(r"(?:koster|costs)[a-z ]* (\d+) points? (?:for|per) ")


SLACK: Final = 15
"""Seconds: an end that was heard so late behind the limit is believed to be the limit's, as the carrier cuts no sooner (R8)."""


@dataclass(frozen=True)
class Prices:
    """A list that was published at `since`: what a quarter costs by day (`begins` to 16, Monday to Friday, no holiday) and else.

    With `always` every day has such hours.
    """

    since: datetime
    valid_from: datetime
    day: int
    night: int
    begins: int = 8
    always: bool = False

    def at(self, moment: datetime) -> int:
        local = moment.astimezone(LOCAL)
        is_workday = self.always or (local.weekday() < 5 and local.date() not in HOLIDAYS)
        return self.day if is_workday and self.begins <= local.hour < 16 else self.night


def in_force(lists: Iterable[Prices], told: Sent) -> Prices:
    """The list that began last, of those that were published when that was told."""
    return max((one for one in lists if one.since <= told.at and one.valid_from <= told.reading), key=lambda one: one.valid_from)


@dataclass
class Talk:
    """What a call was, as far as it was told."""

    owed: dict[int, int] = field(default_factory=dict)
    accepted_at: datetime | None = None
    ended_at: datetime | None = None


def given_back(granted: Iterable[tuple[int, int]], owed: dict[int, int]) -> dict[int, int]:
    """What came back in the end: what was granted (quarter, points), never more of a quarter than it owes."""
    total = Counter[int]()
    for quarter, points in granted:
        total[quarter] += points
    back = {quarter: min(points, owed.get(quarter, 0)) for quarter, points in total.items()}
    return {quarter: points for quarter, points in back.items() if points}


def reckoned(caller: Leg, told: list[Sent], cuts: set[str], lists: list[Prices], *, free: bool) -> Talk:
    """What the call of that leg owes: nothing where it dialled a line that is `free`.

    `told` is all that was sent about it, in order; `cuts` where cut callers were sent.
    """
    accepted = [one for one in told if "accepted" in one.kept and one.params.get("Digits") == "1"]
    if not accepted:
        return Talk()
    last = accepted[-1]
    child, leg = last.params["CallSid"], last.place[1]
    dials = {found[4]: found for one in told for found in DIALLED.finditer(one.answer)}
    about = [end for end in ends(caller.sid, told, cuts, dials) if end.kind in {"gone", "cut"} or end.of in {child, f"dial:{leg}"}]
    whole = last.reading.replace(microsecond=0)
    if not about or not _is_bridged(about, leg, whole):
        return Talk()
    earliest = min(_believed(end, whole) for end in about)
    limit = int(dials[leg][3])
    truth = next(one for one in caller.children if one.sid == child)
    at_limit = truth.ended_by is By.TIME_LIMIT
    if all(end.kind == "gone" for end in about) or (at_limit and any(end.lasted >= limit for end in about)):
        earliest = min(earliest, last.reading + timedelta(seconds=limit))
    seconds = max(0, int((earliest - last.reading) / timedelta(seconds=1)))
    count = (seconds + 899) // 900
    if at_limit or limit <= seconds <= limit + SLACK:
        count = min(count, limit // 900)
    is_free = free or any(words in one.answer for one in told for words in FREE)
    return Talk({} if is_free else _priced(told, last, count, lists), last.reading, earliest)


def _priced(told: list[Sent], last: Sent, count: int, lists: list[Prices]) -> dict[int, int]:
    prices = in_force(lists, last)
    owed = {n: prices.at(last.reading + timedelta(seconds=900 * (n - 1))) for n in range(1, count + 1)}
    by_key = next(one for one in told if "holds" in one.kept and one.place[0] == "turn")
    before = [one for one in told[: told.index(by_key)] if _is_offer(one, told)]
    quotes = [_told(before[-1], told), in_force(lists, by_key).at(by_key.reading)]
    return {n: min(points, *quotes) if n == 1 else points for n, points in owed.items()}


def _is_offer(one: Sent, told: list[Sent]) -> bool:
    """Whether that was answered with a price, be it that the answer was lost and came when it was asked for again, or again."""
    return "turns" in one.kept and any(words in other.answer for other in told if other.place == one.place for words in OFFERED)


def _told(offer: Sent, told: list[Sent]) -> int:
    """The price that the caller heard: a question that is put again says what it said before (R10)."""
    said = [PRICE.search(one.answer) for one in told if one.place == offer.place]
    return next(int(found[1]) for found in said if found is not None)


def _is_bridged(about: list[End], leg: str, whole: datetime) -> bool:
    dial = [end for end in about if end.of == f"dial:{leg}"]
    said = {end.bridged for end in dial} & {"true", "false"}
    if said:
        return "true" in said
    if any(end.kind == "gone" and end.at < whole for end in about):
        return False
    return not dial or any(end.status in {"completed", "answered"} for end in dial)


def _believed(end: End, whole: datetime) -> datetime:
    """A report from before the talk began comes of a wrong clock: it is of when it was heard, an old answer of the beginning."""
    if end.at >= whole:
        return end.at
    return whole if end.asked else end.heard
