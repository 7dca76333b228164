import io
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from monitor.logs import configure_logging
from monitor.logs.background_stream import BackgroundStream

SMALL = 1_000
WITHIN_S = 20.0


class Pipe:
    """A pipe with little room, and a reader that reads only when it is told to."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.reads, writes = os.pipe()
        self.out = io.TextIOWrapper(io.FileIO(writes, "w"), encoding=encoding, write_through=True)
        self.received = b""

    def fill(self) -> None:
        """Take all the room that the system has."""
        os.set_blocking(self.out.fileno(), False)
        try:
            while os.write(self.out.fileno(), b"." * 4096):
                pass
        except BlockingIOError:
            os.set_blocking(self.out.fileno(), True)

    def read_on(self) -> None:
        """Read until nobody writes any more."""
        while data := os.read(self.reads, 65536):
            self.received += data

    def close(self) -> None:
        """Let the reader see the end."""
        self.out.close()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """Return a pipe."""
    here = Pipe()
    yield here
    here.out.close()
    os.close(here.reads)


def received_in_the_end(pipe: Pipe, stream: BackgroundStream) -> str:
    """Read what comes until everything was written."""
    reader = threading.Thread(target=pipe.read_on)
    reader.start()
    assert stream.drain(WITHIN_S)
    pipe.close()
    reader.join(WITHIN_S)
    return pipe.received.decode().lstrip(".")


def test_what_is_read_arrives_whole_and_in_order(pipe: Pipe) -> None:
    """With a reader nothing is lost."""
    stream = BackgroundStream(pipe.out)
    for number in range(1_000):
        stream.write(f"line {number}\n")
    assert received_in_the_end(pipe, stream) == "".join(f"line {number}\n" for number in range(1_000))
    assert stream.lines_dropped == 0


def test_reader_that_stands_still_costs_lines_and_no_time(pipe: Pipe) -> None:
    """Writes return, what does not fit is counted, and one line stands where it is missing."""
    pipe.fill()
    stream = BackgroundStream(pipe.out, capacity=SMALL)
    for number in range(500):
        stream.write(f"line {number:03d}\n")
    assert not stream.drain(0.01)
    said = received_in_the_end(pipe, stream).splitlines()
    dropped = stream.lines_dropped
    assert 300 < dropped < 500
    assert said[:-1] == [f"line {number:03d}" for number in range(500 - dropped)]
    assert said[-1] == f"({dropped} lines are missing here: nobody read them in time)"


def test_lines_after_a_gap_are_kept(pipe: Pipe) -> None:
    """Once the reader has caught up nothing is dropped any more."""
    pipe.fill()
    stream = BackgroundStream(pipe.out, capacity=SMALL)
    for _ in range(500):
        stream.write("before\n")
    reader = threading.Thread(target=pipe.read_on)
    reader.start()
    assert stream.drain(WITHIN_S)
    dropped = stream.lines_dropped
    stream.write("after\n")
    assert stream.drain(WITHIN_S)
    pipe.close()
    reader.join(WITHIN_S)
    assert stream.lines_dropped == dropped
    assert pipe.received.decode().splitlines()[-1] == "after"


def test_gap_in_the_log_is_an_event(pipe: Pipe) -> None:
    """The log says once, in its own form, how many lines are missing."""
    pipe.fill()
    stream = BackgroundStream(pipe.out, capacity=SMALL)
    configure_logging(format="json", level="error", stream=stream)  # type: ignore[arg-type]
    for number in range(100):
        structlog.get_logger().error("poll.failed", number=number)
    events = [json.loads(line) for line in received_in_the_end(pipe, stream).splitlines()]
    (gap,) = [event for event in events if event["event"] == "log.lines_dropped"]
    assert gap.pop("timestamp").endswith("Z")
    assert gap == {"level": "warning", "event": "log.lines_dropped", "lines": stream.lines_dropped}
    assert len(events) - 1 + stream.lines_dropped == 100


def test_pipe_that_somebody_made_non_blocking_is_waited_for(pipe: Pipe) -> None:
    """A shared descriptor that says "try again" loses nothing."""
    pipe.fill()
    os.set_blocking(pipe.out.fileno(), False)
    stream = BackgroundStream(pipe.out)
    stream.write("x" * 200_000 + "\n")
    assert len(received_in_the_end(pipe, stream)) == 200_001
    assert stream.lines_dropped == 0


def test_reader_that_went_away_costs_lines_only(pipe: Pipe) -> None:
    """What nobody can read any more is counted."""
    os.close(pipe.reads)
    stream = BackgroundStream(pipe.out)
    stream.write("one\ntwo\n")
    assert stream.drain(WITHIN_S)
    stream.write("three\n")
    stream.flush()
    assert stream.drain(WITHIN_S)
    assert stream.lines_dropped == 3
    pipe.reads = os.dup(pipe.out.fileno())


def test_strict_stream_raises_what_the_system_said() -> None:
    """Where output is the purpose, a full disk ends the command at the next write."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        stream = BackgroundStream(full, is_strict=True)
        stream.write("lost\n")
        assert stream.drain(WITHIN_S)
        with pytest.raises(OSError, match="No space left on device"):
            stream.write("never\n")
        with pytest.raises(OSError, match="No space left on device"):
            stream.flush()


