"""Sentences in both languages: complete, used, and numbers as people say them (R22)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import helpdesk
import ivr
from billing import price_lists
from helpdesk import gaps, holiday_names, notices, phrases
from helpdesk.phrases import Phrases
from ivr import twiml
from models.alarms import AlarmKind
from models.values import Language, TaskKind

DANISH, ENGLISH = Language.DANISH, Language.ENGLISH
ANYTHING = {
    "": "x",
    "points": 1,
    "quarters": 1,
    "minutes": 1,
    "duration": 1,
    "digits": "12",
    "count": 2,
    "phone": "+4563186318",
    "weekday": datetime.now(UTC),
    "dayofmonth": datetime.now(UTC),
    "spans": [["2026-11-27T15:00:00+00:00", "2026-11-28T07:00:00+00:00"]],
    "clock": datetime.now(UTC),
    "holiday": "Juledag",
    "time": datetime.now(UTC),
    "date": datetime.now(UTC),
    "day": datetime.now(UTC),
    "isoday": datetime.now(UTC),
    "number": None,
    "somebody": "",
    "shop": None,
    "further": 2,
    "instead": "Ida",
}


def test_every_public_holiday_has_a_name_in_english() -> None:
    """The Danish ones of many years, as price lists and opening hours keep them; a day of one's own has the name it was given."""
    kept = {*price_lists.public_holidays(2020, 2045).values(), price_lists.EXTRA_HOLIDAY}

    assert kept == holiday_names.ENGLISH.keys()
    assert phrases.FORMS["holiday"]("Juledag", ENGLISH) == "Christmas Day"
    assert [phrases.FORMS["holiday"](*one) for one in (("Juledag", DANISH), ("Messe", ENGLISH))] == ["Juledag", "Messe"]


def source(*packages: object) -> str:
    """The Python of these packages, in one piece."""
    folders = [Path(str(getattr(package, "__file__", ""))).parent for package in packages]
    return "\n".join(file.read_text("utf-8") for folder in folders for file in sorted(folder.rglob("*.py")))


@pytest.mark.parametrize("sentences", [twiml.PROMPTS, notices.NOTICES], ids=["prompts", "notices"])
@pytest.mark.parametrize("language", list(Language))
def test_every_sentence_can_be_said_in_both_languages(sentences: Phrases, language: Language) -> None:
    """R22: with a value in each of its places; nothing of a place is left over."""
    for name in sentences.names():
        text = sentences._sentences[language][name]
        values = {place: ANYTHING[form] for place, form in re.findall(r"\{(\w+):?(\w*)\}", text)}
        said = sentences.say(name, language, values)

        assert said.strip(), name
        assert not re.search(r"[{}]", said), name


@pytest.mark.parametrize("language", list(Language))
def test_no_prompt_says_a_bare_number_that_has_a_form(language: Language) -> None:
    """R22: points, quarters, moments and case numbers always go through their form."""
    bare = re.compile(r"\{(points|balance|price|missing|later|quarters|minutes|at|due|case)\}")
    said = twiml.PROMPTS._sentences[language]

    assert [name for name, text in said.items() if bare.search(text)] == []


def test_every_prompt_that_is_said_exists_and_every_prompt_that_exists_is_said() -> None:
    """R22: nothing fails at three in the morning, and nothing is kept that nobody hears."""
    said = set(re.findall(r"""\b(?:say|speak_and_hang_up|speak_and_redirect)\(\s*"(\w+)\"""", source(ivr)))

    assert said <= twiml.PROMPTS.names()
    assert twiml.PROMPTS.names() <= in_quotes(source(ivr))


def test_every_notice_that_is_sent_exists_and_every_notice_that_exists_is_sent() -> None:
    """R22."""
    asked = set(re.findall(r'\b(?:notice|first|corrected|void)="(\w+)"', source(helpdesk, ivr))) | {
        f"{what}_{kind}" for what in ("task", "reminder") for kind in TaskKind
    }
    of_alarms = {"alarm_reminder", "chat_trial", AlarmKind.GAP.value, AlarmKind.GAP_SOON.value, gaps.NOW}

    titles = {f"case_{what}" for what in ("talk", *TaskKind, "talk_office", "callback_office", "message_office")}

    assert asked | titles | of_alarms == notices.NOTICES.names()


@pytest.mark.parametrize("language", list(Language))
def test_what_is_spoken_is_not_written_and_what_is_written_is_not_spoken(language: Language) -> None:
    """R22: "klokken 3 25" is for ears, "kl. 03.25" for eyes."""
    spoken, written = re.compile(r":(clock|digits|shop)\}"), re.compile(r":(time|date|duration|number)\}")

    assert [name for name, text in notices.NOTICES._sentences[language].items() if spoken.search(text)] == []
    assert [name for name, text in twiml.PROMPTS._sentences[language].items() if written.search(text)] == []


