import gzip
import random
import sys
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adapters.collectors.http_json.answer import BODY_LIMIT, WIRE_LIMIT, Answer
from monitor.adapters.collectors.http_json.failures import Failure
from monitor.domain.polling.poll_result import Outcome

BODY = b'{"terminal_id": "10000001"}'
OK = b"HTTP/1.1 200 OK\r\n"
JSON = b"Content-Type: application/json\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
GOOD = OK + JSON + LENGTH + b"\r\n" + BODY
CHUNKED = OK + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
UNTIL_CLOSE = OK + JSON + b"\r\n" + BODY


def head(*fields: bytes, status: bytes = b"200 OK") -> bytes:
    """Return the head of an answer."""
    return b"HTTP/1.1 " + status + b"\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


def with_type(media_type: bytes) -> bytes:
    """Return a good answer but for its media type."""
    return head(b"Content-Type: " + media_type, LENGTH[:-2]) + BODY


def zipped(body: bytes) -> bytes:
    """Return an answer that announces gzip."""
    return OK + JSON + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def answer_to(*pieces: bytes) -> Answer:
    """Return what comes of `pieces` and a close."""
    answer = Answer()
    if not any(answer.feed(piece) for piece in pieces):
        answer.end()
    return answer


GOOD_ANSWERS = [
    pytest.param(GOOD, id="with a length"),
    pytest.param(CHUNKED + b"1b\r\n" + BODY + b"\r\n0\r\n\r\n", id="chunked"),
    pytest.param(CHUNKED + b'1B;a="b;\tc"\r\n' + BODY + b"\r\n0;z\r\n\r\n", id="chunk extensions"),
    pytest.param(
        CHUNKED + b"1b\r\n" + BODY + b"\r\n0\r\nContent-Encoding: gzip\r\nX: y\r\n\r\n", id="trailers"
    ),
    pytest.param(UNTIL_CLOSE, id="until the connection closes"),
    pytest.param(b"HTTP/1.0 200 OK\r\n" + JSON + b"\r\n" + BODY, id="HTTP/1.0"),
    pytest.param(b"HTTP/1.1 200\r\n" + JSON + LENGTH + b"\r\n" + BODY, id="no reason phrase"),
    pytest.param(GOOD.replace(b"\r\n", b"\n"), id="bare line feeds"),
    pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD, id="after 100"),
    pytest.param(
        b"HTTP/1.1 103 Early Hints\r\nContent-Type: text/html\r\nContent-Encoding: br\r\n\r\n"
        b"HTTP/1.1 102 Processing\r\n\r\n" + GOOD,
        id="after 103 and 102",
    ),
    pytest.param(b"\r\n" + GOOD, id="after an empty line"),
    pytest.param(
        head(b"cOnTeNt-tYpE:application/json", b"CONTENT-LENGTH: 27 ", b"X-Empty:") + BODY, id="field case"
    ),
    pytest.param(with_type(b"application/json; charset=utf-8"), id="charset"),
    pytest.param(with_type(b"APPLICATION/JSON ;a=b"), id="media type case"),
    pytest.param(with_type(b"application/vnd.pos.v1+json"), id="structured suffix"),
    pytest.param(with_type(b"text/json"), id="another media type"),
    pytest.param(with_type(b"text/html"), id="a wrong media type"),
    pytest.param(with_type(b""), id="an empty media type"),
    pytest.param(OK + LENGTH + b"\r\n" + BODY, id="no media type"),
    pytest.param(OK + JSON + b"Content-Type: text/html\r\n" + LENGTH + b"\r\n" + BODY, id="two media types"),
    pytest.param(OK + LENGTH + JSON + LENGTH + b"\r\n" + BODY, id="the length twice"),
    pytest.param(OK + JSON + b"Content-Length: 27, 27,27\r\n\r\n" + BODY, id="the length in a list"),
    pytest.param(OK + JSON + b"content-LENGTH:027\n" + LENGTH + b"\n" + BODY, id="the length with a 0"),
    pytest.param(
        b"HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + OK + LENGTH + LENGTH + b"\r\n" + BODY,
        id="the length twice after an interim answer",
    ),
    pytest.param(zipped(gzip.compress(BODY)), id="gzip"),
    pytest.param(zipped(gzip.compress(BODY)).replace(b"gzip", b"X-GZIP", 1), id="x-gzip"),
    pytest.param(GOOD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: identity\r\n\r\n", 1), id="identity"),
    pytest.param(GOOD + b"HTTP/1.1 500 Oops\r\n\r\n", id="another answer after it"),
    pytest.param(GOOD + b"\x00garbage", id="garbage after it"),
    pytest.param(GOOD + b"x" * WIRE_LIMIT, id="a flood after it"),
    pytest.param(
        head(b"Upgrade: h2c", b"Connection: upgrade", JSON[:-2], LENGTH[:-2]) + BODY, id="upgrade offered"
    ),
]

