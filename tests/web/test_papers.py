"""Papers: figures as people write them, files that open right and run nothing, a PDF whose figures can be read (R18, R22)."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Final

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from billing.statements import Statement, StatementEntry
from billing.tariff import EVERY_DAY, Period
from helpdesk.statements import CustomerStatement, StatementCall, StatementCase
from models.values import CallOutcome, CallState, CaseState, JournalKind, Language, Points, Seconds
from web.papers import charges, csv_file, formats, statement
from web.papers.figures import Figures
from web.papers.formats import Format
from web.words import Words

SUMMER: Final = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, and an hour later 02:30 again
SID: Final = "CA0123456789abcdef0123456789abcdef"
DANGEROUS: Final = '=HYPERLINK("https://evil.example";"Klik")'


def a_statement(name: str = "Blåbærhotellet ved Søen & 日本", *, many: int = 0) -> CustomerStatement:
    """A purchase with a dangerous reference, and two quarters on either side of the turn of the clocks; `many` more entries."""
    kinds = [
        (JournalKind.PURCHASE, 12_000),
        (JournalKind.QUARTER, -15),
        (JournalKind.QUARTER, -1_500),
        *[(JournalKind.GRANT, 1)] * many,
    ]
    balance, entries = Points(0), []
    for number, (kind, points) in enumerate(kinds):
        balance, talked = Points(balance + points), kind is JournalKind.QUARTER
        entries.append(
            StatementEntry(
                entry=number + 1,
                at=SUMMER + timedelta(hours=number - 1) if number < len(kinds) - many else SUMMER,
                written_at=SUMMER + timedelta(hours=number),
                kind=kind,
                points=Points(points),
                balance=balance,
                call=SID if talked else None,
                quarter=number if talked else None,
                case="20001" if talked else None,
                reference=None if talked else DANGEROUS,
                reason=None,
                actor="meter" if talked else "cli:bo",
                reverses=None,
                beside=None,
            )
        )
    call = StatementCall(
        call=SID,
        started_at=SUMMER,
        person="Åse Ørsted",
        supporter="Anna Lund",
        case="20001",
        state=CallState.ENDED,
        outcome=CallOutcome.TALKED,
        seconds=Seconds(1024),
        quarters=2,
        points=Points(-1_515),
    )
    case = StatementCase(case="20001", title="Kassen er nede", state=CaseState.OPEN, calls=1, points=Points(-1_515))
    made = Statement(
        customer="10001",
        since=SUMMER - timedelta(hours=1),
        until=None,
        opening=Points(0),
        closing=balance,
        balance=balance,
        held=Points(30),
        available=Points(balance - 30),
        entries=tuple(entries),
    )
    return CustomerStatement(name=name, made_at=SUMMER + timedelta(days=1), statement=made, calls=(call,), cases=(case,))


@pytest.mark.parametrize(
    ("language", "written"),
    [
        (
            Language.DANISH,
            ["−30 point", "1 point", "−1.060", "+1.060 point", "17 min 04 s", "2 kvarter", "1 kvarter", "25.10.2026 01.30"],
        ),
        (
            Language.ENGLISH,
            ["−30 points", "1 point", "−1,060", "+1,060 points", "17 min 04 s", "2 quarters", "1 quarter", "25 Oct 2026 01:30"],
        ),
    ],
)
def test_figures_are_written_as_people_write_them(language: Language, written: list[str]) -> None:
    """R22, ui.md 6."""
    figures = Figures(Words(language))

    assert [
        figures.points(-30),
        figures.points(1),
        figures.number(-1060),
        figures.change(1060),
        figures.duration(1024),
        figures.quarters(2),
        figures.quarters(1),
        figures.short(SUMMER - timedelta(hours=1)),
    ] == written


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    danish, english = (Figures(Words(language)) for language in Language)

    assert [danish.short(SUMMER + timedelta(hours=hour)) for hour in (0, 1, 2)] == [
        "25.10.2026 02.30 (sommertid)",
        "25.10.2026 02.30 (vintertid)",
        "25.10.2026 03.30",
    ]
    assert english.exact(SUMMER) == "25 October 2026 at 02:30:00 (summer time)"


@pytest.mark.parametrize(
    ("period", "danish", "english"),
    [
        (Period("a", EVERY_DAY, None, 0, 1440, Points(1)), "altid", "which always fits"),
        (
            Period("b", frozenset({1, 2, 3, 4, 5}), holidays=False, from_minute=480, to_minute=960, points=Points(1)),
            "man–fre kl. 08.00–16.00, ikke helligdage",
            "Mon–Fri from 08:00 to 16:00, no holidays",
        ),
        (
            Period("c", frozenset({6, 7}), holidays=True, from_minute=1320, to_minute=360, points=Points(1)),
            "lør, søn kl. 22.00–06.00, kun helligdage",
            "Sat, Sun from 22:00 to 06:00, only holidays",
        ),
        (Period("d", EVERY_DAY, None, 120, 180, Points(1)), "alle dage kl. 02.00–03.00", "every day from 02:00 to 03:00"),
    ],
)
def test_a_period_is_told_as_its_price_list_says_it(period: Period, danish: str, english: str) -> None:
    """R10."""
    assert [charges.period_words(period, Words(language)) for language in Language] == [danish, english]


@pytest.mark.parametrize("text", ["=1+1", "+45", "-5", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "|cmd"])
def test_no_text_is_a_formula_in_a_spreadsheet(text: str) -> None:
    assert csv_file.harmless(text) == f"'{text}"
    assert csv_file.harmless(f"Faktura {text}") == f"Faktura {text}"


def test_csv_opens_in_a_danish_excel() -> None:
    """R18: byte order mark, semicolons, moments that are dates, numbers that are numbers, also below zero; no formula."""
    content = formats.rendered(statement.paper(a_statement(), Words(Language.DANISH)), Format.CSV)

    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert content.startswith(b"\xef\xbb\xbfNr.;Tidspunkt;Hvad;")
    assert content.count(b"\r\n") == len(rows) == 6
    assert rows[1][1:6] == ["2026-10-25 01:30:00", "Startsaldo", "", "", "0"]
    assert rows[3][:6] == ["2", "2026-10-25 02:30:00", "Kvarter 1 · opkald 25.10.2026 02.30 (sommertid)", "20001", "-15", "11985"]
    assert [row[7] for row in rows[3:5]] == ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]
    assert rows[2][10] == f"'{DANGEROUS}"
    assert rows[-1][2:6] == ["Slutsaldo", "", "", "10485"]


def test_a_workbook_has_numbers_and_dates_and_no_formula() -> None:
    """R18."""
    content = formats.rendered(statement.paper(a_statement(), Words(Language.DANISH)), Format.XLSX)

    book = CalamineWorkbook.from_filelike(BytesIO(content))
    entries = book.get_sheet_by_name("Posteringer").to_python()
    calls = book.get_sheet_by_name("Opkald").to_python()
    top = entries.index(next(row for row in entries if row[0] == "Nr."))
    assert book.sheet_names == ["Posteringer", "Opkald", "Sager"]
    assert entries[top + 2][:6] == [1, datetime(2026, 10, 25, 1, 30), f"Køb · {DANGEROUS}", "", 12_000, 12_000]  # noqa: DTZ001 - local
    assert [row[4] for row in entries[top + 3 : top + 5]] == [-15, -1_500]
    assert calls[1][6] == timedelta(seconds=1024)


def test_a_pdf_shows_every_figure_on_numbered_pages() -> None:
    """R18, R22: æ, ø, å and the minus sign in an embedded font; headings again on the second page; no letter left out."""
    content = formats.rendered(statement.paper(a_statement(many=60), Words(Language.DANISH)), Format.PDF)

    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    whole = "\n".join(pages)
    for shown in (
        "Blåbærhotellet ved Søen & ??",
        "−1.515",
        "−15",
        "+12.000",
        "10.545",
        "17 min 04 s",
        SID,
        "Åse Ørsted",
        "Kassen er nede",
    ):
        assert shown in whole
    assert len(pages) == 3
    assert [f"Side {number} af 3" in page for number, page in enumerate(pages, start=1)] == [True] * 3
    assert all("Tidspunkt" in page for page in pages[:2])
    assert b"/FontFile2" in content
