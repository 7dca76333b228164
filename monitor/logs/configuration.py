"""Setting up the logs of the process: ours, and those of libraries."""

import logging
import os
import sys
from functools import partial
from typing import Literal, TextIO, cast

import structlog

from monitor.logs.background_stream import BackgroundStream
from monitor.logs.lines import ConsoleLines, LogEvent, ascii_json, json_line

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["auto", "json", "console"]

_STAMP = structlog.processors.TimeStamper(fmt="iso", utc=True)

# They speak of every request, or of every slow callback.
_CHATTY = {"aiohttp.access": logging.WARNING, "asyncio": logging.WARNING}


def configure_logging(
    *,
    level: Level = "info",
    format: Format = "auto",  # noqa: A002 - the setting's name
    stream: TextIO | None = None,
) -> None:
    """Send every event of `level` and above to `stream` (stderr), one line each.

    `auto` means lines for people on a terminal, JSON elsewhere. A stream that fails loses lines but
    never disturbs whoever logs. May be called again, also while others log.
    """
    target = stream or sys.stderr
    lines = LossyStream(target)
    render = _renderer(format, lines)
    if isinstance(target, BackgroundStream):
        target.describe_gap = partial(_gap_event, render)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _STAMP,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", lines)),
        cache_logger_on_first_use=False,
    )
    _route_libraries(_LibraryHandler(lines, render), _number(level))


class LossyStream:
    """A text stream that drops what cannot be written, and counts it in `lost`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost = 0

    def write(self, text: str) -> int:
        """Write `text`, as far as the stream's encoding can."""
        try:
            return self._stream.write(text)
        except UnicodeEncodeError:
            return self.write(ascii_json(text))
        except (OSError, ValueError):
            # Disk full, nobody reads, or closed.
            self.lost += 1
            return 0

    def flush(self) -> None:
        """Flush if possible."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self.lost += 1

    def isatty(self) -> bool:
        """Tell whether a person looks."""
        return self._stream.isatty()


def _gap_event(render: structlog.typing.Processor, lines: int) -> str:
    """Return the line of the log that stands where `lines` of it are missing."""
    event: LogEvent = {"level": "warning", "event": "log.lines_dropped", "lines": lines}
    return str(render(None, "warning", _STAMP(None, "warning", event)))


def _renderer(chosen: Format, stream: LossyStream) -> structlog.typing.Processor:
    if chosen == "json" or (chosen == "auto" and not stream.isatty()):
        return json_line
    is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return ConsoleLines(colours=stream.isatty() and not is_plain)


def _number(level: Level) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


class _LibraryHandler(logging.StreamHandler[LossyStream]):
    """Turns records of the standard library's logging into our events.

    Their sentences become the field `message` of the event `library.logged`.
    """

    def __init__(self, stream: LossyStream, render: structlog.typing.Processor) -> None:
        super().__init__(stream)
        self._render = render
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    _STAMP,
                ],
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    _as_event,
                    render,
                ],
            )
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Log that a record could not be formatted, on one line as everything else."""
        line = self._render(
            None, "error", {"level": "error", "event": "log.unprintable", "logger": record.name}
        )
        self.stream.write(f"{line!s}\n")


def _as_event(_logger: object, _method: str, event: LogEvent) -> LogEvent:
    return {**event, "event": "library.logged", "message": event.get("event")}


def _route_libraries(handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    for old in [known for known in root.handlers if isinstance(known, _LibraryHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name, least in _CHATTY.items():
        logging.getLogger(name).setLevel(max(level, least))
    logging.captureWarnings(capture=True)
