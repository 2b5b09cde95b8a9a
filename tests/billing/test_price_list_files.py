"""Price lists as files: what is meant by one, and what is wrong with one, all of it in one line."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from billing.price_file import BadPriceList, Draft, PriceListRefused, parse
from billing.tariff import EVERY_DAY, Period
from models.values import Flow, Points

NEW_YEAR = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
ALWAYS = '[[period]]\nname = "Altid"\npoints = 15\n'
HEAD = 'valid_from = 2026-01-01T00:00:00\nline = "support"\ninterval_minutes = 15\n'
EXAMPLE = """\
valid_from = 2026-01-01T00:00:00      # local time, Europe/Copenhagen
line = "support"
interval_minutes = 15
extra_holidays = [2026-12-24, 2026-12-31]   # beside the public ones; both are stored with the list when it is published

[[period]]                            # the first period that fits the moment decides
name = "Dag"
days = ["mon", "tue", "wed", "thu", "fri"]
holidays = false                      # a holiday is no day of this period; true: only holidays are; left out: no matter
from = "08:00"
to = "16:00"
points = 10

[[period]]                            # the last period fits always
name = "Aften, nat, weekend og helligdage"
points = 15
"""


def a_file(*, head: str = HEAD, first: str = "", last: str = ALWAYS) -> str:
    """A file with one fault at most: `first` are lines of a period before the last."""
    return head + (f'[[period]]\nname = "Den"\npoints = 10\n{first}\n' if first else "") + last


def test_the_example_is_read_as_it_is_meant() -> None:
    draft = parse(EXAMPLE)

    assert draft == Draft(
        line=Flow.SUPPORT,
        valid_from=NEW_YEAR,
        periods=(
            Period("Dag", frozenset({1, 2, 3, 4, 5}), holidays=False, from_minute=480, to_minute=960, points=Points(10)),
            Period("Aften, nat, weekend og helligdage", EVERY_DAY, None, 0, 1440, Points(15)),
        ),
        extra_holidays=frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
        source=EXAMPLE,
    )


def test_what_may_be_left_out_restricts_nothing() -> None:
    assert parse(HEAD + ALWAYS).periods == (Period("Altid", EVERY_DAY, None, 0, 1440, Points(15)),)
    assert parse(HEAD + ALWAYS).extra_holidays == frozenset()


@pytest.mark.parametrize(
    ("lines", "begins", "ends"),
    [
        ('from = "16:00"', 960, 1440),
        ('to = "06:00"', 0, 360),
        ('from = "16:00"\nto = "24:00"', 960, 1440),
        ('from = "23:59"\nto = "00:00"', 1439, 0),
    ],
)
def test_a_period_may_have_only_an_end_or_a_beginning(lines: str, begins: int, ends: int) -> None:
    first = parse(a_file(first=lines)).periods[0]

    assert (first.from_minute, first.to_minute) == (begins, ends)


@pytest.mark.parametrize(
    "lines",
    ['days = ["sun", "sat", "fri", "thu", "wed", "tue", "mon"]', 'from = "00:00"\nto = "24:00"', 'from = "08:00"\nto = "08:00"'],
)
def test_the_last_period_may_say_in_words_that_it_fits_always(lines: str) -> None:
    assert len(parse(HEAD + ALWAYS + lines).periods) == 1


def test_points_may_be_none() -> None:
    assert parse(HEAD + ALWAYS.replace("15", "0")).periods[0].points == 0


def test_in_the_hour_that_comes_twice_a_list_begins_in_the_first() -> None:
    draft = parse(a_file(head=HEAD.replace("2026-01-01T00:00:00", "2026-10-25T02:30:00")))

    assert draft.valid_from == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("valid_from = \n", "no TOML"),
        ("line = [\n", "no TOML"),
        (a_file(head=HEAD + "currency = 1\n"), "unknown key 'currency'"),
        (a_file(head=HEAD + '"a\\nb" = 1\n'), "unknown key 'a\\nb'"),
        (a_file(head=HEAD.replace("valid_from = 2026-01-01T00:00:00\n", "")), "valid_from is missing"),
        (a_file(head=HEAD.replace('line = "support"\n', "")), "line is missing"),
        (a_file(head=HEAD.replace("interval_minutes = 15\n", "")), "interval_minutes is missing"),
        (a_file(head=HEAD.replace("00:00:00", "00:00:00Z")), "valid_from: it must be a local time"),
        (a_file(head=HEAD.replace("00:00:00", "00:00:00+01:00")), "valid_from: it must be a local time"),
        (a_file(head=HEAD.replace("T00:00:00", "")), "valid_from: it must be a local time"),
        (a_file(head=HEAD.replace("2026-01-01T00:00:00", '"2026-01-01T00:00:00"')), "valid_from: it must be a local time"),
        (a_file(head=HEAD.replace("2026-01-01T00:00", "2027-03-28T02:30")), "valid_from: 2027-03-28T02:30 does not exist"),
        (a_file(head=HEAD.replace("2026", "0001")), "valid_from: its year"),
        (a_file(head=HEAD.replace("2026", "9999")), "valid_from: its year"),
        (a_file(head=HEAD.replace("support", "office")), "line: it must be one of support"),
        (a_file(head=HEAD.replace('"support"', '["support"]')), "line: it must be one of support"),
        (a_file(head=HEAD.replace("= 15", "= 30")), "interval_minutes: it can only be 15"),
        (a_file(head=HEAD.replace("= 15", "= 15.0")), "interval_minutes: it can only be 15"),
        (a_file(head=HEAD.replace("= 15", "= true")), "interval_minutes: it can only be 15"),
        (a_file(head=HEAD + "extra_holidays = 2026-12-24\n"), "extra_holidays: it must be a list of dates"),
        (a_file(head=HEAD + "extra_holidays = [2026-12-24T00:00:00]\n"), "extra_holidays: it must be a list of dates"),
        (a_file(head=HEAD + 'extra_holidays = ["2026-12-24"]\n'), "extra_holidays: it must be a list of dates"),
        (HEAD, "period is missing"),
        (HEAD + "period = []", "period: there must be at least one"),
        (HEAD + "period = [1]", "period: there must be at least one"),
        (HEAD + '[period]\nname = "Altid"\npoints = 15', "period: there must be at least one"),
        (HEAD + ALWAYS + "colour = 1", "period 1: unknown key 'colour'"),
        (HEAD + "[[period]]\npoints = 15", "period 1: name is missing"),
        (HEAD + '[[period]]\nname = "Altid"', "period 1: points is missing"),
        (a_file(last=ALWAYS.replace('"Altid"', "1")), "period 1: name: it must be a text"),
        (a_file(last=ALWAYS.replace("Altid", " ")), "period 1: name: it must be a text"),
        (a_file(last=ALWAYS.replace("Altid", "a\\nb")), "period 1: name: it must be a text"),
        (a_file(last=ALWAYS.replace("Altid", "a" * 201)), "period 1: name: it must be a text"),
        *[
            (a_file(last=ALWAYS.replace("15", points)), "period 1: points: it must be a whole number")
            for points in ("-1", "1.5", "15.0", "true", '"15"', "1000001", "0x" + "f" * 9000)
        ],
        *[
            (a_file(first=f"{key} = {value}"), f"period 1: {key}: it must be a time of day")
            for key in ("from", "to")
            for value in ('"25:00"', '"8:00"', '"08:60"', '"08:00:00"', '"24:01"', '"٠٨:00"', '"08:00\\n"', '""', "8", "08:00:00")
        ],
        (a_file(first='from = "24:00"'), "period 1: from: it must be a time of day"),
        (a_file(first='days = ["mon", "tirs"]'), "'tirs'"),
        (a_file(first='days = ["Mon"]'), "'Mon'"),
        (a_file(first="days = [1]"), "period 1: days: it must be a list of at least one of mon"),
        (a_file(first="days = [[]]"), "period 1: days: it must be a list of at least one of mon"),
        (a_file(first='days = "mon"'), "period 1: days: it must be a list of at least one of mon"),
        (a_file(first="days = []"), "period 1: days: it must be a list of at least one of mon"),
        (a_file(first='holidays = "no"'), "period 1: holidays: it must be true or false"),
        (a_file(first="holidays = 0"), "period 1: holidays: it must be true or false"),
        *[
            (a_file(last=ALWAYS + lines), "period 1: the last one must fit always")
            for lines in ('days = ["mon"]', "holidays = true", "holidays = false", 'from = "08:00"', 'to = "23:59"')
        ],
        (HEAD + ALWAYS + ALWAYS, "period 1: it fits always"),
    ],
)
def test_a_faulty_file_gives_one_line_that_names_the_fault_and_no_other(text: str, named: str) -> None:
    with pytest.raises(BadPriceList) as refused:
        parse(text)

    message = str(refused.value)
    assert named in message
    assert "\n" not in message
    assert len(message) < 300
    assert ";" not in message


@pytest.mark.parametrize("text", [f"points = {'9' * 5000}", "line = " + "[" * 100_000])
def test_a_file_that_overwhelms_the_reader_is_refused_like_any_other(text: str) -> None:
    with pytest.raises(BadPriceList, match="no TOML"):
        parse(text)


def test_a_wrong_day_does_not_make_its_period_one_that_fits_always() -> None:
    with pytest.raises(BadPriceList) as refused:
        parse(a_file(first='days = ["tirs"]'))

    assert "fits always" not in str(refused.value)


def test_a_period_that_fits_always_is_found_although_its_points_are_wrong_too() -> None:
    with pytest.raises(BadPriceList) as refused:
        parse(HEAD + ALWAYS.replace("15", "true") + ALWAYS)

    assert "1: points" in str(refused.value)
    assert "1: it fits always" in str(refused.value)


def test_all_faults_of_a_file_are_named_at_once() -> None:
    text = """\
        line = "office"
        interval_minutes = 10
        colour = "red"
        [[period]]
        name = "Nat"
        from = "22.00"
        points = true
        [[period]]
        days = ["mon"]
        points = 15
    """

    with pytest.raises(PriceListRefused) as refused:
        parse(text)

    for fault in ("'colour'", "valid_from", "line", "interval_minutes", "1: from", "1: points", "2: name", "2: the last one"):
        assert fault in str(refused.value)
    assert str(refused.value).count(";") == 7


def test_a_line_without_points_can_have_no_list() -> None:
    with pytest.raises(BadPriceList, match=r"line: it must be one of support$"):
        parse(HEAD.replace("support", "office") + ALWAYS)
