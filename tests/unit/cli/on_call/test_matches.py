import pytest

from monitor.cli.on_call.matches import match_of, read_term


def test_a_term_is_a_key_and_its_values() -> None:
    """A comma separates values, unless a backslash stands before it; `=` may stand in a value."""
    assert read_term("model=N910, N920") == ("model", ("N910", "N920"))
    assert read_term(r"site=Smith\, Jones & Co,上海=1") == ("site", ("Smith, Jones & Co", "上海=1"))


@pytest.mark.parametrize("text", ["", "site", "site=", "=mall", "site=a,,b", "site=a,"])
def test_no_terms(text: str) -> None:
    """A missing key or value is refused."""
    with pytest.raises(ValueError, match="is not a key and its values"):
        read_term(text)


def test_a_key_that_stands_twice_has_the_values_of_both() -> None:
    """Each once, in the order of the command line."""
    terms = [read_term("site=a,b"), read_term("model=N910"), read_term("site=b,c")]
    assert match_of(terms) == {"site": ["a", "b", "c"], "model": ["N910"]}
