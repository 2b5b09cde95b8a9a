"""The log lines of a test: what this process wrote to standard error, read as what they are, JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

Line = dict[str, Any]


def lines(screen: pytest.CaptureFixture[str]) -> list[Line]:
    """Every line since the last time it was asked."""
    return [json.loads(line) for line in screen.readouterr().err.splitlines()]


def answered(written: list[Line]) -> list[Line]:
    """Those that say that a turn has its answer."""
    return [line for line in written if line["event"] == "turn_answered"]
