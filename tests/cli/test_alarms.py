"""`doegnvagt alarms`: what somebody must know of."""

from __future__ import annotations

import pytest

from tests.cli.desk import Terminal
from tests.house import House
from tests.web.test_alarms import sounded


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_command_lists_and_acknowledges(house: House, terminal: Terminal) -> None:
    sounded(house)
    terminal.set_clock(house.now)

    before = terminal.reads("alarms").splitlines()
    known = terminal.gets("alarms", "--acknowledge", "1")

    assert before[0].split() == ["Alarm", "What", "Since", "Reminders", "Acknowledged", "by"]
    assert known["acknowledged_by"].startswith("cli")
    assert terminal.is_refused("alarms", "--acknowledge", "2") == (2, "alarm 2 is over when somebody takes task 7")
    assert terminal.is_refused("alarms", "--acknowledge", "99")[0] == 1
