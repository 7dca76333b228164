from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.diagnosis.clue import Clue, Table
from monitor.domain.diagnosis.diagnosis import Diagnosis, weigh_causes

FIRST, SECOND, THIRD = Cause.CARDHOLDER_ERROR, Cause.KEY_FAULT, Cause.POWER


def clue(
    name: str, *, holds: bool = True, weights: Mapping[Cause, float] | None = None, **named: float
) -> Clue:
    """Return a clue with weights of causes, which may be given by their name."""
    return Clue(
        name=name,
        holds=lambda _case: holds,
        weights={Cause[cause]: weight for cause, weight in named.items()} | dict(weights or {}),
        words=f"the {name}",
        words_zh=f"{name}事实",
    )


def weighed(*clues: Clue, priors: dict[Cause, float] | None = None) -> Diagnosis:
    """Return the diagnosis of an alert by these clues."""
    table = Table(causes=(THIRD, FIRST, SECOND), clues=clues, priors={"Alert": priors or {}})
    return weigh_causes(table, "Alert", Case())


def shares(diagnosis: Diagnosis) -> dict[Cause, float]:
    """Return the share of each cause."""
    return {ranked.cause: ranked.share for ranked in diagnosis.causes}


def test_a_weight_is_a_power_of_two_of_likelihood() -> None:
    """A weight of two makes a cause four times as likely, minus one half as likely."""
    found = weighed(clue("fact", KEY_FAULT=2), clue("other", POWER=-1))
    assert shares(found) == pytest.approx({SECOND: 4 / 5.5, FIRST: 1 / 5.5, THIRD: 0.5 / 5.5})


def test_facts_that_do_not_hold_weigh_nothing() -> None:
    """Equal causes are ranked in the order of `Cause`, not of the table."""
    found = weighed(clue("fact", holds=False, KEY_FAULT=9))
    assert [ranked.cause for ranked in found.causes] == [FIRST, SECOND, THIRD]
    assert (found.first.cause, found.runner_up.cause) == (FIRST, SECOND)
    assert found.first.known == ()


def test_a_prior_is_of_its_alert_alone() -> None:
    """Another alert by the same table begins even."""
    table = Table(causes=(FIRST, SECOND), clues=(), priors={"Alert": {SECOND: 1.0}})
    assert weigh_causes(table, "Alert", Case()).first.share == pytest.approx(2 / 3)
    assert weigh_causes(table, "Other", Case()).first.share == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("clues", "facts"),
    [
        ([clue("a", CARDHOLDER_ERROR=2)], 1),
        ([clue("a", CARDHOLDER_ERROR=2), clue("b", KEY_FAULT=-1)], 2),
        ([clue("a", CARDHOLDER_ERROR=2), clue("b", POWER=1)], 1),
        ([clue("a", CARDHOLDER_ERROR=5), clue("b", CARDHOLDER_ERROR=-1, KEY_FAULT=-2)], 1),
    ],
)
def test_facts_that_set_the_first_apart_are_counted(clues: list[Clue], facts: int) -> None:
    """They speak for it, or against another and not against it."""
    assert weighed(*clues).facts == facts


@pytest.mark.parametrize(
    ("clues", "is_thin"),
    [
        ([], True),
        ([clue("a", CARDHOLDER_ERROR=9)], True),
        ([clue("a", CARDHOLDER_ERROR=0.1), clue("b", CARDHOLDER_ERROR=0.1)], True),
        ([clue("a", CARDHOLDER_ERROR=1), clue("b", CARDHOLDER_ERROR=1)], False),
    ],
)
def test_one_fact_or_a_small_share_is_thin(clues: list[Clue], *, is_thin: bool) -> None:
    """One fact can be chance, and half of the likelihood is the least to rely on."""
    assert weighed(*clues).is_thin is is_thin


def test_the_weightiest_facts_are_named_first_and_at_most_four() -> None:
    """What speaks against the cause follows."""
    speaking = [
        clue(name, CARDHOLDER_ERROR=weight) for name, weight in zip("abcde", range(1, 6), strict=True)
    ]
    found = weighed(*speaking, clue("z", CARDHOLDER_ERROR=-3))
    assert [fact.name for fact in found.first.speaks_for] == ["e", "d", "c", "b", "a"]
    assert found.cause.endswith("; because the e, the d, the c, the b; but the z")
    assert found.cause_zh.endswith("依据：e事实，d事实，c事实，b事实；但z事实")  # noqa: RUF001 - Chinese punctuation


@pytest.mark.parametrize(
    ("weight", "english", "chinese"),
    [
        (0.1, "evidence is thin: perhaps", "依据不足：也许是"),  # noqa: RUF001 - Chinese punctuation
        (1, "likely", "可能是"),
        (3, "very likely", "很可能是"),
    ],
)
def test_words_say_how_sure_it_is(weight: float, english: str, chinese: str) -> None:
    """Both languages say the same."""
    found = weighed(clue("a", CARDHOLDER_ERROR=weight), clue("b", CARDHOLDER_ERROR=weight))
    assert found.cause.startswith(f"{english} {FIRST.words} (")
    assert found.cause_zh.startswith(f"{chinese}{FIRST.words_zh}")


def test_nothing_is_certain() -> None:
    """A sum of rough weights is never shown as more than 99 per cent, nor as less than one."""
    found = weighed(clue("a", CARDHOLDER_ERROR=50), clue("b", CARDHOLDER_ERROR=50))
    assert "(99%)" in found.cause
    assert "(1%)" in found.cause


@given(
    st.lists(
        st.tuples(st.sampled_from(["CARDHOLDER_ERROR", "KEY_FAULT", "POWER"]), st.floats(-9, 9)), max_size=20
    )
)
def test_shares_add_up_and_fall(weights: list[tuple[str, float]]) -> None:
    """Whatever the clues weigh."""
    found = weighed(*(clue("a", weights={Cause[cause]: weight}) for cause, weight in weights))
    ranked = [one.share for one in found.causes]
    assert sum(ranked) == pytest.approx(1.0)
    assert ranked == sorted(ranked, reverse=True)