def test_no_notice_has_a_link() -> None:
    """Pitfall G5: text messages with links to Danish mobiles are filtered."""
    said = [text for language in Language for text in notices.NOTICES._sentences[language].values()]

    assert [text for text in said if re.search(r"https?:|://|www\.", text)] == []


def in_quotes(text: str) -> set[str]:
    return set(re.findall(r'"(\w+)"', text))


@pytest.mark.parametrize(
    ("said", "danish", "english"),
    [
        (lambda language: phrases.points(15, language), "15 point", "15 points"),
        (lambda language: phrases.points(1, language), "1 point", "1 point"),
        (lambda language: phrases.points(-30, language), "minus 30 point", "minus 30 points"),
        (lambda language: phrases.quarters(1, language), "et kvarter", "one quarter of an hour"),
        (lambda language: phrases.quarters(4, language), "fire kvarter", "four quarters of an hour"),
        (lambda language: phrases.quarters(96, language), "96 kvarter", "96 quarters of an hour"),
        (lambda language: phrases.minutes(1, language), "1 minut", "1 minute"),
        (lambda language: phrases.minutes(17, language), "17 minutter", "17 minutes"),
        (lambda language: phrases.minutes(0, language), "0 minutter", "0 minutes"),
        (lambda language: phrases.minutes(60, language), "1 time", "1 hour"),
        (lambda language: phrases.minutes(61, language), "1 time og 1 minut", "1 hour and 1 minute"),
        (lambda language: phrases.minutes(125, language), "2 timer og 5 minutter", "2 hours and 5 minutes"),
        (lambda language: phrases.minutes(1440, language), "24 timer", "24 hours"),
        (lambda language: phrases.duration(0, language), "0 min. 0 sek.", "0 min 0 s"),
        (lambda language: phrases.duration(3_661, language), "61 min. 1 sek.", "61 min 1 s"),
        (lambda language: phrases.digits("10234", language), "1, 0, 2, 3, 4", "1, 0, 2, 3, 4"),
        (lambda language: phrases.clock(datetime(2026, 11, 23, 15, 0, tzinfo=UTC), language), "klokken 16", "4 pm"),
        (lambda language: phrases.clock(datetime(2026, 7, 1, 1, 10, tzinfo=UTC), language), "klokken 3 10", "3:10 am"),
        (lambda language: phrases.clock(datetime(2026, 11, 23, 23, 5, tzinfo=UTC), language), "klokken 0 05", "12:05 am"),
        (lambda language: phrases.clock(datetime(2026, 11, 23, 23, 0, tzinfo=UTC), language), "midnat", "midnight"),
        (lambda language: phrases.clock(datetime(2026, 11, 23, 11, 0, tzinfo=UTC), language), "klokken 12", "noon"),
        (lambda language: phrases.clock(datetime(2026, 11, 23, 11, 5, tzinfo=UTC), language), "klokken 12 05", "12:05 pm"),
        (lambda language: phrases.shop(None, language), "i HelpDesken", "in the HelpDesk"),
        (lambda language: phrases.shop("point.example.dk", language), "på point.example.dk", "at point.example.dk"),
        (lambda language: phrases.shop("https://www.example.dk/point/", language), "på example.dk/point", "at example.dk/point"),
        (lambda language: phrases.number("+4520304050", language), "+4520304050", "+4520304050"),
        (lambda language: phrases.number(None, language), "ukendt (hemmeligt nummer)", "unknown (withheld number)"),
        (
            lambda language: phrases.number(phrases.RECORDED, language),
            "ukendt (hemmeligt nummer), hør optagelsen",
            "unknown (withheld number), hear the recording",
        ),
        (lambda language: phrases.time(datetime(2026, 7, 1, 1, 5, tzinfo=UTC), language), "kl. 03.05", "03:05"),
        (
            lambda language: phrases.date(datetime(2026, 11, 23, 2, 10, tzinfo=UTC), language),
            "23. november 2026 kl. 03.10",
            "23 November 2026 at 03:10",
        ),
    ],
)
def test_numbers_and_times_are_said_as_people_say_them(said: object, danish: str, english: str) -> None:
    """R22: local time, words for quarters, a case digit by digit."""
    assert callable(said)
    assert (said(DANISH), said(ENGLISH)) == (danish, english)


@pytest.mark.parametrize(
    ("danish", "english", "problem"),
    [
        ('a = "x"', 'b = "x"', "only in one language"),
        ('a = "{points:points}"', 'a = "x"', "other places"),
        ('a = "{points:pounds}"', 'a = "{points:pounds}"', "no such form"),
    ],
)
def test_a_file_that_lacks_something_fails_when_it_is_read(tmp_path: Path, danish: str, english: str, problem: str) -> None:
    """R22."""
    tmp_path.joinpath("da.toml").write_text(danish, "utf-8")
    tmp_path.joinpath("en.toml").write_text(english, "utf-8")

    with pytest.raises(ValueError, match=problem):
        Phrases(tmp_path)
