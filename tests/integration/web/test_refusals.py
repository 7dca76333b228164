from collections.abc import Mapping, Sequence

import pytest

from monitor.domain.alerts.alert import Transition
from monitor.web.listener.connection import Bounds
from monitor.web.routing.security_headers import SECURITY_HEADERS
from tests.fakes import MemoryStore
from tests.fleets import make_fleet
from tests.integration.web.site import PROBLEM, raw_peer, serving


class BrokenStore(MemoryStore):
    """A store that fails with a secret in its message."""

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Fail."""
        raise RuntimeError(f"s3cret {subject} {limit}")


ERRORS = [
    ("no such page", "GET", "/nope", {}, 404),
    ("no such asset", "GET", "/static/secrets", {}, 404),
    ("a way out of the assets", "GET", "/static/..%2f__init__.py", {}, 404),
    ("a method that a page does not have", "POST", "/", {}, 405),
    ("a push without a type", "POST", "/api/v1/heartbeats", {}, 415),
    ("a body too large", "POST", "/-/reload", {"Content-Length": "65537"}, 413),
    ("a failing part", "GET", "/api/v1/terminals/10000000", {}, 500),
    ("a page with a failing part", "GET", "/terminals/10000000", {}, 500),
    ("a stranger's host", "GET", "/", {"Host": "attacker.example"}, 421),
    ("a post from another site", "POST", "/-/reload", {"Origin": "http://attacker.example"}, 403),
]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS]
)
async def test_every_error_is_a_problem_document(
    method: str, path: str, headers: Mapping[str, str], status: int
) -> None:
    """Whatever goes wrong, the answer is one kind of document and tells no secret."""
    living = make_fleet(1)
    living.store = BrokenStore()
    async with serving(living, bounds=Bounds(linger_s=0.1)) as site, raw_peer(site) as peer:
        fields = {"Host": f"127.0.0.1:{site.port}", "Connection": "close"} | dict(headers)
        peer.write(f"{method} {path} HTTP/1.1\r\n")
        peer.write("".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n")
        head, body = await peer.read_head(), await peer.read_rest()
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert f"Content-Type: {PROBLEM}\r\n" in head
    assert b"s3cret" not in body
    for name, value in SECURITY_HEADERS.items():
        assert f"{name}: {value}\r\n" in head


NOT_HTTP = [
    ("not HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"),
    ("a header field without a colon", "GET / HTTP/1.1\r\nHost 127.0.0.1\r\n\r\n"),
    ("a request line too long", f"GET /{'x' * 9000} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("a field too long", f"GET / HTTP/1.1\r\nHost: localhost\r\nX: {'x' * 9000}\r\n\r\n"),
    ("too many fields", "GET / HTTP/1.1\r\nHost: localhost\r\n" + "X: x\r\n" * 100 + "\r\n"),
    ("two lengths", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
]


@pytest.mark.parametrize("text", [row[1] for row in NOT_HTTP], ids=[row[0] for row in NOT_HTTP])
async def test_what_is_not_http_is_refused_without_repeating_it(text: str) -> None:
    """A peer that does not speak HTTP gets 400, a problem document and the end of the connection."""
    async with serving(make_fleet(1)) as site, raw_peer(site) as peer:
        peer.write(text)
        head, body = await peer.read_head(), await peer.read_rest()
    assert head.split()[1] == "400"
    assert f"Content-Type: {PROBLEM}\r\n" in head
    assert body == b'{"title":"Bad Request","status":400}'


async def test_a_browser_gets_its_errors_as_pages() -> None:
    """Whoever follows a stale link sees a page; a program that takes anything gets the document."""
    async with serving(make_fleet(1)) as site:
        response, body = await site.get("/terminals/<b>", headers={"Accept": "text/html,*/*"})
        assert (response.status, response.content_type) == (404, "text/html")
        assert "The inventory has no terminal of that id." in body.decode()
        problem = await site.problem("/api/v1/terminals/x", headers={"Accept": "text/html"})
    assert problem.status == 404
