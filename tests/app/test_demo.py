"""`make run`'s demo with real processes: who works beside it, and that nothing of it is left, however it ends."""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.demo import Starter
from app.seed import LINE
from models.values import CallOutcome
from tests.app.started import PROGRAM, Started, started, until

METTE = "+4500102030"
ANNA = "+4500405060"
SECRET = "a secret key that stands in no file and is long enough"


def put_clock_ahead(folder: Path, ahead: timedelta) -> None:
    (folder / "var").mkdir()
    moment = time.time()
    reading = {"wall": moment, "virtual": moment + ahead.total_seconds(), "speed": 1.0}
    (folder / "var/demo.clock").write_text(json.dumps(reading), "utf-8")


def ahead_of_the_wall(demo: Started, reference: str, **env: str) -> timedelta:
    """Buys points at a second terminal; how far ahead of the wall clock the books say that it happened."""
    demo.beside("points", "buy", "10001", "5", "--reference", reference, status=0, **env)
    [entry] = [it for it in demo.beside("points", "statement", "10001")["entries"] if it["reference"] == reference]
    return datetime.fromisoformat(entry["at"]) - datetime.now(UTC)


def test_a_second_terminal_works_in_the_demos_house_and_time_until_the_demo_is_killed(tmp_path: Path) -> None:
    put_clock_ahead(tmp_path, timedelta(days=2))

    with started(tmp_path, SECRET_KEY=SECRET) as demo:
        assert timedelta(days=1, hours=23) < ahead_of_the_wall(demo, "beside") < timedelta(days=2, hours=1)
        assert demo.beside("person", "add", "10001", "Ida Berg")["person"] == 5
        assert "there is no database" in demo.beside(
            "points", "statement", "10001", status=1, DATABASE_URL="sqlite:///var/other.db"
        )
        assert "runs already" in demo.beside("demo", status=2)

        demo.process.kill()
        demo.ends()

        assert (tmp_path / "var/demo.env").exists()
        assert abs(ahead_of_the_wall(demo, "later")) < timedelta(minutes=5)


def test_ctrl_c_ends_a_call_that_is_going_on_and_its_end_is_in_the_books(tmp_path: Path) -> None:
    """R20: it is not left to the sweeper."""
    with started(tmp_path, LANG="da_DK.UTF-8") as demo:
        desk = demo.desk
        talk(demo)
        call = desk.handset(METTE, after=0).call or ""

        demo.process.send_signal(signal.SIGINT)

        assert demo.ends() == 0
        assert demo.text.index("Stopper …") < demo.text.index("Stoppet. Data ligger i var/.")
        logs = [(tmp_path / f"var/{name}.log").read_text("utf-8") for name in ("web", "clock")]
        assert "Traceback" not in "".join([demo.text, *logs])
        assert all(line not in demo.text and line in "".join(logs) for line in ("web_started", "clock_started"))
        assert "Logfilerne er var/web.log og var/clock.log." in demo.text
        kept = demo.beside("call", "show", call)
        assert (kept["state"], kept["outcome"], kept["quarters"]) == ("ended", CallOutcome.TALKED, 1)
        assert not (tmp_path / "var/demo.env").exists()


def talk(demo: Started) -> None:
    """Leads a call to the bridge."""
    desk = demo.desk
    desk.dial(METTE, LINE)
    until(lambda: desk.handset(METTE, after=0).state in {"asking", "listening"})
    desk.act(METTE, "key", keys=f"{demo.pin('Mette Holm')}#")
    until(lambda: any("for hvert påbegyndt kvarter" in it.text for it in desk.happenings(0)))
    desk.act(METTE, "key", keys="1")
    until(lambda: desk.handset(ANNA, after=0).rings)
    desk.act(ANNA, "pick-up")
    until(lambda: desk.handset(ANNA, after=0).state in {"asking", "listening"})
    desk.act(ANNA, "key", keys="1")
    until(lambda: desk.handset(ANNA, after=0).state == "bridged")
    begun = desk.choose_pace(60).now()
    until(lambda: desk.pace().now() > begun + timedelta(seconds=30))


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGTERM])
def test_a_closed_terminal_and_sigterm_leave_nothing_running(tmp_path: Path, how: signal.Signals) -> None:
    with started(tmp_path, LANG="en_GB.UTF-8") as demo:
        demo.process.send_signal(how)

        assert demo.ends() == 0
        assert demo.text.index("Stopping…") < demo.text.index("Stopped. The data stays in var/.")


def test_a_demo_whose_make_was_killed_leaves_nothing_running(tmp_path: Path) -> None:
    with started(tmp_path, command=["sh", "-c", f"{PROGRAM} demo; true"], MAKELEVEL="1") as demo:
        demo.process.kill()

        demo.ends()
        assert not (tmp_path / "var/demo.env").exists()


def test_a_terminal_whose_session_is_led_by_make_is_closed_and_leaves_nothing_running(tmp_path: Path) -> None:
    """As in `xterm -e make run`: make catches the hang-up and waits for the demo, and nobody else is told."""
    outside, inside = os.openpty()
    like_make = ["sh", "-c", f"trap : HUP; {PROGRAM} demo; true"]

    with started(tmp_path, command=like_make, terminal=inside, MAKELEVEL="1") as demo:
        os.close(inside)
        os.close(outside)

        demo.ends()
        assert "Stoppet. Data ligger i var/." in demo.text


@pytest.mark.parametrize("leads_a_terminal", [True, False])
def test_a_terminal_that_was_closed_while_the_demo_still_started_is_missed(leads_a_terminal: bool) -> None:  # noqa: FBT001
    """What a test has for its input is no terminal: so it looks when one is gone."""
    assert not os.isatty(0)
    assert Starter(os.getppid(), leads_a_terminal).is_there() is not leads_a_terminal


def test_a_terminal_that_nohup_keeps_open_may_be_closed(tmp_path: Path) -> None:
    with started(tmp_path, command=["nohup", PROGRAM, "demo"]) as demo:
        demo.process.send_signal(signal.SIGHUP)
        demo.process.send_signal(signal.SIGTERM)

        assert demo.ends() == 0
        assert demo.text.count("Stopper …") == 1
