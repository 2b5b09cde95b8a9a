"""The whole system on one machine, without an account or a telephone: `make run`.

1. var/ gets a secret key and an account of its own, both 0600, kept from one start to the next
2. the embedded database is migrated, and seeded when it is empty
3. the exchange, the web server and the clock process are started on loopback, and find each other through var/demo.env;
   the lines that web and clock log go to var/web.log and var/clock.log, so that the terminal holds the welcome alone
4. whatever ends one of them ends all of them, and they end with us, however we end (app.keeper)
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from types import FrameType
from typing import Final

import requests

from app import keeper, settings, surroundings
from app.keeper import STANDARD_INPUT
from app.seed import LINE, OFFICE
from ivr import addresses

FOLDER: Final = Path("var")
RECORDINGS: Final = FOLDER / "calls"
LOGS: Final = {"web": FOLDER / "web.log", "clock": FOLDER / "clock.log"}
FIRST_PORT: Final = 8000
PORTS: Final = 100
STARTS_WITHIN: Final = 30.0
PRIVATE: Final = 0o600
STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HANDED_ON: Final = [
    "SECRET_KEY",
    "MIGRATION_DATABASE_URL",
    "EMERGENCY_NUMBER",
    "SMTP_URL",
    "MAIL_FROM",
    "ALARM_ADDRESS",
    "SHOP_ADDRESS",
]
"""What the demo was told when it was started, and whoever works beside it is told too."""


class DemoFailed(Exception):
    """The demo could not start, or a part of it ended by itself. The message says which."""


@dataclass(frozen=True)
class Starter:
    """Who started the demo, as it was seen at once: a terminal may be closed while the demo still starts."""

    process: int
    leads_a_terminal: bool
    """Then (`xterm -e make run`) only that process is told of a hang-up, and make waits for us."""

    @classmethod
    def seen(cls) -> Starter:
        """Who it is."""
        parent = os.getppid()
        return cls(parent, os.getsid(0) == parent and os.isatty(STANDARD_INPUT))

    def is_there(self) -> bool:
        """Whether it still runs, and its terminal is open."""
        return os.getppid() == self.process and (not self.leads_a_terminal or os.isatty(STANDARD_INPUT))


@dataclass(frozen=True)
class Running:
    """A demo that runs: its address, and its parts by name."""

    address: str
    parts: Mapping[str, subprocess.Popen[str]]

    def wait(self, starter: Starter | None) -> None:
        """Until a signal raises Stopped, or a part ends: that raises DemoFailed; or no longer than `starter` is there."""
        while starter is None or starter.is_there():
            for name, part in self.parts.items():
                if part.poll() is not None:
                    raise DemoFailed(
                        f"{name} ended by itself with exit status {part.returncode}{_why(name)}; everything was stopped"
                    )
            time.sleep(0.2)
        raise Stopped


class Stopped(Exception):
    """Somebody asked the demo to stop."""


@contextmanager
def running(environ: Mapping[str, str]) -> Iterator[Running]:
    """Starts every part and stops them all when the block ends. Hold `surroundings.alone` for it. Raises DemoFailed.

    The exchange goes first: it hangs up, and while web and clock are there they hear how each call ended.
    """
    with ExitStack() as stack:
        port = _free_port()
        address = f"http://127.0.0.1:{port}"
        values = _environment(environ, address)
        exchange = stack.enter_context(_exchange(values, address))
        values["TWILIO_API_BASE_URL"] = exchange.said.removeprefix("exchange on ")
        _write_private(surroundings.ENVIRONMENT, "".join(f"{name}={value}\n" for name, value in values.items()))
        stack.callback(surroundings.ENVIRONMENT.unlink, missing_ok=True)
        child = {**environ, **values}
        web = stack.enter_context(keeper.part("web", [*_program(), "serve", "--bind", f"127.0.0.1:{port}"], child, log=LOGS["web"]))
        clock = stack.enter_context(keeper.part("clock", [*_program(), "clock"], child, log=LOGS["clock"]))
        stack.callback(keeper.end, "exchange", exchange.process)
        _wait_for(address, web)
        yield Running(address, {"exchange": exchange.process, "web": web, "clock": clock})


def prepare(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the demo's own commands: a secret key, DEMO=1, the demo's clock. Makes what is missing."""
    FOLDER.mkdir(exist_ok=True)
    if not environ.get("SECRET_KEY") and not settings.SECRET_KEY_FILE.exists():
        _write_private(settings.SECRET_KEY_FILE, secrets.token_urlsafe(48) + "\n")
    return {**environ, "DEMO": "1", "DEMO_CLOCK": str(FOLDER / "demo.clock")}


