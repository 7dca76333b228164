import pytest

from monitor.domain.diagnosis.cause import Cause


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_words_in_both_languages(cause: Cause) -> None:
    """They stand in the middle of a sentence."""
    assert cause.words
    assert not cause.words.endswith(".")
    assert any("一" <= character <= "鿿" for character in cause.words_zh)


def test_no_two_causes_have_the_same_words() -> None:
    """A reader could not tell the runner-up from the first."""
    assert len({cause.words for cause in Cause}) == len(Cause)
    assert len({cause.words_zh for cause in Cause}) == len(Cause)
