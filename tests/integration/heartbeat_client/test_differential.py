"""Made-up answers, good and broken, read by this client and by aiohttp's: both must agree.

Where they differ knowingly, `is_known` says why; what follows an answer is not generated, because whether
aiohttp minds it depends on how the bytes arrive.
"""

import asyncio
import gzip
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.adapters.collectors.http_json import client_tls
from monitor.adapters.collectors.http_json.answer import Answer
from monitor.domain.heartbeat.decoding import Heartbeat
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.polling.poll_result import Outcome
from tests.integration.heartbeat_client.conftest import LOOPS
from tests.integration.heartbeat_client.polling import poll, polling_client, target_of
from tests.integration.heartbeat_client.scripted_server import Visit, serving

TLS = client_tls()

Verdict = tuple[str, bytes]
"""What a client made of an answer: `ok` with the body, a status, or `broken`."""


@dataclass(frozen=True, kw_only=True)
class MadeUp:
    """One answer, in the pieces in which it is sent."""

    data: bytes
    cuts: tuple[int, ...]

    @property
    def pieces(self) -> list[bytes]:
        """Return the pieces."""
        at = sorted(min(cut, len(self.data)) for cut in self.cuts)
        edges = [0, *at, len(self.data)]
        return [self.data[low:high] for low, high in itertools.pairwise(edges) if low < high]


def spelled(name: str) -> st.SearchStrategy[str]:
    """Return spellings of a field name: its case means nothing."""
    return st.sampled_from([name, name.lower(), name.upper(), name.title()])


@st.composite
def chunked(draw: st.DrawFn, body: bytes) -> bytes:
    """Return `body` in chunks, with extensions and trailers."""
    out = b""
    while body:
        size = draw(st.integers(1, len(body)))
        spelling = draw(st.sampled_from(["%x", "%X", "00%x"])) % size
        extension = draw(st.sampled_from(["", ";a", ";a=b", ';a="b;c"']))
        out += f"{spelling}{extension}\r\n".encode() + body[:size] + b"\r\n"
        body = body[size:]
    trailers = draw(st.sampled_from(["", "X-T: y\r\n", "Content-Type: text/html\r\n"]))
    return out + f"0\r\n{trailers}\r\n".encode()


@st.composite
def framed(draw: st.DrawFn, body: bytes) -> tuple[list[str], bytes]:
    """Return the fields and the bytes that carry `body`, not always truthfully."""
    kind = draw(st.sampled_from(["length", "length", "chunked", "chunked", "close", "short", "both"]))
    length = f"{draw(spelled('Content-Length'))}: "
    coding = f"{draw(spelled('Transfer-Encoding'))}: {draw(st.sampled_from(['chunked', 'Chunked']))}"
    match kind:
        case "chunked":
            return [coding], draw(chunked(body))
        case "close":
            return [], body
        case "short":
            return [f"{length}{len(body) + draw(st.integers(1, 9))}"], body
        case "both":
            return [f"{length}{len(body)}", coding], draw(chunked(body))
        case _:
            return [f"{length}{len(body)}"], body


