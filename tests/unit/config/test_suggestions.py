import pytest

from monitor.config.suggestions import did_you_mean, nearest

KNOWN = ("interval", "timeout", "TerminalOffline", "terminal_id")

CASES = [
    ("intervall", "interval"),
    ("INTERVAL", "interval"),
    ("terminaloffline", "TerminalOffline"),
    ("Terminal ID", "terminal_id"),
    ("terminal-id", "terminal_id"),
    ("xyz", None),
    ("", None),
]


@pytest.mark.parametrize(("word", "found"), CASES)
def test_likely_word_is_found(word: str, found: str | None) -> None:
    """A typing error, other letter case or other word breaks lead to the known word."""
    assert nearest(word, KNOWN) == found


def test_few_known_words_are_listed_when_none_is_near() -> None:
    """Who is far off is told the choices, as long as they fit a line."""
    assert did_you_mean("xyz", ["a1", "b2"]) == "; known are a1, b2"
    assert did_you_mean("xyz", [f"word{number}" for number in range(50)]) == ""
    assert did_you_mean("xyz", []) == ""
    assert did_you_mean("a2", ["a1", "b9"]) == "; known are a1, b9"
