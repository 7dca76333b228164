import io
import json
import logging
import warnings
from typing import Any

import pytest
import structlog

from monitor.logs import configure_logging


class Terminal(io.StringIO):
    """A stream in front of which a person sits."""

    def isatty(self) -> bool:
        """Say so."""
        return True


class FullDisk(io.StringIO):
    """A stream that fails until there is room."""

    is_full = True

    def write(self, text: str, /) -> int:
        """Fail like a full disk."""
        if self.is_full:
            raise OSError(28, "No space left on device")
        return super().write(text)


class Latin(io.StringIO):
    """A stream whose encoding lacks most characters."""

    def write(self, text: str, /) -> int:
        """Fail like a Latin-1 stream."""
        text.encode("latin-1")
        return super().write(text)


def lines(stream: io.StringIO) -> list[Any]:
    """Return the events of a JSON log."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_event_is_one_json_object_with_time_and_level() -> None:
    """One call writes one line."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    structlog.get_logger().warning("poll.failed", terminal_id="10000001")
    (event,) = lines(stream)
    assert event.pop("timestamp").endswith("Z")
    assert event == {"level": "warning", "event": "poll.failed", "terminal_id": "10000001"}
    assert stream.getvalue().endswith("}\n")


INJECTIONS = [
    'x"}\n{"event": "alert.resolved"}',
    "x\r\n2026-11-21 03:05 info alert.resolved",
    "x\x1b[2J\x1b[1;1Halert.resolved",
    "x\u2028{}\u2029{}\x85{}\x0b{}\x0c{}\x1c{}\x1e{}",
    "x\ud800\x00\x07\u202e",
]


@pytest.mark.parametrize(
    "hostile", INJECTIONS, ids=["json", "crlf", "ansi", "unicode line ends", "surrogate"]
)
@pytest.mark.parametrize("format_", ["json", "console"])
def test_log_injection(hostile: str, format_: Any) -> None:
    """Hostile text in a field, a key, an exception or a library's message never becomes a line of its own."""
    stream = io.StringIO()
    configure_logging(format=format_, stream=stream)
    log = structlog.get_logger()
    log.warning("input.rejected", value=hostile, **{hostile: hostile})
    logging.getLogger(hostile).error("rejected %s", hostile)
    text = stream.getvalue()
    assert text.count("\n") == 2
    assert len(text.splitlines()) == 2
    assert text.replace("\n", "").isprintable()
    if format_ == "json":
        assert [event["event"] for event in lines(stream)] == ["input.rejected", "library.logged"]


def test_exception_is_part_of_its_event() -> None:
    """A traceback stays on the line of its event."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    try:
        int('a\n{"event": "alert.resolved"}')
    except ValueError:
        structlog.get_logger().exception("poll.broke", attempt=1)
    (event,) = lines(stream)
    assert "Traceback" in event["exception"]
    assert event["attempt"] == 1


def test_libraries_log_into_the_same() -> None:
    """Records of the standard library become events, with name, level, arguments and exception."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    logging.getLogger("aiohttp.server").error("Error handling %s", "request", exc_info=ValueError("x"))
    (event,) = lines(stream)
    assert event["event"] == "library.logged"
    assert (event["level"], event["logger"], event["message"]) == (
        "error",
        "aiohttp.server",
        "Error handling request",
    )
    assert "ValueError" in event["exception"]


def test_record_that_cannot_be_formatted_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    """A library's broken call is an event, not a traceback on stderr."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    root = logging.getLogger()
    # pytest's own handlers raise what ours must not.
    root.handlers[:] = [
        handler for handler in root.handlers if type(handler).__module__.startswith("monitor")
    ]
    logging.getLogger("library").warning("%d", "x")
    (event,) = lines(stream)
    assert (event["event"], event["logger"]) == ("log.unprintable", "library")
    assert capfd.readouterr().err == ""


def test_warnings_are_events() -> None:
    """Python's own warnings do not go to stderr beside the log."""
    stream = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        configure_logging(stream=stream)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    (event,) = lines(stream)
    assert event["logger"] == "py.warnings"
    assert "old" in event["message"]


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_level_counts_for_us_and_for_libraries(level: Any, heard: list[str]) -> None:
    """What is below the level is not written, whoever says it."""
    stream = io.StringIO()
    configure_logging(level=level, stream=stream)
    for name in ("debug", "info", "warning", "error"):
        getattr(structlog.get_logger(), name)("test.ran")
        getattr(logging.getLogger("library"), name)("said")
    assert [event["level"] for event in lines(stream)] == [name for name in heard for _ in range(2)]


