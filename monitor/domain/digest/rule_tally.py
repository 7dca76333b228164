"""What one rule did in a period."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

SHORT_S = 300.0
"""What ends within five minutes is over before anybody has gone to look."""

_HOUR_S, _DAY_S = 3600, 86_400


@dataclass(slots=True, kw_only=True)
class RuleTally:
    """The firings of one alert name in a period.

    `ended` of those `fired` are over; `total_s` and `longest_s` are from the beginning of the condition to
    its end, or to the end of the period, by the wall clock. `short` ended within SHORT_S, and `short_s` says
    how long each of these lasted. `by_site` and `by_subject` count firings. `told` are those that on-call was
    told of, `shop_told` those that shops were, `held` those that something held back at some time, `attended`
    those that somebody acknowledged (`acknowledged`) or silenced, or that planned work covered. `days` are
    the days on which it fired in each hour of the day, both in UTC.
    """

    alertname: str
    owner: str
    category: str
    severity: str = ""
    fired: int = 0
    ended: int = 0
    short: int = 0
    told: int = 0
    shop_told: int = 0
    held: int = 0
    acknowledged: int = 0
    attended: int = 0
    total_s: float = 0.0
    longest_s: float = 0.0
    short_s: list[float] = field(default_factory=list)
    by_site: Counter[str] = field(default_factory=Counter)
    by_subject: Counter[str] = field(default_factory=Counter)
    by_hour: Counter[int] = field(default_factory=Counter)
    days: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def still_open(self) -> int:
        """How many of them fire at the end of the period."""
        return self.fired - self.ended

    @property
    def mean_s(self) -> float:
        """How long one of them lasted on average."""
        return self.total_s / self.fired if self.fired else 0.0

    def began(self, wall: float) -> None:
        """Count the time at which one fired."""
        hour = int(wall) // _HOUR_S % 24
        self.by_hour[hour] += 1
        self.days[hour].add(int(wall) // _DAY_S)

    def ended_after(self, lasted_s: float, *, is_open: bool) -> None:
        """Count how long one lasted."""
        self.total_s += lasted_s
        self.longest_s = max(self.longest_s, lasted_s)
        self.ended += not is_open
        if not is_open and lasted_s <= SHORT_S:
            self.short += 1
            self.short_s.append(lasted_s)
