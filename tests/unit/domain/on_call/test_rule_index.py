from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.rule_index import RuleIndex
from monitor.domain.on_call.silence import Silence


def silence(name: str, **terms: tuple[str, ...]) -> Silence:
    """Return a silence of that id."""
    return Silence(id=name, matcher=Matcher(terms), starts_at=0.0, ends_at=1.0, by="ann", comment="")


VALUES = st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True).map(tuple)
TERMS = st.dictionaries(st.sampled_from(["site", "region", "alertname", "model"]), VALUES, max_size=3)
LABELS = st.dictionaries(st.sampled_from(["site", "region", "alertname", "model"]), st.sampled_from("abc"))


@given(st.lists(TERMS, max_size=8), st.sets(st.integers(0, 7)), LABELS)
def test_it_finds_what_looking_at_every_rule_finds(
    written: list[dict[str, tuple[str, ...]]], gone: set[int], labels: dict[str, str]
) -> None:
    """Whatever was taken out before."""
    rules = [silence(str(number), **terms) for number, terms in enumerate(written)]
    index: RuleIndex[Silence] = RuleIndex()
    for rule in rules:
        index.add(rule)
    for number in gone:
        if number < len(rules):
            index.remove(rules[number])
    kept = [rule for number, rule in enumerate(rules) if number not in gone]
    found = {rule.id for rule in index.about(labels) if rule.matcher.matches(labels)}
    assert found == {rule.id for rule in kept if rule.matcher.matches(labels)}


def test_it_looks_only_at_rules_filed_under_a_label_of_the_alert() -> None:
    """Thousands of silences of other shops cost nothing."""
    index: RuleIndex[Silence] = RuleIndex()
    for number in range(1000):
        index.add(silence(str(number), site=(f"shop {number}",)))
    assert [rule.id for rule in index.about({"site": "shop 7", "region": "east"})] == ["7"]
