"""The section `escalation`: levels that are notified of unattended alerts."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Self

from pydantic import model_validator

from monitor.config.match_settings import Match, bad_match
from monitor.config.section import Place, Section, refuse
from monitor.config.values import Duration
from monitor.domain.calendars.escalation_policy import EscalationPolicy

MOST_LEVELS = 9
SHORTEST_S = 1.0


class EscalationSettings(Section):
    """One policy: which alerts it covers, and after which time unattended each level is notified."""

    match: Match
    unattended: tuple[Duration, ...]

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse([*bad_match(self.match), *self._bad_levels()])
        return self

    def _bad_levels(self) -> Iterator[tuple[Place, str]]:
        if not self.unattended:
            yield ("unattended",), "names no level; write durations as in [15m, 45m]"
        if len(self.unattended) > MOST_LEVELS:
            yield ("unattended",), f"has more than {MOST_LEVELS} levels"
        if any(after < SHORTEST_S for after in self.unattended):
            yield ("unattended",), "has a level below 1s"
        if any(later <= earlier for earlier, later in pairwise(self.unattended)):
            yield ("unattended",), "does not rise from level to level"

    def policy(self) -> EscalationPolicy:
        """Return the policy."""
        return EscalationPolicy(match=self.match, after_s=self.unattended)
