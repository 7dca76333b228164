import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.parsers import PARSERS, Parser

EXAMPLES = 100
LONG_BYTES = 24_000
PATIENCE_S = 5
"""What backtracks or looks at everything once for each byte takes minutes for a long text, not seconds."""

UNITS = (
    *(b"[", b"{", b'"', b"'", b"\\", b"a: ", b"- ", b"- - ", b",", b", ", b" -", b" ", b"0", b"4111 ", b"\n"),
    *(
        b"\r\n",
        b"&a ",
        b"*a ",
        b"Mo-",
        b"Mo 08:00-",
        b";",
        b"=",
        b"%",
        b"=&",
        b"1.",
        b"\xe6\x9c\x9d",
        b"\xff",
    ),
    *(b'{"a":', b'["",', b"X: y\r\n", b"| ", b"# ", b"```", b"!!", b"<<: ", b"? "),
)


def damaged(seeds: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Return texts that are like a seed but for a few places, or like nothing."""
    place, piece = st.integers(0, 2000), st.binary(max_size=6) | st.sampled_from(UNITS)
    changes = st.lists(st.tuples(place, st.integers(0, 40), piece), min_size=1, max_size=4)
    return st.binary(max_size=100) | st.builds(_changed, st.sampled_from(seeds), changes)


def _changed(seed: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, piece in changes:
        at = place % (len(seed) + 1)
        seed = seed[:at] + piece + seed[at + length :]
    return seed


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_whatever_is_written_is_taken_or_refused(parser: Parser) -> None:
    """No bytes make a parser raise what it does not declare, or repeat what must not be repeated."""

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(damaged(parser.seeds))
    def read(data: bytes) -> None:
        parser.read(data)

    for seed in parser.seeds:
        parser.read(seed)
    read()


@contextmanager
def patience() -> Iterator[None]:
    """Fail what takes longer than PATIENCE_S of the processor."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_no_text_keeps_a_parser_busy(parser: Parser) -> None:
    """A long text that says one thing again and again, behind any beginning, is read or refused in time."""
    with patience():
        for unit in UNITS:
            for beginning in (b"", parser.seeds[0][:40]):
                parser.read(beginning + unit * (LONG_BYTES // len(unit)))
