"""A silence that was made in Alertmanager or Grafana, not by posmon."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.domain.suppression.label_pattern import label_pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceMatcher:
    """One condition on a label, in Alertmanager's terms: `=`, `!=`, `=~` or `!~`.

    A label that an alert does not have counts as empty.
    """

    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True

    @property
    def text(self) -> str:
        """As Alertmanager writes it: `site=~"mall-1|mall-2"`."""
        operator = ("=~" if self.is_regex else "=") if self.is_equal else ("!~" if self.is_regex else "!=")
        value = self.value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
        return f'{self.name}{operator}"{value}"'

    @property
    def is_readable(self) -> bool:
        """Whether posmon knows what it matches; not so of a regular expression beyond `LabelPattern`."""
        return not self.is_regex or label_pattern(self.value) is not None

    def holds(self, labels: Mapping[str, str]) -> bool | None:
        """Tell whether alert `labels` fulfil it; None when posmon cannot tell."""
        value = labels.get(self.name, "")
        if not self.is_regex:
            return (value == self.value) is self.is_equal
        pattern = label_pattern(self.value)
        is_match = pattern.is_all_of(value) if pattern else None
        return None if is_match is None else is_match is self.is_equal


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignSilence:
    """A silence as its Alertmanagers list it; times are unix seconds, `alertmanagers` the names of its lists.

    Only what fulfils all of `matchers` is silenced, while the silence is active.
    """

    silence_id: str
    matchers: tuple[SilenceMatcher, ...]
    starts_at: float
    ends_at: float
    created_by: str
    comment: str
    alertmanagers: tuple[str, ...]

    @property
    def text(self) -> str:
        """The matchers in a line: `{alertname="PaperOut", site=~"mall-.*"}`."""
        return f"{{{', '.join(matcher.text for matcher in self.matchers)}}}"

    @property
    def is_readable(self) -> bool:
        """Whether posmon can tell what it matches."""
        return bool(self.matchers) and all(matcher.is_readable for matcher in self.matchers)

    def is_active(self, wall: float) -> bool:
        """Tell whether it silences at a moment (unix seconds)."""
        return self.starts_at <= wall < self.ends_at

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether it certainly matches an alert; `labels` are those that Alertmanager sees."""
        return bool(self.matchers) and all(matcher.holds(labels) is True for matcher in self.matchers)

    def may_match(self, labels: Mapping[str, str]) -> bool:
        """Tell whether it matches, or may: nothing speaks against it, and posmon cannot tell the rest."""
        return all(matcher.holds(labels) is not False for matcher in self.matchers)
