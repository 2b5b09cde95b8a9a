"""The provider's list of calls, over real HTTP: page by page, legs told apart, times and prices as they are (contract §4.4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from helpdesk.ports import Ringing
from ivr.twilio_api import TwilioApi
from tests.house import ACCOUNT, BASE, SUPPORT, TOKEN, House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def talked(house: House) -> str:
    """A talk of five minutes that is over; its CallSid."""
    caller, anna = house.caller(), house.supporter("Anna")
    sid = house.connects(caller, anna)
    house.forward(minutes=5)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)
    return sid


def test_every_page_is_read_and_both_legs_are_told(house: House, twilio: TwilioApi) -> None:
    """A page of one: the supporter's leg comes first, being newer."""
    sid, page_by_page = (
        talked(house),
        TwilioApi(
            account=ACCOUNT,
            token=TOKEN,
            base_url=BASE,
            api_base_url=twilio.client.api.base_url,
            sms_from=SUPPORT,
            timeout=2.0,
            page=1,
        ),
    )
    house.exchange.knobs.fetched_price = "-0.00750"

    listed = {leg.parent: leg for leg in page_by_page.listed(house.now.date(), house.now.date())}

    caller, supporter = listed[None], listed[sid]
    assert (caller.sid, caller.is_inbound, caller.to, caller.status) == (sid, True, SUPPORT, "completed")
    assert (supporter.is_inbound, supporter.status) == (False, "completed")
    assert caller.ended_at == supporter.ended_at == (house.now - timedelta(minutes=1)).replace(microsecond=0)
    assert (caller.cost_millionths, caller.currency) == (7_500, "USD")
    truth = house.exchange.legs
    assert (caller.lasted, supporter.lasted) == (truth[caller.sid].seconds, truth[supporter.sid].seconds)
    assert supporter.lasted is not None
    assert 5 * 60 <= supporter.lasted < (caller.lasted or 0)


@pytest.mark.parametrize(("first", "last", "found"), [(-1, 0, 2), (0, 0, 2), (0, 1, 2), (-2, -2, 0), (1, 1, 0)])
def test_days_in_utc_are_asked_for(house: House, twilio: TwilioApi, first: int, last: int, found: int) -> None:
    """The day behind the last may come too: whoever asks looks at the moments."""
    talked(house)
    today = house.now.date()

    listed = twilio.listed(today + timedelta(days=first), today + timedelta(days=last))

    assert len(listed) == found


def test_a_telephone_is_rung_and_found_again_by_whom_it_was_for(house: House, twilio: TwilioApi) -> None:
    """R15, and pitfall C6: what may have been made is looked up by telephone and moment, calls of the line's own left out."""
    house.connects(house.caller(), anna := house.supporter("Anna"))
    house.phone(anna).hangs_up()
    house.forward(minutes=1)
    since, path = house.now, "/twilio/readiness/1"

    sid = twilio.ring(
        Ringing(
            to=anna.phone,
            shown=SUPPORT,
            seconds=10,
            turn_path=f"{path}/1",
            fallback_path="/twilio/fallback/readiness",
            status_path=f"{path}/status",
        )
    )
    asked, later = twilio.rung(anna.phone, SUPPORT, since=since), twilio.rung(anna.phone, SUPPORT, since=since + timedelta(hours=1))
    house.forward(seconds=1)

    assert (asked, later) == ([sid], [])
    assert house.phone(anna).ringing_from == SUPPORT
    leg = house.exchange.legs[sid]
    assert leg.status_target is not None
    assert leg.status_target.events == {"ringing", "answered", "completed"}
    assert leg.listener is not None
    assert leg.fallback_url.startswith(f"{BASE}/twilio/fallback/readiness#")


def test_a_call_that_goes_on_has_no_end_and_no_price(house: House, twilio: TwilioApi) -> None:
    house.identifies(house.caller())

    (leg,) = twilio.listed(date(2026, 11, 23), date(2026, 11, 23))

    assert (leg.status, leg.ended_at, leg.lasted, leg.cost_millionths) == ("in-progress", None, None, None)
    assert leg.started_at is not None
    assert leg.started_at > datetime(2026, 11, 23, 2, tzinfo=UTC)
