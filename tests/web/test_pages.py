"""The pages that need no log-in."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.database import Database


@pytest.mark.parametrize(
    ("accepts", "language", "heading"),
    [
        ("da", "da", "døgnet rundt"),
        ("en", "en", "round the clock"),
        ("fr", "da", "døgnet"),
        ("en-GB,da;q=0.5", "en", "round the clock"),
        ("da;q=0.5,en-US;q=0.7", "en", "round the clock"),
        ("da-DK,en;q=0.9", "da", "døgnet"),
        ("da;q=0,en;q=0.1", "en", "round the clock"),
        ("*", "da", "døgnet"),
    ],
)
def test_the_front_page_speaks_the_language_of_its_reader(browser: FlaskClient, accepts: str, language: str, heading: str) -> None:
    page = browser.get("/", headers={"Accept-Language": accepts})

    assert page.status_code == 200
    assert page.headers["Content-Language"] == language
    assert heading in page.text
    assert f'lang="{language}"' in page.text


def test_the_front_page_and_the_one_to_sign_in_let_their_reader_choose_the_language(browser: FlaskClient) -> None:
    """ui.md 2: whoever asked for Danish reads English from then on."""
    asks = {"Accept-Language": "da"}
    for place in ("/", "/sign-in"):
        page = browser.get(place, headers=asks)
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]

        chosen = browser.post("/language/en", data={"csrf_token": token, "back": place}, headers=asks)

        assert '<button lang="en"' in page.text or 'class="plain" lang="en"' in page.text
        assert chosen.headers["Location"] == place
        assert browser.get(place, headers=asks).headers["Content-Language"] == "en"
        browser.delete_cookie("language")


def test_the_front_page_allows_no_script_and_nothing_from_elsewhere(browser: FlaskClient) -> None:
    page = browser.get("/")

    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert "http" not in page.text.replace("http-equiv", "")


def test_its_style_is_served_from_here(browser: FlaskClient) -> None:
    with browser.get("/static/front.css") as style:
        assert style.status_code == 200
        assert style.mimetype == "text/css"


@pytest.mark.parametrize("backend", ["postgresql"])
def test_health_is_bad_when_the_database_is_gone(backend: str, browser: FlaskClient, database: Database, database_url: str) -> None:  # noqa: ARG001 - the database of `backend` it is
    database.engine.dispose()
    name = database.engine.url.database
    other = Database(database_url.replace(f"/{name}", "/postgres"))
    try:
        with other.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            health = browser.get("/healthz")
            connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    finally:
        other.close()

    assert health.status_code == 503
    assert health.get_json()["status"] == "unwell"
    assert health.get_json()["parts"]["database"] == {"state": "unreachable"}


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(("accepts", "said"), [("text/html", "Noget gik galt hos os"), ("text/plain", "Internal Server Error")])
def test_what_breaks_is_told_in_words(browser: FlaskClient, accepts: str, said: str) -> None:
    """R22: a page for a reader, a line for a program."""
    browser.application.testing = False
    front = browser.application.url_map.bind("here").match("/")[0]
    browser.application.view_functions[front] = lambda: str(1 // 0)

    broken = browser.get("/", headers={"Accept": accepts, "Accept-Language": "da"})

    assert broken.status_code == 500
    assert said in broken.text
