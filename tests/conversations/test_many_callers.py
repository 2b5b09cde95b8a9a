"""Twenty callers at once, three supporters: nobody rung twice at a time, the oldest first, each with a good end (R12, R14)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from models import Call
from models.values import AttemptOutcome, CallOutcome, CallState
from tests.house import SUPPORT, ASupporter, House

GOOD = {CallOutcome.TALKED, CallOutcome.CALLBACK_REQUESTED}
MANY = 20
A_MOMENT = timedelta(seconds=15)


def take_whoever_rings(house: House, supporters: list[ASupporter]) -> None:
    """Every supporter whose telephone rings picks up and takes the call; one who has talked for half a minute hangs up."""
    for supporter in supporters:
        phone = house.phone(supporter)
        if phone.rings:
            phone.picks_up()
            phone.hears("Tast 1 for at tage").keys("1")
        elif phone.bridged_with:
            phone.hangs_up()


def spans(house: House) -> list[tuple[int, float, float]]:
    """From when to when each supporter was rung or talking, as the exchange saw it."""
    legs = [leg for leg in house.exchange.legs.values() if leg.parent is not None and leg.rang_at and leg.ended_at]
    return [(hash(leg.to), leg.rang_at.timestamp(), leg.ended_at.timestamp()) for leg in legs if leg.rang_at and leg.ended_at]


def test_twenty_callers_and_three_supporters_come_to_good_ends(house: House) -> None:
    """R12, R14: talked, or rung back; and nobody waits in silence."""
    supporters = [house.supporter(f"Vagt {number}") for number in range(3)]
    callers = [house.caller(company=f"Firma {number}", points=60) for number in range(MANY)]
    for caller in callers:
        house.phone(caller).dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1 for at acceptere").keys("1")

    answered: set[str] = set()
    for _ in range(100):
        house.forward(seconds=4)
        take_whoever_rings(house, supporters)
        for caller in callers:
            phone = house.phone(caller)
            if caller.phone not in answered and phone.on_the_line and any("indtale en besked" in said for said in phone.said):
                answered.add(caller.phone)
                phone.keys("1")
    house.forward(minutes=5)

    with house.database.reading() as session:
        calls = session.query(Call).order_by(Call.id).all()
        assert [call.state for call in calls] == [CallState.ENDED] * MANY
        assert {call.outcome for call in calls} <= GOOD
        talked = [call for call in calls if call.outcome is CallOutcome.TALKED]
        accepted = [call.accepted_at for call in talked if call.accepted_at]
        # Two who are free at once are left to the two oldest, of whom the younger may come a moment before.
        assert all(older <= younger + A_MOMENT for older, younger in pairwise(accepted))
        assert len(talked) >= 6
        rung = [attempt.outcome for call in calls for attempt in call.attempts]
        assert set(rung) <= {AttemptOutcome.ACCEPTED, AttemptOutcome.NO_ANSWER}
    for one, begins, ends in spans(house):
        others = [(b, e) for who, b, e in spans(house) if who == one and (b, e) != (begins, ends)]
        assert all(e <= begins or b >= ends for b, e in others)
