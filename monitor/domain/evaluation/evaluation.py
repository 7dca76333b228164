"""From poll results to alert transitions: the heart of posmon, pure and synchronous."""

from collections.abc import Mapping, Sequence

from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.labels import identity_labels, labels_of_terminal
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, Verdict
from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import FLEET_SUBJECT, MONITOR_SUBJECT, site_subject
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.annotation_refresh import AnnotationRefresh
from monitor.domain.evaluation.annotations import Annotations
from monitor.domain.evaluation.event_evaluation import EventEvaluation
from monitor.domain.evaluation.rule_selection import askable_rules, heard_rules, rules_moved
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.event_tracking.ingest_result import IngestResult
from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.unknown_ids import SourceWindow
from monitor.domain.fleet.clock_skew import ClockReference
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import STEADILY_UP, WatchedTerminal
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant, parse_rfc3339
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.persistence.dirty_terminals import DirtyTerminals
from monitor.domain.persistence.record import Remembered
from monitor.domain.persistence.restoration import Restoration, link_outages
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.self_monitoring.liveness import PollingProgress


class Evaluation:
    """Applies the rules to a fleet and keeps its alert book.

    Every method that may move an alert returns the transitions it made, in order; the caller
    commits them before anyone is told.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        rule_book: RuleBook,
        advice: AdviceBook | None = None,
        patterns: EventTracker | None = None,
    ) -> None:
        self.fleet = fleet
        self.book = book
        self.rule_book = rule_book
        self.unsaved = DirtyTerminals()
        self.patterns = patterns or EventTracker(fleet=fleet)
        self._annotations = Annotations(
            fleet=fleet, book=book, advice=advice or AdviceBook(), patterns=self.patterns
        )
        self._events = EventEvaluation(
            patterns=self.patterns,
            fleet=fleet,
            book=book,
            rule=lambda alertname: self.rule_book[alertname],
            judge_terminal=self._judge_by,
            judge_window=self._observe,
        )
        self._renewal = AnnotationRefresh(book=book, words=self._words)
        self._clocks = ClockReference()
        self._silence = fleet.whole.silence
        self._changed_sites: dict[str, None] = {}
        self._restoration: Restoration | None = None

    def restore(self, remembered: Remembered, now: Instant) -> None:
        """Go on from where an earlier run has left off; before any terminal is added.

        Its alerts are open at once, in their state. What is remembered of a terminal comes back when it
        is added. Ends with `end_restoration`; events go on to come back after that (`patterns.restore`,
        then `catch_up`).
        """
        self._restoration = Restoration(remembered, book=self.book)
        self.patterns.expect(remembered.event_keys, now)

    def remembers(self, terminal_id: str) -> bool:
        """Tell whether an earlier run watched a terminal that is not added yet; until `end_restoration`."""
        return self._restoration is not None and terminal_id in self._restoration

    def end_restoration(self, now: Instant) -> list[Transition]:
        """Make restored alerts agree with inventory and rules, as `change` does, once all are added."""
        restoration, self._restoration = self._restoration, None
        if restoration is None:
            return []
        link_outages(self.book, self.fleet)
        for terminal_id in restoration.untaken:
            self.unsaved.forget(terminal_id)
        steps = [step for alert in list(self.book) for step in self._renew(alert, now)]
        for alert in self.book:
            self.book.resume(alert, self._rule_of(alert) or self.rule_book[alert.alertname])
        return steps

    def accept(self, watched: WatchedTerminal, result: PollResult, now: Instant) -> list[Transition]:
        """Take in one finished poll; one of a terminal that is no longer watched says nothing."""
        if result.outcome is Outcome.SHED or self.fleet.get(watched.terminal.terminal_id) is not watched:
            return []
        was_down, before = watched.is_down, watched.reading
        skew_s = self._clock_skew(watched, result.reading, now)
        watched.absorb(result, now, clock_skew_s=skew_s, steady=not self.outages_of(watched))
        if watched.reading is not before:
            self.fleet.moved_firmware(watched)
        if watched.is_unsaved or watched.history != STEADILY_UP:
            self.unsaved.note(watched)
        is_quiet = not self.book.about(watched.terminal.terminal_id)
        transitions = self._judge_by(watched, rules_moved(watched, before, is_quiet=is_quiet), now)
        if watched.is_down is not was_down:
            transitions += self._moved(watched, now)
        elif self._silence.lost_lately and result.reading is not None:
            self._silence.broken()
        if result.events or watched.claimed_id or watched.is_unsaved:
            transitions += self._events.polled(
                watched, result.events, self._clock_of(result.reading, now), now
            )
        return transitions

    def pushed(
        self,
        watched: WatchedTerminal,
        events: Sequence[object],
        now: Instant,
        *,
        reading: Reading | None = None,
    ) -> tuple[IngestResult, list[Transition]]:
        """Take in events, and perhaps a heartbeat of the terminal's own, that did not come by polling.

        How well polls go is not touched. Returns what became of the events as well.
        """
        transitions: list[Transition] = []
        if reading is not None:
            skew_s = self._clock_skew(watched, reading, now)
            watched.hear(reading, now, clock_skew_s=skew_s)
            self.fleet.moved_firmware(watched)
            self.unsaved.note(watched)
            transitions += self._judge_by(watched, heard_rules(watched), now)
            transitions += self._events.identified(watched, now)
        heard = self.patterns.hear(watched, events, now, sent_at=self._clock_of(reading, now), source="push")
        return heard, transitions + self._events.heard(watched, heard, now)

    def stranger(self, source: str, terminal_id: str, now: Instant) -> list[Transition]:
        """Take in that a source spoke for a terminal that the inventory does not know."""
        return self._events.source(self.patterns.stranger(source, terminal_id, now), now)

    def tick(self, now: Instant, progress: PollingProgress) -> list[Transition]:
        """Do what only time brings about: holds that elapse, outages that settle, the watchdog, new words."""
        transitions = self._tick_groups(now)
        for alert in self.book.due(now):
            transitions += self._hold_elapsed(alert, now)
        transitions += self._observe(self.rule_book["Watchdog"], MONITOR_SUBJECT, progress, now, {})
        transitions += self._events.tick(now)
        if self.patterns.is_whole:
            self._renewal.tick(now)
        return transitions

    def catch_up(self, now: Instant) -> list[Transition]:
        """Judge some of the events heard while those of earlier runs came back; see `EventEvaluation`."""
        return self._events.catch_up(now)

    def take_failures(self) -> list[tuple[str, Exception]]:
        """Return which alerts could not be explained since this was last asked, and why; some of them."""
        failures, self._annotations.failures = self._annotations.failures, []
        return failures

    def stalled(self, seconds: float, now: Instant) -> None:
        """Take in that posmon itself stood still for the `seconds` before `now`: nothing was down for it."""
        self.book.stalled(seconds, now)

    def uplinks_probed(self, answers: Mapping[str, bool], now: Instant) -> list[Transition]:
        """Take in whether the configured uplink probes answered."""
        self.fleet.whole.uplinks = dict(answers)
        return self._judge_fleet(now)

    def add(self, terminal: Terminal, now: Instant) -> WatchedTerminal:
        """Begin to watch a terminal. A newcomer is up, so that no outage begins with it."""
        terminal_id = terminal.terminal_id
        watched = self.fleet.add(
            terminal,
            rules=self.rule_book.for_terminal(terminal),
            now=now,
            memory=self._restoration.take(terminal_id) if self._restoration else None,
        )
        if watched.is_down:
            self._changed_sites[terminal.site] = None
        self.unsaved.note(watched)
        return watched

    def remove(self, terminal_id: str, now: Instant) -> list[Transition]:
        """Stop watching a terminal: its alerts end.

        Its site and the fleet are judged without it at the next `tick`: half-way through a reload they
        are no true picture. KeyError when it is not watched.
        """
        self._changed_sites[self.fleet[terminal_id].terminal.site] = None
        self.fleet.remove(terminal_id)
        self.unsaved.forget(terminal_id)
        return [self.book.close(alert, now) for alert in [*self.book.about(terminal_id).values()]]

    def change(self, terminal: Terminal, now: Instant) -> list[Transition]:
        """Give a watched terminal its new inventory row and the rules in force.

        Alerts whose rule is gone end; those whose labels changed end under the old identity and go
        on under the new one. Everything else stays as it is; sites and fleet are judged anew at the
        next `tick`. KeyError when it is not watched.
        """
        watched = self.fleet[terminal.terminal_id]
        self._changed_sites[watched.terminal.site] = self._changed_sites[terminal.site] = None
        self.fleet.change(terminal, rules=self.rule_book.for_terminal(terminal), now=now)
        self.unsaved.note(watched)
        alerts = [*self.book.about(terminal.terminal_id).values()]
        return [step for alert in alerts for step in self._renew(alert, now)]

    def close_disabled(self, now: Instant) -> list[Transition]:
        """End the alerts of sites, fleet and posmon whose rule a new configuration disabled."""
        return [self.book.close(alert, now) for alert in list(self.book) if not self._is_wanted(alert)]

    def _is_wanted(self, alert: Alert) -> bool:
        return not alert.subject.startswith("/") or self._rule_of(alert) is not None

    def _rule_of(self, alert: Alert) -> Rule | None:
        """Return the rule in force for an alert, None when it is disabled or its terminal not watched."""
        if alert.subject.startswith("/"):
            rule = self.rule_book.find(alert.alertname)
            return rule if rule is not None and rule.enabled else None
        watched = self.fleet.get(alert.subject)
        return watched.rules.named(alert.alertname) if watched is not None else None

    def _renew(self, alert: Alert, now: Instant) -> list[Transition]:
        """End an alert that nobody asks for any more, give it another identity where its labels changed."""
        rule = self._rule_of(alert)
        if rule is None:
            return [self.book.close(alert, now)]
        watched = self.fleet.get(alert.subject)
        if watched is None:
            return []  # a site's or the fleet's, which are judged at the next tick
        return self._relabel(alert, rule, labels_of_terminal(watched.terminal), now)

    def outages_of(self, watched: WatchedTerminal) -> list[Outage]:
        """Return the larger outages, suspected or confirmed, that a terminal is part of."""
        outages: list[Outage] = [self.fleet.whole] if self.book.about(FLEET_SUBJECT) else []
        site = self.fleet.sites.get(watched.terminal.site) if self.book.named("SiteOffline") else None
        if site is not None and self.book.find("SiteOffline", site_subject(site.name)):
            outages.append(site)
        return outages

    def _clock_skew(self, watched: WatchedTerminal, reading: Reading | None, now: Instant) -> float | None:
        terminal_id = watched.terminal.terminal_id
        if reading is None or reading.sent_at is None or reading.terminal_id != terminal_id:
            return None
        sent_at = parse_rfc3339(reading.sent_at)
        return None if sent_at is None else self._clocks.correct(terminal_id, sent_at, now)

    def _clock_of(self, reading: Reading | None, now: Instant) -> float:
        """Return what the clock showed that a reading's events were told by (unix seconds)."""
        sent_at = parse_rfc3339(reading.sent_at) if reading and reading.sent_at else None
        return self._clocks.wall(now) if sent_at is None else sent_at

    def _moved(self, watched: WatchedTerminal, now: Instant) -> list[Transition]:
        groups = self.fleet.groups_of(watched)
        for group in groups:
            group.moved(watched)
        if not watched.is_down:
            self._silence.broken()
        elif groups:
            self._silence.lost(watched)
        return self._judge_site(watched.terminal.site, now) + self._judge_fleet(now)

    def _tick_groups(self, now: Instant) -> list[Transition]:
        """Judge the outages that are open, and the groups whose members have changed and are not all up."""
        open_sites = [alert.labels["site"] for alert in self.book.named("SiteOffline").values()]
        sites = self.fleet.sites
        names = dict.fromkeys(name for name in self._changed_sites if name in sites and sites[name].down)
        names |= dict.fromkeys(open_sites)
        is_fleet_judged = self._changed_sites or self.book.about(FLEET_SUBJECT)
        self._changed_sites = {}
        transitions = self._judge_fleet(now) if is_fleet_judged else []
        return transitions + [step for name in names for step in self._judge_site(name, now)]

    def _judge_site(self, name: str, now: Instant) -> list[Transition]:
        rule, subject = self.rule_book["SiteOffline"], site_subject(name)
        site = self.fleet.sites.get(name)
        if site is None:
            alert = self.book.find(rule.alertname, subject)
            return [self.book.close(alert, now)] if alert else []
        labels = {"site": name} | ({"region": site.region} if site.region else {})
        return self._judge_outage(rule, subject, site, now, labels)

    def _judge_fleet(self, now: Instant) -> list[Transition]:
        return self._judge_outage(
            self.rule_book["FleetUnreachable"], FLEET_SUBJECT, self.fleet.whole, now, {}
        )

    def _judge_outage(
        self, rule: Rule, subject: str, outage: Outage, now: Instant, labels: dict[str, str]
    ) -> list[Transition]:
        transitions = self._observe(rule, subject, outage, now, labels)
        if any(step.previous is AlertState.INACTIVE for step in transitions):
            outage.alert = self.book.find(rule.alertname, subject)
            outage.explain()
        return transitions

    def _hold_elapsed(self, alert: Alert, now: Instant) -> list[Transition]:
        # All rules of the terminal are judged, not only the alert's: what fires may replace another.
        watched = self.fleet.get(alert.subject)
        return self._judge(watched, now) if watched else []

    def _judge(self, watched: WatchedTerminal, now: Instant) -> list[Transition]:
        return self._judge_by(watched, askable_rules(watched), now)

    def _judge_by(self, watched: WatchedTerminal, rules: Sequence[Rule], now: Instant) -> list[Transition]:
        alerts = self.book.about(watched.terminal.terminal_id)
        transitions: list[Transition] = []
        for rule in rules:
            detector = rule.detector
            is_open = detector.alertname in alerts
            verdict = detector.judge(watched, rule.limits, is_open)
            if is_open or verdict is PRESENT:
                transitions += self._observe_terminal(rule, watched, verdict, now)
                alerts = self.book.about(watched.terminal.terminal_id)
        return transitions

    def _observe_terminal(
        self, rule: Rule, watched: WatchedTerminal, verdict: Verdict, now: Instant
    ) -> list[Transition]:
        detector = rule.detector
        terminal = watched.terminal
        replacement = self.book.find(detector.replaced_by, terminal.terminal_id)
        if replacement is not None and replacement.state is AlertState.FIRING:
            verdict = ABSENT
        step = self.book.observe(
            rule,
            terminal.terminal_id,
            verdict,
            now,
            labels=lambda: identity_labels(rule, labels_of_terminal(terminal)),
            annotations=lambda: self._annotations.of_terminal(rule, watched, now),
            asked_at=watched.asked_at,
            began=detector.began(watched, rule.limits) if detector.began else None,
        )
        return [step] if step else []

    def _observe(
        self,
        rule: Rule,
        subject: str,
        thing: Outage | PollingProgress | CardWindow | SourceWindow,
        now: Instant,
        own_labels: Mapping[str, str],
    ) -> list[Transition]:
        if not rule.enabled:
            return []
        detector = rule.detector
        alert = self.book.find(detector.alertname, subject)
        verdict = detector.judge(thing, rule.limits, alert is not None)
        if alert is None and verdict is not PRESENT:
            return []
        transitions = self._relabel(alert, rule, own_labels, now) if alert else []
        step = self.book.observe(
            rule,
            subject,
            verdict,
            now,
            labels=lambda: identity_labels(rule, own_labels),
            annotations=lambda: self._annotations.of_group(rule, thing, now),
            asked_at=thing.asked_at(now) if isinstance(thing, Outage) else None,
            began=detector.began(thing, rule.limits) if detector.began and alert is None else None,
        )
        return [*transitions, step] if step else transitions

    def _words(self, alert: Alert, now: Instant) -> dict[str, str] | None:
        """Return what would be written of a firing alert now, None when its condition does not show."""
        watched = self.fleet.get(alert.subject)
        if watched is not None:
            rule = watched.rules.named(alert.alertname)
            shows = rule is not None and rule.detector.judge(watched, rule.limits, True) is PRESENT
            return self._annotations.of_terminal(rule, watched, now) if rule is not None and shows else None
        group = self._group_of(alert) or self._events.window_of(alert.subject, now)
        rule = self.rule_book[alert.alertname]
        if group is None or rule.detector.judge(group, rule.limits, True) is not PRESENT:
            return None
        return self._annotations.of_group(rule, group, now)

    def _group_of(self, alert: Alert) -> Outage | None:
        if alert.subject == FLEET_SUBJECT:
            return self.fleet.whole
        is_site = alert.alertname == "SiteOffline"
        return self.fleet.sites.get(alert.labels["site"]) if is_site else None

    def _relabel(
        self, alert: Alert, rule: Rule, own_labels: Mapping[str, str], now: Instant
    ) -> list[Transition]:
        labels = identity_labels(rule, own_labels)
        return [] if labels == alert.labels else self.book.reopen(alert, rule, labels, now)
