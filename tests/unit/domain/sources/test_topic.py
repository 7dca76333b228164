import pytest

from monitor.domain.sources.topic import BadTopic, TopicPattern


@pytest.mark.parametrize(
    ("pattern", "asked_for", "topic", "terminal"),
    [
        ("pos/{id}/state", "pos/+/state", "pos/T1/state", "T1"),
        ("{id}", "+", "T1", "T1"),
        ("shop/+/{id}", "shop/+/+", "shop/7/终端", "终端"),
        ("pos/{id}/#", "pos/+/#", "pos/T1/a/b", "T1"),
        ("pos/{id}/#", "pos/+/#", "pos/T1", "T1"),
        ("pos/{id}/state", "pos/+/state", "pos//state", None),
        ("pos/{id}/state", "pos/+/state", "pos/a/b/state", None),
        ("{id}/state", "+/state", "$SYS/state", None),
        ("a.b/{id}", "a.b/+", "aXb/T1", None),
    ],
)
def test_the_id_stands_where_the_pattern_says(
    pattern: str, asked_for: str, topic: str, terminal: str | None
) -> None:
    """A broker is asked for every id; a topic that does not fit has none."""
    made = TopicPattern(pattern)
    assert made.filter == asked_for
    assert made.terminal_of(topic) == terminal
    assert made.matches(topic) is (terminal is not None)


def test_a_pattern_without_a_place_has_no_id() -> None:
    """The message itself says then which terminal it is about."""
    made = TopicPattern("fleet/#")
    assert not made.has_id
    assert made.matches("fleet/x/y")
    assert made.terminal_of("fleet/x/y") is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "1 to 65535 bytes"),
        ("x" * 65536, "1 to 65535 bytes"),
        ("{id}/{id}", "more than once"),
        ("#/{id}", "only at the end"),
        ("pos-{id}/state", "fill a whole level"),
        ("pos/a+b", "fill a whole level"),
        ("pos/{terminal}", "fill a whole level"),
    ],
)
def test_a_bad_pattern_says_what_is_wrong(pattern: str, reason: str) -> None:
    """The configuration shows the reason beside the line."""
    with pytest.raises(BadTopic, match=reason):
        TopicPattern(pattern)
