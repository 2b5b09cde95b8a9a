"""Everything that the doctor may find, provoked once in a house that is well otherwise: what was found, and the cure beside it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Insert, delete, insert, update

from app.clock import wall
from models import Alarm, Heartbeat, Line, PriceList, PriceListHoliday, PricePeriod, Reconciliation, Shift, Supporter
from models.alarms import AlarmKind
from models.values import ErrandState, Flow, Language
from tests.cli.desk import NIGHT
from tests.doctor.breaking import (
    Breaking,
    answers,
    before,
    differs,
    executes,
    fails_for_the_clock,
    fails_when_it_is_let_in,
    forgets_to_be_asked_again,
    has_messages,
    is_suspended,
    loses_a_key,
    mangles_the_query,
    number_has,
    turns,
)
from tests.doctor.conftest import Ward

PRICES = [delete(table) for table in (PriceListHoliday, PricePeriod, PriceList)]


def a_day(**changes: object) -> Insert:
    """One that is due since the morning."""
    return insert(Reconciliation).values(day=date(2026, 11, 20), due_at=NIGHT - timedelta(days=1), **changes)


def an_alarm() -> Insert:
    """A matter that nobody knows of."""
    told = {"kind": AlarmKind.PRICES, "key": "support", "notice": "no_prices", "told": {}}
    return insert(Alarm).values(opened_at=NIGHT, seen_at=NIGHT, reminders=0, **told)


def an_office(hours: dict[str, Any] | None = None) -> Insert:
    """A line of the office."""
    return insert(Line).values(number="+4563186318", flow=Flow.OFFICE, name="Kontoret", hours=hours)


def a_supporter_who_cannot_be_rung() -> Insert:
    """The provider said so."""
    failing = {"+4520304099": {"since": NIGHT.isoformat(), "why": "failed"}}
    return insert(Supporter).values(name="Vera", phone="+4520304099", language=Language.DANISH, failing=failing)


FOUND: Final[dict[str, tuple[Breaking, str, str, str, str]]] = {
    "a key that is gone": (loses_a_key, "keys", "error", "A PIN needs a key that is gone", "put the old key back"),
    "no clock ever": (executes(delete(Heartbeat)), "clock", "error", "for a day, or ever", "start `doegnvagt clock`"),
    "a silent clock": (
        executes(update(Heartbeat).values(beat_at=wall() - timedelta(minutes=1))),
        "clock",
        "error",
        "No clock process has beaten since 20",
        "start `doegnvagt clock`",
    ),
    "no prices": (executes(*PRICES), "prices", "error", "No price list is in force for the support line", "prices publish FILE"),
    "nobody on duty": (
        executes(delete(Shift)),
        "duty",
        "error",
        "from 2026-11-23 04:10 to 2026-11-24 04:10 (24 h 0 min)",
        "shift add",
    ),
    "a gap tonight": (
        executes(update(Shift).values(ends_at=NIGHT + timedelta(hours=20, minutes=30))),
        "duty",
        "warning",
        "Nobody is on duty from 2026-11-24 00:40 to 2026-11-24 04:10 (3 h 30 min).",
        "doegnvagt shift add SUPPORTER",
    ),
    "a telephone that cannot be rung": (
        executes(a_supporter_who_cannot_be_rung()),
        "telephones",
        "warning",
        "+45…99, a telephone of supporter",
        "doegnvagt supporter ring SUPPORTER",
    ),
    "an office without hours": (
        executes(an_office()),
        "office",
        "warning",
        "…18 has no opening hours",
        "line hours NUMBER",
    ),
    "an office without anybody": (
        executes(an_office(hours={"content": {"open": [{"from": "08:00", "to": "16:00"}]}, "holidays": {"2026-12-25": "Juledag"}})),
        "office",
        "warning",
        "…18 is open on 2026-11-23 08:00, and nobody is at work on it",
        "--line office",
    ),
    "in doubt": (
        has_messages(ErrandState.UNDECIDED),
        "messages",
        "warning",
        "Of one message of the last seven days",
        "--state undecided",
    ),
    "given up": (has_messages(ErrandState.FAILED), "messages", "warning", "could not be sent and was given up", "--state failed"),
    "an alarm": (executes(an_alarm()), "alarms", "warning", "Alarm 1 is open: The price list is missing", "--acknowledge ALARM"),
    "a day that fails": (executes(a_day(problem="HTTP 503")), "records", "warning", "2026-11-20 could not be", "--day 2026-11-20"),
    "a day left out": (executes(a_day()), "records", "warning", "2026-11-20 is due, and nobody", "start `doegnvagt clock`"),
    "a difference": (differs, "records", "warning", "Of one call Twilio tells something else", "doegnvagt task list"),
    "a suspended account": (is_suspended, "provider", "error", "The account at Twilio is suspended.", "Twilio's console"),
    "provider down": (turns(rest_down=True), "provider", "error", "Twilio failed: HTTP 503", "try again later"),
    "provider busy": (turns(rest_busy=1), "provider", "error", "Twilio asks to slow down: HTTP 429", "try again later"),
    "clock cannot reach it": (fails_for_the_clock, "provider", "warning", "has not reached Twilio since 20", "compare the clock's"),
    "no line": (executes(delete(Line)), "numbers", "error", "There is no line", "doegnvagt line set NUMBER --flow support"),
    "not our number": (lambda ward: ward.exchange.numbers.clear(), "numbers", "error", "+45…63 is none of the account's", "buy it"),
    "another house": (
        number_has(voice_url="https://elsewhere.example/voice"),
        "numbers",
        "error",
        "+45…63 is not set to this house: Voice URL.",
        "doegnvagt twilio configure NUMBER",
    ),
    "no status callback": (number_has(status_url=""), "numbers", "error", "Status callback", "twilio configure NUMBER"),
    "no fallback": (number_has(fallback_url=""), "numbers", "error", "Fallback URL", "twilio configure NUMBER"),
    "GET": (number_has(voice_method="GET"), "numbers", "error", "Voice method", "twilio configure NUMBER"),
    "not asked again": (forgets_to_be_asked_again, "numbers", "warning", "ask again when no answer came", "configure NUMBER"),
    "overridden": (
        number_has(application_sid="AP" + "0" * 32),
        "numbers",
        "error",
        "goes by its VoiceApplicationSid",
        "configure NUMBER --take-over",
    ),
    "a redirect": (answers("301 Moved", only="/"), "door", "error", "PUBLIC_BASE_URL redirects", "stop the proxy redirecting"),
    "somebody else": (answers("200 OK", b"<p>Hello", only="/healthz"), "door", "error", "It is not Døgnvagt that answers", "proxy"),
    "its database": (
        answers("503 No", b'{"parts": {}}', only="/healthz"),
        "door",
        "error",
        "The web process cannot use its database",
        "DATABASE_URL where it runs",
    ),
    "an old program": (
        answers("200 OK", b'{"parts": {"migrations": {"state": "other", "at": "0036", "needed": "0035"}}}', only="/healthz"),
        "door",
        "error",
        "The web process is of another version than its database",
        "web process anew",
    ),
    "an open door": (answers("200 OK"), "signature", "error", "A wrongly signed request is let in", "pass /twilio/ on"),
    "a wall": (answers("404 No"), "signature", "error", "answered with HTTP 404, not with 403", "pass /twilio/ on"),
    "a mangled query": (before(mangles_the_query), "signature", "error", "A rightly signed request is refused", "path or query"),
    "an error inside": (fails_when_it_is_let_in, "signature", "error", "answered with HTTP 500", "see the web process's log"),
}


# What is ill with it.
BESIDES: Final = {"door": ["signature"], "provider": ["numbers"], "office": ["numbers"]}


@pytest.mark.parametrize(("breaks", "check", "level", "found", "cure"), FOUND.values(), ids=FOUND)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_not_well_is_found_and_nothing_else(
    ward: Ward, breaks: Breaking, check: str, level: str, found: str, cure: str
) -> None:
    breaks(ward)

    first, *others = [one for one in ward.ails() if one[0] == check]

    assert first[:2] == (check, level)
    assert found in first[2]
    assert cure in first[3]
    assert others == []
    assert {one[0] for one in ward.ails()} <= {check, *BESIDES.get(check, ())}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_house_with_an_office_line_alone_misses_nobody_round_the_clock(ward: Ward) -> None:
    with ward.database.writing() as session:
        session.execute(delete(Shift))
        session.execute(update(Line).values(flow=Flow.OFFICE))

    assert [one[:2] for one in ward.ails()] == [("office", "warning")]
