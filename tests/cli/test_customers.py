"""Customers, persons and their PINs."""

from __future__ import annotations

import json
import re

import pyotp
import pytest
from sqlalchemy import select

from app.database import Database
from helpdesk import endpoints, pins, second_factor
from helpdesk.pins import PinKeys
from helpdesk.sealing import Seal, SealBroken
from models import Person, User, WebhookEndpoint
from models.values import Language, Policy
from tests.cli.desk import NIGHT, SECRET, Terminal, audited
from tests.house import House


def owner(database: Database, pin: str, *, secret: str = SECRET) -> int | None:
    """Whose PIN it is."""
    with database.reading() as session:
        found = pins.owner(session, PinKeys.derive([secret]), pin)
        return found.id if found else None


def test_customers_are_numbered(terminal: Terminal) -> None:
    assert terminal.gets("customer", "add", "Nordvig Camping") == {"customer": "10001"}
    assert terminal.reads("customer", "add", "  Hotel   Æbelø ") == "Customer 10002: Hotel Æbelø\n"


def test_a_new_customer_has_credit_of_60_points(terminal: Terminal) -> None:
    """R11."""
    terminal.reads("customer", "add", "Nordvig Camping")

    assert terminal.gets("customer", "set", "10001") == {"customer": "10001", "policy": "credit", "credit": 60}


def test_customers_are_listed_with_their_points_those_too_who_owe_some(house: House, terminal: Terminal) -> None:
    """R11: what is below zero is invoiced."""
    owing, few = house.caller(points=0, policy=Policy.INVOICE), house.caller(company="Hotel Æbelø", points=29)
    house.connects(owing, house.supporter("Anna"))
    house.forward(minutes=1)
    house.phone(owing).hangs_up()
    names = {"customer": owing.number, "name": "Nordvig Camping", "policy": "invoice"}

    listed = terminal.gets("customer", "list")["customers"]

    assert [one["name"] for one in listed] == ["Hotel Æbelø", "Nordvig Camping"]
    assert terminal.gets("customer", "list", "--balance", "below_zero") == {
        "customers": [{**names, "credit": 60, "balance": -15, "available": -15, "persons": 1}]
    }
    assert terminal.gets("customer", "list", "--balance", "low", "--limit", "1")["customers"][0]["customer"] == few.number
    assert terminal.reads("customer", "list", "--policy", "stop") == "No customers.\n"
    assert "Hotel Æbelø      credit" in terminal.reads("customer", "list")


def test_who_may_phone_for_a_customer_is_listed_without_pins(furnished: Terminal) -> None:
    """R2, R23."""
    furnished.reads("customer", "add", "Hotel Æbelø")
    furnished.reads("person", "add", "10001", "Bo Dam", "--phone", "20304051")

    assert furnished.gets("person", "list", "10001") == {
        "customer": "10001",
        "persons": [{"person": 1, "name": "Mette Holm", "phone": None}, {"person": 2, "name": "Bo Dam", "phone": "+45…51"}],
    }
    assert furnished.reads("person", "list", "10002") == "Nobody.\n"
    assert furnished.is_refused("person", "list", "10003")[0] == 1


def test_policy_and_credit_are_set_each_by_itself(furnished: Terminal, database: Database) -> None:
    assert furnished.gets("customer", "set", "10001", "--policy", "invoice") == {
        "customer": "10001",
        "policy": "invoice",
        "credit": 60,
    }
    assert furnished.gets("customer", "set", "10001", "--credit", "0") == {"customer": "10001", "policy": "invoice", "credit": 0}
    assert furnished.reads("customer", "set", "10001") == "Customer 10001: policy invoice, credit 0 points\n"
    assert [details["after"] for _, _, details in audited(database, "customer_changed")] == [
        {"policy": "invoice", "credit": 60},
        {"policy": "invoice", "credit": 0},
    ]


def test_a_person_is_added_with_a_pin_of_eight_digits(furnished: Terminal, database: Database) -> None:
    """R1."""
    made = furnished.gets("person", "add", "10001", "Bo", "--phone", "20304050", "--email", "bo@nordvig.dk", "--language", "en")

    assert made == {"person": 2, "pin": made["pin"]}
    assert re.fullmatch(r"[0-9]{8}", made["pin"])
    assert owner(database, made["pin"]) == 2
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.id == 2)).one()
        assert (person.phone, person.email, person.language) == ("+4520304050", "bo@nordvig.dk", Language.ENGLISH)


def test_a_pin_is_printed_in_two_fours(furnished: Terminal, database: Database) -> None:
    """R1."""
    said = furnished.reads("person", "add", "10001", "Bo")

    shown = re.fullmatch(r"Person 2: Bo, customer 10001\nPIN: ([0-9]{4}) ([0-9]{4})\n", said)
    assert shown is not None
    assert owner(database, shown[1] + shown[2]) == 2


