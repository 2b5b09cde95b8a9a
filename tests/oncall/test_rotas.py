"""Rotas in the database: one version behind another, and one answer to who is on duty, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from helpdesk import rotas as publishing
from helpdesk.rotas import Published
from models import Call, Supporter
from models.values import Flow
from oncall import roster, rota, rotas, search
from oncall.chain import NobodyLeft, RingNext
from oncall.rota import Span
from tests.models.rows import a, write_what_it_needs
from tests.oncall.rotas import NAMES, moment, span, told
from tests.oncall.test_rota_examples import BY_DAY_AND_NIGHT, HOLIDAYS, OTHER_PEOPLE, SWAPPED_AND_AWAY

Publish = Callable[[str, datetime], Published]
BEGUN = moment("2026-11-20T12:00")


@pytest.fixture
def publish(session: Session) -> Publish:
    """Publishes a rota at a moment; there are six supporters."""
    session.execute(insert(Supporter), [{"name": name, "phone": f"+453000000{n}"} for n, name in NAMES.items()])

    def published(text: str, at: datetime) -> Published:
        return publishing.publish(session, f'line = "support"\n{text}', by="test", now=at)

    return published


def answer(session: Session, at: datetime) -> str:
    return told(duty for duty, _ in roster.duties(session, at, with_away=True))


def test_a_new_version_counts_from_then_on_and_the_old_one_for_what_was(session: Session, publish: Publish) -> None:
    """R12: the plan as it stood."""
    publish(BY_DAY_AND_NIGHT, BEGUN)
    changed = moment("2026-11-24T20:00")
    publish(OTHER_PEOPLE, changed)

    found = roster.stretches(session, span("2026-11-24T12:00", "2026-11-24T22:00"))

    assert [answer(session, changed - timedelta(seconds=one)) for one in (1, 0)] == ["Nat 1/2 Anna", "Nat 1/2 Carla"]
    assert answer(session, BEGUN - timedelta(seconds=1)) == "nobody"
    assert [told([one.duty]) for one in found] == ["Dag 1/2 David", "Nat 1/2 Anna", "Nat 1/2 Carla"]
    assert [one.span.ends_at for one in found[:2]] == [moment("2026-11-24T16:00"), changed]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_newest_version_counts_though_a_slow_clock_published_it(session: Session, publish: Publish) -> None:
    """R12: the chain goes by the newest, and so does every page."""
    publish(BY_DAY_AND_NIGHT, BEGUN)
    newest = publish(OTHER_PEOPLE, BEGUN - timedelta(seconds=9))

    assert rotas.in_force(session, Flow.SUPPORT, BEGUN) == newest.rota
    assert answer(session, moment("2026-11-24T20:00")) == "Nat 1/2 Carla"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_publishing_tells_of_gaps_and_of_swaps_that_rest(publish: Publish) -> None:
    """R12: a gap is known weeks before it bites. The public holidays of ten years are known."""
    first, second = publish(HOLIDAYS, BEGUN), publish(OTHER_PEOPLE, moment("2026-11-27T12:00"))

    assert [first.gaps, first.resting] == [[Span(starts_at=BEGUN, ends_at=moment("2026-11-23T00:00"))], []]
    assert [second.gaps[0], len(second.gaps)] == [span("2026-11-28T08:00", "2026-11-28T16:00"), 16]
    assert [swap.number for swap in second.resting] == [1, 2, 3]


def test_whoever_asks_gets_the_same_answer(session: Session, publish: Publish) -> None:
    """R12: the roster, the stretches of a week, the gaps, the chain, and the arithmetic itself."""
    version = publish(SWAPPED_AND_AWAY, BEGUN)
    write_what_it_needs(session, Call)
    session.execute(a(Call, heard_at=BEGUN))
    call = session.get_one(Call, 1)
    week = span("2026-11-23T00:00", "2026-12-03T00:00")
    for number, tier, hours in ((3, 1, 40), (1, 2, 90), (6, 1, 130)):
        starts_at = week.starts_at + timedelta(hours=hours)
        beside = Span(starts_at=starts_at, ends_at=starts_at + timedelta(hours=30))
        roster.add_shift(session, session.get_one(Supporter, number), beside, tier=tier)
    stretches, gaps = roster.stretches(session, week), roster.gaps(session, week)
    (plan, _), *others = roster._plans(session, call.line.flow, week)
    chance = Random(6318)  # noqa: S311 - moments

    for _ in range(60):
        at = week.starts_at + timedelta(seconds=chance.randrange(10 * 86_400))
        found = [duty for duty, _ in roster.duties(session, at, with_away=True)]
        decided = search.decision(session, call, now=at)
        assert found == rota.on_duty(plan, at)
        assert set(found) == {one.duty for one in stretches if at in one.span}
        assert bool(found) != any(at in gap for gap in gaps)
        if found:
            assert isinstance(decided, RingNext)
            assert (decided.candidate.grounds, decided.candidate.tier) == (found[0].grounds, found[0].tier)
            assert decided.candidate.rota == (version.rota if found[0].shift is None else None)
        else:
            assert isinstance(decided, NobodyLeft)
    assert others == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_version_is_read_once(session: Session, publish: Publish) -> None:
    """R12: it never changes."""
    number = publish(BY_DAY_AND_NIGHT, BEGUN).rota

    assert rotas.plan(session, number) is rotas.plan(session, number)
    assert rotas.plan(session, None) is rotas.NO_ROTA
