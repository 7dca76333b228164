"""The result of one poll. A failed poll is data, not an exception."""

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
    SILENT = "silent"
    """A terminal that reports by itself has not done so for too long."""

    REPORTED_OFFLINE = "reported_offline"
    """The source that speaks for the terminal says that it is offline."""

    AWAITED = "awaited"
    """Nothing is known now: it is not due to report yet, or its source cannot be asked."""

    SHED = "shed"
    """posmon itself had no file descriptor or memory left: says nothing about the terminal."""

    __hash__ = str.__hash__  # every poll is counted by its outcome, and an Enum's own hash is Python


SAYS_NOTHING = frozenset({Outcome.AWAITED, Outcome.SHED})
"""After these a terminal is what it was before."""

_ANSWERS = ("http_status", "redirect", "protocol", "tls", "unauthorized", "rate_limited")
ANSWERED = frozenset(outcome for outcome in Outcome if outcome.value in _ANSWERS)
"""Failures in which something answered: neither a line nor posmon's own link is to blame for them."""


class CertificatePeriod(NamedTuple):
    """From when to when the TLS certificate holds that something showed; unix seconds."""

    begins: float
    ends: float


class PollResult(NamedTuple):
    """One finished poll.

    A `reading` comes only with the outcome OK. OK without one: the terminal can be reached, or has pushed
    what is known already. `detail` is a short phrase for people (posmon's own words and numbers, no text from
    the peer). `duration_s` is from the start of the exchange to its end. `events` came with the reading, not
    yet decoded. `age_s`: the terminal was last known to be reachable so many seconds before the poll ended.
    `unreadable` has a phrase for each field of the heartbeat that is unknown because it could not be read.
    `certificate` comes with the first answer over a new TLS connection.
    """

    outcome: Outcome
    duration_s: float
    reading: Reading | None = None
    detail: str = ""
    events: Sequence[object] = ()
    age_s: float = 0.0
    unreadable: tuple[str, ...] = ()
    certificate: CertificatePeriod | None = None