def test_a_pin_is_shown_again_and_the_audit_remembers_it(furnished: Terminal, database: Database) -> None:
    """R2."""
    pin = furnished.gets("person", "add", "10001", "Bo")["pin"]

    assert furnished.gets("pins", "show", "2") == {"person": 2, "pin": pin}
    assert furnished.reads("pins", "show", "2") == f"Person 2: Bo, customer 10001\nPIN: {pin[:4]} {pin[4:]}\n"
    noted = audited(database, "pin_shown")
    assert [(subject, details) for _, subject, details in noted] == [("customer:10001", {"person": 2})] * 2
    assert {actor.partition(":")[0] for actor, _, _ in noted} == {"cli"}


def test_behind_a_lost_root_key_every_pin_is_replaced_and_the_house_starts(furnished: Terminal, database: Database) -> None:
    """R2. docs/production.md, "Backups": without its key a PIN cannot be read, only replaced."""
    new = "another root key that is long enough"
    furnished.gets("person", "add", "10001", "Bo Holm")
    with database.writing() as session:
        session.get_one(Person, 2).ended_at = NIGHT

    status, line = furnished.is_refused("pins", "replace", "1", SECRET_KEY=new)
    assert (status, "pins replace --key-lost" in line) == (2, True)
    said = furnished.types("pins", "replace", "--key-lost", "--json", SECRET_KEY=new)

    told = json.loads(said.out)
    assert (told["replaced"], [one["person"] for one in told["pins"]]) == (2, [1])
    assert owner(database, told["pins"][0]["pin"], secret=new) == 1
    with database.reading() as session:
        pins.require_keys(session, PinKeys.derive([new]))
    assert json.loads(furnished.types("pins", "replace", "--key-lost", "--json", SECRET_KEY=new).out)["replaced"] == 0


def test_a_replaced_pin_is_void(furnished: Terminal, database: Database) -> None:
    """R1."""
    old = furnished.gets("pins", "show", "1")["pin"]

    new = furnished.gets("pins", "replace", "1")["pin"]

    assert (owner(database, old), owner(database, new)) == (None, 1)
    assert furnished.reads("pins", "replace", "1").startswith("Person 1 has a new PIN; the old one is void.\nPIN: ")


def test_pins_are_sealed_with_a_new_key_and_stay_what_they_are(furnished: Terminal, database: Database) -> None:
    """R2."""
    pin = furnished.gets("pins", "show", "1")["pin"]

    assert furnished.gets("pins", "rekey", SECRET_KEY=f"new,{SECRET}") == {"rekeyed": 1}

    assert furnished.reads("pins", "rekey", SECRET_KEY="new") == "PINs sealed with the first key: 0\n"
    assert furnished.gets("pins", "show", "1", SECRET_KEY="new")["pin"] == pin
    assert (owner(database, pin, secret="new"), owner(database, pin)) == (1, None)
    assert [(subject, details) for _, subject, details in audited(database, "pins_rekeyed")] == [("pins", {"count": 1})]


def test_an_app_and_what_signs_a_webhook_are_good_once_the_old_key_is_dropped(furnished: Terminal, database: Database) -> None:
    """docs/production.md, "A new root key": whoever did as it says could sign in with no app any more."""
    furnished.reads("user", "add", "ulla@house.example", "Ulla", "--role", "auditor")
    secret = furnished.gets("webhook", "add", "https://else.example/hook")["secret"]
    before, after = (Seal.derive([key], second_factor.PURPOSE) for key in (SECRET, "new"))
    seed = second_factor.drawn()
    with database.writing() as session:
        second_factor.put_on(session.scalars(select(User)).one(), seed, seal=before, step=0)

    said = furnished.reads("pins", "rekey", SECRET_KEY=f"new,{SECRET}")

    assert said.splitlines()[1:] == ["Authenticator apps sealed with the first key: 1", "Webhooks sealed with the first key: 1"]
    with database.writing() as session:
        ulla, hook = session.scalars(select(User)).one(), session.scalars(select(WebhookEndpoint)).one()
        assert second_factor.is_right(session, ulla, pyotp.TOTP(seed).at(NIGHT), seal=after, now=NIGHT)
        assert Seal.derive(["new"], endpoints.PURPOSE).open(hook.secret, owner=hook.url) == secret


def test_a_recovery_code_lets_in_where_no_key_opens_the_app(furnished: Terminal, database: Database) -> None:
    furnished.reads("user", "add", "ulla@house.example", "Ulla", "--role", "auditor")
    other = Seal.derive(["another"], second_factor.PURPOSE)
    with database.writing() as session:
        ulla = session.scalars(select(User)).one()
        second_factor.put_on(ulla, second_factor.drawn(), seal=Seal.derive([SECRET], second_factor.PURPOSE), step=0)
        [code, *_] = second_factor.recovery_codes(session, ulla)
        session.flush()

        assert second_factor.is_right(session, ulla, code, seal=other, now=NIGHT)
        with pytest.raises(SealBroken):
            second_factor.is_right(session, ulla, code, seal=other, now=NIGHT)
