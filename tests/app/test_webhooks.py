"""Endpoints that are told of events, over real HTTP on this machine: what they take, what not, and whom nobody may reach."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from sqlalchemy import select

from app.hook import Hook
from helpdesk import alarms, buying, corrections, customers, endpoints
from helpdesk.alarms import Matter
from helpdesk.corrections import Why
from helpdesk.deliveries import Claimed
from helpdesk.endpoints import NotAllowed
from helpdesk.ports import PortFailed
from helpdesk.sealing import Seal
from models import Alarm, Delivery, WebhookEndpoint
from models.alarms import AlarmKind
from models.corrections import CorrectionReason
from models.values import Points
from models.webhooks import DeliveryState, EventKind, WebhookFormat
from tests.house import NIGHT, SECRET, ACaller, House
from tests.serving import served

SEAL: Final = Seal.derive([SECRET], endpoints.PURPOSE)
ALL: Final = tuple(EventKind)


@dataclass
class Ear:
    """Somebody else's program: what it heard, and what it answers."""

    status: str = "200 OK"
    headers: list[tuple[str, str]] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    holds: threading.Event | None = None
    address: str = ""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        names = ("HTTP_WEBHOOK_ID", "HTTP_WEBHOOK_TIMESTAMP", "HTTP_WEBHOOK_SIGNATURE", "HTTP_HOST", "PATH_INFO", "QUERY_STRING")
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.heard.append(({name: environ.get(name, "") for name in names}, body))
        if self.holds is not None:
            self.holds.wait(20)
        start(self.status, self.headers)
        return [b"thanks"]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.heard]


class Choosy(Ear):
    """Takes everything but the first order."""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def starts(_status: str, headers: list[tuple[str, str]]) -> object:
            return start("500 Oops" if b"ordre 0" in self.heard[-1][1] else "200 OK", headers)

        return super().__call__(environ, starts)  # type: ignore[arg-type]  # no exc_info here


@pytest.fixture
def ear() -> Iterator[Ear]:
    there = Ear()
    with served(there) as address:
        there.address = f"{address}/hook"
        yield there
        if there.holds is not None:
            there.holds.set()


def tells(house: House, url: str, *kinds: EventKind, numbers: bool = False, form: WebhookFormat = WebhookFormat.PLAIN) -> str:
    """From now on that address is told; the secret that signs."""
    house.ports = replace(house.ports, alarm_address="ops@house.example", hook=Hook(seal=SEAL, is_demo=True, within=(2.0, 0.5)))
    with house.database.writing() as session:
        _, secret = endpoints.add(
            session, url, kinds or ALL, sees_numbers=numbers, form=form, seal=SEAL, is_demo=True, actor="test", now=house.now
        )
    return secret


def buys(house: House, caller: ACaller, reference: str) -> None:
    with house.database.writing() as session:
        customer = customers.find(session, caller.number)
        buying.buy(session, customer, points=Points(5), reference=reference, actor="test", now=house.now)


def deliveries(house: House) -> list[Delivery]:
    with house.database.reading() as session:
        found = list(session.scalars(select(Delivery).order_by(Delivery.id)))
        session.expunge_all()
        return found


