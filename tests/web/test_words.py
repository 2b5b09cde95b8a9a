"""Every sentence in the code stands in both catalogues, and every catalogue's sentence in the code."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator, Sequence
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from app.telephone.words import Words as TelephoneWords
from models.values import Language
from web import words
from web.words import Words

Sentence = str | tuple[str, str]
CATALOGUES: Final = {"app.telephone": "telephone", "web": "web"}


def sentences_in_the_code(package: str) -> set[Sentence]:
    """What is said through `words(…)`, `words.many(…)` and `N_(…)`."""
    folder = Path(str(files(package)))
    return {sentence for file in folder.rglob("*.py") for sentence in _sentences(ast.parse(file.read_text("utf-8")))}


def _sentences(tree: ast.AST) -> Iterator[Sentence]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        said = [argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
        if name in {"words", "_words", "N_"} and said:
            yield said[0]
        if name == "many":
            yield said[0], said[1]


def catalogue(package: str, language: Language) -> Catalog:
    return read_po(BytesIO(words.source(language, package, CATALOGUES[package]).encode()))


def forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """One form, or one for each number; a text that is missing has none."""
    return (text,) if isinstance(text, str) else text or ()


def places(text: str | Sequence[str] | None) -> set[str]:
    return {name for form in forms(text) for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("package", CATALOGUES)
def test_every_sentence_of_the_code_is_in_the_catalogue_and_nothing_else(package: str, language: Language) -> None:
    kept = {message.id for message in catalogue(package, language) if message.id}

    assert kept == sentences_in_the_code(package)


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
