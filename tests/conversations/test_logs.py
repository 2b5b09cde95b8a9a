"""What is logged while calls are answered: one line an event, each with call, leg, turn, step and case (conventions, "Logging")."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import Database
from ivr.signature import PROBE
from tests.broken import breaks, is_interrupted, loses_its_database
from tests.house import SECRET, SUPPORT, TOKEN, ACaller, House
from tests.lines import Line, answered, lines

Screen = pytest.CaptureFixture[str]
TRACE = {"call", "leg", "turn", "step", "case"}
PIN_OR_NUMBER = re.compile(r"\d{8}")


def in_webhooks(written: list[Line]) -> list[Line]:
    """The lines that no clock wrote."""
    return [line for line in written if "job" not in line]


def gives_away(written: list[Line], *secrets: str) -> list[Line]:
    """The lines that hold a secret, or eight digits in a row outside what names a call or a moment."""
    values = [(line, [str(value) for name, value in line.items() if name not in {"call", "timestamp"}]) for line in written]
    return [
        line for line, told in values if any(PIN_OR_NUMBER.search(one) or any(secret in one for secret in secrets) for one in told)
    ]


def test_every_line_of_a_call_says_call_leg_turn_step_and_case(house: House, capsys: Screen) -> None:
    """On the supporter's leg too the call is the caller's; the case stands there from the moment on at which it is linked."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    case = house.case(caller)
    phone = (
        house.identifies(caller)
        .hears("Tast 1 for at acceptere")
        .keys("2")
        .hears("sagens nummer")
        .keys(f"{case}#")
        .hears("Er det rigtigt")
    )
    before = in_webhooks(lines(capsys))
    phone.keys("1")
    house.phone(anna).picks_up().hears("Nordvig").keys("1").talks_with(caller)
    house.forward(minutes=17)
    house.phone(caller).hangs_up()
    house.forward(minutes=2)

    after = in_webhooks(lines(capsys))
    turns = answered(before + after)
    assert all(line.keys() >= TRACE for line in before + after)
    assert {line["call"] for line in before + after} == {house.sid(caller)}
    assert [line["step"] for line in turns if None in {line["leg"], line["turn"], line["step"]}] == []
    assert {line["step"] for line in turns} >= {"support.greet", "support.check_pin", "support.choose", "screen.whisper"}
    assert len({line["leg"] for line in turns}) == 2
    assert before[0]["case"] is None
    assert {line["case"] for line in after} == {case}
    assert {line["outcome"] for line in turns} == {"answered"}
    assert all(isinstance(line["took_ms"], int) and line["took_ms"] >= 0 for line in turns)


def test_the_next_callers_lines_say_nothing_of_the_one_before(house: House, capsys: Screen) -> None:
    first, second = house.caller(), house.caller(company="Rødby Kro")
    house.phone(first).dials(SUPPORT).hears("pinkode")
    lines(capsys)

    house.phone(second).dials(SUPPORT).hears("pinkode")
    house.post("https://house.example/twilio/turn/1/2", {"CallSid": "CA" + "0" * 32}, signed="wrong")

    own, refused = lines(capsys)[-2:]
    assert own["call"] == house.sid(second)
    assert refused["event"] == "webhook_refused"
    assert not refused.keys() & TRACE


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_the_doctor_signs_wrongly_is_refused_without_an_alarm_in_the_log(house: House, capsys: Screen) -> None:
    """The doctor sees that a wrong signature is refused, and nobody need look into that."""
    refused = house.post("https://house.example/twilio/fallback/screen", {"CallSid": "CA" + "0" * 32}, signed=PROBE)

    assert refused.status == 403
    assert [(line["event"], line["level"]) for line in lines(capsys)] == [("probe_refused", "info")]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_outcome_tells_a_repeat_a_refusal_and_an_error_from_an_answer(house: House, capsys: Screen) -> None:
    """R19, R21."""
    caller = house.caller()
    house.phone(caller).dials(SUPPORT).hears("pinkode")
    first = house.webhook_of(caller, "voice")
    lines(capsys)

    house.delivers(first)
    [repeated] = lines(capsys)
    house.post(first.url.replace("/voice", "/turn/1/9"), first.params)
    refused = lines(capsys)
    breaks(house, support__check_pin=1)
    house.phone(caller).keys(f"{caller.pin}#").hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1 for at acceptere")
    failed, apology, again, *_ = lines(capsys)

    assert (repeated["outcome"], repeated["step"]) == ("repeated", "support.greet")
    assert [line["event"] for line in refused] == ["no_such_turn", "turn_answered"]
    assert refused[-1]["outcome"] == "refused"
    assert (failed["event"], failed["step"], failed["turn"]) == ("turn_failed", "support.check_pin", 2)
    assert "ZeroDivisionError" in failed["exception"]
    assert (apology["event"], apology["outcome"], apology["turn"]) == ("turn_answered", "failed", 2)
    assert again["outcome"] == "repeated"


