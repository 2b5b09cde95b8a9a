"""Each argument wrong in turn: one line, exit status 2, and the database is not even opened, let alone made."""

from __future__ import annotations

import pytest

from app.database import Database
from tests.cli.desk import PRICES, Terminal, written

LONG = "x" * 201
NAMES = ["", " ", "\t\n", LONG, "Bo\nHansen", "Bo\tHansen", "Bo\x1b[2J", "Bo\x9b2J", "\u200b", "Bo\udcff"]
NUMBERS = ["", "nine", "1e1", "1.0", "-1", "+1", " 1", "٣", "¹", "1_0", "0x1"]
TOO_LARGE = ["1000001", "9" * 30, "9" * 5000]
PHONES = ["", "nobody", "112", "client:anna63186363", "٢٠٣٠٤٠٥٠", "+45", "20304050 ext. 9", "2" * 40, "+999999999999999999"]
MAILS = ["", "anna", "anna@", "@example.com", "a b@example.com", "anna@example.com\nBcc: b@example.com", f"{'a' * 250}@x.dk"]
TIMES = [
    "",
    "now",
    "2026-11-23",
    "2026-11-23 16:00",
    "2026-11-23T16:00:00",
    "2026-11-23T16:00Z",
    "2026-11-23T16:00+01:00",
    "2026-10-25T02:30+01:00",
    "2026-10-25T02:30:00.000Z",
    "2026-10-25 02:30-0100",
    "2026-11-23T1600",
    "20261123T16:00",
    "2026-11-23t16:00",
    "2026-W48-1T16:00",
    "2026-13-01T16:00",
    "2026-02-30T16:00",
    "2026-11-23T24:00",
    "2026-11-23T16:60",
    "1999-11-23T16:00",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "٢٠٢٦-11-23T16:00",
    "2027-03-28T02:30",
]
ADDRESSES = ["", "8000", "127.0.0.1", "127.0.0.1:", ":8000", "127.0.0.1:0", "127.0.0.1:65536", "a b:80", "unix:/tmp/s", "::1:80"]
BUY = ("points", "buy", "10001", "60", "--reference", "x")
SHIFT = ("shift", "add", "1", "--from", "2026-11-23T16:00", "--to", "2029-11-24T08:00")
SUPPORTER = ("supporter", "add", "Bo", "--phone", "40506070")
LINE = ("line", "set", "63186363", "--flow", "support")


def instead(words: tuple[str, ...], word: str, wrong: list[str]) -> list[tuple[str, ...]]:
    """The command once for each wrong value in the place of `word`."""
    return [tuple(value if each == word else each for each in words) for value in wrong]


