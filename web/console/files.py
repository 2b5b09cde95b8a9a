"""Files that a page hands out: papers and books, with a name and the headers that make a browser keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from flask import Response

from web.papers import formats
from web.papers.formats import Format
from web.papers.paper import Paper

TYPES: Final[Mapping[str, str]] = {
    Format.TEXT: "text/plain; charset=utf-8",
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
}
ENDINGS: Final[Mapping[Format, str]] = {Format.TEXT: "txt"}


def paper_file(paper: Paper, form: Format, name: str) -> Response:
    """The paper in that form, to be kept as `name` with the form's ending."""
    return kept(formats.rendered(paper, form), f"{name}.{ENDINGS.get(form, form.value)}", TYPES[form])


def kept(content: bytes | Iterable[bytes], name: str, content_type: str) -> Response:
    """Anything, to be kept under that name."""
    response = Response(content, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
