"""What one rule did in a period."""

from collections import Counter
from dataclasses import dataclass, field

SHORT_S = 300.0
"""What ends within five minutes is over before anybody has gone to look."""


@dataclass(slots=True, kw_only=True)
class RuleTally:
    """The firings of one alert name in a period.

    `ended` of those `fired` are over; `total_s` and `longest_s` are from the beginning of the condition to its
    end, or to the end of the period, by the wall clock. `short` ended within SHORT_S. `by_site` and
    `by_subject` count firings, `acknowledged` those that somebody acknowledged.
    """  # noqa: E501

    alertname: str
    owner: str
    category: str
    fired: int = 0
    ended: int = 0
    short: int = 0
    acknowledged: int = 0
    total_s: float = 0.0
    longest_s: float = 0.0
    by_site: Counter[str] = field(default_factory=Counter)
    by_subject: Counter[str] = field(default_factory=Counter)

    @property
    def still_open(self) -> int:
        """How many of them fire at the end of the period."""
        return self.fired - self.ended

    @property
    def mean_s(self) -> float:
        """How long one of them lasted on average."""
        return self.total_s / self.fired if self.fired else 0.0
