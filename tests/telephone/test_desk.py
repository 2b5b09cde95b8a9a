"""The desk's client: what it makes of answers, and of none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.telephone import desk as desk_module
from app.telephone.desk import DeskClient, Refused, Unreachable
from tests.telephone.demo import Demo


@contextmanager
def answering(answer: Response) -> Iterator[DeskClient]:
    """A server that always answers the same."""

    @Request.application
    def application(_request: Request) -> Response:
        return answer

    server = make_server("127.0.0.1", 0, application)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield DeskClient(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def json_answer(text: str, status: int = 200) -> Response:
    return Response(text, status=status, content_type="application/json")


def test_an_address_where_nobody_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(Unreachable, match=str(port)):
        DeskClient(f"http://127.0.0.1:{port}").pace()


def test_a_desk_that_does_not_answer_in_time_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "ANSWERS_WITHIN", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unreachable, match="ReadTimeout"):
        DeskClient(f"http://127.0.0.1:{silent.getsockname()[1]}").happenings(0)


@pytest.mark.parametrize(
    "answer",
    [
        Response("<h1>Somebody else's page</h1>", content_type="text/html"),
        json_answer("[]"),
        json_answer('{"error": "broken"}', 500),
        json_answer("{}"),
        json_answer('{"events": [{"id": 1}], "last": 1}'),
        json_answer('{"events": {}, "last": 1}'),
    ],
)
def test_an_answer_that_is_no_desks_is_unreachable(answer: Response) -> None:
    with answering(answer) as client, pytest.raises(Unreachable):
        client.happenings(0)


@pytest.mark.parametrize(
    "ask", [lambda it: it.pace(), lambda it: it.handset("+4500102030", after=0), lambda it: it.choose_pace(10)]
)
def test_a_half_answer_is_unreachable_too(ask: Callable[[DeskClient], object]) -> None:
    with answering(json_answer('{"number": "+4500102030", "virtual": "x"}')) as client, pytest.raises(Unreachable):
        ask(client)


def test_what_the_desk_refuses_comes_with_its_own_sentence() -> None:
    with (
        answering(json_answer('{"error": "+4500102030 does not ring"}', 409)) as client,
        pytest.raises(Refused, match="does not ring"),
    ):
        client.act("+4500102030", "pick-up")


def test_the_real_desk_refuses_what_a_telephone_cannot_do(demo: Demo) -> None:
    desk = demo.desk()

    with pytest.raises(Refused, match="does not ring"):
        desk.act("+4500102030", "pick-up")
    with pytest.raises(Refused, match="keys"):
        desk.act("+4500102030", "key", keys="")
    with pytest.raises(Refused, match="speed"):
        desk.choose_pace(0)


def test_the_real_desk_tells_how_a_telephone_is(demo: Demo) -> None:
    desk = demo.desk()

    desk.act("+4500405070", "behaviour", kind="busy")
    handset = desk.handset("+4500405070", after=0)

    assert (handset.behaviour, handset.is_idle, handset.is_on_the_line) == ("busy", True, False)
    assert desk.choose_pace(60).chosen == 60
    assert desk.pace().speed == 1
