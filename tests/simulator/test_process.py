"""The exchange as a process: `python -m simulator`, started, used over HTTP and stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from twilio.request_validator import RequestValidator

from tests.simulator.house import ACCOUNT, ANNA, CALLER, LINE, TOKEN, Answered, House
from tests.simulator.test_transport import serving

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
"""Seconds on the wall after which something that should have come is missed."""


class Desk:
    """A running process and its telephones."""

    def __init__(self, process: subprocess.Popen[str], clock: Path) -> None:
        self.process, self.clock = process, clock
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("exchange on http://127.0.0.1:"), line
        self.address = line.split()[-1]

    def post(self, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        answer = requests.post(f"{self.address}/desk{path}", json=body, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        return requests.get(f"{self.address}/desk{path}", timeout=PATIENCE).json()

    def wait_for(self, kind: str, text: str, number: str) -> None:
        """Poll the events until one of that kind has come."""
        after, until = 0, time.monotonic() + PATIENCE
        while time.monotonic() < until:
            told = self.get(f"/events?after={after}&wait=2")
            after = told["last"]
            if any(it["kind"] == kind and text in it["text"] and it["number"] == number for it in told["events"]):
                return
        pytest.fail(f"{number} never saw {kind} {text!r}: {self.get('/events?after=0&wait=0')}")

    def reading(self) -> dict[str, float]:
        """What the clock's file says."""
        found: dict[str, float] = json.loads(self.clock.read_text(encoding="utf-8"))
        return found

    def stop(self, how: signal.Signals) -> float:
        """End the process; says how many seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(how)
        assert self.process.wait(PATIENCE) == (0 if how is not signal.SIGKILL else -signal.SIGKILL)
        return time.monotonic() - begun


def eventually(true: Callable[[], bool]) -> None:
    """Look again and again, for a while."""
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.05)


@contextmanager
def running(clock: Path, base: str, *options: str, stdin: int | None = None) -> Iterator[Desk]:
    """The exchange as a process, with the line at `base`."""
    urls = f"{base}/voice#rc=2&rp=ct,5xx,rt,{base}/status#rp=ct,5xx,{base}/fallback"
    command = [
        sys.executable,
        "-m",
        "simulator",
        "--account",
        ACCOUNT,
        "--number",
        f"{LINE}={urls}",
        "--clock",
        str(clock),
        *options,
    ]
    environment = {**os.environ, "TWILIO_AUTH_TOKEN": TOKEN}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=stdin, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Desk(process, clock)
        finally:
            process.kill()


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


@pytest.fixture
def base(house: House) -> Iterator[str]:
    """The application, served."""
    house["/voice"] = '<Gather action="/keyed" numDigits="1"><Say>Tast 1 for at tale med en supporter.</Say></Gather><Hangup/>'
    house["/keyed"] = f'<Dial action="/after" callerId="{LINE}"><Number url="/whisper">{ANNA}</Number></Dial>'
    house["/whisper"] = '<Gather action="/accept" numDigits="1"><Say>Tryk 1 for at tage den.</Say></Gather><Hangup/>'
    house["/accept"] = ""
    house["/after"] = "<Say>Farvel.</Say><Hangup/>"
    with serving(house) as address:
        yield address


def bridge(desk: Desk) -> None:
    """Lead a call up to the bridge."""
    desk.post(f"/phones/{CALLER}/dial", to=LINE)
    desk.wait_for("said", "Tast 1", CALLER)
    desk.post(f"/phones/{CALLER}/key", keys="1")
    desk.wait_for("ringing", LINE, ANNA)
    desk.post(f"/phones/{ANNA}/pick-up")
    desk.wait_for("said", "Tryk 1", ANNA)
    desk.post(f"/phones/{ANNA}/key", keys="1")
    desk.wait_for("bridged", CALLER, ANNA)


def test_a_call_in_real_time_with_the_clock_hurrying_only_while_people_talk(house: House, clock: Path, base: str) -> None:
    with running(clock, base) as desk:
        assert desk.post("/clock", speed=60)["speed"] == 1
        bridge(desk)
        eventually(lambda: desk.reading()["speed"] == 60)
        begun = desk.get("/clock")["virtual"]
        eventually(lambda: bool(desk.get("/clock")["virtual"] > begun + 30))
        desk.post(f"/phones/{ANNA}/hang-up")
        eventually(lambda: desk.reading()["speed"] == 1)
        desk.wait_for("ended", "completed", CALLER)
        eventually(lambda: len(house.forms("/status")) == 1)
        assert desk.get("/clock")["chosen"] == 60
        assert desk.stop(signal.SIGTERM) < 2

    [form] = house.forms("/after")
    assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "true")
    assert int(form["DialCallDuration"]) >= 30
    judge = RequestValidator(TOKEN)
    assert all(judge.validate(base + it.path, it.form, it.headers["X_TWILIO_SIGNATURE"]) for it in house.asked)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stopping_hangs_up_and_leaves_the_clock_at_its_usual_speed(
    house: House, clock: Path, base: str, how: signal.Signals
) -> None:
    with running(clock, base) as desk:
        desk.post("/clock", speed=60)
        bridge(desk)
        eventually(lambda: desk.reading()["speed"] == 60)

        assert desk.stop(how) < 2

        assert desk.reading()["speed"] == 1
    assert house.forms("/after")[0]["CallStatus"] == "completed"
    assert house.forms("/status")[0]["CallStatus"] == "completed"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_time_never_goes_backwards_over_a_restart(clock: Path, base: str, how: signal.Signals) -> None:
    """And a call that was over, if only because everybody was hung up, can be played again."""
    kept = ("--keep", str(clock.parent / "calls"))
    with running(clock, base, *kept) as desk:
        desk.post("/clock", speed=600)
        bridge(desk)
        eventually(lambda: desk.reading()["virtual"] > desk.reading()["wall"] + 300)
        seen = desk.get("/clock")["virtual"]
        desk.stop(how)
    last = json.loads(clock.read_text(encoding="utf-8"))

    with running(clock, base, *kept) as desk:
        assert len(desk.get("/calls")["calls"]) == (how is signal.SIGTERM)
        assert desk.get("/clock")["virtual"] >= max(seen, last["virtual"])
        assert desk.get("/clock")["speed"] == 1
        desk.stop(signal.SIGTERM)


def test_an_application_that_hangs_does_not_keep_the_process(house: House, clock: Path, base: str) -> None:
    house.before = lambda asked: time.sleep(10) if asked.path == "/voice" else None
    with running(clock, base) as desk:
        desk.post(f"/phones/{CALLER}/dial", to=LINE)
        eventually(lambda: len(house.asked) == 1)

        assert desk.stop(signal.SIGTERM) < 7


def test_one_that_is_tied_hangs_up_and_ends_with_it(house: House, clock: Path, base: str) -> None:
    with running(clock, base, "--tied", stdin=subprocess.PIPE) as desk:
        bridge(desk)
        assert desk.process.stdin is not None
        desk.process.stdin.close()

        assert desk.process.wait(PATIENCE) == 0
    assert house.forms("/status")[0]["CallStatus"] == "completed"


def test_the_rest_api_is_served_beside_the_desk(house: House, clock: Path, base: str) -> None:
    house["/voice"] = Answered(b"", 500)
    house["/fallback"] = "<Say>Vi har en fejl.</Say><Hangup/>"
    with running(clock, base) as desk:
        desk.post(f"/phones/{CALLER}/dial", to=LINE)
        desk.wait_for("said", "Vi har en fejl", CALLER)

        calls = f"{desk.address}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
        listed = requests.get(calls, auth=(ACCOUNT, TOKEN), timeout=PATIENCE).json()
        desk.stop(signal.SIGTERM)

    assert [it["from"] for it in listed["calls"]] == [CALLER]
    assert (len(house.forms("/voice")), house.forms("/fallback")[0]["ErrorCode"]) == (3, "11200")


@pytest.mark.parametrize(
    ("arguments", "token", "words"),
    [
        (["--account", "AC1"], "t", "is not AC and 32"),
        (["--account", ACCOUNT], "", "TWILIO_AUTH_TOKEN is not set"),
        (["--account", ACCOUNT, "--bind", "0.0.0.0:0"], "t", "is not this machine"),
        (["--account", ACCOUNT, "--bind", "127.0.0.1:http"], "t", "is no port"),
        (["--account", ACCOUNT, "--number", "63186363=http://a/"], "t", "is no number"),
        (["--account", ACCOUNT, "--number", f"{LINE}=house/voice"], "t", "is not VOICE,STATUS,FALLBACK"),
        ([], "t", "--account"),
    ],
)
def test_an_argument_that_cannot_be_used_ends_it(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    token: str,
    words: str,
) -> None:
    from simulator.__main__ import main  # noqa: PLC0415 - what `python -m` runs

    monkeypatch.setenv("TWILIO_AUTH_TOKEN", token)

    with pytest.raises(SystemExit) as raised:
        main(arguments)

    assert raised.value.code == 2
    assert words in capsys.readouterr().err.splitlines()[-1]
