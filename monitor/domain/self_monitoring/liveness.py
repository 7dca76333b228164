"""Whether the parts of posmon make progress."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LivenessCheck:
    """A sign of life of one `part`: `silent_s` seconds since it last made progress.

    Beyond `patience_s` it is stuck. `note` tells people of a fault that a restart would not cure, such as a
    full disk or a receiver that is away.
    """

    part: str
    silent_s: float
    patience_s: float
    note: str = ""

    @property
    def is_stuck(self) -> bool:
        """Whether it has made no progress for longer than `patience_s`."""
        return self.silent_s > self.patience_s


@dataclass(frozen=True, slots=True, kw_only=True)
class PollingProgress:
    """`silent_s`: seconds since a poll last finished, or since nothing was left to poll.

    `clock_ahead_s` is how far posmon's clock is ahead of the fleet's, 0.0 while nothing speaks against it.
    """

    silent_s: float
    clock_ahead_s: float = 0.0
