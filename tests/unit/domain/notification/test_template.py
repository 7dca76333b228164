"""Templates, and what values can do in them: nothing but be values."""

import pytest

from monitor.domain.notification.template import BadTemplate, filled, parse_template, texts_in

VALUES = {
    "title": 'a "b" {{ id }}\\',
    "count": 2,
    "alerts": [{"status": "firing"}],
    "labels": {"site": "Shop 7"},
    "flag": True,
    "nothing": None,
}


def test_document_keeps_its_form_whatever_values_say() -> None:
    """A text that is one place becomes the value itself; quotes and braces of a value are data."""
    document = {
        "a": ["{{ title }}", "x {{ count }}", "{{count}}"],
        "{{ count }}": {"b": "{{ alerts }}"},
        "n": 3,
    }
    assert filled(document, VALUES) == {
        "a": ['a "b" {{ id }}\\', "x 2", 2],
        "{{ count }}": {"b": [{"status": "firing"}]},
        "n": 3,
    }


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("{{ labels.site }}!", "Shop 7!"),
        ("{{ labels.model }}{{ count.x }}{{ unknown }}", ""),
        ("{{ flag }} {{ nothing }}.", "true ."),
        ("no place", "no place"),
    ],
)
def test_text_with_its_values(written: str, text: str) -> None:
    """What is not there is empty."""
    assert parse_template(written).text(VALUES) == text


def test_values_are_escaped_and_what_stands_around_them_is_not() -> None:
    """The escape sees each value alone."""
    assert parse_template("<a>{{ title }}</a>").text(VALUES, lambda value: f"[{len(value)}]") == "<a>[15]</a>"


@pytest.mark.parametrize(
    "written", ["{{ title", "title }}", "{{ Title }}", "{{ a b }}", "{{ a.b.c }}", "{{}}", "{{ a }} }}"]
)
def test_braces_that_are_no_place_are_refused(written: str) -> None:
    """A misspelt place must not reach the system as text."""
    with pytest.raises(BadTemplate, match="no place for a value"):
        parse_template(written)


def test_texts_of_a_document_with_their_places() -> None:
    """Keys are no texts."""
    assert [*texts_in({"a": ["x", 3, {"b": "y"}], "c": None})] == [(("a", 0), "x"), (("a", 2, "b"), "y")]
