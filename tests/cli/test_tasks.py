"""What waits for somebody."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk import alarms
from models import Recording, Task
from tests.cli.desk import Terminal, audited
from tests.house import ACaller, House


def wants_a_callback(house: House) -> tuple[ACaller, str]:
    """A caller whom nobody answered, and the CallSid."""
    caller = house.caller()
    phone = house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("inden for 30 minutter")
    house.forward(minutes=1)
    return caller, phone.call_sid


def test_nothing_waits(furnished: Terminal) -> None:
    assert furnished.gets("task", "list") == {"tasks": []}
    assert furnished.reads("task", "list") == "Nothing waits.\n"


def test_a_task_waits_until_somebody_takes_it(house: House, terminal: Terminal) -> None:
    """R14."""
    caller, sid = wants_a_callback(house)
    anna, bo = house.supporter("Anna"), house.supporter("Bo")
    terminal.set_clock(house.now)

    waiting = terminal.gets("task", "list")["tasks"]
    table = terminal.reads("task", "list").splitlines()
    taken = terminal.gets("task", "take", "1", str(anna.id))

    assert [(one["task"], one["kind"], one["case"], one["customer"], one["call"], one["supporter"]) for one in waiting] == [
        (1, "callback", "20001", caller.number, sid, None)
    ]
    assert table[0].split() == ["Task", "What", "Due", "Case", "Customer", "Taken", "by", "Call", "Recording"]
    assert table[1].split()[0:2] == ["1", "callback"]
    assert taken == {"task": 1, "supporter": anna.id, "taken_at": taken["taken_at"]}
    assert terminal.gets("task", "list") == {"tasks": []}
    assert [one["supporter"] for one in terminal.gets("task", "list", "--all")["tasks"]] == [anna.id]
    assert terminal.is_refused("task", "take", "1", str(bo.id)) == (2, f"task 1 was taken by supporter {anna.id}")
    assert [(subject, details) for _, subject, details in audited(house.database, "task_taken")] == [
        ("task:1", {"supporter": anna.id})
    ]


def test_a_task_that_is_done_already_is_said_to_be_so(house: House, terminal: Terminal) -> None:
    """R14: the customer called in and was talked with, say. Whoever takes it by the reminder's command is told of no supporter."""
    wants_a_callback(house)
    anna = house.supporter("Anna")
    terminal.set_clock(house.now)
    with house.database.writing() as session:
        alarms.task_is_taken(session, session.scalars(select(Task)).one(), by=None, now=house.now)

    said = terminal.is_refused("task", "take", "1", str(anna.id))

    assert said == (2, "nobody need take task 1: what it was for has been done")


def test_a_task_says_where_its_recording_is_to_be_heard(house: House, terminal: Terminal) -> None:
    """R14: a message, or the number of a caller who shows none; only while it is here."""
    phone = house.accepts_price(house.caller()).hears("indtale").keys("2").speaks_message(6).keys("#").hears("Beskeden er gemt")
    terminal.set_clock(house.now)
    on_its_way = terminal.gets("task", "list")["tasks"][0]["recording"]
    house.is_connected_to_the_world()
    house.tick()

    recording = terminal.gets("task", "list")["tasks"][0]["recording"]
    seen = terminal.reads("task", "list")
    with house.database.writing() as session:
        one = session.scalars(select(Recording)).one()
        one.sound, one.erased_at = None, house.now

    assert (on_its_way, terminal.gets("task", "list")["tasks"][0]["recording"]) == (None, None)
    assert recording == f"/tasks/{house.tasks()[0].id}/recording"
    assert recording in seen
    assert phone.call_sid in seen
