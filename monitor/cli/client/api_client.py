"""The running daemon, asked over its HTTP interface.

http.client and nothing heavier: a monitoring plugin is started anew for every question.
"""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, Self, TypeVar
from urllib.parse import quote, urlencode

import click
import msgspec

from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.errors.exit_code import CannotTell
from monitor.cli.output.program_name import called
from monitor.cli.output.text import inert
from monitor.views.documents import MAX_LIMIT, FaultDocument, Problem

TIMEOUT_S = 5.0
_MOST_BYTES = 64 * 2**20
NO_TOKEN = Credentials()
_NOT_FOUND = 404
_DONE = frozenset({200, 201})
_REFUSED = frozenset({400, 403, 404, 409, 422})

View = TypeVar("View")
Page = TypeVar("Page", bound="Paged")
Query = Mapping[str, str | Sequence[str]]


class Paged(Protocol):
    """One page of a listing."""

    @property
    def next_cursor(self) -> str | None:
        """Where the next page begins, None on the last one."""
        ...


class NotFound(CannotTell):
    """The daemon knows no such thing."""


class NotDone(click.ClickException):
    """The daemon refuses what it was sent; `faults` are what is wrong with it, field by field."""

    def __init__(self, message: str, faults: Sequence[FaultDocument] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class ApiClient:
    """One conversation with a daemon, over one connection; a context manager.

    Every failure is a CannotTell whose message names the URL and what to try.
    """

    def __init__(
        self, url: DaemonUrl, *, access: Credentials = NO_TOKEN, timeout_s: float = TIMEOUT_S
    ) -> None:
        self.url = url
        self._timeout_s = timeout_s
        self._fields = {"Accept": "application/json", "Posmon-Via": "cli"} | access.header_fields(url)
        self._connection = (
            http.client.HTTPSConnection(url.host, url.port, timeout=timeout_s, context=access.tls())
            if url.secure
            else http.client.HTTPConnection(url.host, url.port, timeout=timeout_s)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self._connection.close()

    def ask(self, path: str, kind: type[View], query: Query | None = None) -> View:
        """Return the document at `path` as a `kind`; raises NotFound or another CannotTell."""
        target = f"{path}?{urlencode(query, doseq=True, errors='surrogateescape')}" if query else path
        return self._decoded(self._get(target), kind)

    def fetch(self, path: str, query: Query) -> bytes:
        """Return what is at `path` as it is; raises NotDone where the daemon refuses it, or CannotTell."""
        status, reason, body = self._exchange("GET", f"{path}?{urlencode(query)}")
        if status in _REFUSED:
            raise _not_done(body, reason)
        if status not in _DONE:
            raise self._unexpected(status, reason, body)
        return body

    def send(
        self,
        method: str,
        path: str,
        kind: type[View],
        document: Mapping[str, object] | None = None,
        *,
        by: str = "",
    ) -> View:
        """Send a document, if there is one, and return the answer; `by` is who acts, where tokens do not say.

        Raises NotDone or CannotTell.
        """
        status, reason, body = self._exchange(
            method, path, None if document is None else msgspec.json.encode(document), by
        )
        if status in _REFUSED:
            raise _not_done(body, reason)
        if status not in _DONE:
            raise self._unexpected(status, reason, body)
        return self._decoded(body, kind)

    def pages(self, path: str, kind: type[Page], filters: Query, *, limit: int = MAX_LIMIT) -> Iterator[Page]:
        """Yield the pages of a listing, at least one, each of at most `limit`; as `ask`."""
        query: Query = {**filters, "limit": str(limit)}
        cursor: str | None = ""
        while cursor is not None:
            page = self.ask(path, kind, {**query, "cursor": cursor} if cursor else query)
            yield page
            cursor = page.next_cursor

    def _get(self, target: str) -> bytes:
        status, reason, body = self._exchange("GET", target)
        if status == _NOT_FOUND:
            raise NotFound(_problem(body) or f"{self.url} knows no {target}; is it posmon?")
        if status not in _DONE:
            raise self._unexpected(status, reason, body)
        return body

    def _exchange(
        self, method: str, target: str, body: bytes | None = None, by: str = ""
    ) -> tuple[int, str, bytes]:
        fields = dict(self._fields)
        if body is not None:
            fields["Content-Type"] = "application/json"
        if by:
            fields["Posmon-By"] = quote(by, errors="surrogateescape")
        with self._failures_in_words():
            self._connection.request(method, self.url.path + target, body, fields)
            response = self._connection.getresponse()
            return response.status, response.reason, response.read(_MOST_BYTES)

    def _decoded(self, body: bytes, kind: type[View]) -> View:
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CannotTell(f"{self.url} does not answer like posmon {inert(str(error))}") from error

    def _unexpected(self, status: int, reason: str, body: bytes) -> CannotTell:
        said, hint = _problem(body) or inert(reason), _HINTS.get(status, "")
        return CannotTell(f"posmon at {self.url} answers {status}: {said}{hint}")

    @contextlib.contextmanager
    def _failures_in_words(self) -> Iterator[None]:
        try:
            yield
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            reason = self._reason(error)
            raise CannotTell(
                f"cannot reach posmon at {self.url} ({reason}). Is it running? Start it with "
                f"'{called()} run --config FILE' or '{called()} demo', "
                "or name another with --url or $POSMON_URL."
            ) from error

    def _reason(self, error: Exception) -> str:
        for kind, words in _REASONS:
            if isinstance(error, kind):
                return words.format(host=inert(self.url.host), timeout_s=self._timeout_s)
        return (isinstance(error, OSError) and error.strerror) or inert(str(error))


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "no answer within {timeout_s:g} s"),
    (ConnectionRefusedError, "connection refused"),
    (socket.gaierror, "no address for {host}"),
    (
        ssl.SSLCertVerificationError,
        "nobody known vouches for its certificate; name its authority with --ca-file",
    ),
    (ssl.SSLError, "no TLS is spoken there"),
    (ConnectionResetError, "connection closed without an answer"),
    (http.client.HTTPException, "the answer is not HTTP"),
    (UnicodeError, "{host} is not a host name"),
)
"""The first that fits."""


_HINTS = {401: " Put one into $POSMON_TOKEN or name its file with --token-file."}


def _problem(body: bytes) -> str:
    """Return the words of a problem document (RFC 9457), "" when `body` is none."""
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    if not isinstance(document, dict):
        return ""
    said = document.get("detail") or document.get("title")
    return inert(said) if isinstance(said, str) else ""


def _not_done(body: bytes, reason: str) -> NotDone:
    """Return the words of a refusal, a line for each fault."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return NotDone(inert(reason))
    lines = [inert(f"{one.field}: {one.reason}" if one.field else one.reason) for one in problem.faults]
    return NotDone("\n".join(lines) or inert(problem.detail or problem.title), problem.faults)
