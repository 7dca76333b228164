import pytest

from monitor.domain.pushing.source import PushSource, WrongTerminal


def test_a_source_for_one_terminal_may_speak_for_that_one_only() -> None:
    """An id that only begins like its own is another terminal's."""
    source = PushSource(name="till", terminal_id="10000001")
    source.authorise("10000001")
    for other in ("10000002", "1000000", "100000011", ""):
        with pytest.raises(WrongTerminal) as refused:
            source.authorise(other)
        assert (refused.value.field, refused.value.reason) == (
            "terminal_id",
            "this token speaks for another terminal",
        )


def test_a_source_for_no_terminal_in_particular_may_speak_for_all() -> None:
    """A log shipper's token names no terminal."""
    PushSource(name="shipper").authorise("10000001")
