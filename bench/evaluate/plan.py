"""How much is generated, and from which seeds."""

from dataclasses import dataclass

DEVELOPMENT_SEEDS = (101, 102, 103, 104)
"""On these thresholds and weights may be tuned."""

HELD_OUT_SEEDS = (9_001, 9_002, 9_003, 9_004)
"""On these nothing is tuned; the figures reported are theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`density` is how frequent incidents are, 1 as their scripts say."""

    terminals: int = 100
    days: int = 15
    density: float = 1.0

    @property
    def terminal_days(self) -> int:
        """How many days of how many terminals together."""
        return self.terminals * self.days


SMALL = Plan(terminals=40, days=4, density=4.0)
"""A few seconds: for tests."""
