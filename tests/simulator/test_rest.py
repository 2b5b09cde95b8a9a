"""The REST API: who gets in, and what it tells of calls (twilio-contract §5)."""

from __future__ import annotations

import pytest

from simulator import Exchange, Phone
from tests.simulator.api import DIAL, QUESTION, ROOT, Api, basic
from tests.simulator.house import ACCOUNT, ANNA, BO, CALLER, LINE, TOKEN, House


@pytest.mark.parametrize("headers", [{}, basic(ACCOUNT, "wrong"), basic("AC0", TOKEN), {"Authorization": f"Bearer {TOKEN}"}])
def test_only_the_account_gets_in(api: Api, headers: dict[str, str]) -> None:
    answer = api.client.get(f"{ROOT}/Calls.json", headers=headers)

    assert (answer.status_code, answer.json and answer.json["code"]) == (401, 20003)


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/Calls/CA{'0' * 32}.json",
        f"{ROOT}/Messages/SM{'0' * 32}.json",
        f"{ROOT}/Recordings/RE{'0' * 32}.json",
        f"{ROOT}/IncomingPhoneNumbers/PN{'0' * 32}.json",
        f"{ROOT}/Nothing.json",
        f"/2010-04-01/Accounts/AC{'0' * 32}/Calls.json",
        "/2008-08-01/Accounts",
    ],
)
def test_what_is_not_there_is_20404(api: Api, path: str) -> None:
    answer = api.client.get(path, headers=basic(ACCOUNT, TOKEN))

    assert (answer.status_code, answer.json and answer.json["code"]) == (404, 20404)


def test_a_wrong_method_is_20004(api: Api) -> None:
    answer = api.client.delete(f"{ROOT}/Calls.json", headers=basic(ACCOUNT, TOKEN))

    assert (answer.status_code, answer.json and answer.json["code"]) == (405, 20004)


def test_the_account_itself_can_be_fetched(api: Api) -> None:
    assert (api.get(".json")["sid"], api.get(".json")["status"]) == (ACCOUNT, "active")


def test_a_call_is_told_through_all_its_states(exchange: Exchange, house: House, caller: Phone, api: Api) -> None:
    house["/voice"] = "<Pause length='3'/>" + QUESTION

    caller.dials(LINE)
    first = api.get(f"/Calls/{caller.call_sid}.json")
    exchange.forward(seconds=10)
    second = api.get(f"/Calls/{caller.call_sid}.json")
    caller.hangs_up()
    third = api.get(f"/Calls/{caller.call_sid}.json")

    assert [it["status"] for it in (first, second, third)] == ["ringing", "in-progress", "completed"]
    assert [it["duration"] for it in (first, second, third)] == [None, None, "7"]
    assert third["start_time"] == "Tue, 03 Mar 2026 20:00:03 +0000"
    assert third["end_time"] == "Tue, 03 Mar 2026 20:00:10 +0000"
    assert (third["from"], third["to"], third["direction"], third["price"]) == (CALLER, LINE, "inbound", None)


def test_the_api_may_lag_behind(exchange: Exchange, house: House, caller: Phone, api: Api) -> None:
    exchange.knobs.rest_lag = 10
    house["/voice"] = QUESTION
    caller.dials(LINE).waits(5)
    assert api.get("/Calls.json")["calls"] == []
    caller.waits(4).hangs_up().waits(5)

    assert api.get(f"/Calls/{caller.call_sid}.json")["status"] == "in-progress"
    assert [it["status"] for it in api.get("/Calls.json", Status="in-progress")["calls"]] == ["in-progress"]
    exchange.forward(seconds=5)
    assert api.get(f"/Calls/{caller.call_sid}.json")["status"] == "completed"


def test_the_api_may_be_down_or_busy(exchange: Exchange, api: Api) -> None:
    exchange.knobs.rest_busy = 2
    assert [api.refused("/Calls.json") for _time in range(2)] == [(429, 20429)] * 2
    assert api.get("/Calls.json")["calls"] == []

    exchange.knobs.rest_down = True
    assert api.refused("/Calls.json") == (503, 20503)


def test_calls_are_listed_newest_first_and_filtered(exchange: Exchange, house: House, caller: Phone, anna: Phone, api: Api) -> None:
    house["/voice"] = [DIAL, QUESTION]
    house["/whisper"] = ""
    house["/after"] = "<Hangup/>"
    caller.dials(LINE)
    anna.picks_up()
    exchange.phone(BO).dials(LINE).waits(1).hangs_up()

    def found(**filters: str) -> list[str]:
        return [it["from"] for it in api.get("/Calls.json", **filters)["calls"]]

    assert found() == [BO, LINE, CALLER]
    assert found(ParentCallSid=caller.call_sid) == [LINE]
    assert found(From=BO) == found(Status="completed") == [BO]
    assert found(To=ANNA) == [LINE]
    assert found(StartTime="2026-03-03") == found(**{"StartTime<": "2026-03-03"}) == [BO, LINE, CALLER]
    assert found(**{"StartTime>": "2026-03-03T23:00:00Z"}) == [BO, LINE, CALLER]
    assert found(**{"StartTime>": "2026-03-04"}) == found(StartTime="2026-03-02") == []
    assert found(**{"EndTime>": "2026-03-03"}) == [BO]


def test_lists_come_in_pages(exchange: Exchange, house: House, api: Api) -> None:
    house["/voice"] = "<Reject/>"
    for number in range(5):
        exchange.phone(f"+452030405{number}").dials(LINE).waits(1)

    first = api.get("/Calls.json", PageSize="2", To=LINE)
    path = first["next_page_uri"].removeprefix(ROOT)
    second = api.client.get(ROOT + path, headers=basic(ACCOUNT, TOKEN)).json
    last = api.get("/Calls.json", PageSize="2", Page="2")

    assert second is not None
    assert [len(page["calls"]) for page in (first, second, last)] == [2, 2, 1]
    assert [it["from"][-1] for it in (*first["calls"], *second["calls"], *last["calls"])] == list("43210")
    assert (last["next_page_uri"], last["start"], last["end"]) == (None, 4, 4)


@pytest.mark.parametrize(
    ("filters", "code"),
    [({"PageSize": "0"}, 20006), ({"PageSize": "1001"}, 20006), ({"Page": "x"}, 20001), ({"StartTime": "now"}, 20001)],
)
def test_a_filter_that_makes_no_sense_is_refused(house: House, caller: Phone, api: Api, filters: dict[str, str], code: int) -> None:
    house["/voice"] = QUESTION
    caller.dials(LINE)

    answer = api.client.get(f"{ROOT}/Calls.json", query_string=filters, headers=basic(ACCOUNT, TOKEN))

    assert (answer.status_code, answer.json and answer.json["code"]) == (400, code)
