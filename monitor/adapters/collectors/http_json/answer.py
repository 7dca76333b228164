"""One HTTP answer, read from bytes as they come; no socket here."""

import re
import zlib
from typing import NamedTuple

import httptools

from monitor.adapters.collectors.http_json.content_length import LONGEST_HEAD, mend_length
from monitor.adapters.collectors.http_json.failures import CLOSED_UNANSWERED, Failure
from monitor.domain.heartbeat.decoding import MAX_BYTES
from monitor.domain.polling.poll_result import Outcome

BODY_LIMIT = MAX_BYTES
"""Most bytes of a decoded body; of a larger one comes one byte more, which says that it is larger."""
WIRE_LIMIT = BODY_LIMIT + 64 * 1024
"""Most bytes of one answer on the wire: head, framing and body together."""

_TOO_LARGE = Failure(Outcome.PROTOCOL, f"answer larger than {WIRE_LIMIT // 1024} KiB")
_NOT_HTTP = Failure(Outcome.PROTOCOL, "not HTTP/1.1")
_NOT_GZIP = Failure(Outcome.PROTOCOL, "body not gzip as announced")
_NOT_JSON = Failure(Outcome.PROTOCOL, "content type not application/json")
_TRUNCATED = Failure(Outcome.RESET, "connection closed before the answer was whole")

_BLANKS = b" \t\r\n"
_OBJECT = (b"{", b"\xef\xbb\xbf")
_JSON = re.compile(rb"application/(?:[a-z0-9!#$&^_.+-]+\+)?json")
_KEEP_ALIVE_TIMEOUT = re.compile(rb"(?:^|[,\s])timeout\s*=\s*\"?(\d{1,9})\b", re.IGNORECASE)
_GZIP = frozenset({b"gzip", b"x-gzip"})
_ENCODINGS = _GZIP | {b"identity"}
_OF_INTEREST = frozenset(
    {b"content-type", b"content-encoding", b"content-length", b"transfer-encoding", b"keep-alive"}
)

_NO_FIELDS: dict[bytes, bytes] = {}
_NO_PARTS: list[bytes] = []
_HEAD, _BODY, _END, _OVER = range(4)
_END_OF_HEAD = b"\r\n\r\n"


class _KnownHead(NamedTuple):
    """What was found in the head of a good answer that came whole, with nothing behind it."""

    fields: dict[bytes, bytes]
    length: int
    is_persistent: bool


class _KnownHeads:
    """Heads seen before, byte by byte: what they mean need not be found out again.

    Terminals say the same head every time, those of one make all alike and with a date all those of one
    second. Bounded: at most `_MOST` heads of at most `_LONGEST` bytes, then it begins anew.
    """

    _MOST = 1000
    _LONGEST = 512

    def __init__(self) -> None:
        self._heads: dict[bytes, _KnownHead] = {}
        self.find = self._heads.get

    def add(self, head: bytes, known: _KnownHead) -> None:
        """Remember a head."""
        if len(head) > self._LONGEST:
            return
        if len(self._heads) >= self._MOST:
            self._heads.clear()
        self._heads[head] = known


_heads = _KnownHeads()


