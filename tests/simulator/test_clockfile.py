"""The demo's clock as a file: read by anybody, never backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.clockfile import GRACE, ClockFile, Reading

WALL = 1_800_000_000.0
NOW = datetime.fromtimestamp(WALL, UTC)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The wall clock, moved by hand."""
    time = [WALL]
    monkeypatch.setattr("simulator.clockfile.time.time", lambda: time[0])
    return time


@pytest.fixture
def file(tmp_path: Path) -> ClockFile:
    return ClockFile(tmp_path / "var" / "clock.json")


def test_what_is_written_can_be_read(wall: list[float], file: ClockFile) -> None:
    file.write(lambda: NOW + timedelta(hours=1), 60)

    reading = file.read()

    assert reading == Reading(WALL, WALL + 3600, 60)
    assert reading.at(wall[0] + 10) == WALL + 3600 + 600


def test_both_times_are_of_one_moment_however_busy_the_machine_is(wall: list[float], file: ClockFile) -> None:
    def held_up() -> datetime:
        if wall[0] < WALL + 0.2:
            wall[0] += 0.1
        return datetime.fromtimestamp(wall[0], UTC)

    file.write(held_up, 120)

    reading = file.read()
    assert reading is not None
    assert reading.virtual == pytest.approx(reading.wall, abs=0.001)


@pytest.mark.usefixtures("wall")
def test_nothing_is_left_beside_it(tmp_path: Path, file: ClockFile) -> None:
    file.write(lambda: NOW, 1)
    file.write(lambda: NOW, 2)

    assert [path.name for path in (tmp_path / "var").iterdir()] == ["clock.json"]


@pytest.mark.usefixtures("wall")
def test_time_begins_now_where_nothing_was_written(file: ClockFile) -> None:
    assert file.beginning() == NOW


@pytest.mark.usefixtures("wall")
@pytest.mark.parametrize("text", ["", "{", "[]", '{"wall": 1}', '{"wall": "x", "virtual": 1, "speed": 1}'])
def test_time_begins_now_where_nonsense_was_written(tmp_path: Path, text: str) -> None:
    path = tmp_path / "clock.json"
    path.write_text(text, encoding="utf-8")

    assert ClockFile(path).beginning() == NOW


def test_time_goes_on_from_where_it_was(wall: list[float], file: ClockFile) -> None:
    file.write(lambda: NOW + timedelta(hours=1), 1)
    wall[0] += 2

    assert file.beginning() == NOW + timedelta(hours=1, seconds=2)


def test_the_wall_may_have_overtaken_it(wall: list[float], file: ClockFile) -> None:
    file.write(lambda: NOW + timedelta(hours=1), 1)
    wall[0] += 86_400

    assert file.beginning() == NOW + timedelta(days=1)


@pytest.mark.parametrize("elapsed", [0.0, 0.5, 1.0, 5.0])
def test_a_process_that_was_killed_in_a_hurry_does_not_turn_time_back(wall: list[float], file: ClockFile, elapsed: float) -> None:
    file.write(lambda: NOW + timedelta(hours=1), 60)
    reading = file.read()
    wall[0] += elapsed

    assert reading is not None
    assert file.beginning().timestamp() >= reading.at(wall[0])


def test_a_process_that_was_killed_long_ago_is_not_believed_for_ever(wall: list[float], file: ClockFile) -> None:
    file.write(lambda: NOW, 60)
    wall[0] += 60

    assert file.beginning() == NOW + timedelta(seconds=60 * GRACE)


def test_whoever_read_it_is_never_ahead_of_what_is_written_next(wall: list[float], file: ClockFile) -> None:
    file.write(lambda: NOW, 60)
    wall[0] += 1

    assert file.latest(NOW) == NOW + timedelta(seconds=60)
    assert file.latest(NOW, lead=0.5) == NOW + timedelta(seconds=90)
    assert file.latest(NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)


def test_a_wall_clock_that_was_turned_back_does_not_turn_time_back(wall: list[float], file: ClockFile) -> None:
    file.write(lambda: NOW, 1)
    wall[0] -= 3600

    assert file.beginning() == NOW
