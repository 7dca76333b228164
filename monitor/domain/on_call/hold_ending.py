"""A window, a silence or an acknowledgement that is about to end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.instant import rfc3339

SHARE = 0.25
"""What ends is announced when a quarter of it is left, or later."""

SHORTEST_S = 20 * 60.0
"""Who holds alerts back for less has its end in mind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingHold:
    """What holds alerts back until `until` (unix seconds), and what becomes of them then.

    `by` names it, such as `silence 3fa2b1c09d8e`, `says` is why. `held` alerts that fire are held by nothing
    after that; `labels` are those that all of them share. `left_s` and `length_s` are what is left and how
    long it is in all; `left_s` is 0 once it is over or was ended early.
    """

    by: str
    until: float
    left_s: float
    length_s: float = 0.0
    says: str = ""
    held: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the thing is stored as: what ends twice, such as a window of every night, is two things."""
        return f"{self.by} until {rfc3339(self.until)}"

    def is_near(self, lead_s: float) -> bool:
        """Tell whether alerts are held, and the end is so near that it is announced."""
        return (
            self.held > 0
            and self.length_s >= SHORTEST_S
            and 0.0 < self.left_s <= min(lead_s, SHARE * self.length_s)
        )
