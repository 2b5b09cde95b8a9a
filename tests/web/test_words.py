"""Every sentence in the code stands in both catalogues, and every catalogue's sentence in the code."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest
from jinja2 import Environment, nodes

from app.telephone.words import Words as TelephoneWords
from models.values import Language
from tests.catalogues import CATALOGUES, catalogue, sentences
from web import words
from web.words import Words

TEMPLATES: Final = Path(str(files("web"))) / "templates"
ATTRIBUTES: Final = re.compile(r'\b(?:title|alt|placeholder|aria-label|data-label|value)="([^"]*[^\W\d_][^"]*)"')
NAMES: Final = {"Døgnvagt", "English", "Dansk"}
BY_LANGUAGE: Final = re.compile(r"\.(da|en)\.html$")


def forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """One form, or one for each number; a text that is missing has none."""
    return (text,) if isinstance(text, str) else text or ()


def places(text: str | Sequence[str] | None) -> set[str]:
    return {name for form in forms(text) for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("package", CATALOGUES)
def test_every_sentence_of_the_code_is_in_the_catalogue_and_nothing_else(package: str, language: Language) -> None:
    kept = {message.id for message in catalogue(package, language) if message.id}

    assert kept == sentences(package)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("package", CATALOGUES)
def test_every_sentence_has_a_text_with_the_same_places(package: str, language: Language) -> None:
    for message in catalogue(package, language):
        if message.id:
            assert all(form.strip() for form in forms(message.string)), message.id
            assert places(message.string) == places(message.id), message.id
            assert not message.fuzzy, message.id


@pytest.mark.parametrize("kind", [Words, TelephoneWords])
def test_numbers_are_counted_in_both_languages(kind: type[Words]) -> None:
    told = [[kind(language).many("{count} point", "{count} points", count) for count in (0, 1, 2)] for language in Language]

    assert told == [["0 point", "1 point", "2 point"], ["0 points", "1 point", "2 points"]]


@pytest.mark.parametrize(
    ("env", "language"),
    [
        ({}, Language.DANISH),
        ({"LANG": "C.UTF-8"}, Language.DANISH),
        ({"LANG": "POSIX", "LC_ALL": ""}, Language.DANISH),
        ({"LANG": "da_DK.UTF-8"}, Language.DANISH),
        ({"LANG": "en_GB.UTF-8"}, Language.ENGLISH),
        ({"LANG": "da_DK.UTF-8", "LC_ALL": "en_US.UTF-8"}, Language.ENGLISH),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "da:en"}, Language.DANISH),
        ({"LANG": "sv_SE.UTF-8"}, Language.ENGLISH),
    ],
)
def test_the_language_is_the_environments(env: dict[str, str], language: Language) -> None:
    assert words.preferred(env) is language


@pytest.mark.parametrize(
    "file", [one for one in sorted(TEMPLATES.rglob("*.html")) if not BY_LANGUAGE.search(one.name)], ids=lambda one: one.stem
)
def test_no_page_says_anything_outside_the_catalogue(file: Path) -> None:
    """R22: what a template writes itself is markup; sentences stand in `_("…")`."""
    tree = Environment(autoescape=True).parse(file.read_text("utf-8"))
    written = "\x00".join(data.data for data in tree.find_all(nodes.TemplateData))

    said = re.sub(r"<[^>]*>", "\n", re.sub(r"(?s)<(script|style)\b.*?</\1>", "", re.sub(r"<!doctype[^>]*>|\x00", "", written)))

    words_outside = {line.strip() for line in said.splitlines() if re.search(r"[^\W\d_]{2,}", re.sub(r"&\w+;", "", line))}
    assert words_outside - NAMES - {f"· {name}" for name in NAMES} == set()
    assert ATTRIBUTES.findall(written) == []
