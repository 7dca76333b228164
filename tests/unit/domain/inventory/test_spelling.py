import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.inventory.spelling import is_another, is_same_but_for_spelling, normal_form

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
BLANKS = st.text(st.sampled_from(" \t\u00a0\u200b\u200d\u3000\ufeff"), max_size=3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("N910-01", "n910-01"),
        ("00012345", "12345"),
        ("N910 01", "N91001"),
        ("N910-01\u200b", "N910-01"),
        ("\ufeffN910-01", "N910-01"),
        ("\uff2e\uff19\uff11\uff10", "N910"),
    ],
)
def test_spellings_of_one_text(one: str, other: str) -> None:
    """Case, blanks that are seen or not, leading zeros and width do not make another device."""
    assert is_same_but_for_spelling(one, other)
    assert not is_another(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("N910-01", "N910-10"), ("1", "10"), ("0", ""), ("", "N"), ("00", "0")]
)
def test_other_texts(one: str, other: str) -> None:
    """One more digit behind is another number, and what is all zeros says nothing."""
    assert not is_same_but_for_spelling(one, other)
    assert is_another(one, other)


def test_a_text_is_itself() -> None:
    """The same text is neither another nor written differently."""
    assert not is_another("N1", "N1")
    assert not is_same_but_for_spelling("N1", "N1")


@given(TEXTS, BLANKS, st.integers(min_value=0, max_value=4))
def test_blanks_and_zeros_in_front_never_matter(text: str, blanks: str, zeros: int) -> None:
    """Whatever the text holds."""
    assert normal_form(blanks + "0" * zeros + text + blanks) == normal_form(text)


@given(TEXTS, TEXTS)
def test_two_texts_are_one_of_three(one: str, other: str) -> None:
    """The same, written differently, or another; both ways round."""
    assert (one == other) + is_same_but_for_spelling(one, other) + is_another(one, other) == 1
    assert is_another(one, other) is is_another(other, one)
