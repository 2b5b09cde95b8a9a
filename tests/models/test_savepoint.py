"""A part that fails is undone and the rest goes on, but never on a connection that is broken (R9, R21)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.scheduler import UNITS
from models import Audit
from models.savepoint import PartFailed, part
from tests.broken import just_before
from tests.house import House


def test_a_part_that_fails_is_undone_and_the_rest_is_written(house: House) -> None:
    """R21."""
    before = len(house.audit())

    with house.database.writing() as session:
        with pytest.raises(PartFailed, match="IntegrityError"), part(session):
            session.add_all([Audit(at=house.now, actor="a", action="undone", subject="x", details={}), Audit()])
        session.add(Audit(at=house.now, actor="a", action="kept", subject="x", details={}))

    assert [one.action for one in house.audit()[before:]] == ["kept"]


@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.parametrize(("job", "touches"), [("holds", "SET held"), ("quarters", "SET state")])
def test_a_job_whose_connection_breaks_says_so_and_is_done_again(house: House, job: str, touches: str) -> None:
    """R9, R21: nothing is written where nothing can be, and no error stands in the way of the one that happened."""
    caller = house.caller(points=60)
    house.connects(caller, house.supporter("Anna"))
    house.clock_works = False
    house.forward(minutes=13, seconds=30)

    def ended_by_the_server(driver: Any) -> None:  # noqa: ANN401 - psycopg's own
        with house.database.engine.connect() as other:
            other.execute(select(text("pg_terminate_backend(:pid)")).params(pid=driver.info.backend_pid))

    broken_off = just_before(house.database, touches, ended_by_the_server)
    with broken_off, pytest.raises(DBAPIError) as broken, house.database.writing() as session:
        UNITS[job](session, house.now)
    house.clock_works = True
    house.forward(minutes=2)

    assert broken.value.connection_invalidated
    assert house.charges(caller) == [-15, -15]
    assert house.marks(caller) == []
    house.phone(caller).hangs_up()
