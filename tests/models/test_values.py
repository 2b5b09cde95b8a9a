"""Telephone numbers as callers, keyboards and the provider write them; and as logs may show them."""

from __future__ import annotations

import pytest

from models import values
from models.values import WITHHELD, e164, masked


@pytest.mark.parametrize(
    "text",
    ["63186363", "63 18 63 63", "6318-6363", "(63) 18.63.63", "+4563186363", "+45 6318 6363", "004563186363", " 63186363\t"],
)
def test_a_danish_number_is_the_same_however_it_is_written(text: str) -> None:
    assert e164(text) == "+4563186363"


@pytest.mark.parametrize(("text", "number"), [("+46 8 123 456 78", "+46812345678"), ("+1 (202) 555-0123", "+12025550123")])
def test_a_foreign_number_keeps_its_country(text: str, number: str) -> None:
    assert e164(text) == number


def test_eight_digits_are_danish_only_where_denmark_is_understood() -> None:
    assert e164("63186363", None) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "+",
        "anonymous",
        "Restricted",
        "unknown",
        "client:anna",
        "client:anna63186363",
        "client:+4563186363",
        "sip:anna@example.com",
        "sip:+4563186363@example.com",
        "sip:63186363",
        "whatsapp:+4563186363",
        "tel:+4563186363",
        "+266696687",  # ANONYMOUS on a keypad, as Twilio writes it
        "266696687",
        "7378742833",  # RESTRICTED
        "2562533",  # BLOCKED
        "63HJAELP",
        "+1800FLOWERS",
        "x63186363",
        "63186363 lokal 5",
        "+4563186363;ext=5",
        "+4563186363\x00",
        "٦٣١٨٦٣٦٣",
        "112",
        "6318636",
        "+45631863630",
        "+4563186363+4563186363",
        "1" * 64,
    ],
)
def test_what_is_no_telephone_number_is_none(text: str) -> None:
    assert e164(text) is None


@pytest.mark.parametrize(("text", "shown"), [("+4563186363", "+45…63"), ("+45 2030 4050", "+45…50"), ("+46812345678", "+46…78")])
def test_a_log_shows_a_numbers_country_and_last_two_digits(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text", [None, "", "anonymous", "client:anna63186363", "+266696687", "63186363", "sip:+4563186363@example.com"]
)
def test_a_log_shows_no_part_of_what_is_no_number(text: str | None) -> None:
    assert masked(text) == WITHHELD


@pytest.mark.parametrize(
    ("number", "takes"),
    [
        ("+4520304050", True),
        ("+4533121212", True),  # Danish numbers do not tell
        ("+4500102030", True),
        ("+46701740605", True),
        ("+46812345678", False),
        ("+442079460000", False),
        ("+4580808080", False),
        ("anonymous", False),
    ],
)
def test_a_text_is_not_tried_to_what_surely_is_no_mobile(number: str, *, takes: bool) -> None:
    """Pitfall G2."""
    assert values.takes_texts(number) is takes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("To=+4520304050 refused, PIN 04417392, sag 20001", "To=…50 refused, PIN …92, sag 20001"),
        ("Ring 20 30 40 50 eller +45 20 30 40 51. Pinkode 0441 7392", "Ring …50 eller …51. Pinkode …92"),
        ("+4520 30 40 50, 45 20 30 40 50, 06 12 34 56 78", "…50, …50, …78"),
        ("0441-7392, 0441\xa07392, 20-30-40-50, 20  30  40  50", "…92, …92, …50, …50"),
        (
            "sag 20001 20002, 2026-11-27 03:10, 27-11-26 03:10, 12 34 56",
            "sag 20001 20002, 2026-11-27 03:10, 27-11-26 03:10, 12 34 56",
        ),
    ],
)
def test_numbers_and_pins_are_masked_wherever_they_stand(text: str, shown: str) -> None:
    """R2, R23: however people write them."""
    assert values.masked_within(text) == shown