BAD = {
    (Outcome.RESET, "connection closed without an answer"): {"nothing": b""},
    (Outcome.RESET, "connection closed before the answer was whole"): {
        "half a head": GOOD[:20],
        "short body": GOOD[:-1],
        "no last chunk": CHUNKED + b"1b\r\n" + BODY,
        "only an interim answer": b"HTTP/1.1 100 Continue\r\n\r\n",
    },
    (Outcome.REDIRECT, "status 302"): {
        "redirect": head(b"Location: http://169.254.169.254/", status=b"302 Found")
    },
    (Outcome.REDIRECT, "status 304"): {"not modified": head(status=b"304 Not Modified")},
    (Outcome.HTTP_STATUS, "status 404"): {"not found": head(status=b"404 Not Found")},
    (Outcome.HTTP_STATUS, "status 204"): {"no content": head(status=b"204 No Content")},
    (Outcome.HTTP_STATUS, "status 206"): {"partial content": head(status=b"206 Partial Content")},
    (Outcome.HTTP_STATUS, "status 999"): {"odd status": head(status=b"999 Odd")},
    (Outcome.PROTOCOL, "switches to another protocol"): {
        "upgrade": head(b"Upgrade: h2c", b"Connection: upgrade", status=b"101 Switching Protocols"),
        "upgrade without a name": head(status=b"101 Switching Protocols"),
    },
    (Outcome.PROTOCOL, "not HTTP/1.1"): {
        "another protocol": b"SSH-2.0-dropbear\r\n",
        "TLS": b"\x16\x03\x01\x02\x00",
        "four-digit status": b"HTTP/1.1 2000 OK\r\n\r\n",
        "space in a field name": OK + b"A B: c\r\n\r\n",
        "folded field": OK + b"A: b\r\n folded\r\n\r\n",
        "NUL in a field": OK + b"A: b\x00c\r\n\r\n",
        "chunk size not hexadecimal": CHUNKED + b"xyz\r\n",
        "chunk longer than its size": CHUNKED + b"1\r\nabc\r\n",
    },
    (Outcome.PROTOCOL, "several Content-Length that differ"): {
        "two lengths": OK + JSON + LENGTH + b"Content-Length: 3\r\n\r\n" + BODY,
        "two lengths in a list": OK + JSON + b"Content-Length: 27, 28\r\n\r\n" + BODY,
    },
    (Outcome.PROTOCOL, "Content-Length is no number"): {
        "negative length": OK + JSON + b"Content-Length: -1\r\n\r\n",
        "no length": OK + JSON + b"Content-Length:\r\n\r\n",
        "length beyond 64 bits": OK + JSON + b"Content-Length: 18446744073709551616\r\n\r\n",
    },
    (Outcome.PROTOCOL, "Content-Length beside Transfer-Encoding"): {
        "length and chunks": OK + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n",
    },
    (Outcome.PROTOCOL, "head too long for what is wrong with its Content-Length"): {
        "two lengths in a long head": OK + LENGTH * 2 + b"X: y\r\n" * 3000 + b"\r\n" + BODY,
    },
    (Outcome.PROTOCOL, "transfer encoding not asked for"): {
        "gzip as transfer encoding": head(JSON[:-2], b"Transfer-Encoding: gzip"),
        "gzip and chunked": head(JSON[:-2], b"Transfer-Encoding: gzip, chunked"),
    },
    (Outcome.PROTOCOL, "content encoding not asked for"): {
        "brotli": head(JSON[:-2], b"Content-Encoding: br"),
        "gzip twice": head(JSON[:-2], b"Content-Encoding: gzip", b"Content-Encoding: gzip"),
    },
    (Outcome.PROTOCOL, "content type not application/json"): {
        "HTML": head(b"Content-Type: text/html", b"Content-Length: 6") + b"<html>",
        "text": head(b"Content-Type: text/plain", b"Content-Length: 9") + b" It works",
        "no type": head(b"Content-Length: 2") + b"[]",
        "nothing": head(b"Content-Length: 0"),
        "endless HTML": head(b"Content-Type: text/html") + b"<p>" * WIRE_LIMIT,
        "HTML in gzip": head(b"Content-Encoding: gzip") + gzip.compress(b"<html>"),
    },
    (Outcome.PROTOCOL, "body not gzip as announced"): {
        "gzip announced, plain sent": zipped(BODY),
        "zlib, not gzip": zipped(zlib.compress(BODY)),
        "gzip cut short": zipped(gzip.compress(BODY)[:-4]),
        "bytes after gzip": zipped(gzip.compress(BODY) + b"x"),
        "empty gzip": zipped(b""),
    },
    (Outcome.PROTOCOL, "answer larger than 320 KiB"): {
        "endless field": OK + b"X: " + b"y" * WIRE_LIMIT,
        "endless fields": OK + b"X: y\r\n" * WIRE_LIMIT,
        "endless interim answers": b"HTTP/1.1 100 Continue\r\n\r\n" * 15_000,
        "endless small chunks": CHUNKED + b"1\r\nx\r\n" * 60_000,
        "endless gzip": zipped(gzip.compress(random.Random(1).randbytes(WIRE_LIMIT))),
        "endless chunk extension": CHUNKED + b"1;" + b"x" * WIRE_LIMIT,
        "endless trailers": CHUNKED + b"0\r\n" + b"X: y\r\n" * WIRE_LIMIT,
        "endless empty lines": b"\r\n" * WIRE_LIMIT,
    },
}
BAD_ANSWERS = [
    pytest.param(data, Failure(*failure), id=name)
    for failure, answers in BAD.items()
    for name, data in answers.items()
]


