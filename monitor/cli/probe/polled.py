"""What one poll outside the daemon brought."""

from typing import NamedTuple

from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import PollResult
from monitor.domain.sources.report import MappedField


class Polled(NamedTuple):
    """A result and when it was there; `mapping` shows each expression of a source of kind json at work."""

    at: Instant
    result: PollResult
    mapping: tuple[MappedField, ...] = ()