STATUS_LINES = ["200 OK", "200 OK", "200 OK", "200 OK", "200", "200 ", "404 Not Found", "302 Found", "500 X"]
INTERIM = [b"", b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 E\r\nA: b\r\n\r\n"]
MORE_FIELDS = ["X-Empty:", "X-A: b", "Server: a/1.0 (b)", "Connection: close", "Connection: keep-alive",
               "Keep-Alive: timeout=5", "X-High: \xff", "Set-Cookie: a=b"]  # fmt: skip


@st.composite
def answers(draw: st.DrawFn) -> MadeUp:
    """Return an answer, most often a good one."""
    body = draw(st.binary(max_size=300))
    fields = [f"{draw(spelled('Content-Type'))}: application/json"]
    if draw(st.integers(0, 3)) == 0:
        body = gzip.compress(body)
        fields.append(f"{draw(spelled('Content-Encoding'))}: gzip")
    framing, payload = draw(framed(body))
    fields += framing + draw(st.lists(st.sampled_from(MORE_FIELDS), max_size=3, unique=True))
    line = f"HTTP/{draw(st.sampled_from(['1.1', '1.1', '1.1', '1.0']))} {draw(st.sampled_from(STATUS_LINES))}"
    interim = draw(
        st.sampled_from([b"", b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 E\r\nA: b\r\n\r\n"])
    )
    head = "\r\n".join([line, *draw(st.permutations(fields)), "", ""]).encode("latin-1")
    if draw(st.integers(0, 2)) == 0:
        at = draw(st.integers(0, len(head) - 1))
        head = head[:at] + draw(st.sampled_from([b"", b"\x00", b"\r\n", b" ", b"9"])) + head[at + 1 :]
    data = interim + head + payload
    return MadeUp(data=data, cuts=tuple(draw(st.lists(st.integers(0, len(data)), max_size=5))))


def is_known(answer: MadeUp, ours: Verdict, theirs: Verdict) -> bool:
    """Whether the two may differ over this answer."""
    data = answer.data.lower()
    # A changed length may end the answer early. aiohttp minds what is left if it comes with the answer.
    has_rest = Answer().feed(answer.data[:-1])
    if ours[0] == "ok":
        return has_rest and theirs[0] == "broken"
    if ours[0].isdigit():
        # The status decides for us; aiohttp may have stumbled over what came with it.
        return theirs[0] == "broken"
    # RFC 9112: a client may refuse or unfold folded field values (section 5.2), bare CR it must not take as
    # it is (section 2.2).
    unfolds = re.search(rb"[\r\n][ \t]|\r[^\n]", data)
    # aiohttp passes a body on as it is when it does not know the encoding, and takes gzip cut short.
    passes_on = re.search(rb"(?:transfer|content)-encoding:(?! *(?:chunked|gzip)\r)", data)
    cut_short = has_rest and b"content-encoding" in data
    return bool(unfolds or passes_on or cut_short)


def begins_like_json(body: bytes) -> bool:
    """Whether posmon reads a body whatever its media type is: many a small server sends text/html."""
    return body.lstrip(b" \t\r\n").startswith((b"{", b"\xef\xbb\xbf"))


async def read_by_aiohttp(url: str) -> Verdict:
    """Ask as aiohttp's client asks; it also hangs over some broken chunks."""
    timeout = aiohttp.ClientTimeout(total=1)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                return str(response.status), b""
            body = await response.read()
            is_json = response.headers.getall("Content-Type", []) == ["application/json"]
            if not is_json and not begins_like_json(body):
                return "broken", b""
            return "ok", body
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return "broken", b""


async def read_by_us(url: str) -> Verdict:
    """Ask as posmon asks."""
    bodies: list[bytes] = []

    def decode(body: bytes) -> Heartbeat:
        bodies.append(body)
        return Heartbeat(Reading(terminal_id="1"))

    async with polling_client(decode=decode, tls=TLS, concurrency=1, max_sockets=1) as client:
        result = await poll(client, target_of(url))
    if result.outcome in {Outcome.HTTP_STATUS, Outcome.REDIRECT}:
        return result.detail.removeprefix("status "), b""
    if result.outcome is Outcome.OK:
        return "ok", bodies[0]
    assert result.outcome in {Outcome.PROTOCOL, Outcome.RESET}, result
    return "broken", b""


async def both_verdicts(answer: MadeUp) -> tuple[Verdict, Verdict]:
    """Send `answer` to either client."""

    async def script(visit: Visit) -> None:
        await visit.request()
        for piece in answer.pieces:
            await visit.send(piece)
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, so that pieces leave one by one

    async with serving(script) as server:
        return await read_by_us(server.url()), await read_by_aiohttp(server.url())


@pytest.mark.parametrize("loop", LOOPS)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(answers())
def test_both_clients_make_the_same_of_an_answer(loop: str, answer: MadeUp) -> None:
    """Body, status or brokenness of an answer is no matter of opinion."""
    make_loop: Callable[[], asyncio.AbstractEventLoop] = LOOPS[loop]
    with asyncio.Runner(loop_factory=make_loop) as runner:
        ours, theirs = runner.run(both_verdicts(answer))
    assert ours == theirs or is_known(answer, ours, theirs), answer.data