WRONG = [
    (),
    ("nothing",),
    ("--nothing",),
    ("--json",),
    ("migrate", "now"),
    ("customer",),
    ("customer", "remove"),
    ("customer", "add"),
    ("customer", "add", "A", "B"),
    *instead(("customer", "add", "A"), "A", NAMES),
    ("customer", "set"),
    *instead(("customer", "set", "10001", "--policy", "stop"), "stop", ["", "STOP", "gratis"]),
    *instead(("customer", "set", "10001", "--credit", "0"), "0", [*NUMBERS, *TOO_LARGE]),
    *instead(("customer", "set", "10001", "--credit", "0"), "10001", ["", " ", "10\x1b01", "1" * 65]),
    ("person", "add", "10001"),
    *instead(("person", "add", "10001", "Bo"), "Bo", NAMES),
    *instead(("person", "add", "10001", "Bo"), "10001", ["", "\n"]),
    *instead(("person", "add", "10001", "Bo", "--phone", "20304050"), "20304050", PHONES),
    *instead(("person", "add", "10001", "Bo", "--email", "a@b.dk"), "a@b.dk", MAILS),
    *instead(("person", "add", "10001", "Bo", "--language", "da"), "da", ["", "DA", "sv"]),
    BUY[:-2],
    BUY[:3] + BUY[4:],
    *instead(BUY, "60", [*NUMBERS, "0", "10.0", "1e3", *TOO_LARGE]),
    *instead(BUY, "x", ["", " ", LONG, "a\nb", "\udcff"]),
    *instead(BUY, "10001", ["", " "]),
    ("points", "statement"),
    ("points", "statement", "10001", "10002"),
    ("pins", "rekey", "1"),
    *instead(("pins", "show", "1"), "1", NUMBERS),
    *instead(("pins", "replace", "1"), "1", NUMBERS),
    SUPPORTER[:-2],
    *instead(SUPPORTER, "Bo", NAMES),
    *instead(SUPPORTER, "40506070", PHONES),
    *instead((*SUPPORTER, "--email", "a@b.dk"), "a@b.dk", MAILS),
    *instead((*SUPPORTER, "--language", "da"), "da", ["", "sv"]),
    SHIFT[:-2],
    SHIFT[:3] + SHIFT[5:],
    *instead(SHIFT, "1", NUMBERS),
    *instead(SHIFT, "2026-11-23T16:00", TIMES),
    *instead(SHIFT, "2029-11-24T08:00", [*TIMES, "2026-11-23T16:00", "2026-11-23T15:59"]),
    *instead((*SHIFT, "--tier", "2"), "2", [*NUMBERS, "0", *TOO_LARGE]),
    LINE[:-2],
    *instead(LINE, "63186363", PHONES),
    *instead(LINE, "support", ["", "reception", "Support"]),
    *instead((*LINE, "--name", "Vagten"), "Vagten", NAMES),
    ("prices", "publish"),
    *instead(("prices", "publish", "file"), "file", ["", "there/is/none.toml", "/", "a\x00b"]),
    ("call", "show"),
    *instead(("call", "show", "CA1"), "CA1", ["", " ", "C" * 65]),
    ("call", "list", "10001"),
    *instead(("call", "list", "--limit", "5"), "5", [*NUMBERS, "0", *TOO_LARGE]),
    *instead(("call", "list", "--from", "time"), "time", TIMES),
    *instead(("call", "list", "--to", "time"), "time", TIMES),
    *instead(("call", "list", "--customer", "10001"), "10001", ["", " "]),
    ("case", "show"),
    *instead(("case", "show", "20001"), "20001", ["", " "]),
    *instead(("task", "take", "1", "2"), "1", NUMBERS),
    *instead(("task", "take", "1", "2"), "2", NUMBERS),
    ("errand", "list", "--state", "sent"),
    *instead(("errand", "show", "1"), "1", NUMBERS),
    *instead(("errand", "resend", "1"), "1", NUMBERS),
    ("errand", "resend"),
    ("errand", "resend", "1", "--kept"),
    ("errand", "resend", "--kept", "--again"),
    ("errand", "resend", "--again"),
    *instead(("errand", "list", "--limit", "5"), "5", [*NUMBERS, "0", *TOO_LARGE]),
    *instead(("serve", "--bind", "HOST:PORT"), "HOST:PORT", ADDRESSES),
    *instead(("serve", "--workers", "2"), "2", [*NUMBERS, "0", *TOO_LARGE]),
    ("serve", "--workers", "2"),
]
FILES = {
    "no TOML": "valid_from = ",
    "no UTF-8": PRICES.encode().replace(b"Altid", b"D\xf8gn"),
    "UTF-16": PRICES.encode("utf-16"),
    "a mark in the middle": PRICES.replace("line", "\ufeffline"),
    "nothing": "",
    "no period": PRICES.partition("[[period]]")[0],
    "a local time that does not exist": PRICES.replace("2026-01-01T00:00", "2027-03-28T02:30"),
    "another interval": PRICES.replace("15\n[[", "30\n[["),
    "no whole points": PRICES.replace("points = 15", "points = 10.0"),
    "an unknown line": PRICES.replace("support", "office"),
}