def test_chatty_libraries_are_quiet() -> None:
    """Access logs are no events, even at level debug."""
    stream = io.StringIO()
    configure_logging(level="debug", stream=stream)
    logging.getLogger("aiohttp.access").info("GET /")
    assert lines(stream) == []


def test_second_configuration_replaces_the_first() -> None:
    """Configured again, each event is written once, to the new place, by loggers that exist already too."""
    first, second = io.StringIO(), io.StringIO()
    log = structlog.get_logger()
    configure_logging(stream=first)
    log.info("test.ran")
    configure_logging(stream=second)
    log.info("test.ran")
    logging.getLogger("library").warning("said")
    assert len(lines(first)) == 1
    assert len(lines(second)) == 2


def test_other_handlers_stay() -> None:
    """Whoever else listens to the standard library's logging goes on hearing it."""
    other, stream = logging.StreamHandler(io.StringIO()), io.StringIO()
    logging.getLogger().addHandler(other)
    configure_logging(stream=stream)
    assert other in logging.getLogger().handlers


def test_line_is_written_at_once() -> None:
    """No line waits in a buffer for the next one."""
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="utf-8") as stream:
        configure_logging(format="json", stream=stream)
        structlog.get_logger().info("test.ran")
        assert json.loads(raw.getvalue())["event"] == "test.ran"


def test_a_stream_that_has_no_chinese_gets_escapes() -> None:
    """Where the locale is not UTF-8 lines are ASCII, and the same JSON."""
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="iso-8859-1") as stream:
        configure_logging(format="json", stream=stream)
        structlog.get_logger().info("test.ran", site="Zürich 北京 \U0001f4a5")
        assert json.loads(raw.getvalue())["site"] == "Zürich 北京 \U0001f4a5"


def test_auto_looks_who_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """In front of a person the log is coloured, elsewhere it is JSON."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    person, service = Terminal(), io.StringIO()
    for stream in (person, service):
        configure_logging(format="auto", stream=stream)
        structlog.get_logger().info("test.ran")
    assert "\x1b[1mtest.ran\x1b[0m" in person.getvalue()
    assert json.loads(service.getvalue())["event"] == "test.ran"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_can_be_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """NO_COLOR and a dumb terminal are heeded."""
    monkeypatch.setenv(name, value)
    stream = Terminal()
    configure_logging(format="auto", stream=stream)
    structlog.get_logger().info("test.ran")
    assert "test.ran" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_failing_stream_disturbs_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    """A full disk loses lines; who logs does not notice, and when there is room again lines are written."""
    stream = FullDisk()
    configure_logging(format="json", stream=stream)
    structlog.get_logger().error("store.failed")
    logging.getLogger("library").error("said")
    stream.is_full = False
    structlog.get_logger().info("store.recovered")
    assert [event["event"] for event in lines(stream)] == ["store.recovered"]
    assert capfd.readouterr().err == ""


def test_closed_stream_disturbs_nobody() -> None:
    """Logging after stderr was closed does nothing."""
    stream = io.StringIO()
    configure_logging(format="json", stream=stream)
    stream.close()
    structlog.get_logger().error("store.failed")


def test_narrow_encoding_gets_escapes() -> None:
    """Characters that the stream's encoding lacks are escaped, not lost with their line."""
    stream = Latin()
    configure_logging(format="console", stream=stream)
    structlog.get_logger().info("test.ran", site="北京")
    assert "site=\\u5317\\u4eac" in stream.getvalue()


def test_bound_context_is_in_every_event() -> None:
    """Fields bound to the context appear without being repeated."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger().info("request.served")
    assert lines(stream)[0]["request_id"] == "r1"
