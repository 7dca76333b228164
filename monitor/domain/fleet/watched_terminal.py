"""Everything posmon knows about one terminal now."""

from monitor.domain.alerts.rules import TerminalRules
from monitor.domain.events.terminal_history import TerminalHistory
from monitor.domain.fleet.claim import Claim
from monitor.domain.fleet.device_record import CHANGES_KEPT, changes_between, facts_of_row, said_by, said_in
from monitor.domain.fleet.known_device import KnownDevice
from monitor.domain.fleet.poll_history import HISTORY_POLLS, STEADILY_UP
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.fleet.uptime import UptimeFall
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.heartbeat.unreadable import ALL_READ
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
RESTARTS_KEPT = 16


class WatchedTerminal(KnownDevice):
    """A watched terminal: its inventory row, its rules, its device and how its polls went.

    `claimed_id` is the terminal id of the last answer when that was another's, else "", and `claim` what is
    known of that. `restarts` are monotonic times of seen restarts, oldest first. `clock_skew_s` is its clock
    minus ours. `first_seen` is when it was first watched. `events` is the history of its transactions and
    log-ins, None as long as it sent none. `unreadable` is what of its heartbeats could not be read.
    `evaluated_by` are the rules that found nothing in `reading`, None while an alert is open or the last poll
    was not its own good heartbeat.

    Only the methods of this class and of the two that it extends write to it. They are one chain of classes
    with slots, because three objects more for each terminal would cost 20 MB for 100 000 terminals.
    """

    __slots__ = (
        "_uptime_fall",
        "claim",
        "claimed_id",
        "clock_skew_s",
        "evaluated_by",
        "events",
        "first_seen",
        "restarts",
        "rules",
        "unreadable",
    )

    def __init__(self, terminal: Terminal, *, rules: TerminalRules, now: Instant) -> None:
        super().__init__(terminal, now=now)
        self.rules = rules
        self.first_seen = now
        self.events: TerminalHistory | None = None
        self.restarts: tuple[float, ...] = ()
        self.clock_skew_s: float | None = None
        self.claimed_id = ""
        self.claim: Claim | None = None
        self.unreadable = ALL_READ
        self.evaluated_by: TerminalRules | None = None
        self._uptime_fall: UptimeFall | None = None

    @property
    def is_out_of_sight(self) -> bool:
        """Whether nothing is known of it now: it has not reported yet, or its source cannot be asked."""
        return self.outcome is Outcome.AWAITED

    def lose_sight(self, result: PollResult) -> None:
        """Note a poll that says nothing; all that is known stays. A shed poll changes nothing."""
        if result.outcome is Outcome.AWAITED:
            self.outcome, self.detail = result.outcome, result.detail

    def absorb(self, result: PollResult, now: Instant, *, clock_skew_s: float | None, steady: bool) -> None:
        """Keep the result of one finished poll.

        `steady` is False while a larger outage explains the result: then the flapping history stays as it is.
        """
        earlier, self.outcome = self.outcome, result.outcome
        self.detail = result.detail
        self.duration_s = result.duration_s
        self.last_poll = now
        is_good = result.outcome is Outcome.OK
        if is_good is (self.failures > 0) or (not is_good and result.outcome is not earlier):
            self.is_unsaved = True
        self.failures = 0 if is_good else self.failures + 1
        if not is_good:
            self.evaluated_by = None
        if steady:
            self.history = (self.history << 1 | is_good) & STEADILY_UP
            self.polls_seen = min(self.polls_seen + 1, HISTORY_POLLS)
        if result.reading is not None:
            self._absorb_reading(result.reading, now, clock_skew_s)
            if result.unreadable != self.unreadable.fields:
                self._cannot_read(result.unreadable)
        if result.certificate is not None:
            self.certificate = result.certificate
        if result.age_s or (is_good and result.reading is None):
            self.last_good = now.ago(result.age_s)

    def ingest(
        self, reading: Reading, now: Instant, *, clock_skew_s: float | None, unreadable: tuple[str, ...] = ()
    ) -> None:
        """Keep a pushed heartbeat of its own; its polls are not affected."""
        last_good, claimed_id, claim = self.last_good, self.claimed_id, self.claim
        self._absorb_reading(reading, now, clock_skew_s)
        self._cannot_read(unreadable)
        self.claimed_id, self.claim = claimed_id, claim
        if self.terminal.is_polled and not self.terminal.reports_by_itself:
            self.last_good = last_good

    def events_unreadable(self, reasons: tuple[str, ...]) -> None:
        """Keep the reasons why its events could not be read."""
        is_known = reasons or self.unreadable.fields
        self.unreadable = self.unreadable._replace(events=reasons) if is_known else ALL_READ

    def memory(self, now: Instant) -> TerminalMemory:
        """Return its state as a restart needs it."""
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
        """Continue from what an earlier run remembered of it; before its first poll.

        A terminal that was down then counts as down since. One that was up is polled anew: if it went down
        meanwhile, the time is not known.
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
        self._record(changes)
        self.is_unsaved = bool(changes)

    def change(self, terminal: Terminal, rules: TerminalRules, now: Instant) -> None:
        """Replace its inventory row and its rules; everything that is known of it stays."""
        self.rules = rules
        self.evaluated_by = None
        if terminal == self.terminal:
            return
        before, after = facts_of_row(self.terminal), facts_of_row(terminal)
        self.terminal = terminal
        if before != after:
            self._record(changes_between(before, after, now))
            self.is_unsaved = True

    def mark_evaluated(self, *, is_quiet: bool) -> None:
        """Note that its rules were evaluated after a poll; `is_quiet` tells that no alert was open then."""
        is_own_heartbeat = not self.failures and not self.claimed_id and self.last_poll is not None
        self.evaluated_by = self.rules if is_quiet and is_own_heartbeat else None

    def keep_events(self, history: TerminalHistory | None) -> None:
        """Keep the history of its events, None to forget it."""
        self.events = history

    def _absorb_reading(self, reading: Reading, now: Instant, clock_skew_s: float | None) -> None:
        heard_before, self.last_good = self.last_good, now
        # A source that knows the terminal by another name than the inventory leaves the id empty.
        if reading.terminal_id and reading.terminal_id != self.terminal.terminal_id:
            if self.claim is None or self.claimed_id != reading.terminal_id:
                self.claim = Claim(now.monotonic)
            self.claimed_id = reading.terminal_id
            self.evaluated_by = None
            return
        self.claimed_id, self.claim = "", None
        uptime_s = reading.uptime_seconds
        earlier_s = self.reading.uptime_seconds if self.reading is not None else None
        has_fallen = uptime_s is not None and earlier_s is not None and uptime_s < earlier_s
        if self._uptime_fall or has_fallen:
            self._follow_uptime(uptime_s, (heard_before or now).monotonic, now.monotonic)
        self.clock_skew_s = clock_skew_s
        if has_fallen and self._notice_reset(reading, now):
            self.evaluated_by = None
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
        """Keep which fields of its last heartbeat are unknown because they could not be read."""
        if self.claimed_id or phrases == self.unreadable.fields:
            return
        unreadable = self.unreadable._replace(fields=phrases)
        self.unreadable = ALL_READ if unreadable == ALL_READ else unreadable
        self.evaluated_by = None

    def _follow_uptime(self, uptime_s: float | None, heard_before: float, now_s: float) -> None:
        """Follow an uptime that is shorter than the one before, or the one after such a one."""
        fall = self._uptime_fall
        if fall is None:
            assert self.reading is not None and self.reading.uptime_seconds is not None  # noqa: S101, PT018 - for mypy
            fall = UptimeFall(uptime_s=self.reading.uptime_seconds, at=heard_before, restarts=self.restarts)
            self._uptime_fall = fall
        restarted_at = None if uptime_s is None else fall.observe(uptime_s, now_s)
        if fall.is_over:
            self._uptime_fall = None
        if restarted_at is not None:
            self.restarts = (*self.restarts[1 - RESTARTS_KEPT :], restarted_at)
            self.evaluated_by = None
            self.is_unsaved = True