@pytest.mark.parametrize("data", GOOD_ANSWERS)
def test_a_good_answer_gives_its_body(data: bytes) -> None:
    """Every framing and spelling that RFC 9110 and 9112 allow yields the same body."""
    answer = answer_to(data)
    assert (answer.failure, answer.body) == (None, BODY)


@pytest.mark.parametrize(("data", "failure"), BAD_ANSWERS)
def test_a_bad_answer_gives_its_failure(data: bytes, failure: Failure) -> None:
    """Each fault has its outcome and a phrase of posmon's own."""
    assert answer_to(data).failure == failure


@pytest.mark.parametrize(
    "data", [pytest.param(param.values[0], id=str(param.id)) for param in GOOD_ANSWERS + BAD_ANSWERS]
)
@settings(max_examples=25)
@given(st.data())
def test_the_result_does_not_depend_on_how_the_bytes_are_split(data: bytes, draw: st.DataObject) -> None:
    """TCP cuts a stream anywhere; whatever the cuts, body and failure are the same."""
    cuts = sorted(draw.draw(st.lists(st.integers(0, min(len(data), 2 * WIRE_LIMIT)), max_size=8)))
    pieces = [data[low:high] for low, high in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    whole, split = answer_to(data), answer_to(*pieces)
    assert (split.failure, split.body) == (whole.failure, whole.body)


@pytest.mark.parametrize("data", [GOOD, UNTIL_CLOSE, CHUNKED + b"1b\r\n" + BODY + b"\r\n0\r\n\r\n"])
def test_the_result_is_the_same_byte_by_byte(data: bytes) -> None:
    """A terminal that sends single bytes is understood like any other."""
    assert answer_to(*(data[at : at + 1] for at in range(len(data)))).body == BODY


@given(st.binary(max_size=200) | st.binary(max_size=200).map(OK.__add__) | st.binary().map(CHUNKED.__add__))
def test_any_bytes_come_to_a_body_or_a_failure(data: bytes) -> None:
    """No bytes raise, and every answer has come to something when the connection closes."""
    answer = answer_to(data)
    assert answer.failure is None or answer.failure.detail


@given(st.sampled_from([param.values[0] for param in GOOD_ANSWERS]), st.data())
def test_one_changed_byte_never_raises(data: object, draw: st.DataObject) -> None:
    """A good answer with one wrong byte comes to a body or to a failure."""
    assert isinstance(data, bytes)
    at = draw.draw(st.integers(0, len(data) - 1))
    answer_to(data[:at] + draw.draw(st.binary(max_size=2)) + data[at + 1 :])


@pytest.mark.parametrize(
    ("data", "persistent"),
    [
        pytest.param(GOOD, True, id="HTTP/1.1 persists by default"),
        pytest.param(GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), False, id="close"),
        pytest.param(
            GOOD.replace(b"\r\n\r\n", b"\r\nConnection: x, Close\r\n\r\n"), False, id="close in a list"
        ),
        pytest.param(GOOD.replace(b"1.1", b"1.0"), False, id="HTTP/1.0 does not persist by default"),
        pytest.param(
            GOOD.replace(b"1.1", b"1.0").replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n"),
            True,
            id="HTTP/1.0 asked to persist",
        ),
        pytest.param(CHUNKED + b"1b\r\n" + BODY + b"\r\n0\r\n\r\n", True, id="chunked persists"),
        pytest.param(UNTIL_CLOSE, False, id="a body until close ends the connection"),
        pytest.param(GOOD + b"H", False, id="the beginning of an answer after it"),
        pytest.param(GOOD + b"\x00", False, id="garbage after it"),
        pytest.param(GOOD + GOOD, False, id="a second answer"),
        pytest.param(GOOD + b"\r\n" * WIRE_LIMIT, False, id="a flood of empty lines after it"),
    ],
)  # fmt: skip
def test_a_connection_persists_only_when_nothing_speaks_against_it(data: bytes, *, persistent: bool) -> None:
    """The terminal must allow it (RFC 9112 section 9.3) and must not have said more than it was asked."""
    assert answer_to(data).is_persistent is persistent