def test_a_call_is_told_from_its_beginning_to_its_settling(house: House, ear: Ear) -> None:
    tells(house, ear.address)
    caller, anna = house.caller(), house.supporter("Anna")

    sid = house.connects(caller, anna)
    house.forward(seconds=2)
    house.phone(caller).hangs_up()
    house.forward(minutes=2)

    assert [one["type"] for one in ear.events] == ["call.started", "call.accepted", "call.ended", "call.settled"]
    last = ear.events[-1]["data"]
    assert (last["call"], last["outcome"], last["points"], last["case"], last["from"]) == (sid, "talked", -15, "20001", "+45…01")
    assert {one.state for one in deliveries(house)} == {DeliveryState.DONE}
    assert caller.pin not in str(ear.heard)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_chat_is_told_of_an_alarm_in_the_words_of_whoever_is_alarmed(house: House, ear: Ear) -> None:
    for form in (WebhookFormat.SLACK, WebhookFormat.TEAMS):
        tells(house, ear.address, EventKind.ALARM_OPENED, form=form)
    with house.database.writing() as session:
        told = {"host": "a<b>", "webhook": 7, "at": house.now.isoformat(), "problem": "ReadTimeoutError"}
        alarms.sound(session, Matter(kind=AlarmKind.WEBHOOK, key="7", notice="webhook_failed", told=told), now=house.now)
        endpoints.try_out(session, 1, actor="test", now=house.now)

    house.forward(seconds=3)

    cards = [one["attachments"][0]["content"]["body"] for one in ear.events if "attachments" in one]
    assert [card[0]["inlines"][0]["text"] for card in cards] == ["En webhook får ingen besked: a<b>"]
    assert sorted(one["text"].split("\n")[0] for one in ear.events if "text" in one) == [
        "*Døgnvagten er forbundet*",
        "*En webhook får ingen besked: a&lt;b&gt;*",
    ]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_people_do_is_told_in_their_own_transaction(house: House, ear: Ear) -> None:
    tells(house, ear.address, numbers=True)
    caller = house.caller(points=35)
    with house.database.writing() as session:
        why = Why(reason=CorrectionReason.GOODWILL, note="Tak.", by="ulla", limit=Points(60))
        corrections.grant(session, customers.find(session, caller.number), Points(5), why, now=house.now)
    buys(house, caller, "ordre 1")
    buys(house, caller, "ordre 1")
    house.nobody_is_on_duty()
    house.accepts_price(caller).hears("Tast 1").keys("1").hangs_up()
    house.forward(seconds=2)

    assert [one["type"] for one in ear.events if one["type"] not in {"call.started", "call.ended"}] == [
        "correction.posted",
        "purchase.posted",
        "task.opened",
    ]
    assert next(one for one in ear.events if one["type"] == "call.ended")["data"]["from"] == caller.phone
    assert ear.events[1]["data"] == {"customer": caller.number, "points": 5, "reference": "ordre 1", "entry": 5, "balance": 45}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_purchase_that_is_asked_for_again_is_no_news_to_whoever_came_later(house: House) -> None:
    """R19: it was booked before anybody was told of anything."""
    caller = house.caller()
    buys(house, caller, "ordre 1")
    house.forward(minutes=1)
    tells(house, "https://else.example/hook", EventKind.PURCHASE_POSTED)

    buys(house, caller, "ordre 1")

    assert deliveries(house) == []