def test_disk_that_has_room_again_is_told_what_is_missing(tmp_path: Path) -> None:
    """Lines that a full disk has refused are named by their number before the first that it takes."""
    with (tmp_path / "log").open("w") as good, Path("/dev/full").open("w") as bad:
        shared = os.dup(bad.fileno())
        with open(shared, "w", encoding="utf-8") as log:  # noqa: PTH123 - a descriptor
            stream = BackgroundStream(log)
            for _ in range(3):
                stream.write("lost\n")
                assert stream.drain(WITHIN_S)
            os.dup2(good.fileno(), shared)
            stream.write("kept\n")
            assert stream.drain(WITHIN_S)
    missing, kept = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert (missing[:8], kept) == ("(3 lines", "kept")
    assert stream.lines_dropped == 3


def test_character_that_the_encoding_lacks_is_escaped() -> None:
    """A line in JSON stays JSON."""
    pipe = Pipe("ascii")
    stream = BackgroundStream(pipe.out)
    stream.write('{"site": "Zürich"}\n')
    assert received_in_the_end(pipe, stream) == '{"site": "Z\\u00fcrich"}\n'
    os.close(pipe.reads)


def test_it_looks_like_the_stream_behind_it(pipe: Pipe) -> None:
    """Descriptor, encoding and whether a person looks are those of the stream itself."""
    stream = BackgroundStream(pipe.out)
    assert (stream.fileno(), stream.isatty(), stream.encoding) == (pipe.out.fileno(), False, "utf-8")
    assert stream.writable()
    assert stream.errors == "backslashreplace"


@given(st.lists(st.text(max_size=50).map(lambda text: f"{text}\n"), max_size=60), st.integers(0, 400))
def test_every_line_is_written_or_counted(texts: list[str], capacity: int) -> None:
    """Whatever is written and however little may wait: nothing is lost without being counted."""
    pipe = Pipe()
    pipe.fill()
    stream = BackgroundStream(pipe.out, capacity=capacity)
    stream.describe_gap = lambda lines: f"GAP{lines}"
    sent = 0
    for text in texts:
        data = text.encode("utf-8", "replace").decode()
        sent += data.count("\n")
        stream.write(data)
    reader = threading.Thread(target=pipe.read_on)
    reader.start()
    assert stream.drain(WITHIN_S)
    pipe.close()
    reader.join(WITHIN_S)
    os.close(pipe.reads)
    gaps = 1 if stream.lines_dropped else 0
    assert pipe.received.count(b"\n") == sent - stream.lines_dropped + gaps