@pytest.mark.parametrize(
    ("hint", "seconds"),
    [
        (b"timeout=5, max=100", 5),
        (b"max=100,timeout=5", 5),
        (b"Timeout = 60", 60),
        (b'timeout="7"', 7),
        (b"max=3", None),
        (b"idletimeout=5", None),
        (b"timeout=soon", None),
        (b"timeout=99999999999999999999", None),
        (b"", None),
    ],
)
def test_the_keep_alive_hint_is_read(hint: bytes, seconds: int | None) -> None:
    """How long the terminal keeps an idle connection is known when it says so and unknown otherwise."""
    data = GOOD.replace(b"\r\n\r\n", b"\r\nKeep-Alive: " + hint + b"\r\n\r\n")
    assert answer_to(data).kept_for_s == seconds
    assert answer_to(GOOD).kept_for_s is None


@pytest.mark.parametrize("room", [BODY_LIMIT, BODY_LIMIT + 1, BODY_LIMIT + 2, 2 * WIRE_LIMIT])
def test_of_a_body_beyond_the_limit_comes_one_byte_more(room: int) -> None:
    """256 KiB are taken whole; that one more is there tells the reader that it is cut."""
    written = b"{" + b" " * (room - 1)
    for data in (
        OK + JSON + b"\r\n" + written,
        OK + JSON + b"Content-Length: %d\r\n\r\n" % room + written,
        zipped(gzip.compress(written)),
    ):
        answer = answer_to(data)
        assert (len(answer.body), answer.failure) == (min(room, BODY_LIMIT + 1), None)
        assert answer.is_persistent is ((b"Length" in data and room <= BODY_LIMIT) or b"gzip" in data)


def test_a_gzip_bomb_is_not_unpacked_beyond_the_limit() -> None:
    """What comes out of 30 kB takes no more memory than the limit, although 30 MB are in it."""
    bomb = zipped(gzip.compress(bytes(30_000_000)))
    tracemalloc.start()
    try:
        assert len(answer_to(bomb).body) == BODY_LIMIT + 1
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


KNOWN_BEFORE = [parameter.values[0] for parameter in GOOD_ANSWERS]


@pytest.mark.parametrize("data", KNOWN_BEFORE)
@pytest.mark.parametrize("behind", [b"", b"x", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_known_head_changes_nothing(data: bytes, behind: bytes) -> None:
    """The second answer with the same head comes to the same as the first, whole, cut short or with more."""
    answer_to(data)
    for again in (data + behind, data[:-1] + behind, data[:-1] + b" " + behind):
        known, parsed = answer_to(again), answer_to(again[:12], again[12:])
        assert (known.body, known.failure, known.is_persistent, known.kept_for_s, known.received) == (
            parsed.body,
            parsed.failure,
            parsed.is_persistent,
            parsed.kept_for_s,
            parsed.received,
        )


@pytest.mark.parametrize("end", [b"\n\r\n", b"\n\n", b"\r\n\n"])
def test_no_head_is_learnt_that_ends_elsewhere_than_it_seems(end: bytes) -> None:
    """Bare line feeds, a body with the end of a head in it and bytes behind it: the same twice."""
    data = b"HTTP/1.0 200 OK\r\n" + JSON + b"Content-Length: 7" + end + b"a\r\n\r\n\r\n" + b"\r\naHT"
    first, second = answer_to(data), answer_to(data)
    assert (first.body, first.failure) == (second.body, second.failure)


def test_heads_are_remembered_within_bounds() -> None:
    """Ten thousand different heads and very long ones take no more than a thousand short ones."""
    tracemalloc.start()
    for number in range(10_000):
        answer_to(head(b"X: %d" % number, JSON[:-2], LENGTH[:-2]) + BODY)
        answer_to(head(b"X: %d%s" % (number, b"y" * 5000), JSON[:-2], LENGTH[:-2]) + BODY)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 2_000_000


def test_a_finished_answer_lets_its_parser_go() -> None:
    """Parser and answer refer to each other, which would leave both to the garbage collector."""
    answer = answer_to(GOOD)
    assert sys.getrefcount(answer) == 2
