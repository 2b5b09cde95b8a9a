"""`doegnvagt clock`: the scheduler, for ever or once."""

from __future__ import annotations

import click
import structlog
from sqlalchemy.exc import OperationalError

from app import clock as clocks
from app import keeper, readiness, webclock
from app.carrier import Ports
from app.cli.commands import Command, require_text
from app.cli.desk import Desk
from app.heart import Heart
from app.scheduler import Clockwork
from app.webclock import WebClock
from helpdesk.customers import Unknown

log = structlog.get_logger()


class Unfinished(Unknown):
    """Some work that is due was not done: exit status 1."""


@click.command("clock", cls=Command)
@click.option("--once", is_flag=True, help="Do all work that is due now, and end.")
@click.pass_obj
def clock(desk: Desk, once: bool) -> None:
    """Charge quarters, open cases, send notices, alarm: everything that happens outside a call."""
    if not once:
        require_text(desk)
    _require_ready(desk, once=once)
    heart = Heart(desk.found)
    ports = Ports.of(desk.settings, heart=heart)
    web = WebClock(desk.found, webclock.over_http(desk.settings.public_base_url))
    beats = {"heartbeat": heart.beat, "web_clock": web.look}
    works = Clockwork(database=desk.found, ports=ports, clock=clocks.of(desk.settings), beats=beats)
    works.stop_on_signals()
    keeper.watch(desk.own)
    if not once:
        works.forever()
        return
    done = works.once()
    told = ", ".join(f"{count} {name}" for name, count in done.items() if count) or "nothing was due"
    desk.tell({"done": done}, f"Done: {told}.")
    if works.failed:
        raise Unfinished(f"not everything that is due could be done ({', '.join(sorted(works.failed))}); the log says why")


def _require_ready(desk: Desk, *, once: bool) -> None:
    """Raises NotMigrated, KeyGone or WrongSettings. A database out of reach keeps a clock that runs for ever from nothing (R21)."""
    try:
        with desk.reading() as session:
            readiness.require_keys_of_pins(session, desk.settings)
    except OperationalError:
        if once:
            raise
        log.warning("database_out_of_reach_at_start")
