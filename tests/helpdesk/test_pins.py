"""PINs: drawn, sealed, found, shown to their owner, sealed anew with another key (R1, R2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import Database
from helpdesk import customers, pins
from helpdesk.pins import KeyGone, PinKeys
from models import Person
from models.values import Language
from tests.held import waits_for_a_row

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
OLD, NEW = "the old root key of the tests", "the new root key of the tests"
KEYS = PinKeys.derive([OLD])


def a_person(session: Session, name: str = "Mette Holm", keys: PinKeys = KEYS) -> tuple[Person, str]:
    """A person at a customer of their own, and the PIN."""
    customer = customers.add(session, f"{name}s hotel", actor="test", now=NOW)
    made = customers.add_person(
        session, customer, name=name, phone=None, email=None, language=Language.DANISH, keys=keys, actor="test", now=NOW
    )
    return made.person, made.pin


def test_a_pin_is_eight_digits_and_personal(session: Session) -> None:
    """R1: a thousand of them are all different, and leading zeros do occur."""
    drawn = {pins.draw(session, KEYS) for _ in range(1000)}

    assert len(drawn) >= 995
    assert all(len(pin) == 8 and pin.isascii() and pin.isdigit() for pin in drawn)
    assert any(pin.startswith("0") for pin in drawn)


def test_a_pin_finds_its_owner_and_nobody_else(session: Session) -> None:
    """R1: among others."""
    people = [a_person(session, f"Person {number}") for number in range(5)]

    found = [pins.owner(session, KEYS, pin) for _person, pin in people]

    assert found == [person for person, _pin in people]


@pytest.mark.parametrize("pin", ["00000000", "00000042", "04417392"])
def test_leading_zeros_count(session: Session, pin: str) -> None:
    """R1."""
    person, _ = a_person(session)
    pins.seal(KEYS, pin).put_on(person, now=NOW)
    session.flush()

    assert pins.owner(session, KEYS, pin) is person
    assert pins.owner(session, KEYS, pin.lstrip("0") or "0") is None
    assert pins.reveal(KEYS, person) == pin


@pytest.mark.parametrize("digits", ["", "1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨", "12 45678", "+1234567"])
def test_what_is_no_pin_is_nobodys(session: Session, digits: str) -> None:
    """R1: eight ASCII digits."""
    a_person(session)

    assert pins.owner(session, KEYS, digits) is None


def test_two_persons_can_never_have_one_pin(session: Session) -> None:
    """R1: unique in the whole system, by the database."""
    (_, pin), (other, _) = a_person(session), a_person(session, "Ib Juul")

    savepoint = session.begin_nested()
    pins.seal(KEYS, pin).put_on(other, now=NOW)

    with pytest.raises(IntegrityError):
        session.flush()

    savepoint.rollback()


def test_what_is_stored_shows_no_pin(session: Session) -> None:
    """R2: neither the cipher nor the keyed hash; and sealing twice gives two ciphers."""
    person, pin = a_person(session)
    again = pins.seal(KEYS, pin)

    assert pin not in f"{person.pin_lookup} {person.pin_cipher} {person.pin_key}"
    assert again.lookup == person.pin_lookup
    assert again.cipher != person.pin_cipher
    assert pin not in repr(again)
    assert OLD not in repr(KEYS)


def test_a_cipher_that_was_moved_to_another_person_does_not_open(session: Session) -> None:
    """R2: authenticated encryption."""
    (person, _), (other, _) = a_person(session), a_person(session, "Ib Juul")
    person.pin_cipher, other.pin_cipher = other.pin_cipher, person.pin_cipher

    with pytest.raises(InvalidTag):
        pins.reveal(KEYS, person)

    person.pin_cipher, other.pin_cipher = other.pin_cipher, person.pin_cipher


def test_rekeying_seals_every_pin_with_the_first_key_and_changes_none(session: Session) -> None:
    """R2: with a comma list the old ones still work before, and with the new key alone after."""
    people = [a_person(session, f"Person {number}") for number in range(3)]
    both, new = PinKeys.derive([NEW, OLD]), PinKeys.derive([NEW])
    fresh = a_person(session, "New", both)
    before = [pins.owner(session, both, pin) for _person, pin in people]

    count = pins.rekey(session, both, now=NOW + timedelta(days=1))
    again = pins.rekey(session, both, now=NOW + timedelta(days=1))

    everyone = [*people, fresh]
    assert (count, again) == (3, 0)
    assert before == [person for person, _pin in people]
    assert [pins.owner(session, new, pin) for _person, pin in everyone] == [person for person, _pin in everyone]
    assert [pins.reveal(new, person) for person, _pin in everyone] == [pin for _person, pin in everyone]
    assert {person.pin_set_at for person, _pin in everyone} == {NOW}


def test_a_pin_whose_key_is_gone_stops_the_start_and_cannot_be_shown(session: Session) -> None:
    """R2: the message says what to do, and no PIN."""
    person, pin = a_person(session)
    new = PinKeys.derive([NEW])

    with pytest.raises(KeyGone, match="put the old key back") as refused:
        pins.require_keys(session, new)
    with pytest.raises(KeyGone):
        pins.reveal(new, person)

    assert pin not in str(refused.value)
    pins.require_keys(session, PinKeys.derive([NEW, OLD]))


def test_a_replaced_pin_is_void_at_once(session: Session) -> None:
    """R1: long-lived until replaced."""
    person, old = a_person(session)

    new = customers.replace_pin(session, person.id, keys=KEYS, actor="test", now=NOW)

    assert pins.owner(session, KEYS, old) is None
    assert pins.owner(session, KEYS, new) is session.scalars(select(Person)).one()


def test_no_root_key_is_no_keys() -> None:
    """R2."""
    with pytest.raises(ValueError, match="secret key"):
        PinKeys.derive([])


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_pin_that_is_replaced_while_all_are_sealed_anew_stays_replaced(database: Database) -> None:
    """R1, R2: the new PIN was given to its owner; sealing waits for it, and does not bring the old one back."""
    both = PinKeys.derive([NEW, OLD])
    with database.writing() as session:
        person, old = a_person(session)
        other, kept = a_person(session, "Ib Juul")
        replaced, untouched = person.id, other.id

    def rekey() -> int:
        with database.writing() as session:
            return pins.rekey(session, both, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            new = customers.replace_pin(session, replaced, keys=both, actor="test", now=NOW)
            session.flush()
            sealing = pool.submit(rekey)
            waits_for_a_row(database)
        count = sealing.result()

    with database.reading() as session:
        found = [pins.owner(session, PinKeys.derive([NEW]), pin) for pin in (new, old, kept)]
        owners = [owner.id if owner else None for owner in found]
    assert owners == [replaced, None, untouched]
    assert count == 1
