"""Everything posmon knows about one terminal now."""

from collections.abc import Mapping

from monitor.domain.alerts.rules import TerminalRules
from monitor.domain.events.terminal_history import TerminalHistory
from monitor.domain.fleet.claim import Claim
from monitor.domain.fleet.device_record import (
    CHANGES_KEPT,
    FIRMWARE_VERSION,
    MODEL,
    NOTHING_SAID,
    SERIAL_NUMBER,
    Said,
    changes_between,
    facts_of_row,
    facts_said,
    learnt,
    said_by,
    said_in,
)
from monitor.domain.fleet.firmware_cohort import FirmwareCohort
from monitor.domain.fleet.terminal_memory import Change, TerminalMemory
from monitor.domain.fleet.uptime import UptimeFall
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.heartbeat.unreadable import ALL_READ
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import ANSWERED, Outcome, PollResult

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
HISTORY_POLLS = 21
"""How many polls the flapping history holds, as Nagios has it."""

RESTARTS_KEPT = 16
STEADILY_UP = (1 << HISTORY_POLLS) - 1
"""The flapping history of a terminal that has long been answering."""


class WatchedTerminal:
    """A polled terminal: its inventory row, its rules and what its polls said.

    `reading` is the last good heartbeat of its own, kept while it is offline; `claimed_id` the
    terminal id of the last answer when that was another's, else "", and `claim` what is known of that.
    `history` has one bit per poll, newest lowest, 1 = good; `polls_seen` counts up to HISTORY_POLLS.
    `restarts` are monotonic times of seen restarts, oldest first. `clock_skew_s` is its clock minus ours.
    `changes` is its device record: the last CHANGES_KEPT facts that became others, oldest first.
    `cohort` counts the firmware of all terminals of its model, this one with `counted_firmware`.
    `events` is what it told of transactions and log-ins, None as long as it told of none.
    `first_seen` is when it was first watched, `watched_since` since when this run watches it.
    `has_battery` tells that it once reported a charge above 0, or whether it charges.
    `unreadable` is what of its heartbeats could not be read.
    `judged` are the rules that were asked about `reading` and found nothing open since, None if that
    is not so. `is_unsaved` tells that what is to be remembered of it has changed; whoever saves it says so.
    """

    __slots__ = (
        "_said",
        "_uptime_fall",
        "changes",
        "claim",
        "claimed_id",
        "clock_skew_s",
        "cohort",
        "counted_firmware",
        "detail",
        "duration_s",
        "events",
        "failures",
        "first_seen",
        "has_battery",
        "history",
        "is_unsaved",
        "judged",
        "last_good",
        "last_poll",
        "outcome",
        "polls_seen",
        "reading",
        "restarts",
        "rules",
        "terminal",
        "unreadable",
        "watched_since",
    )

    def __init__(self, terminal: Terminal, *, rules: TerminalRules, now: Instant) -> None:
        self.terminal = terminal
        self.rules = rules
        self.first_seen = now
        self.watched_since = now
        self.reading: Reading | None = None
        self.events: TerminalHistory | None = None
        self.outcome: Outcome | None = None
        self.detail = ""
        self.duration_s = 0.0
        self.last_poll: Instant | None = None
        self.last_good: Instant | None = None
        self.failures = 0
        self.history = 0
        self.polls_seen = 0
        self.restarts: tuple[float, ...] = ()
        self.has_battery = False
        self.clock_skew_s: float | None = None
        self.claimed_id = ""
        self.claim: Claim | None = None
        self.unreadable = ALL_READ
        self.changes: tuple[Change, ...] = ()
        self.is_unsaved = True
        self.judged: TerminalRules | None = None
        self._said: Said | None = NOTHING_SAID
        self._uptime_fall: UptimeFall | None = None
        self.cohort: FirmwareCohort | None = None
        self.counted_firmware: str | None = None

    @property
    def serial_number(self) -> str:
        """The last one it gave, "" before the first."""
        return self._known[SERIAL_NUMBER] or ""

    @property
    def firmware_version(self) -> str | None:
        """What it last said it runs."""
        version: str | None = self._known[FIRMWARE_VERSION]
        return version

    @property
    def model(self) -> str:
        """The inventory's model, or else the one it says it is, "" when nobody says."""
        return self.terminal.model or self._known[MODEL] or ""

    @property
    def battery_percent(self) -> float | None:
        """Its charge (0-100) as last reported, None while that is unknown.

        Devices without a battery report 0: that is a charge only for one that is known to have a battery.
        """
        percent = self.reading.battery_percent if self.reading else None
        return percent if percent or self.has_battery else None

    @property
    def facts(self) -> Mapping[str, str]:
        """What it last said of the device, and what the inventory says, by name; see `device_record`."""
        return facts_said(self._known) | facts_of_row(self.terminal)

    @property
    def _known(self) -> Said:
        """What is known of the device; only where that is more than its reading says it is kept apart."""
        said = self._said
        if said is None:
            assert self.reading is not None  # noqa: S101 - for mypy: it is the reading that says all of it
            return said_by(self.reading)
        return said

    @property
    def is_down(self) -> bool:
        """Whether the last poll failed."""
        return self.failures > 0

    @property
    def answers_wrongly(self) -> bool:
        """Whether something answered the last poll, but not with a heartbeat."""
        return self.failures > 0 and self.outcome in ANSWERED

    @property
    def is_silent(self) -> bool:
        """Whether nothing answered the last poll."""
        return self.failures > 0 and self.outcome not in ANSWERED

    @property
    def is_restless(self) -> bool:
        """Whether its flapping history holds good polls and failed ones."""
        return self.history not in (0, (1 << self.polls_seen) - 1)

    @property
    def unreachable_since(self) -> Instant:
        """The last moment it was known to be reachable, or when watching began."""
        last_good = self.last_good
        # What an earlier run heard says nothing of the time between the runs.
        if last_good is None or last_good.monotonic < self.watched_since.monotonic:
            return self.watched_since
        return last_good

    @property
    def asked_at(self) -> Instant:
        """When the last poll began; it may have ended a timeout later."""
        return (self.last_poll or self.watched_since).ago(self.duration_s)

    def absorb(self, result: PollResult, now: Instant, *, clock_skew_s: float | None, steady: bool) -> None:
        """Take in one finished poll that says something about the terminal.

        `steady` is False while a larger outage explains what is seen: then the flapping history
        is left alone.
        """
        earlier, self.outcome = self.outcome, result.outcome
        self.detail = result.detail
        self.duration_s = result.duration_s
        self.last_poll = now
        is_good = result.outcome is Outcome.OK
        if is_good is self.is_down or (not is_good and result.outcome is not earlier):
            self.is_unsaved = True
        self.failures = 0 if is_good else self.failures + 1
        if steady:
            self.history = (self.history << 1 | is_good) & STEADILY_UP
            self.polls_seen = min(self.polls_seen + 1, HISTORY_POLLS)
        if result.reading is not None:
            self._absorb_reading(result.reading, now, clock_skew_s)
            if result.unreadable != self.unreadable.fields:
                self._cannot_read(result.unreadable)
        elif is_good:
            self.last_good = now.ago(result.age_s)

    def hear(
        self,
        reading: Reading,
        now: Instant,
        *,
        clock_skew_s: float | None,
        unreadable: tuple[str, ...] = (),
    ) -> None:
        """Take in a heartbeat of its own that was pushed: how its polls go is another matter."""
        last_good, claimed_id, claim = self.last_good, self.claimed_id, self.claim
        self._absorb_reading(reading, now, clock_skew_s)
        self._cannot_read(unreadable)
        self.claimed_id, self.claim = claimed_id, claim
        if self.terminal.is_polled and not self.terminal.reports_by_itself:
            self.last_good = last_good

    def mark_saved(self) -> None:
        """Note that `memory` is saved as it is now."""
        self.is_unsaved = False

    def events_unreadable(self, reasons: tuple[str, ...]) -> None:
        """Take in why events that it told of could not be read."""
        self.unreadable = (
            self.unreadable._replace(events=reasons) if reasons or self.unreadable.fields else ALL_READ
        )

    def memory(self, now: Instant) -> TerminalMemory:
        """Return what is to be remembered of it."""
        return TerminalMemory(
            terminal_id=self.terminal.terminal_id,
            first_seen=self.first_seen,
            last_good=self.last_good,
            failures=self.failures,
            outcome=self.outcome.value if self.failures and self.outcome else "",
            history=self.history,
            polls_seen=self.polls_seen,
            restarts=tuple(now.ago(now.monotonic - at) for at in self.restarts),
            facts=self.facts,
            changes=self.changes,
        )

    def recall(self, memory: TerminalMemory, now: Instant) -> None:
        """Go on from what an earlier run remembered of it; before its first poll.

        What was down then is taken to be down since. What was up is asked anew: when it went down, if it
        did, nobody saw.
        """
        self.first_seen = memory.first_seen
        if memory.failures:
            self.watched_since = memory.first_seen
        self.last_good = memory.last_good
        self.failures = memory.failures
        self.outcome = _OUTCOMES.get(memory.outcome) if memory.failures else None
        self.history = memory.history & STEADILY_UP
        self.polls_seen = min(memory.polls_seen, HISTORY_POLLS)
        self.restarts = tuple(at.monotonic for at in memory.restarts)
        self.changes = memory.changes[-CHANGES_KEPT:]
        self._said = said_in(memory.facts)
        changes = changes_between(memory.facts, facts_of_row(self.terminal), now)
        self._note(changes)
        self.is_unsaved = bool(changes)

    def moved_to(self, terminal: Terminal, now: Instant) -> None:
        """Take in the inventory's row as it is now."""
        if terminal == self.terminal:
            return
        before, after = facts_of_row(self.terminal), facts_of_row(terminal)
        self.terminal = terminal
        self.judged = None
        if before != after:
            self._note(changes_between(before, after, now))
            self.is_unsaved = True

    def forget_failures(self) -> None:
        """Take the latest failures out of the flapping history: a larger outage explains them."""
        while self.polls_seen and not self.history & 1:
            self.history >>= 1
            self.polls_seen -= 1

    def _absorb_reading(self, reading: Reading, now: Instant, clock_skew_s: float | None) -> None:
        heard_before, self.last_good = self.last_good, now
        # A source that knows the terminal by another name than the inventory leaves the id empty.
        if reading.terminal_id and reading.terminal_id != self.terminal.terminal_id:
            if self.claim is None or self.claimed_id != reading.terminal_id:
                self.claim = Claim(now.monotonic)
            self.claimed_id = reading.terminal_id
            return
        self.claimed_id, self.claim = "", None
        if self._uptime_fall is not None or _falls(self.reading, reading):
            self._follow_uptime(reading.uptime_seconds, (heard_before or now).monotonic, now.monotonic)
        self.clock_skew_s = clock_skew_s
        if self.reading is not None and self.reading.keeps_up_with(reading):
            return
        reading.terminal_id = self.terminal.terminal_id
        reading.share()
        self._learn(said_by(reading), now)
        battery = reading.battery
        if battery is not None and (battery.percent or battery.charging is not None):
            self.has_battery = True
        self.reading = reading

    def _cannot_read(self, phrases: tuple[str, ...]) -> None:
        """Take in which fields of its last heartbeat are unknown because they could not be read."""
        if self.claimed_id or phrases == self.unreadable.fields:
            return
        unreadable = self.unreadable._replace(fields=phrases)
        self.unreadable = ALL_READ if unreadable == ALL_READ else unreadable
        self.judged = None

    def _follow_uptime(self, uptime_s: float | None, heard_before: float, now_s: float) -> None:
        """Take in an uptime that is shorter than the one before, or follows such a one."""
        fall = self._uptime_fall
        if fall is None:
            assert self.reading is not None and self.reading.uptime_seconds is not None  # noqa: S101, PT018 - for mypy
            fall = self._uptime_fall = UptimeFall(uptime_s=self.reading.uptime_seconds, at=heard_before)
        restarted_at = None if uptime_s is None else fall.observe(uptime_s, now_s)
        if fall.is_over:
            self._uptime_fall = None
        if restarted_at is not None:
            self.restarts = (*self.restarts[1 - RESTARTS_KEPT :], restarted_at)
            self.judged = None
            self.is_unsaved = True

    def _learn(self, said: Said, now: Instant) -> None:
        """Take in what may be new of the device from the reading about to be kept."""
        known = self._known
        now_known = known if said == known else learnt(known, said)
        self._said = None if now_known == said else now_known
        if now_known == known:
            return
        before, after = facts_said(known), facts_said(now_known)
        if before != after:
            self._note(changes_between(before, after, now))
            self.is_unsaved = True

    def _note(self, changes: tuple[Change, ...]) -> None:
        self.changes = (*self.changes, *changes)[-CHANGES_KEPT:]


def _falls(before: Reading | None, after: Reading) -> bool:
    """Tell whether the uptime is shorter than in the heartbeat before."""
    if before is None or before.uptime_seconds is None or after.uptime_seconds is None:
        return False
    return after.uptime_seconds < before.uptime_seconds