def test_nothing_is_written_where_nobody_is_told(house: House) -> None:
    caller = house.caller()
    house.connects(caller, house.supporter("Anna"))
    house.phone(caller).hangs_up()
    house.forward(seconds=2)

    tells(house, "https://else.example/hook")

    assert house.tick()["events"] == 0
    assert deliveries(house) == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_whoever_has_the_secret_can_tell_that_it_was_us(house: House, ear: Ear) -> None:
    """https://github.com/standard-webhooks/standard-webhooks: HMAC-SHA256 over id, timestamp and body."""
    secret = tells(house, ear.address, EventKind.PURCHASE_POSTED)

    buys(house, house.caller(), "ordre 1")
    house.tick()

    [(headers, body)] = ear.heard
    signed = f"{headers['HTTP_WEBHOOK_ID']}.{headers['HTTP_WEBHOOK_TIMESTAMP']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert headers["HTTP_WEBHOOK_SIGNATURE"] == f"v1,{base64.b64encode(hmac.digest(key, signed, sha256)).decode()}"
    assert headers["HTTP_WEBHOOK_TIMESTAMP"] == str(int(house.now.timestamp()))
    with house.database.reading() as session:
        assert secret not in session.scalars(select(WebhookEndpoint.secret)).one()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_was_not_taken_is_sent_again_with_the_same_id(house: House, ear: Ear) -> None:
    tells(house, ear.address, EventKind.PURCHASE_POSTED)
    ear.status = "500 Oh"
    buys(house, house.caller(), "ordre 1")
    house.tick()

    ear.status = "204 No Content"
    at_once = house.tick()
    house.skip(seconds=6)

    assert at_once["hooks"] == 0
    assert len({headers["HTTP_WEBHOOK_ID"] for headers, _ in ear.heard}) == 1
    assert [(one.state, one.tries) for one in deliveries(house)] == [(DeliveryState.DONE, 2)]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_address_may_be_a_host_and_what_is_asked_of_it_alone(house: House, ear: Ear) -> None:
    tells(house, ear.address.replace("/hook", "?key=4711"), EventKind.PURCHASE_POSTED)

    buys(house, house.caller(), "ordre 1")
    house.tick()

    [(told, _)] = ear.heard
    assert (told["PATH_INFO"], told["QUERY_STRING"]) == ("/", "key=4711")
    assert [one.state for one in deliveries(house)] == [DeliveryState.DONE]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_redirect_is_not_followed_and_a_slow_one_not_waited_for(house: House, ear: Ear) -> None:
    tells(house, ear.address, EventKind.PURCHASE_POSTED)
    ear.status, ear.headers = "302 Found", [("Location", "/elsewhere")]
    buys(house, house.caller(), "ordre 1")
    house.tick()
    redirected = deliveries(house)[0].outcome
    ear.status, ear.holds = "200 OK", threading.Event()
    house.skip(seconds=6)

    assert {headers["PATH_INFO"] for headers, _ in ear.heard} == {"/hook"}
    assert redirected is not None
    assert redirected.startswith("302 · ")
    assert deliveries(house)[0].outcome == "ReadTimeoutError"


def test_a_dead_endpoint_holds_up_no_other_and_alarms_once_behind_a_day(house: House, ear: Ear) -> None:
    tells(house, "http://127.0.0.1:9/nobody", EventKind.PURCHASE_POSTED)
    tells(house, ear.address, EventKind.PURCHASE_POSTED)
    caller = house.caller()
    for number in range(3):
        buys(house, caller, f"ordre {number}")
    house.tick()
    first = [(one.state, one.tries) for one in deliveries(house) if one.endpoint_id == 1]

    for _ in range(3):
        house.skip(hours=9)
    dead = [one for one in deliveries(house) if one.endpoint_id == 1]

    assert len(ear.heard) == 3
    assert first == [(DeliveryState.DUE, 1), (DeliveryState.DUE, 0), (DeliveryState.DUE, 0)]
    assert {one.state for one in dead} == {DeliveryState.FAILED}
    with house.database.reading() as session:
        assert [(one.kind, one.told["host"]) for one in session.scalars(select(Alarm))] == [(AlarmKind.WEBHOOK, "127.0.0.1")]


def test_one_delivery_that_is_refused_for_ever_keeps_no_other_of_its_endpoint(house: House) -> None:
    """Those that waited with it come to their turn; it is tried again, ever later, for a day."""
    with served(Choosy()) as address:
        tells(house, f"{address}/hook", EventKind.PURCHASE_POSTED)
        caller = house.caller()
        for number in range(3):
            buys(house, caller, f"ordre {number}")
        house.tick()

        for _ in range(6):
            house.skip(seconds=6)
        refused, *others = deliveries(house)

    assert [one.state for one in others] == [DeliveryState.DONE, DeliveryState.DONE]
    assert (refused.state, refused.tries) == (DeliveryState.DUE, 3)


