"""`python -m tests.catalogues`: brings the catalogues up to the sentences of the code; new Danish ones are left for a person.

Sentences stand in Python (`words(…)`, `words.many(…)`, `N_(…)`) and in templates (`_(…)`, `many(…)`).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from models.values import Language
from web import words

Sentence = str | tuple[str, str]
CATALOGUES: Final = {"app.doctor": "doctor", "app.telephone": "telephone", "web": "web"}
WIDTH: Final = 132


def sentences(package: str) -> set[Sentence]:
    """What the package says."""
    folder = Path(str(files(package)))
    said = {sentence for file in folder.rglob("*.py") for sentence in _in_python(ast.parse(file.read_text("utf-8")))}
    return said | {sentence for file in folder.rglob("*.html") for sentence in _in_template(file)}


def catalogue(package: str, language: Language) -> Catalog:
    """The catalogue as it is."""
    return read_po(BytesIO(words.source(language, package, CATALOGUES[package]).encode()), locale=language.value)


def brought_up(package: str, language: Language) -> list[str]:
    """Writes the catalogue anew: what is said no more goes, what is new comes. The sentences that have no text in it yet."""
    old, said = catalogue(package, language), sentences(package)
    new = Catalog(locale=language.value, header_comment=old.header_comment, charset="utf-8")
    new.mime_headers = [(name, value) for name, value in old.mime_headers if "Date" not in name]
    for sentence in sorted(said, key=lambda one: one if isinstance(one, str) else one[0]):
        known = old.get(sentence if isinstance(sentence, str) else sentence[0])
        text = known.string if known is not None and known.id == sentence else ""
        new.add(sentence, text or (sentence if language is Language.ENGLISH else ""))
    out = BytesIO()
    write_po(out, new, width=WIDTH, omit_header=True)
    header = words.source(language, package, CATALOGUES[package]).split("\n\n", 1)[0]
    path = Path(str(files(package))) / "locale" / language.value / "LC_MESSAGES" / f"{CATALOGUES[package]}.po"
    path.write_text(f"{header}\n\n{out.getvalue().decode().strip()}\n", "utf-8")
    return [str(message.id) for message in new if message.id and not all(_forms(message.string))]


def _forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, tuple | list) and text else ("",)


def _in_template(file: Path) -> Iterator[Sentence]:
    with file.open("rb") as template:
        for _line, name, said, _comments in babel_extract(template, ("_", "many"), [], {"encoding": "utf-8", "trimmed": "true"}):
            parts = [one for one in (said if isinstance(said, tuple) else (said,)) if isinstance(one, str)]
            if parts:
                yield (parts[0], parts[1]) if name == "many" else parts[0]


def _in_python(tree: ast.AST) -> Iterator[Sentence]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if isinstance(node.func, ast.Call) and getattr(node.func.func, "id", "") == "words":  # words()("…")
            name = "words"
        said = [argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
        if name in {"words", "_words", "N_"} and said:
            yield said[0]
        if name == "many":
            yield said[0], said[1]


if __name__ == "__main__":
    missing = [(package, language, one) for package in CATALOGUES for language in Language for one in brought_up(package, language)]
    sys.stdout.writelines(f"{package} {language}: {sentence}\n" for package, language, sentence in missing)
    sys.exit(1 if missing else 0)
