"""Virtual time: everything in order, each at its moment, and landing exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator import Clock, Exchange, Phone, WallClock, WsgiTransport
from tests.simulator.house import ACCOUNT, BASE, LINE, House


def test_time_lands_exactly_where_it_was_sent(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = '<Pause length="7"/><Say>Hej</Say><Pause length="100"/><Hangup/>'
    begun = exchange.now
    caller.dials(LINE)

    exchange.forward(minutes=1, seconds=0.5)

    assert exchange.now - begun == timedelta(seconds=60.5)


def test_it_begins_where_the_test_says(house: House) -> None:
    christmas = datetime(2026, 12, 24, 23, 59, tzinfo=UTC)

    exchange = Exchange(ACCOUNT, "t", WsgiTransport(house), clock=Clock(christmas))

    assert exchange.now == christmas


def test_events_happen_in_the_order_of_their_moments_and_then_of_their_asking() -> None:
    clock, happened = Clock(), list[str]()
    clock.after(2, lambda: happened.append("late"))
    clock.after(1, lambda: happened.append("first"))
    clock.after(1, lambda: happened.append("second"))
    clock.after(1, lambda: happened.append("never")).cancelled = True
    clock.move(clock.now + timedelta(seconds=3))

    while event := clock.due():
        event.action()

    assert happened == ["first", "second", "late"]


def test_virtual_time_never_goes_backwards() -> None:
    clock = Clock()
    begun = clock.now

    clock.move(begun - timedelta(seconds=5))

    assert clock.now == begun


def test_whoever_ticks_is_told_each_moment_after_what_happened_then(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = '<Pause length="7"/><Redirect>/on</Redirect>'
    house["/on"] = '<Say>Hej</Say><Pause length="100"/><Hangup/>'
    begun, seen = exchange.now, list[tuple[float, int]]()
    exchange.on_tick.append(lambda now: seen.append(((now - begun).total_seconds(), len(house.asked))))
    caller.dials(LINE)

    exchange.forward(seconds=20)

    assert seen == [(7, 2), (8, 2), (20, 2)]


def test_ticks_come_by_the_way_too(exchange: Exchange) -> None:
    begun, seen = exchange.now, list[float]()
    exchange.on_tick.append(lambda now: seen.append((now - begun).total_seconds()))
    exchange.tick_every = 60

    exchange.forward(minutes=3, seconds=30)

    assert seen == [60, 120, 180, 210]


def test_whoever_ticks_may_not_move_time(exchange: Exchange) -> None:
    exchange.on_tick.append(lambda _now: exchange.forward(seconds=1))

    with pytest.raises(RuntimeError, match="driven already"):
        exchange.forward(seconds=5)


def test_the_wall_clock_runs_as_fast_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = [100.0]
    monkeypatch.setattr("simulator.clock.time.monotonic", lambda: wall[0])
    begun = datetime(2026, 3, 3, tzinfo=UTC)
    clock = WallClock(begun)
    wall[0] += 2
    clock.speed = 60
    wall[0] += 1

    assert clock.now - begun == timedelta(seconds=62)
    assert clock.wall_seconds_until(begun + timedelta(seconds=122)) == pytest.approx(1)


def test_a_wall_clock_may_jump_forwards_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.clock.time.monotonic", lambda: 100.0)
    begun = datetime(2026, 3, 3, tzinfo=UTC)
    clock = WallClock(begun)

    clock.move(begun + timedelta(seconds=5))
    clock.move(begun)

    assert clock.now - begun == timedelta(seconds=5)


def test_a_number_can_be_configured_anew(exchange: Exchange, house: House, caller: Phone) -> None:
    sid = exchange.numbers[LINE].sid
    exchange.number(LINE, voice_url=f"{BASE}/other")
    house["/other"] = "<Say>Andet sted.</Say><Hangup/>"

    caller.dials(LINE).hears("andet sted")

    assert exchange.numbers[LINE].sid == sid