def raise_on_signals(saying: str) -> None:
    """Ctrl-C, SIGTERM and a closed terminal raise Stopped once, so that every block is left in order; `saying` is printed first."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)
        with suppress(OSError):  # the terminal may be gone
            os.write(sys.stdout.fileno(), f"\n{saying}\n".encode())
        raise Stopped

    for number in STOPS:
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` leaves it
            signal.signal(number, stop)


@dataclass(frozen=True)
class _Spoken:
    """A part that said its address."""

    process: subprocess.Popen[str]
    said: str


def _environment(environ: Mapping[str, str], address: str) -> dict[str, str]:
    kept = _account()
    return {
        **{name: environ[name] for name in HANDED_ON if environ.get(name, "").strip()},
        "TWILIO_ACCOUNT_SID": kept["TWILIO_ACCOUNT_SID"],
        "TWILIO_AUTH_TOKEN": kept["TWILIO_AUTH_TOKEN"],
        "PUBLIC_BASE_URL": address,
        "DATABASE_URL": environ.get("DATABASE_URL") or "sqlite:///var/doegnvagt.db",
        "SMS_FROM": LINE,
        "DEMO": "1",
        "DEMO_CLOCK": str(FOLDER / "demo.clock"),
    }


def _account() -> dict[str, str]:
    """The demo's own account and token, made once."""
    file = FOLDER / "demo.account"
    if not file.exists():
        lines = {"TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}", "TWILIO_AUTH_TOKEN": secrets.token_urlsafe(24)}
        _write_private(file, "".join(f"{name}={value}\n" for name, value in lines.items()))
    return dict(line.split("=", 1) for line in file.read_text("utf-8").splitlines() if "=" in line)


@contextmanager
def _exchange(values: Mapping[str, str], address: str) -> Iterator[_Spoken]:
    urls = ",".join(astuple(addresses.of_number(address)))
    command = [
        *(sys.executable, "-m", "simulator", "--tied", "--bind", "127.0.0.1:0"),
        *("--account", values["TWILIO_ACCOUNT_SID"], "--clock", values["DEMO_CLOCK"], "--keep", str(RECORDINGS)),
        *("--number", f"{LINE}={urls}", "--number", f"{OFFICE}={urls}"),
    ]
    secret = {**os.environ, "TWILIO_AUTH_TOKEN": values["TWILIO_AUTH_TOKEN"]}
    with keeper.part("exchange", command, secret, stdout=subprocess.PIPE) as process:
        said = process.stdout.readline().strip() if process.stdout else ""
        if not said.startswith("exchange on "):
            raise DemoFailed("the exchange did not start")
        yield _Spoken(process, said)


def _wait_for(address: str, web: subprocess.Popen[str]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and web.poll() is None:
        try:
            if requests.get(f"{address}/healthz", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise DemoFailed(f"the web server did not start{_why('web')}")


def _why(name: str) -> str:
    return f" ({LOGS[name]} says why)" if name in LOGS else ""


def _free_port() -> int:
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise DemoFailed(f"no port from {FIRST_PORT} to {FIRST_PORT + PORTS - 1} is free")


def _program() -> list[str]:
    return [str(Path(sys.executable).with_name("doegnvagt"))]


def _write_private(file: Path, text: str) -> None:
    """Writes a file that only its owner can read, from its first moment on."""
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w", encoding="utf-8") as made:
        made.write(text)
    beside.replace(file)
