"""Statements on the command line: for people and programs, of a period, as files that are not lost by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Terminal

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def test_a_statement_for_people_is_a_paper_in_their_language(furnished: Terminal) -> None:
    """R18, R22: Danish where the environment asks for nothing; points and times as people write them."""
    furnished.reads("points", "buy", "10001", "1000", "--reference", "a longer reference")

    said = furnished.reads("points", "statement", "10001")

    assert said.splitlines() == [
        "Kontoudtog for point",
        "  Kunde                         10001 Nordvig Camping",
        "  Periode                       fra begyndelsen til nu",
        "  Startsaldo                    0 point",
        "  Tilført                       1.060 point",
        "  Brugt                         0 point",
        "  Slutsaldo                     1.060 point",
        "  Reserveret til opkald i gang  0 point",
        "  Til rådighed                  1.060 point",
        "  Udskrevet                     23. november 2026 kl. 04.10",
        "",
        "Posteringer",
        "  Nr.  Tidspunkt         Hvad                      Sag   Point  Saldo",
        "                         Startsaldo                                 0",
        "    1  23.11.2026 04.10  Køb · first                       +60     60",
        "    3  23.11.2026 04.10  Køb · a longer reference       +1.000  1.060",
        "                         Slutsaldo                              1.060",
        "",
        "Opkald",
        "  Ingen opkald i perioden.",
        "",
        "Sager",
        "  Ingen sager i perioden.",
        "",
        "Posteringerne står i den rækkefølge, de er skrevet i; tidspunktet ved hver siger, hvornår det skete.",
        "Tidspunkter er dansk tid.",
    ]
    assert "1,060 points" in furnished.reads("points", "statement", "10001", LANG="en_GB.UTF-8")
    assert "1,060 points" in furnished.reads("points", "statement", "10001", "--lang", "en")


def test_a_customer_with_nothing_has_a_statement_of_nothing(terminal: Terminal) -> None:
    terminal.reads("customer", "add", "Nordvig Camping")

    document = terminal.gets("points", "statement", "10001")

    assert document == {"customer": "10001", "balance": 0, "held": 0, "available": 0, "entries": []}
    assert "Slutsaldo                     0 point" in terminal.reads("points", "statement", "10001")


def test_a_period_has_what_was_written_in_it(furnished: Terminal) -> None:
    """R18: the customer's 60 points were written at 04:10 local time; what comes later opens with them."""
    before = furnished.gets("points", "statement", "10001", "--to", "2026-11-23T04:10")
    after = furnished.gets("points", "statement", "10001", "--from", "2026-11-23T04:11", "--to", "2026-11-24T00:00")

    assert (before["opening"], before["closing"], before["entries"], before["to"]) == (0, 0, [], "2026-11-23T03:10:00Z")
    assert (after["opening"], after["closing"], after["entries"]) == (60, 60, [])
    assert (after["calls"], after["cases"], after["balance"]) == ([], [], 60)


@pytest.mark.parametrize(("form", "begins"), [("csv", b"\xef\xbb\xbfNr.;"), ("text", b"Kontoudtog"), ("xlsx", b"PK")])
def test_a_statement_is_written_to_a_file_and_replaces_none(furnished: Terminal, tmp_path: Path, form: str, begins: bytes) -> None:
    file = tmp_path / f"statement.{form}"
    asked = ("points", "statement", "10001", "--format", form, "--output", str(file))

    assert furnished.reads(*asked) == ""
    assert file.read_bytes().startswith(begins)
    file.write_bytes(b"mine")

    assert furnished.is_refused(*asked) == (2, f"Invalid value for --output: {file} is there already: --force replaces it")
    assert file.read_bytes() == b"mine"
    furnished.reads(*asked, "--force")
    assert file.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--format", "pdf"), "a terminal cannot show pdf: say --output FILE"),
        (("--format", "docx"), "must be one of text, csv, xlsx, pdf"),
        (("--from", "2026-11-24T00:00", "--to", "2026-11-23T00:00"), "the end must be later than the start"),
        (("--from", "2027-03-28T02:30"), "does not exist"),
        (("--json", "--format", "csv"), "--json is a form of its own"),
        (("--lang", "sv"), "must be one of da, en"),
        (("--output", ""), "must be the name of a file"),
    ],
)
def test_an_unusable_argument_is_refused_in_one_line(furnished: Terminal, words: tuple[str, ...], says: str) -> None:
    status, line = furnished.is_refused("points", "statement", "10001", *words)

    assert status == 2
    assert says in line


def test_what_is_not_there_has_no_statement(furnished: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "none" / "statement.csv"

    assert furnished.is_refused("points", "statement", "10009") == (1, "there is no customer 10009")
    assert furnished.is_refused("points", "statement", "10001", "--format", "csv", "--output", str(file))[0] == 1
    assert furnished.is_refused("ledger", "export", "--format", "excel")[0] == 2
    assert furnished.is_refused("ledger", "export", "--format", "hledger", "--json")[0] == 2


def test_the_books_are_exported_to_the_screen_or_a_file(furnished: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "books.journal"

    said = furnished.reads("ledger", "export", "--format", "beancount", "--from", "2026-11-24T00:00")
    furnished.reads("ledger", "export", "--format", "hledger", "--output", str(file))

    assert '2026-11-24 * "opening"\n  Income:Issued  -60 POINTS\n  Assets:Customers:10001  60 POINTS\n' in said
    assert "2026-11-25 balance Assets:Customers:10001  60 POINTS\n" in said
    assert "    Assets:Customers:10001  60 POINTS  ; entry: 1\n" in file.read_text("utf-8")
