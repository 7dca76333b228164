import contextlib
import io
import threading

import pytest

from monitor.cli.output.progress_bar import at_work


class Screen(io.StringIO):
    """A terminal that remembers what is written to it."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_nothing_is_shown_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """A log gets no control characters."""
    with at_work("reading"):
        pass
    assert capsys.readouterr() == ("", "")


def test_what_is_done_soon_shows_no_bar() -> None:
    """A bar that flashes up is noise; its timer ends with the work."""
    screen = Screen()
    threads = threading.active_count()
    with contextlib.redirect_stderr(screen), at_work("reading"):
        pass
    assert "reading" not in screen.getvalue()
    assert threading.active_count() == threads


def test_a_failure_passes_through() -> None:
    """The bar is put away all the same."""
    with pytest.raises(ValueError, match="bad"), at_work("reading"):
        raise ValueError("bad")
