"""The section `recording`: whether polls are kept for `posmon backtest`, and for how long."""

from typing import Annotated

from pydantic import Field

from monitor.config.section import Section
from monitor.config.values import Duration, Whole

_LONGEST_DAYS = 366


class RecordingSettings(Section):
    """`days` 0: nothing is recorded."""

    days: Annotated[Whole, Field(ge=0, le=_LONGEST_DAYS)] = 0
    flush_interval_s: Annotated[Duration, Field(ge=1, le=600)] = 60.0
