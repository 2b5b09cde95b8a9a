"""What a REST request that fails comes to, fetched or listed: the library tells the two apart, we do not (twilio-contract §5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from twilio.base.exceptions import TwilioRestException

from helpdesk.ports import PortFailed
from ivr import twilio_client
from ivr.twilio_api import TwilioApi
from ivr.twilio_numbers import TwilioNumbers
from tests.app.outside import free_port
from tests.house import ACCOUNT, BASE, SUPPORT, TOKEN, House

Asking = Callable[[TwilioApi, House], object]


def numbers(twilio: TwilioApi) -> TwilioNumbers:
    return TwilioNumbers(account=ACCOUNT, token=twilio.client.password, api_base_url=twilio.client.api.base_url)


LISTS: Final[dict[str, Asking]] = {
    "messages": lambda twilio, house: twilio.sent(SUPPORT, "Hej", since=house.now - timedelta(hours=1)),
    "calls": lambda twilio, house: twilio.listed(house.now.date(), house.now.date()),
    "numbers": lambda twilio, _house: numbers(twilio).find(SUPPORT),
}
FETCHES: Final[dict[str, Asking]] = {
    "legs": lambda twilio, _house: twilio.legs("CA" + "0" * 32),
    "account": lambda twilio, _house: numbers(twilio).account(),
}
BOTH: Final = pytest.mark.parametrize("asks", [*LISTS.values(), *FETCHES.values()], ids=[*LISTS, *FETCHES])


@BOTH
@pytest.mark.parametrize("knob", ["rest_down", "rest_fails_before"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_server_error_passes_and_is_named_by_its_status(house: House, twilio: TwilioApi, asks: Asking, knob: str) -> None:
    setattr(house.exchange.knobs, knob, 1)

    with pytest.raises(PortFailed, match=r"^Twilio failed: HTTP 50[03]") as failed:
        asks(twilio, house)

    assert (failed.value.permanent, failed.value.undecided) == (False, False)


@BOTH
@pytest.mark.parametrize("backend", ["sqlite"])
def test_when_twilio_asks_to_slow_down_it_passes(house: House, twilio: TwilioApi, asks: Asking) -> None:
    """Contract §5: 429 was not processed."""
    house.exchange.knobs.rest_busy = 1

    with pytest.raises(PortFailed, match="slow down") as failed:
        asks(twilio, house)

    assert not failed.value.permanent


@BOTH
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_token_that_is_refused_passes_when_it_is_set_right(house: House, twilio: TwilioApi, asks: Asking) -> None:
    """Contract §5: nothing was processed; only whoever asks is not let in."""
    stranger = TwilioApi(
        account=ACCOUNT, token="wrong", base_url=BASE, api_base_url=twilio.client.api.base_url, sms_from=SUPPORT, timeout=2.0
    )

    with pytest.raises(PortFailed, match=r"^Twilio refuses: HTTP 401: (.*: )?Authenticate") as failed:
        asks(stranger, house)

    assert (failed.value.permanent, failed.value.undecided, failed.value.unauthorized) == (False, False, True)


@BOTH
@pytest.mark.parametrize("backend", ["sqlite"])
def test_out_of_reach_it_passes_and_neither_number_nor_token_is_repeated(house: House, asks: Asking) -> None:
    """R23: the address of a list holds the number that is looked for."""
    nobody = f"http://127.0.0.1:{free_port()}"
    api = TwilioApi(account=ACCOUNT, token=TOKEN, base_url=BASE, api_base_url=nobody, sms_from=SUPPORT, timeout=2.0)

    with pytest.raises(PortFailed, match=r"^Twilio is out of reach \(NewConnectionError\)$") as failed:
        asks(api, house)

    assert not failed.value.permanent


@pytest.mark.parametrize(
    ("status", "code", "bad"),
    [
        *((status, code, code) for status, code in ((400, 21211), (400, 21214), (403, 21215), (400, 21217), (400, 13224))),
        *((status, code, None) for status, code in ((400, 21210), (400, 21212), (401, 20003), (404, 20404), (403, None))),
        (500, 21211, None),
    ],
)
def test_only_a_refusal_of_the_number_itself_says_that_the_number_is_bad(status: int, code: int | None, bad: int | None) -> None:
    """R12: not who asks, with which number shown, or how often; what the provider's own trouble says of it counts for nothing."""

    def refused() -> None:
        raise TwilioRestException(status, "/Calls.json", "no", code)

    with pytest.raises(PortFailed) as failed:
        twilio_client.asked(refused, creates=True)

    assert failed.value.bad_number == bad


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_bridges_legs_are_not_given_up_for_because_their_list_failed_once(house: House, twilio: TwilioApi) -> None:
    """R20: the caller's leg was fetched, the list of those dialled for it met a server error."""
    caller, anna = house.caller(), house.supporter("Anna")
    sid = house.connects(caller, anna)
    fetch = twilio.client.http_client.request

    def fails_behind_the_first(*asked: object, **named: object) -> object:
        answer = fetch(*asked, **named)
        house.exchange.knobs.rest_fails_before = 1
        return answer

    twilio.client.http_client.request = fails_behind_the_first
    with pytest.raises(PortFailed, match="HTTP 500") as failed:
        twilio.legs(sid)
    house.exchange.knobs.rest_fails_before = 0

    assert not failed.value.permanent
