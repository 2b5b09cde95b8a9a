"""Two programs that send the same write at the same moment: on both databases it is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models import Correction
from tests.house import House
from tests.web.programs import Program, a_program

AT_ONCE = 4


def test_writes_of_one_key_that_come_at_once_are_done_once(house: House) -> None:
    """R5."""
    caller, program, together = house.caller(), a_program(house), Barrier(AT_ONCE)

    def sends(_number: int) -> TestResponse:
        mine = Program(house.app.test_client(), program.text)
        together.wait(10)
        return mine.sends(f"/customers/{caller.number}/grants", {"points": 5, "reason": "goodwill", "note": "Tak."}, key="k")

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(sends, range(AT_ONCE)))

    assert {(one.status_code, one.data) for one in answers} == {(201, answers[0].data)}
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Correction)) == 1