def test_whoever_gives_up_on_a_dead_endpoint_asks_it_once_more_and_not_for_each_delivery(house: House, ear: Ear) -> None:
    """One that hangs takes seconds each time, in which no other endpoint is told anything, not even of an alarm."""
    tells(house, ear.address, EventKind.PURCHASE_POSTED)
    caller, ear.status = house.caller(), "503 Service Unavailable"
    for number in range(5):
        buys(house, caller, f"ordre {number}")
    house.tick()
    house.skip(hours=23)
    buys(house, caller, "ordre of the next day")
    house.skip(hours=4)
    before = len(ear.heard)

    house.skip(hours=4)

    *old, new = deliveries(house)
    assert {(one.state, one.outcome) for one in old} == {(DeliveryState.FAILED, old[0].outcome)}
    assert (new.state, len(ear.heard) - before) == (DeliveryState.DUE, 1)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_address_whose_name_is_none_is_given_up_like_any_other(house: House) -> None:
    """Two dots, typed in passing: such a name is not even looked up."""
    tells(house, "https://example..com/hook", EventKind.PURCHASE_POSTED)
    buys(house, house.caller(), "ordre 1")
    first = (house.tick()["hooks"], deliveries(house)[0].outcome)

    for _ in range(3):
        house.skip(hours=9)

    assert first == (1, "its name has no address: UnicodeError")
    assert deliveries(house)[0].state is DeliveryState.FAILED
    with house.database.reading() as session:
        assert [(one.kind, one.told["host"]) for one in session.scalars(select(Alarm))] == [(AlarmKind.WEBHOOK, "example..com")]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_was_told_is_forgotten_after_ninety_days(house: House, ear: Ear) -> None:
    """R23: what was taken and what was given up, each ninety days after that; what is still to be told stays."""
    tells(house, ear.address, EventKind.PURCHASE_POSTED)
    tells(house, "http://127.0.0.1:9/nobody", EventKind.PURCHASE_POSTED)
    buys(house, house.caller(), "ordre 1")
    house.tick()
    house.skip(hours=25)
    state_of = {one.state: one.done_at for one in deliveries(house)}

    house.skip(hours=24 * 90 - 26)
    an_hour_before = [one.state for one in deliveries(house)]
    house.skip(hours=1)
    then = [one.state for one in deliveries(house)]
    house.skip(hours=25)

    assert state_of == {DeliveryState.DONE: NIGHT, DeliveryState.FAILED: NIGHT + timedelta(hours=25)}
    assert (len(an_hour_before), then, deliveries(house)) == (2, [DeliveryState.FAILED], [])


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_ended_endpoint_is_told_nothing_any_more(house: House, ear: Ear) -> None:
    tells(house, ear.address, EventKind.PURCHASE_POSTED)
    caller = house.caller()
    buys(house, caller, "ordre 1")
    with house.database.writing() as session:
        endpoints.end(session, 1, actor="test", now=house.now)
    buys(house, caller, "ordre 2")

    house.tick()

    assert ear.heard == []
    assert [(one.state, one.outcome) for one in deliveries(house)] == [(DeliveryState.FAILED, "the webhook was ended")]


@pytest.mark.parametrize(
    "url",
    [
        "http://else.example/",
        "ftp://else.example/",
        "https:///path",
        "https://user:word@else.example/",
        "https://else.example/#part",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://else.example:99999/",
        "https://else.example/ x",
        "https://ø.example/",
        f"https://else.example/{'x' * 500}",
        "nonsense",
        "",
    ],
)
def test_an_address_that_nothing_is_told_to_is_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        endpoints.require_allowed(url, is_demo=False)


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
        "100.64.0.1",
        "224.0.0.1",
        "2130706433",
    ],
)
def test_nobody_has_our_own_network_asked(host: str) -> None:
    hook = Hook(seal=SEAL, is_demo=False)
    url = f"https://{host}/"
    claimed = Claimed(id=1, tries=1, url=url, body=b"{}", secret=SEAL.close("whsec_AAAA", owner=url))

    with pytest.raises(PortFailed, match=r"open internet|has no address|another machine"):
        hook.tell(claimed, now=NIGHT)
