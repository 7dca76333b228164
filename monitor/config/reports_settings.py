"""The section `reports`: how far back reports look, and how late work may be declared planned."""

from typing import Annotated

from pydantic import Field

from monitor.config.section import Section
from monitor.config.values import Duration, Whole

DAY_S = 24 * 3600.0
FEWEST_DAYS = 62
"""A report on the last month can be made until the next one is over."""

MOST_DAYS = 3660


class ReportsSettings(Section):
    """What reports on availability can look back on."""

    days: Annotated[Whole, Field(ge=FEWEST_DAYS, le=MOST_DAYS)] = 760
    declared_late_s: Duration = 7 * DAY_S

    @property
    def kept_s(self) -> float:
        """How long facts are kept, in seconds."""
        return self.days * DAY_S
