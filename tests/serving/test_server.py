"""The HTTP server before strangers, over raw sockets: half requests, too much, too many, and its end."""

from __future__ import annotations

import asyncio
import fcntl
import http.client
import inspect
import re
import socket
import struct
import termios
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from typing import Any, Protocol

import pytest
import uvicorn
from click.testing import CliRunner
from processes import until
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.cli import cli
from app.http.addresses import asked
from app.http.rates import client_of
from app.http.response import SECURITY_HEADERS
from app.serving import server as module
from app.serving.limits import Limited
from app.serving.server import Connection
from app.serving.turns import Turns, turns_of

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HUGE = 64_000_000


class Slow:
    """The answers to /slow: how many are being made, and whether they may end; the order of all requests."""

    def __init__(self) -> None:
        self.begun, self.may_end = 0, threading.Event()
        self.order = list[str]()


slow = Slow()


async def site(scope: Any, receive: Any, send: Any) -> None:
    """Answers at once; /body and /read/ when the body has come, /slow and /hold when they may, /huge much."""
    path = scope["path"]
    if path in ("/many", "/one"):
        await turns_of(asyncio.get_running_loop()).wait(client_of(scope))
    slow.order.append(path)
    if path == "/hold":
        slow.may_end.wait(30)  # no turn of the loop meanwhile
    if path in ("/body", "/read/"):
        while (await receive()).get("more_body"):
            pass
    if path == "/slow":
        slow.begun += 1
        while not slow.may_end.is_set():
            await asyncio.sleep(0.01)
    body = b"\0" * HUGE if path == "/huge" else b"ok"
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


