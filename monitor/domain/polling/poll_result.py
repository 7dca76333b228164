"""What one poll came to. A failed poll is data, not an exception."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from monitor.domain.heartbeat.reading import Reading


class Outcome(StrEnum):
    """How a poll ended; the values are the label `result` of `posmon_polls_total`."""

    OK = "ok"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    RESET = "reset"
    DNS = "dns"
    TLS = "tls"
    HTTP_STATUS = "http_status"
    REDIRECT = "redirect"
    PROTOCOL = "protocol"
    SHED = "shed"
    """posmon itself had no file descriptor or memory left: says nothing about the terminal."""

    __hash__ = str.__hash__  # every poll is counted by its outcome, and an Enum's own hash is Python


class PollResult(NamedTuple):
    """One finished poll.

    `reading` is there exactly when `outcome` is OK. `detail` is a short phrase for people
    (posmon's own words and numbers, no text from the peer). `duration_s` is from the start of
    the exchange to its end. `events` came with the reading, not yet looked at.
    """

    outcome: Outcome
    duration_s: float
    reading: Reading | None = None
    detail: str = ""
    events: Sequence[object] = ()
