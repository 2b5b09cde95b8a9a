"""A page that is not there."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

PLACES = [
    "/none",
    "/none/",
    "/static/none.css",
    "/%3Cscript%3E",
    "/healthz/",
    "/..%2f..%2fetc/passwd",
    "/tw%C3%A6lv",
    "/twilio",
    "/calls/%00",
]
READER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("place", PLACES)
def test_a_reader_is_told_that_there_is_no_such_page(browser: FlaskClient, place: str) -> None:
    page = browser.get(place, headers=READER)

    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert "<h1>Siden findes ikke</h1>" in page.text
    assert 'href="/"' in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("accepts", "language", "heading"),
    [("da", "da", "findes ikke"), ("en-GB,da;q=0.5", "en", "no such page"), ("fr", "da", "findes ikke")],
)
def test_it_is_told_in_the_language_of_the_reader(browser: FlaskClient, accepts: str, language: str, heading: str) -> None:
    page = browser.get("/none", headers={"Accept-Language": accepts})

    assert page.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in page.text
    assert heading in page.text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_it_has_the_headers_of_the_front_page(browser: FlaskClient) -> None:
    front, page = browser.get("/"), browser.get("/none")

    assert page.headers["Content-Security-Policy"] == front.headers["Content-Security-Policy"]
    assert set(page.headers.keys()) == set(front.headers.keys()) - {"Set-Cookie"}  # in front a language is chosen, in a form
    assert {word.lower() for word in page.vary} == {"accept", "accept-language", "cookie"}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_program_is_told_in_short(browser: FlaskClient) -> None:
    document = browser.get("/none", headers={"Accept": "application/json"})
    picture = browser.get("/favicon.ico", headers={"Accept": "image/avif,image/webp"})
    head = browser.head("/none")

    assert (document.status_code, document.get_json()) == (404, {"error": "not found"})
    assert (picture.status_code, picture.mimetype, picture.text) == (404, "text/plain", "Not found\n")
    assert (head.status_code, head.mimetype, head.text) == (404, "text/html", "")


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_told_in_short(browser: FlaskClient, method: str) -> None:
    for_a_browser = browser.open("/none", method=method, headers=READER)
    for_a_program = browser.open("/none", method=method, headers={"Accept": "application/json"})

    assert (for_a_browser.status_code, for_a_browser.text) == (404, "Not found\n")
    assert (for_a_program.status_code, for_a_program.get_json()) == (404, {"error": "not found"})


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("place", ["/twilio/", "/twilio/none", "/twilio/sounds/none.wav"])
def test_what_twilio_asks_for_is_no_page(browser: FlaskClient, method: str, place: str) -> None:
    answer = browser.open(place, method=method, headers=READER)

    assert answer.status_code == 404
    assert "Content-Language" not in answer.headers


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_address_that_only_takes_forms_is_no_page_for_a_reader(browser: FlaskClient) -> None:
    page, program = browser.get("/sign-out", headers=READER), browser.get("/sign-out", headers={"Accept": "application/json"})

    assert (page.status_code, "<h1>Siden findes ikke</h1>" in page.text, "POST" in page.allow) == (405, True, True)
    assert (program.status_code, program.get_json()) == (405, {"error": "method not allowed"})


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_form_with_too_large_a_file_is_told_so_in_the_language_of_the_reader(browser: FlaskClient) -> None:
    too_large = {"file": (io.BytesIO(b"x" * 100_000), "plan.ics")}

    page = browser.post("/sign-in", data=too_large, headers=READER)

    assert (page.status_code, "<h1>Det var for stort</h1>" in page.text) == (413, True)