class Client:
    """A raw connection."""

    def __init__(self, port: int, source: str = "127.0.0.1") -> None:
        self._socket = socket.socket()
        self._socket.bind((source, 0))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(60)
        self._socket.connect(("127.0.0.1", port))

    def close(self) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> tuple[int, dict[str, str]]:
        """Status and headers of the next answer."""
        answer = http.client.HTTPResponse(self._socket)
        answer.begin()
        answer.read()
        return answer.status, dict(answer.getheaders())

    def rest(self) -> bytes:
        """All that comes until the server closes."""
        data = b""
        with suppress(ConnectionError):
            while chunk := self._socket.recv(65536):
                data += chunk
        return data

    def drip(self, piece: bytes) -> None:
        """Send a piece again and again until the server has closed."""
        with suppress(ConnectionError):
            for _ in range(1200):
                self._socket.sendall(piece)
                time.sleep(0.05)
            raise AssertionError("the server is still waiting")

    def begins_to_answer(self) -> None:
        """Wait for the first byte of an answer, and leave it to be read."""
        self._socket.recv(1, socket.MSG_PEEK)

    def is_open(self) -> bool:
        """Whether the server has not closed it."""
        self._socket.setblocking(False)
        try:
            return bool(self._socket.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except ConnectionError:
            return False
        finally:
            self._socket.settimeout(60)


class Connect(Protocol):
    """Makes a connection, which the end of the test closes."""

    def __call__(self, source: str = "127.0.0.1") -> Client: ...


def waiting(of: socket.socket, which: int) -> int:
    """The bytes of a socket that were received and not read, or sent and not received."""
    return int(struct.unpack("i", fcntl.ioctl(of.fileno(), which, b"\0" * 4))[0])


# What `Connection` uses of uvicorn's protocol and of its request cycle, and uvicorn does not document.
PROTOCOL = {
    *("client", "connections", "cycle", "loop", "pipeline", "scope", "server_state"),
    *("timeout_keep_alive", "timeout_keep_alive_task", "transport"),
}
METHODS = {
    *("_unset_keepalive_if_required", "_unsupported_upgrade_warning", "connection_lost", "connection_made"),
    *("data_received", "on_message_begin", "send_400_response", "shutdown", "timeout_keep_alive_handler"),
}
CYCLE = {"disconnected", "keep_alive", "more_body", "response_complete", "response_started", "scope"}


def test_uvicorn_has_the_internals_that_a_connection_relies_on():
    async def protocol() -> HttpToolsProtocol:
        config = uvicorn.Config(site, ws="none", lifespan="off", log_config=None)
        config.load()
        return HttpToolsProtocol(config, uvicorn.server.ServerState(), {})

    with ThreadPoolExecutor(1) as thread:  # a browser of another test may hold this one's event loop
        made = thread.submit(lambda: asyncio.run(protocol())).result()
    assert [n for n in PROTOCOL if not hasattr(made, n)] == []
    assert [n for n in METHODS if not callable(getattr(HttpToolsProtocol, n, None))] == []
    assert [n for n in CYCLE if n not in inspect.getsource(RequestResponseCycle.__init__)] == []
    assert isinstance(made.server_state.default_headers, list)


def attributes(*owners: str) -> set[str]:
    """The attributes of these names in the source of `Connection`."""
    names = "|".join(map(re.escape, owners))
    return set(re.findall(rf"(?<![\w.])(?:{names})\.(\w+)", inspect.getsource(Connection)))


def test_these_are_all_the_internals():
    """A new use of an internal must be listed above, so that a new uvicorn is checked for it."""
    own = {name for name in dir(Connection) if not hasattr(HttpToolsProtocol, name)}
    used = attributes("self", "c", "super()") - own
    assert used - METHODS == PROTOCOL
    assert attributes("self.cycle", "cycle") == CYCLE


@pytest.fixture
def server() -> Iterator[uvicorn.Server]:
    slow.__init__()  # type: ignore[misc]
    config = uvicorn.Config(site, port=0, http=Connection, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert until(lambda: server.started)
    yield server
    slow.may_end.set()
    server.should_exit = True
    thread.join()


@pytest.fixture
def connect(server: uvicorn.Server) -> Iterator[Connect]:
    port = server.servers[0].sockets[0].getsockname()[1]
    with ExitStack() as stack:
        yield lambda source="127.0.0.1": stack.enter_context(closing(Client(port, source)))


def has_read(server: uvicorn.Server, client: Client) -> bool:
    """Whether a server with one connection has read all that its client sent."""
    sockets = [c.transport.get_extra_info("socket") for c in server.server_state.connections]
    unread = [waiting(client._socket, termios.TIOCOUTQ), *(waiting(s, termios.FIONREAD) for s in sockets)]
    return len(sockets) == 1 and not any(unread)


def refused(status: int, headers: dict[str, str]) -> int:
    """The status of a refusal, which has the headers that every answer has."""
    assert headers["connection"] == "close" and headers["cache-control"] == "no-store"
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert {(name.decode(), value.decode()) for name, value in SECURITY_HEADERS} <= set(headers.items())
    return status


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
def test_who_asks_for_another_protocol_is_answered_in_this_one(connect: Connect, protocol: bytes):
    client = connect()
    for headers in (b"Upgrade: " + protocol + b"\r\nConnection: Upgrade\r\n", b""):
        client.send(GET[:-2] + headers + b"\r\n")
        assert client.answer()[0] == 200


class TestTurns:
    """One client has sent forty requests, on forty connections, when another one sends its first."""

    def order(self, connect: Connect, *, forwarded: bool) -> list[str]:
        """The paths in the order in which they were answered."""
        holding = connect("127.0.0.5")
        holding.send(GET.replace(b"/ ", b"/hold "))
        assert until(lambda: slow.order == ["/hold"])

        def ask(client: str, path: str) -> Client:
            made = connect("127.0.0.1" if forwarded else client)
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\n"
            made.send(f"{head}X-Forwarded-For: {client}\r\n\r\n".encode())
            return made

        clients = [ask("127.0.0.9", "/many") for _ in range(40)] + [ask("127.0.0.7", "/one")]
        slow.may_end.set()
        assert [client.answer()[0] for client in clients] == [200] * 41
        return slow.order[1:]

    @pytest.mark.parametrize("forwarded", [False, True])
    def test_a_client_with_many_connections_delays_another_one_little(
        self, connect: Connect, forwarded: bool
    ):
        order = self.order(connect, forwarded=forwarded)
        assert order.count("/many") == 40
        assert order.index("/one") < 20  # some are answered while the connections are accepted one by one

    def test_each_client_has_two_in_a_turn_the_newest_client_first(self):
        went_on = list[str]()

        async def request(name: str, client: str) -> None:
            await turns_of(asyncio.get_running_loop()).wait(client)
            went_on.append(name)

        async def turns() -> None:
            asking = [asyncio.create_task(request(name, "one client")) for name in "abcde"]
            asking.append(asyncio.create_task(request("x", "another")))
            await asyncio.sleep(0)  # all have asked
            asking[1].cancel()
            for expected in ("", "xac", "xacde"):
                await asyncio.sleep(0)
                assert "".join(went_on) == expected
            await request("y", "another")  # all was done: it begins anew
            assert went_on[-1] == "y"

        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, turns()).result()

    def test_new_connections_put_answers_off_only_for_a_while(self):
        async def turns() -> None:
            of = Turns(asyncio.get_running_loop())
            asking = asyncio.create_task(of.wait("one client"))
            for n in range(40):
                of.connected()
                await asyncio.sleep(0)
                if asking.done():
                    assert n == 18  # asked in the first turn, told in the one after the sixteenth
                    return
            raise AssertionError("never")

        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, turns()).result()


