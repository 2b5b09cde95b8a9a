"""What callers said comes home, leaves the provider, and is erased when its time is over (R23)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from helpdesk import recordings
from helpdesk.ports import PortFailed
from models import Call, Recording
from tests.house import House

ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"])


def leaves_a_message(house: House) -> None:
    """Nobody answers, and the caller says something for nine seconds."""
    house.is_connected_to_the_world()
    caller = house.caller()
    house.accepts_price(caller).hears("bliver du ringet op")
    house.phone(caller).keys("2").hears("efter tonen").speaks_message(9).keys("#").hears("Beskeden er gemt")


def kept(house: House) -> list[Recording]:
    """The recordings, with their sound."""
    with house.database.reading() as session:
        return list(session.scalars(select(Recording).options(undefer(Recording.sound)).order_by(Recording.id)))


def test_a_message_is_copied_home_and_deleted_at_the_provider(house: House) -> None:
    leaves_a_message(house)

    house.forward(seconds=2)

    [one] = kept(house)
    assert (one.sound or b"").startswith(b"RIFF")
    assert (one.copied_at is not None, one.removed_at is not None, one.problem) == (True, True, None)
    assert house.exchange.recordings == {}
    assert one.due_at == one.recorded_at + recordings.KEPT_FOR


@ON_SQLITE
def test_a_recording_in_which_nothing_was_said_is_deleted_at_the_provider_too(house: House) -> None:
    """It is no message, and the caller is asked once more; but it was recorded."""
    house.is_connected_to_the_world()
    caller = house.caller()
    house.accepts_price(caller).hears("bliver du ringet op").keys("2").hears("efter tonen").waits(70)

    house.forward(seconds=2)

    assert [one.recording_url for one in house.tasks()] == [None]
    assert [one.removed_at is not None for one in kept(house)] == [True, True]
    assert house.exchange.recordings == {}


@ON_SQLITE
def test_a_message_is_fetched_again_until_the_provider_gives_it(house: House) -> None:
    house.exchange.knobs.rest_down = True
    leaves_a_message(house)
    house.forward(minutes=3)
    [tried] = kept(house)

    house.exchange.knobs.rest_down = False
    house.forward(minutes=10)

    [one] = kept(house)
    assert (tried.copied_at, bool(tried.problem)) == (None, True)
    assert tried.tries > 1
    assert (one.removed_at is not None, one.problem) == (True, None)


@ON_SQLITE
def test_a_message_that_the_provider_has_lost_says_so(house: House) -> None:
    leaves_a_message(house)
    house.exchange.recordings.clear()

    house.forward(minutes=2)

    [lost] = kept(house)
    assert (lost.sound, lost.copied_at) == (None, None)
    assert "not found" in (lost.problem or "")


@ON_SQLITE
def test_a_message_is_erased_after_ninety_days_and_not_before(house: House) -> None:
    leaves_a_message(house)
    house.forward(seconds=5)
    house.skip(days=89)
    [before] = kept(house)

    house.skip(days=2)

    [after] = kept(house)
    assert (before.sound is not None, before.erased_at) == (True, None)
    assert (after.sound, after.erased_at is not None, after.due_at) == (None, True, None)


@ON_SQLITE
def test_one_that_never_came_is_given_up_after_ninety_days(house: House) -> None:
    house.exchange.knobs.rest_down = True
    leaves_a_message(house)

    house.skip(days=91)

    [one] = kept(house)
    assert (one.sound, one.copied_at, one.erased_at is not None) == (None, None, True)
    assert house.exchange.recordings != {}

    house.exchange.knobs.rest_down = False
    house.forward(minutes=10)

    [gone] = kept(house)
    assert (gone.removed_at is not None, gone.due_at, house.exchange.recordings) == (True, None, {})


@ON_SQLITE
def test_what_can_never_be_copied_is_not_asked_for_again(house: House) -> None:
    """It is removed at the provider when its time is over."""
    leaves_a_message(house)
    house.forward(seconds=5)
    with house.database.writing() as session:
        [one] = session.scalars(select(Recording)).all()
        claimed = recordings.Claimed(id=one.id, call="CA1", url=one.url, what=recordings.What.COPY)
        one.sound, one.copied_at, one.removed_at = None, None, None
        recordings.failed(session, claimed, PortFailed("too long", permanent=True))

    [given_up] = kept(house)
    house.skip(days=91)
    [gone] = kept(house)

    assert (given_up.due_at, given_up.problem) == (given_up.recorded_at + recordings.KEPT_FOR, "too long")
    assert (gone.erased_at is not None, gone.removed_at is not None, gone.due_at) == (True, True, None)


@ON_SQLITE
def test_a_webhook_that_comes_again_makes_no_second_recording(house: House) -> None:
    """R19."""
    leaves_a_message(house)
    with house.database.writing() as session:
        [one] = session.scalars(select(Recording)).all()
        call = session.get_one(Call, one.call_id)
        recordings.note(session, call, one.url, now=house.now + timedelta(seconds=9))

    house.forward(seconds=2)

    assert len(kept(house)) == 1


class Stenographer:
    """Fulfils Transcriber: hears the same each time, once nobody is in `trouble`."""

    def __init__(self) -> None:
        self.trouble, self.asked = False, 0

    def written(self, sound: bytes) -> str:
        self.asked += 1
        assert sound.startswith(b"RIFF")
        if self.trouble:
            raise PortFailed("busy", permanent=False)
        return "Kassen i receptionen er død."


@ON_SQLITE
def test_a_message_is_written_down_only_where_somebody_does(house: House) -> None:
    """R23: and what was written is erased with the sound."""
    leaves_a_message(house)
    house.ports = replace(house.ports, transcriber=Stenographer())
    house.forward(seconds=5)
    [heard] = kept(house)
    house.skip(days=91)
    [erased] = kept(house)

    assert (heard.transcript, heard.due_at) == ("Kassen i receptionen er død.", heard.recorded_at + recordings.KEPT_FOR)
    assert (erased.sound, erased.transcript) == (None, None)


@ON_SQLITE
def test_a_stenographer_who_does_not_answer_is_given_up_after_a_day(house: House) -> None:
    leaves_a_message(house)
    pen = Stenographer()
    house.ports, pen.trouble = replace(house.ports, transcriber=pen), True
    house.forward(minutes=10)
    [tried] = kept(house)
    house.skip(days=2)
    asked = pen.asked

    house.skip(days=1)

    [one] = kept(house)
    assert (tried.problem, one.transcript, one.sound is not None) == ("busy", None, True)
    assert asked == pen.asked > 2