@pytest.mark.parametrize("words", WRONG, ids=ascii)
def test_a_wrong_argument_is_refused_in_one_line_before_a_database_is_opened(nowhere: Terminal, words: tuple[str, ...]) -> None:
    status, _ = nowhere.is_refused(*words)

    assert status == 2
    assert [path.name for path in nowhere.folder.iterdir()] == ["clock"]


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_price_list_that_cannot_be_used_is_refused_before_a_database_is_opened(nowhere: Terminal, content: str | bytes) -> None:
    status, _ = nowhere.is_refused("prices", "publish", nowhere.file(content))

    assert status == 2
    assert {path.name for path in nowhere.folder.iterdir()} == {"clock", "prices.toml"}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_that_cannot_be_one_is_told_what_a_name_is(nowhere: Terminal, name: str) -> None:
    status, line = nowhere.is_refused("customer", "add", name)

    assert status == 2
    assert line.startswith("Invalid value for 'NAME': it must have 1 to 200 characters, all of them visible")
    assert len(line) < 250


def test_a_name_is_no_option(nowhere: Terminal) -> None:
    status, line = nowhere.is_refused("customer", "add", "-5")

    assert (status, line) == (2, "Invalid value for 'NAME': it must not begin with a dash, not '-5'")


@pytest.mark.parametrize("time", ["2026-10-25T02:30+01:00", "2026-10-25T02:30Z", "2026-10-25T02:30:00+0200", "2026-10-25 02:30 z"])
def test_a_time_with_an_offset_is_told_that_times_are_local(nowhere: Terminal, time: str) -> None:
    said = nowhere.is_refused(*(time if word == SHIFT[6] else word for word in SHIFT))

    fault = "it must be a local time (Europe/Copenhagen) without Z or UTC offset, like 2026-11-23T16:00"
    assert said == (2, f"Invalid value for '--to': {fault}, not {time!r}")


@pytest.mark.parametrize("encoding", ["utf-16", "iso8859-1"])
def test_a_price_list_in_another_encoding_is_refused_as_such(nowhere: Terminal, encoding: str) -> None:
    path = nowhere.file(PRICES.replace("Altid", "Døgnet rundt").encode(encoding))

    status, line = nowhere.is_refused("prices", "publish", path)

    assert status == 2
    assert line.startswith("Invalid value for 'FILE': it must be a text file in UTF-8, not ")


@pytest.mark.parametrize("points", ["-5", "-1.5", "-1e3", "0", "1000001", "1.5", "1e3", "1.000", "1,000"])
def test_points_that_cannot_be_bought_are_refused_with_what_they_must_be(
    furnished: Terminal, database: Database, points: str
) -> None:
    before = written(database)

    said = furnished.is_refused("points", "buy", "10001", points, "--reference", "x")

    assert said == (2, f"Invalid value for 'POINTS': it must be a whole number from 1 to 1,000,000, not {points!r}")
    assert written(database) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("points", "buy", "-5", "60", "--reference", "x"), (1, "there is no customer -5")),
        (("task", "take", "-1", "1"), (2, "Invalid value for 'TASK': it must be a whole number, not '-1'")),
        (("points", "buy", "10001", "-x", "--reference", "x"), (2, "No such option '-x'. See `doegnvagt points buy --help`.")),
        (("points", "buy", "10001", "-5h", "--reference", "x"), (2, "No such option '-5'. See `doegnvagt points buy --help`.")),
        (
            ("points", "buy", "10001", "--refer", "-5"),
            (2, "No such option '--refer'. Did you mean '--reference'? See `doegnvagt points buy --help`."),
        ),
    ],
    ids=str,
)
def test_a_leading_minus_is_an_option_only_where_a_letter_follows(
    furnished: Terminal, words: tuple[str, ...], said: tuple[int, str]
) -> None:
    assert furnished.is_refused(*words) == said


def test_whoever_does_not_know_the_words_is_told_where_they_stand(nowhere: Terminal) -> None:
    assert nowhere.is_refused("points") == (2, "Missing command. See `doegnvagt points --help`.")


@pytest.mark.parametrize("number", ["20304050", "+4520304050", "20 30 40 50", "+45 20304050"])
def test_a_number_may_be_written_as_people_write_it(furnished: Terminal, number: str) -> None:
    assert furnished.reads("supporter", "add", "Bo", "--phone", number) == "Supporter 2: Bo, +4520304050\n"
