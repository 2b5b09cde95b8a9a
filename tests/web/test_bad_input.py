"""Whatever is sent to the REST interface: a hundred bad values for each field it takes are refused, and nothing is written."""

from __future__ import annotations

import json
import random
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from models import Correction, Journal
from tests.house import House
from tests.web.programs import a_program

MANY: Final = 100
SID: Final = f"CA{'0' * 32}"
BODIES: Final[dict[str, dict[str, object]]] = {
    "/customers/10001/purchases": {"points": 5, "reference": "ordre"},
    "/customers/10001/grants": {"points": 5, "reason": "goodwill", "note": "Tak."},
    f"/calls/{SID}/refunds": {"reason": "goodwill", "note": "Tak.", "quarter": 1, "points": 5},
    "/tasks/7/take": {"supporter": 1},
    "/price-quotes": {"from": "2026-11-27T16:50:00Z", "minutes": 37, "price_list": 1},
}
STRANGE: Final = (
    "",
    " ",
    "\x00",
    "\u202e",
    "a\nb",
    "x" * 1_000,
    "\U0001f4a5\x00",
    "NaN",
    "' OR 1=1 --",
    "2026-02-30T99:00:00Z",
    "0000-01-01T00:00:00Z",
)


@pytest.fixture
def backend() -> str:
    return "sqlite"


def bad(chance: random.Random, good: object) -> Any:  # noqa: ANN401 - that is the point
    """A value that no field of that kind takes."""
    wrong: list[object] = [[], {}, [good], {"a": good}, True, 1.5, -1, 0, 2**31, 2**63, -(2**70), 1e308]
    if isinstance(good, str):
        return chance.choice([*wrong, None, *STRANGE[:7], "".join(map(chr, (chance.randrange(32) for _ in range(9))))])
    return chance.choice([*wrong, *STRANGE, str(good), f"{good}.0"])


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.rpartition("/")[2])
def test_a_hundred_bad_values_for_each_field_are_refused(house: House, path: str) -> None:
    house.caller(points=1)
    program, chance, good = a_program(house), random.Random(path), BODIES[path]  # noqa: S311 - it is no secret
    house.app.extensions["api rates"].most = 10**6

    for name, value in good.items():
        for _ in range(MANY):
            body = json.dumps({**good, name: bad(chance, value)})
            answer = program.asks(path, "POST", data=body, content_type="application/json", headers={"Idempotency-Key": "k"})
            assert 400 <= answer.status_code < 500, (body, answer.text)
        without = {key: one for key, one in good.items() if key != name} | {f"{name}s": value}
        assert program.sends(path, without).status_code == 422

    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Journal)) == 1
        assert session.scalar(select(func.count()).select_from(Correction)) == 0