class Answer:
    """The answer to one GET (RFC 9112), bounded in size, judged as early as possible.

    Feed it until `feed` returns True, or `end` it when the peer closes the connection. Then either
    `failure` says why there is no heartbeat in it, or `body` holds one, decoded. Only status 200 will do,
    with a body that is announced as JSON or begins like an object of it; interim answers (1xx) are skipped;
    the first final answer decides, whatever
    follows it. The result does not depend on how the bytes were split.

    An answer that comes whole behind a head that an earlier one had, to the byte, needs no parser.

    `received` counts bytes fed. `is_persistent`: the peer lets the connection stay open (RFC 9112
    section 9.3) and has sent nothing after the answer.
    """

    __slots__ = (
        "_fields",
        "_head",
        "_is_mended",
        "_parser",
        "_parts",
        "_size",
        "_stage",
        "body",
        "failure",
        "is_persistent",
        "received",
    )

    def __init__(self) -> None:
        self.body = b""
        self.failure: Failure | None = None
        self.is_persistent = False
        self.received = 0
        self._stage = _HEAD
        self._head = b""
        self._size = 0
        self._is_mended = False
        self._parser: httptools.HttpResponseParser | None = None
        self._fields: dict[bytes, bytes] = _NO_FIELDS
        self._parts: list[bytes] = _NO_PARTS

    def feed(self, data: bytes) -> bool:
        """Take the next bytes; True when `failure` or `body` is final."""
        assert self._stage != _OVER, "fed after the end"  # noqa: S101 - a caller's mistake
        parser = self._parser
        if parser is None:
            if self._recognise(data):
                return True
            parser = self._begin()
        room = WIRE_LIMIT - self.received
        self.received += len(data)
        self._parse(parser, data if len(data) <= room else data[:room])
        if len(data) > room:
            self.is_persistent = False
            self._fail_unless_settled(_TOO_LARGE)
        if self._stage != _END and self.failure is None:
            return False
        is_whole = self.received == len(data)
        self._settle()
        if is_whole and self.failure is None and not self._is_mended:
            self._note_head(data)
        return True

    def _parse(self, parser: httptools.HttpResponseParser, data: bytes) -> None:
        if self._stage == _HEAD and len(self._head) < LONGEST_HEAD:
            self._head += data
        if self._is_mended and self._stage == _HEAD:
            self._mend()
            return
        try:
            parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self.is_persistent = False
            if self._stage == _HEAD and not self._is_mended and "Content-Length" in str(error):
                self._mend()
            else:
                self._fail_unless_settled(_NOT_HTTP)

    def _mend(self) -> None:
        """Go on with a head whose lengths the parser refused, once all of it is here."""
        self._is_mended = True
        mended = mend_length(self._head)
        if isinstance(mended, Failure):
            self._fail_unless_settled(mended)
        elif mended is not None:
            self._stage = _HEAD
            parser = self._begin()
            try:
                parser.feed_data(mended)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade):
                self._fail_unless_settled(_NOT_HTTP)

    def _begin(self) -> httptools.HttpResponseParser:
        parser = self._parser = httptools.HttpResponseParser(self)
        # RFC 9112 section 2.2 lets a recipient take a bare LF; small embedded servers send it.
        parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)
        self._fields, self._parts = {}, []
        return parser

    def _recognise(self, data: bytes) -> bool:
        """Take a whole answer if its head is known."""
        start = data.find(_END_OF_HEAD) + len(_END_OF_HEAD)
        known = _heads.find(data[:start])
        if known is None or len(data) - start != known.length:
            return False
        self.received = len(data)
        self._fields = known.fields
        self.is_persistent = known.is_persistent
        self.body = data[start:]
        self._stage = _OVER
        return True

    def _note_head(self, data: bytes) -> None:
        start = data.find(_END_OF_HEAD) + len(_END_OF_HEAD)
        head, fields = data[:start], self._fields
        # With a bare LF in it, or an interim answer before it, it may end elsewhere than it seems to.
        is_one = head.count(b"\n") == head.count(b"\r\n") and len(data) - start == len(self.body)
        is_plain = b"content-encoding" not in fields and b"transfer-encoding" not in fields
        if is_one and is_plain and b"content-length" in fields and _says_json(self._fields):
            _heads.add(head, _KnownHead(fields, len(self.body), self.is_persistent))

    def end(self) -> None:
        """Take the peer's clean close: it may end a body without a length (RFC 9112 section 6.3)."""
        fields = self._fields
        has_length = b"content-length" in fields or b"transfer-encoding" in fields
        if self._stage != _BODY or has_length:
            self.failure = _TRUNCATED if self.received else CLOSED_UNANSWERED
        self._settle()

    @property
    def kept_for_s(self) -> int | None:
        """How long the peer says it keeps an idle connection (RFC 2068 section 19.7.1.1), if it does."""
        hint = self._fields.get(b"keep-alive")
        found = _KEEP_ALIVE_TIMEOUT.search(hint) if hint else None
        return int(found[1]) if found else None

    def _fail_unless_settled(self, failure: Failure) -> None:
        if self._stage != _END and self.failure is None:
            self.failure = failure

    def _settle(self) -> None:
        # It refers back to this object, and such circles wait for the collector.
        self._parser = None
        self._stage = _OVER
        if self.failure is None:
            self.body = b"".join(self._parts)
            if b"content-encoding" in self._fields:
                self.body, self.failure = _decoded(self.body, self._fields)
            if self.failure is None and not _says_json(self._fields) and not _begins_like_json(self.body):
                self.failure = _NOT_JSON
            self.body = self.body[: BODY_LIMIT + 1]
        self._parts = _NO_PARTS
        self._head = b""

    # Called by the parser while it is fed.

    def on_message_begin(self) -> None:
        """Note an answer that came without a request."""
        if self._stage == _END:
            self.is_persistent = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep what matters; a repeated field is one list (RFC 9110 section 5.3), trailers are not heard."""
        if self._stage == _HEAD and (key := name.lower()) in _OF_INTEREST:
            earlier = self._fields.get(key)
            self._fields[key] = value if earlier is None else earlier + b", " + value

    def on_headers_complete(self) -> None:
        """Judge a final head; forget an interim one."""
        if self._stage != _HEAD:
            return
        assert self._parser is not None  # noqa: S101 - tells mypy: it is the parser that calls
        status = self._parser.get_status_code()
        if 100 <= status < 200 and status != 101:  # noqa: PLR2004 - interim, RFC 9110 section 15.2
            self._fields.clear()
            return
        self._stage = _BODY
        self.failure = _objection(status, self._fields)

    def on_body(self, data: bytes) -> None:
        """Collect what belongs to the first final answer."""
        if self._stage != _BODY or self.failure is not None:
            return
        self._parts.append(data)
        self._size += len(data)
        is_plain = b"content-encoding" not in self._fields
        if is_plain and self._size == len(data) and data[:1] == b"<" and not _says_json(self._fields):
            self.failure = _NOT_JSON
        if is_plain and self._size > BODY_LIMIT:
            self._stage = _END
            self.is_persistent = False

    def on_message_complete(self) -> None:
        """Note that a final answer is whole."""
        if self._stage == _BODY:
            self._stage = _END
            assert self._parser is not None  # noqa: S101 - as above
            self.is_persistent = self._parser.should_keep_alive()


def _begins_like_json(body: bytes) -> bool:
    return body.lstrip(_BLANKS).startswith(_OBJECT)


def _objection(status: int, fields: dict[bytes, bytes]) -> Failure | None:
    """Tell from the head alone why there can be no heartbeat."""
    if status == 101:  # noqa: PLR2004 - Switching Protocols, RFC 9110 section 15.2.2
        return Failure(Outcome.PROTOCOL, "switches to another protocol")
    if 300 <= status < 400:  # noqa: PLR2004 - redirection, RFC 9110 section 15.4
        return Failure(Outcome.REDIRECT, f"status {status}")
    if status != 200:  # noqa: PLR2004 - OK
        return Failure(Outcome.HTTP_STATUS, f"status {status}")
    if b"transfer-encoding" in fields and fields[b"transfer-encoding"].lower() != b"chunked":
        return Failure(Outcome.PROTOCOL, "transfer encoding not asked for")
    if b"content-encoding" in fields and fields[b"content-encoding"].lower() not in _ENCODINGS:
        return Failure(Outcome.PROTOCOL, "content encoding not asked for")
    return None


def _says_json(fields: dict[bytes, bytes]) -> bool:
    media_type = fields.get(b"content-type", b"").partition(b";")[0].strip().lower()
    return _JSON.fullmatch(media_type) is not None


def _decoded(body: bytes, fields: dict[bytes, bytes]) -> tuple[bytes, Failure | None]:
    """Return the body without its coding, one byte beyond the limit at most."""
    if fields[b"content-encoding"].lower() not in _GZIP:
        return body, None
    decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        body = decoder.decompress(body, BODY_LIMIT + 1)
    except zlib.error:
        return b"", _NOT_GZIP
    is_whole = len(body) > BODY_LIMIT or (decoder.eof and not decoder.unused_data)
    return body, None if is_whole else _NOT_GZIP
