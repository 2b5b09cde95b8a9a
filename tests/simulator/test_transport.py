"""How requests travel: within the process and over real HTTP."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.serving import WSGIRequestHandler, make_server

from simulator import Exchange, HttpTransport, WsgiTransport
from simulator.transport import ConnectionBroken, ConnectionFailed, HostUnknown, Limits, ReadTimedOut
from tests.simulator.house import ACCOUNT, CALLER, LINE, TOKEN, House

Environ = dict[str, Any]


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def serving(app: Callable[..., Iterable[bytes]]) -> Iterator[str]:
    """`app` on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def remember(environs: list[Environ]) -> Callable[..., Iterable[bytes]]:
    """An application that keeps what it was called with."""

    def app(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environs.append({**environ, "body": body})
        start_response("200 OK", [("Content-Type", "text/xml"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [b"<Resp", b"onse/>"]

    return app


def test_a_wsgi_application_is_called_as_behind_a_tls_proxy() -> None:
    environs: list[Environ] = []

    answer = WsgiTransport(remember(environs)).post(
        "https://house.example:8443/a%20b/%C3%A6?x=a%2Fb&y", b"From=1", {"Content-Type": "text/x", "X-Twilio": "s"}
    )

    [environ] = environs
    expected = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a b/æ".encode().decode("latin-1"),
        "QUERY_STRING": "x=a%2Fb&y",
        "RAW_URI": "/a%20b/%C3%A6?x=a%2Fb&y",
        "REQUEST_URI": "/a%20b/%C3%A6?x=a%2Fb&y",
        "HTTP_HOST": "house.example:8443",
        "SERVER_NAME": "house.example",
        "SERVER_PORT": "8443",
        "wsgi.url_scheme": "https",
        "CONTENT_TYPE": "text/x",
        "CONTENT_LENGTH": "6",
        "HTTP_X_TWILIO": "s",
        "body": b"From=1",
    }
    assert {name: environ[name] for name in expected} == expected
    assert (answer.status, answer.body, answer.header("set-cookie")) == (200, b"<Response/>", "a=1")
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_a_wsgi_answer_is_closed() -> None:
    closed = []

    class Body(io.BytesIO):
        def close(self) -> None:
            closed.append(True)
            super().close()

    def app(_environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Body(b"hello")

    assert WsgiTransport(app).get("http://house.example", {}).body == b"hello"
    assert closed


def test_a_mistake_of_the_application_reaches_the_test() -> None:
    def app(_environ: Environ, _start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise LookupError("a mistake")

    with pytest.raises(LookupError, match="a mistake"):
        WsgiTransport(app).post("http://house.example", b"", {})


def test_both_transports_ask_the_same() -> None:
    environs: list[Environ] = []
    app = remember(environs)
    with serving(app) as base:
        url = f"{base}/a%20b?x=a%2Fb&y=%C3%A6"
        WsgiTransport(app).post(url, b"From=%2B45", {"Content-Type": "text/x", "X-Twilio": "s"})
        answer = HttpTransport().post(url, b"From=%2B45", {"Content-Type": "text/x", "X-Twilio": "s"})
        HttpTransport().get(url, {})

    names = ("PATH_INFO", "QUERY_STRING", "RAW_URI", "HTTP_HOST", "CONTENT_TYPE", "HTTP_X_TWILIO", "body")
    here, there, fetched = environs
    assert {name: here[name] for name in names} == {name: there[name] for name in names}
    assert fetched["REQUEST_METHOD"] == "GET"
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_a_whole_call_over_real_http_is_genuine(house: House) -> None:
    house["/voice"] = '<Gather action="/keyed?x=a%2Fb" numDigits="1"><Say>Tast.</Say></Gather><Hangup/>'
    house["/keyed"] = "<Say>Tak.</Say><Hangup/>"
    with serving(house) as base:
        exchange = Exchange(ACCOUNT, TOKEN, HttpTransport())
        exchange.number(LINE, voice_url=f"{base}/voice", status_url=f"{base}/status")

        exchange.phone(CALLER).dials(LINE).hears("tast").keys("1").hears("tak").waits(5)

        judge = RequestValidator(TOKEN)
        for asked in house.asked:
            signature = asked.headers["X_TWILIO_SIGNATURE"]
            query = "?x=a%2Fb" if asked.query else ""
            assert judge.validate(f"{base}{asked.path}{query}", asked.form, signature)
    assert [asked.path for asked in house.asked] == ["/voice", "/keyed", "/status"]


def test_nobody_listening_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(ConnectionFailed):
        HttpTransport().post(f"http://127.0.0.1:{port}/", b"", {})


def test_an_unknown_host_is_named() -> None:
    with pytest.raises(HostUnknown):
        HttpTransport().post("http://nobody.invalid/", b"", {})


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """A server that says exactly that to its first visitor, or (None) nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def answer_once() -> None:
            connection, _address = listener.accept()
            with connection:
                connection.recv(65536)
                if answer is None:
                    done.wait(10)
                else:
                    connection.sendall(answer)

        thread = threading.Thread(target=answer_once, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        done.set()
        thread.join()


def test_an_answer_that_does_not_come_is_named() -> None:
    with answering(None) as url, pytest.raises(ReadTimedOut):
        HttpTransport().post(url, b"", {}, limits=Limits(read=0.1))


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n<Resp"])
def test_an_answer_that_breaks_off_is_named(answer: bytes) -> None:
    with answering(answer) as url, pytest.raises(ConnectionBroken):
        HttpTransport().post(url, b"", {})
