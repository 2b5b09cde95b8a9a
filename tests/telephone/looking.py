"""What a test sees of a terminal, and how it waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from textual.pilot import Pilot

from app.telephone.screen import TelephoneApp

PATIENCE: Final = 15.0


def shown(app: TelephoneApp) -> str:
    """Every letter on the screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def squeezed(app: TelephoneApp, telephone: str) -> str:
    """What one telephone says, with its line breaks and frames gone."""
    region = app.query_one(f"#{telephone}").region
    lines = shown(app).splitlines()[region.y : region.bottom]
    return " ".join(" ".join(line[region.x + 1 : region.right - 1] for line in lines).split())


async def until(pilot: Pilot[None], holds: Callable[[], object], *, what: str, within: float = PATIENCE) -> None:
    """Lets the terminal go on until something holds; fails with the whole screen."""
    end = time.monotonic() + within
    while not holds():
        assert isinstance(pilot.app, TelephoneApp)
        assert time.monotonic() < end, f"never: {what}\n{shown(pilot.app)}"
        await pilot.pause(0.05)


async def until_shown(pilot: Pilot[None], *texts: str, within: float = PATIENCE) -> None:
    """Waits until all of that stands on the screen."""
    app = pilot.app
    assert isinstance(app, TelephoneApp)
    for text in texts:
        await until(pilot, partial(_stands, app, text), what=text, within=within)


def _stands(app: TelephoneApp, text: str) -> bool:
    return text in shown(app)