class TestPatience:
    @pytest.fixture(autouse=True)
    def short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "IO_TIMEOUT", 0.5)

    @pytest.mark.parametrize(
        "half", [b"G", GET[:-2], b"POST /body HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"]
    )
    def test_half_a_request_is_answered_408_in_the_end(self, connect: Connect, half: bytes):
        client = connect()
        client.send(half)
        assert refused(*client.answer()) == 408
        assert client.rest() == b""

    def test_who_says_nothing_is_told_nothing(self, connect: Connect):
        assert connect().rest() == b""

    def test_half_a_request_after_a_whole_one_is_no_better(self, connect: Connect):
        client = connect()
        for _ in range(3):
            client.send(GET)
            assert client.answer()[0] == 200
        client.send(GET[:9])
        assert refused(*client.answer()) == 408

    @pytest.mark.parametrize(
        ("first", "piece"),
        [
            (GET[:-2], b"a: b\r\n"),
            (GET, b"\r\n"),
            (b"POST /body HTTP/1.1\r\nContent-Length: 9999\r\n\r\n", b"x"),
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        ],
        ids=["headers", "empty lines between requests", "a body that is waited for", "one that is not"],
    )
    def test_sending_a_little_now_and_then_does_not_help(self, connect: Connect, first: bytes, piece: bytes):
        client = connect()
        client.send(first)
        client.drip(piece)

    def test_who_takes_nothing_of_an_answer_is_left(self, connect: Connect, server: uvicorn.Server):
        client = connect()
        client.send(GET.replace(b"/ ", b"/huge "))
        client.begins_to_answer()
        assert until(lambda: not server.server_state.connections)
        assert len(client.rest()) < HUGE

    def test_an_answer_that_takes_long_to_make_comes(self, connect: Connect):
        client = connect()
        client.send(GET.replace(b"/ ", b"/slow "))
        time.sleep(3 * module.IO_TIMEOUT)
        slow.may_end.set()
        assert client.answer()[0] == 200


