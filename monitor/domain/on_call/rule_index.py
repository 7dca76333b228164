"""Finding the few rules that may be about an alert among thousands."""

from collections.abc import Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from monitor.domain.on_call.matcher import Matcher


class Matching(Protocol):
    """A rule with an id and a matcher."""

    @property
    def id(self) -> str:
        """What names the rule."""
        ...

    @property
    def matcher(self) -> Matcher:
        """Which alerts the rule is about."""
        ...


RuleT = TypeVar("RuleT", bound=Matching)


class RuleIndex(Generic[RuleT]):
    """Files each rule under the values of its narrowest key.

    An alert meets only the rules that are filed under one of its own labels: asking costs the same with ten
    rules as with ten thousand.
    """

    def __init__(self) -> None:
        self._filed: dict[str, dict[str, dict[str, RuleT]]] = {}

    def add(self, rule: RuleT) -> None:
        """File a rule."""
        key = rule.matcher.narrowest
        values = self._filed.setdefault(key, {})
        for value in rule.matcher.terms.get(key, ("",)):
            values.setdefault(value, {})[rule.id] = rule

    def remove(self, rule: RuleT) -> None:
        """Take a rule out, if it is there."""
        key = rule.matcher.narrowest
        values = self._filed.get(key, {})
        for value in rule.matcher.terms.get(key, ("",)):
            rules = values.get(value, {})
            rules.pop(rule.id, None)
            if not rules:
                values.pop(value, None)
        if not values:
            self._filed.pop(key, None)

    def about(self, labels: Mapping[str, str]) -> Iterator[RuleT]:
        """Yield the rules that may be about an alert with these labels: one of their keys fits."""
        for key, values in self._filed.items():
            rules = values.get(labels.get(key, ""))
            if rules:
                yield from rules.values()
