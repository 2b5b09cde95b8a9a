"""What was sent, kept or failed; what it says; and sending it again."""

from __future__ import annotations

import pytest

from helpdesk import errands
from helpdesk.ports import PortFailed
from models.values import ErrandKind, ErrandState
from tests.app.talks import settles
from tests.cli.desk import Terminal, audited, written
from tests.cli.test_tasks import wants_a_callback
from tests.house import ACaller, House

STATES = (ErrandState.KEPT, ErrandState.FAILED, ErrandState.UNDECIDED)


def has_talked(house: House) -> ACaller:
    """A caller whose receipt is errand 1, kept; errand 2 is the supporter's."""
    caller, anna = house.caller(), house.supporter("Anna", phone="+4530405060")
    house.connects(caller, anna)
    house.forward(seconds=30)
    house.phone(caller).hangs_up()
    settles(house)
    return caller


def made(house: House, state: ErrandState) -> None:
    """Errand 1 in that state, as the clock leaves it."""
    with house.database.writing() as session:
        errands.ask(session, ErrandKind.TEXT, "one", {"to": "supporter:1", "notice": "no_prices", "values": {}}, now=house.now)
        claimed = errands.claim(session, now=house.now)
        assert claimed is not None
        if state is ErrandState.DONE:
            errands.done(session, claimed, "SM1", now=house.now)
        elif state is ErrandState.KEPT:
            errands.kept(session, claimed, "no account")
        elif state is not ErrandState.DUE:
            undecided = state is ErrandState.UNDECIDED
            errands.failed(session, claimed, PortFailed("no", permanent=True, undecided=undecided), now=house.now)


def test_what_was_kept_can_be_seen_without_a_telephone_number(house: House, terminal: Terminal) -> None:
    """R23."""
    _, sid = wants_a_callback(house)

    found = terminal.gets("errand", "list", "--state", "kept")["errands"]
    said = terminal.reads("errand", "list", "--limit", "1")

    alarms = [one for one in found if one["to"] == "alarm" and one["notice"] == "task_callback"]
    assert [(one["kind"], one["state"], one["call"], one["due_at"]) for one in alarms] == [("mail", "kept", sid, None)]
    assert len(said.splitlines()) == 2
    assert "+45" not in said
    assert terminal.gets("errand", "list", "--state", "failed") == {"errands": []}
    assert terminal.reads("errand", "list", "--state", "failed") == "No errands.\n"


def test_an_errand_is_shown_as_its_recipient_reads_it(house: House, terminal: Terminal) -> None:
    """R22, R23: the text whole, the recipient's number masked."""
    caller = has_talked(house)

    shown = terminal.gets("errand", "show", "1")
    said = terminal.reads("errand", "show", "1")

    assert (shown["errand"], shown["kind"], shown["state"], shown["tries"]) == (1, "text", "kept", 1)
    assert (shown["to"], shown["address"], shown["language"]) == (f"person:{caller.person}", f"+45…{caller.phone[-2:]}", "da")
    assert shown["text"].startswith("Kvittering: 15 point, sag 20001\nDu talte med Anna i 0 min. 30 sek. den 23. november 2026")
    assert shown["outcome"] == "SMS_FROM or the Twilio account is not set"
    assert said.splitlines()[0] == f"Errand 1: text to person:{caller.person} (+45…{caller.phone[-2:]}), kept"
    assert said.endswith(f"\n\n{shown['text']}\n")
    assert caller.phone not in said
    assert caller.pin not in said


def test_whoever_is_alarmed_is_shown_as_the_environment_says(house: House, terminal: Terminal) -> None:
    """R23."""
    wants_a_callback(house)

    assert terminal.gets("errand", "show", "1")["address"] is None
    assert terminal.gets("errand", "show", "1", ALARM_ADDRESS="+4520304050")["address"] == "+45…50"
    assert terminal.gets("errand", "show", "1", ALARM_ADDRESS="vagt@example.dk")["address"] == "vagt@example.dk"