class TestTooMuch:
    def test_headers_without_end_are_refused(self, connect: Connect):
        client = connect()
        with suppress(ConnectionError):
            client.send(GET[:-2])
            for n in range(10_000):
                client.send(b"a%d: %s\r\n" % (n, b"x" * 200))
            raise AssertionError("the server goes on reading")

    def test_a_header_of_any_weight_is_refused_with_431(self, connect: Connect, server: uvicorn.Server):
        client = connect()
        # What the server has not read when it closes would break the connection before the answer is read.
        client.send(GET[:-2] + b"a: " + b"x" * (module.MAX_REQUEST_BYTES - len(GET) - 1))
        assert until(lambda: has_read(server, client))
        client.send(b"y")
        assert refused(*client.answer()) == 431

    def test_an_address_as_long_as_a_learners_list_is_not(self, connect: Connect):
        client = connect()
        client.send(b"GET /?" + b"x" * 30_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.answer()[0] == 200

    @pytest.mark.parametrize(("path", "status"), [(b"/read/", 200), (b"/body", 431)])
    def test_only_a_text_for_read_may_be_large(
        self, connect: Connect, server: uvicorn.Server, path: bytes, status: int
    ):
        client = connect()
        size = module.MAX_REQUEST_BYTES
        client.send(b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (2 * size))
        client.send(b"x" * (size - 100))
        assert until(lambda: has_read(server, client))
        client.send(b"x" * (100 if status == 431 else size + 100))
        assert client.answer()[0] == status

    def test_what_is_no_http_is_answered_with_the_headers_of_any_answer(self, connect: Connect):
        client = connect()
        client.send(b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n")
        assert refused(*client.answer()) == 400

    def test_a_body_that_is_no_http_does_not_spoil_the_answer_before_it(self, connect: Connect):
        client = connect()
        client.send(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert client.answer()[0] == 200
        client.send(b"no chunk\r\n")
        assert client.rest() == b"", "the request was answered already"


class TestTooMany:
    def test_a_further_one_takes_the_place_of_the_one_that_has_been_silent_longest(
        self, connect: Connect, server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(module, "MAX_CONNECTIONS", 3)
        silent = [connect()]
        kept = connect()
        kept.send(GET)
        assert kept.answer()[0] == 200
        time.sleep(0.05)  # the server's clock knows milliseconds
        silent.append(connect())
        assert until(lambda: len(server.server_state.connections) == 3)
        further = connect()
        further.send(GET)
        assert further.answer()[0] == 200
        assert until(lambda: not silent[0].is_open())
        assert silent[1].is_open() and kept.is_open()

    def test_answers_under_way_are_not_given_up_for_it(
        self, connect: Connect, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(module, "MAX_CONNECTIONS", 2)
        busy = [connect(), connect()]
        for client in busy:
            client.send(GET.replace(b"/ ", b"/slow "))
        assert until(lambda: slow.begun == 2)
        assert connect().rest() == b""
        slow.may_end.set()
        assert [c.answer()[0] for c in busy] == [200, 200]


class TestTheEnd:
    def test_a_request_that_comes_on_an_open_connection_is_the_last_and_answered(
        self, connect: Connect, server: uvicorn.Server
    ):
        new, used, late, idle = (connect() for _ in range(4))
        for client in (used, idle):
            client.send(GET)
            assert "connection" not in client.answer()[1]
        late.send(GET.replace(b"/ ", b"/slow "))
        assert until(lambda: slow.begun and len(server.server_state.connections) == 4)
        server.should_exit = True
        assert until(lambda: not server.servers[0].is_serving())
        for client in (new, used):
            client.send(GET)
        assert until(lambda: server.server_state.total_requests == 4)
        slow.may_end.set()
        for client in (new, used, late):
            status, headers = client.answer()
            assert status == 200 and headers["connection"] == "close"
            assert client.rest() == b""
        assert idle.rest() == b""


# Trusted proxies, the other end of the connection, X-Forwarded-For, and the client that limits count.
@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        ("", "127.0.0.1", ["203.0.113.9"], "127.0.0.1"),
        ("", "::1", ["203.0.113.9"], "::/64"),
        ("127.0.0.1", "127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", ["2001:db8:1:2::9"], "2001:db8:1:2::/64"),
        ("127.0.0.1", "127.0.0.1", ["[2001:db8:1:2::9]:443"], "2001:db8:1:2::/64"),
        ("127.0.0.1", "127.0.0.1", ["203.0.113.9:443"], "203.0.113.9"),
        ("127.0.0.1", "::1", ["203.0.113.9"], "::/64"),
        ("::1, 127.0.0.1", "::1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", "198.51.100.7", ["203.0.113.9"], "198.51.100.7"),
        # The client wrote the first address itself.
        ("127.0.0.1", "127.0.0.1", ["10.9.9.9, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", ["10.9.9.9", "203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", ["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1, 10.1.0.0/16", "127.0.0.1", ["10.9.9.9, 203.0.113.9, 10.1.2.3"], "203.0.113.9"),
        ("fd00::/8", "fd12::1", ["10.9.9.9, 2001:db8::1, fd00::2"], "2001:db8::/64"),
        # No address: all such count as one client.
        ("127.0.0.1", "127.0.0.1", ["unknown"], ""),
        ("127.0.0.1", "127.0.0.1", ["203.0.113.9, " + "x" * 60_000], ""),
    ],
)
def test_the_client_is_named_by_trusted_proxies_only(
    monkeypatch: pytest.MonkeyPatch, trusted: str, peer: str, forwarded: list[str], client: str
):
    monkeypatch.setenv("MEIPI_WATCH", "0")
    monkeypatch.setenv("MEIPI_TRUSTED_PROXIES", trusted)
    given: dict[str, Any] = {}
    monkeypatch.setattr(module, "run", lambda app, **options: given.update(options))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("app.serving.main.log_lines", lambda _: None)
    assert CliRunner().invoke(cli, ["serve"]).exit_code == 0
    seen = list[str]()

    async def note(scope: Any, receive: Any, send: Any) -> None:
        seen.append(client_of(scope))

    names = ("proxy_headers", "forwarded_allow_ips")
    config = uvicorn.Config(note, **{name: given[name] for name in names})
    config.load()
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    request = config.loaded_app({"type": "http", "client": (peer, 1), "headers": headers}, None, None)
    with ThreadPoolExecutor(1) as thread:  # the loop of a browser may run in this one
        thread.submit(asyncio.run, request).result()
    assert seen == [client]


def test_a_proxy_that_is_not_trusted_is_told_once(caplog: pytest.LogCaptureFixture):
    async def answer(scope: Any, receive: Any, send: Any) -> None: ...

    limited = Limited(answer, "120/minute")

    def ask(peer: str, *headers: tuple[bytes, bytes]) -> int:
        scope = {"type": "http", "client": (peer, 1), "headers": headers, "meipi.asked": asked("/", b"")}
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, limited(scope, None, None)).result()  # type: ignore[arg-type]
        return caplog.text.count("MEIPI_TRUSTED_PROXIES=127.0.0.1")

    forwarded = (b"x-forwarded-for", b"203.0.113.9")
    assert ask("127.0.0.1") == 0
    assert ask("203.0.113.7", forwarded) == 0
    assert ask("127.0.0.1", forwarded) == 1
    assert ask("127.0.0.1", forwarded) == 1
    assert "203.0.113.9" not in caplog.text
