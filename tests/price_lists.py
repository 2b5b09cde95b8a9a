"""Price lists that tests publish, as their files say them."""

from __future__ import annotations

from typing import Final

FLAT: Final = """
valid_from = 2020-01-01T00:00:00
line = "support"
interval_minutes = 15
[[period]]
name = "Altid"
points = 15
"""
DAY_AND_NIGHT: Final = """
valid_from = 2020-01-01T00:00:00
line = "support"
interval_minutes = 15
[[period]]
name = "Dag"
days = ["mon", "tue", "wed", "thu", "fri"]
holidays = false
from = "08:00"
to = "16:00"
points = 10
[[period]]
name = "Aften, nat, weekend og helligdage"
points = 15
"""
EARLY: Final = """
valid_from = 2020-01-01T00:00:00
line = "support"
interval_minutes = 15
[[period]]
name = "Tidlig"
from = "03:00"
to = "16:00"
points = 10
[[period]]
name = "Ellers"
points = 15
"""
