"""A daemon that says what a test wants, over real HTTP, in documents of `monitor.views`."""

import ssl
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from monitor.domain.alerts.alert import Severity
from monitor.domain.fleet.health import Health
from monitor.views.documents import AlertDocument, AlertPage, Problem, TerminalPage, TerminalRow
from tests.documents import status_document, summary_of

PAGE = 100


class StubDaemon:
    """Serves `rows` and `alerts`, which a test may change at any time; a context manager.

    `raw` maps a path to a whole (status, body) that is sent instead. `asked` are the targets so far. With
    `token` it answers nobody else, with `tls` it speaks TLS.
    """

    def __init__(
        self,
        rows: Sequence[TerminalRow] = (),
        alerts: Sequence[AlertDocument] = (),
        *,
        token: str = "",
        tls: ssl.SSLContext | None = None,
        **status: Any,
    ) -> None:
        self.token = token
        self.scheme = "https" if tls else "http"
        self.rows = list(rows)
        self.alerts = list(alerts)
        self.status = status
        self.raw: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, target: str) -> tuple[int, bytes]:
        """Return status and body for a request target."""
        self.asked.append(target)
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if path in self.raw:
            return self.raw[path]
        if path == "/api/v1/status":
            return 200, msgspec.json.encode(status_document(summary_of(self.rows), **self.status))
        if path == "/api/v1/terminals":
            return 200, msgspec.json.encode(self._terminals(query))
        if path == "/api/v1/alerts":
            return 200, msgspec.json.encode(self._alerts(query))
        wanted = unquote(path.removeprefix("/api/v1/terminals/"))
        for terminal in self.rows:
            if terminal.terminal_id == wanted:
                return 200, msgspec.json.encode(terminal)
        return 404, msgspec.json.encode(Problem(title="Not Found", status=404, detail="no such terminal"))

    def _terminals(self, query: dict[str, list[str]]) -> TerminalPage:
        matching = [
            terminal
            for terminal in self.rows
            if all(getattr(terminal, name) in query.get(name, [getattr(terminal, name)]) for name in _PLACES)
        ]
        wanted = [
            terminal
            for terminal in matching
            if terminal.health in query.get("health", [terminal.health])
            and not ("attention" in query and terminal.health is Health.OK)
        ]
        start = int(query.get("cursor", ["0"])[0])
        rest = len(wanted) > start + PAGE
        return TerminalPage(
            summary=summary_of(matching) if start == 0 else None,
            terminals=wanted[start : start + PAGE],
            next_cursor=str(start + PAGE) if rest else None,
        )

    def _alerts(self, query: dict[str, list[str]]) -> AlertPage:
        def value_of(document: AlertDocument, name: str) -> str:
            return (
                document.labels.get(name, "") if name in (*_PLACES, "owner") else str(getattr(document, name))
            )

        names = query.keys() - {"limit", "cursor"}
        return AlertPage(
            alerts=[
                document
                for document in sorted(self.alerts, key=lambda one: list(Severity).index(one.severity))
                if all(value_of(document, name) in query[name] for name in names)
            ]
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        daemon = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                if daemon.token and self.headers["Authorization"] != f"Bearer {daemon.token}":
                    status, body = (
                        401,
                        b'{"title": "Unauthorized", "status": 401, "detail": "A token is needed."}',
                    )
                else:
                    status, body = daemon.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Keep the test's output clean."""

        return Handler


_PLACES = ("site", "region")