def test_an_errand_that_cannot_be_put_into_words_is_shown_without_a_text(house: House, terminal: Terminal) -> None:
    with house.database.writing() as session:
        errands.ask(session, ErrandKind.TEXT, "old", {"to": "alarm", "notice": "was_renamed", "values": {}}, now=house.now)

    assert terminal.gets("errand", "show", "1")["text"] is None
    assert terminal.reads("errand", "show", "1").startswith("Errand 1: text, due\n")


@pytest.mark.parametrize("state", STATES)
def test_what_was_kept_failed_or_is_undecided_can_be_sent_again(house: House, terminal: Terminal, state: ErrandState) -> None:
    house.supporter("Anna")
    made(house, state)
    terminal.set_clock(house.now)

    document = terminal.gets("errand", "resend", "1")
    errand = house.errands()[0]
    shelf = house.is_connected_to_the_world()
    house.forward(seconds=5)

    assert document == {"resent": [1]}
    assert (errand.state, errand.due_at, errand.tries, errand.outcome) == (ErrandState.DUE, house.errands()[0].asked_at, 0, None)
    assert house.errands()[0].state is ErrandState.DONE
    assert shelf.letters == []
    assert [(subject, details) for _, subject, details in audited(house.database, "errand_resent")] == [
        ("errand:1", {"before": state.value})
    ]


def test_what_was_sent_is_sent_once_more_only_when_that_is_said(house: House, terminal: Terminal) -> None:
    anna = house.supporter("Anna")
    house.is_connected_to_the_world()
    house.phone(anna)
    made(house, ErrandState.DONE)
    before = written(house.database)

    refused = terminal.is_refused("errand", "resend", "1")

    assert refused == (2, "errand 1 was sent; with --again it is sent once more")
    assert written(house.database) == before
    assert terminal.reads("errand", "resend", "1", "--again") == "Errand 1 is due again.\n"
    house.skip(hours=2)
    house.forward(seconds=5)
    assert len(house.phone(anna).texts) == 1


@pytest.mark.parametrize("moment", ["waiting", "under way"])
def test_what_is_due_or_in_hand_is_refused(house: House, terminal: Terminal, moment: str) -> None:
    house.clock_works = False
    house.supporter("Anna")
    if moment == "under way":
        made(house, ErrandState.DUE)
    else:
        with house.database.writing() as session:
            errands.ask(session, ErrandKind.TEXT, "one", {"to": "supporter:1", "notice": "no_prices", "values": {}}, now=house.now)
    before = written(house.database)

    status, line = terminal.is_refused("errand", "resend", "1", "--again")

    said = {
        "waiting": "is due already; the clock process carries it out",
        "under way": "is being carried out at this moment",
    }
    assert (status, line) == (2, f"errand 1 {said[moment]}")
    assert written(house.database) == before


def test_everything_that_was_kept_goes_out_when_there_is_an_account(house: House, terminal: Terminal) -> None:
    """In the order in which it was asked for; what failed stays where it is."""
    caller = has_talked(house)
    with house.database.writing() as session:
        errands.ask(session, ErrandKind.TEXT, "failed", {"to": "supporter:1", "notice": "was_renamed", "values": {}}, now=house.now)
    house.forward(seconds=1)
    terminal.set_clock(house.now)

    document = terminal.gets("errand", "resend", "--kept")
    house.is_connected_to_the_world()
    house.forward(seconds=5)
    house.forward(seconds=5)

    assert document == {"resent": [1, 2]}
    assert [errand.state.value for errand in house.errands()] == ["done", "done", "failed"]
    assert len(house.phone(caller).texts) == 1
    assert [subject for _, subject, _ in audited(house.database, "errand_resent")] == ["errand:1", "errand:2"]
    assert terminal.gets("errand", "resend", "--kept") == {"resent": []}
    assert terminal.reads("errand", "resend", "--kept") == "Nothing was kept.\n"