def blurts_out(caller: ACaller) -> Callable[[Session], object]:
    """Raises with everything in its words that no log may hold."""

    def raises(_session: Session) -> object:
        raise ZeroDivisionError(f"{caller.pin} {caller.phone} {caller.phone.removeprefix('+45')} {TOKEN} {SECRET}")

    return raises


def asks_for_what_is_not_there(caller: ACaller) -> Callable[[Session], object]:
    """The database's own words would repeat the statement with its values."""
    values = {"pin": caller.pin, "phone": caller.phone, "token": TOKEN, "secret": SECRET, "short": "Mette"}
    return lambda session: session.execute(text("SELECT :pin, :phone, :token, :secret, :short FROM nowhere"), values)


@pytest.mark.parametrize("happens", [blurts_out, asks_for_what_is_not_there])
def test_a_step_that_raises_gives_nothing_away(
    house: House, capsys: Screen, happens: Callable[[ACaller], Callable[[Session], object]]
) -> None:
    """R2, R21, R23: neither in the words of an exception nor in what led to it."""
    caller = house.caller()
    house.phone(caller).dials(SUPPORT).hears("pinkode")
    is_interrupted(house, happens(caller), support__check_pin=1)

    house.phone(caller).keys(f"{caller.pin}#").hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1 for at acceptere")

    written = lines(capsys)
    [failed] = [line for line in written if line["event"] == "turn_failed"]
    assert failed.keys() >= TRACE
    assert "Traceback" in failed["exception"]
    assert "Mette" not in failed["exception"]
    assert gives_away(written, caller.pin, TOKEN, SECRET) == []


def test_a_database_that_is_gone_gives_nothing_away_either(house: House, capsys: Screen) -> None:
    """R2, R21, R23."""
    caller = house.caller()
    house.phone(caller).dials(SUPPORT).hears("pinkode")
    doors = house.app.extensions["doors"]
    nowhere: Database = loses_its_database(house)

    house.phone(caller).keys(f"{caller.pin}#").hears("øjeblik")

    house.app.extensions["doors"] = doors
    nowhere.close()
    written = in_webhooks(lines(capsys))
    failed = [line for line in written if line["event"] == "turn_failed"]
    assert failed
    assert {line["call"] for line in failed} == {house.sid(caller)}
    assert next(line["outcome"] for line in answered(written) if line["turn"] == 2) == "failed"
    assert gives_away(written, caller.pin, TOKEN, SECRET) == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_clocks_lines_say_job_and_call_and_an_errands_its_number_and_kind(house: House, capsys: Screen) -> None:
    """R21: what cannot be done says about whom."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.clock_works = False
    house.forward(seconds=5)
    house.phone(caller).hangs_up()
    lines(capsys)
    with house.database.writing() as session:
        session.execute(text("ALTER TABLE errands RENAME TO mislaid"))

    house.tick()
    failed = lines(capsys)
    with house.database.writing() as session:
        session.execute(text("ALTER TABLE mislaid RENAME TO errands"))
    for ahead in (0, 6):
        house.tick(ahead=ahead)

    jobs = {line["job"]: line for line in failed if line["event"] == "job_failed"}
    assert set(jobs) == {"cases", "texts", "letters"}
    assert jobs["cases"]["call"] == house.sid(caller)
    assert "call" not in jobs["texts"]
    kept = [line for line in lines(capsys) if line["event"] == "errand_kept"]
    assert {line["job"] for line in kept} == {"texts"}
    assert {line["errand"] for line in kept} == {errand.id for errand in house.errands()}
    assert {line["kind"] for line in kept} == {"text"}
