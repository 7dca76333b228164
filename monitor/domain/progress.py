"""Whether posmon itself gets on with its work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`silent_s`: seconds since a poll last finished, or since nothing was left to poll."""

    silent_s: float
