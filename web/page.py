"""A page: a template in the reader's language, with headers that let it load nothing from elsewhere and run nothing of its own.

Templates say `_("Sentence")`; sentences stand in the catalogue `web` in Danish and English.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, g, render_template, request

from models.values import Language
from web.papers.figures import Figures
from web.words import Words

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
LANGUAGE_COOKIE: Final = "language"


def language() -> Language:
    """Which of ours the reader would rather read: what they chose, else what their browser asks for."""
    visitor = g.get("visitor")
    if visitor is not None:
        chosen: Language = visitor.language
        return chosen
    if (cookie := request.cookies.get(LANGUAGE_COOKIE)) in set(Language):
        return Language(cookie)
    wanted = (name.partition("-")[0].lower() for name, quality in request.accept_languages if quality)
    return next((Language(name) for name in wanted if name in set(Language)), Language.DANISH)


def words() -> Words:
    """The sentences of the reader's language."""
    if "words" not in g or g.words.language is not language():
        g.words = Words(language())
    found: Words = g.words
    return found


def page(template: str, status: int = 200, /, **values: object) -> Response:
    """The template filled in, as a whole page or as a fragment of one."""
    said = words()
    response = Response(render_template(template, _=said, many=said.many, figures=Figures(said), language=said.language, **values))
    response.status_code = status
    response.headers["Content-Language"] = said.language
    response.vary.update(["Accept-Language", "Cookie"])
    return response


def guard(app: Flask) -> None:
    """Puts the headers on whatever a browser is answered; what somebody signed in saw is kept by no cache on the way."""

    @app.after_request
    def headed(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.blueprint and g.get("visitor") is not None:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
