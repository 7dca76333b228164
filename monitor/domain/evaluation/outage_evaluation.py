"""Outages of sites and of the whole fleet: when they begin, go on and end."""

from collections.abc import Mapping

from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import FLEET_SUBJECT, site_subject
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

FLEET_OUTAGE = "FleetUnreachable"
SITE_OUTAGE = "SiteOffline"


class OutageEvaluation:
    """Evaluates the outage rules when a member goes down or comes back, and as time passes."""

    def __init__(
        self, *, fleet: Fleet, book: AlertBook, rules: RulesInForce, observer: AlertObserver
    ) -> None:
        self._fleet = fleet
        self._book = book
        self._rules = rules
        self._observer = observer
        self._losses = fleet.whole.silence
        self._changed_sites: dict[str, None] = {}

    def restore(self) -> None:
        """Link sites and fleet to their open alerts, so that these go on suppressing after a restart.

        Until the uplinks have been probed, a restored outage of the fleet does not end for their sake.
        """
        for alert in self._book.named(FLEET_OUTAGE).values():
            self._fleet.whole.alert = alert
            self._fleet.whole.uplinks = {"not probed yet": False}
        for alert in self._book.named(SITE_OUTAGE).values():
            site = self._fleet.sites.get(alert.labels.get("site", ""))
            if site is not None:
                site.alert = alert

    def outages_of(self, watched: WatchedTerminal) -> list[Outage]:
        """Return the larger outages, suspected or confirmed, that a terminal is part of."""
        outages: list[Outage] = [self._fleet.whole] if self._book.about(FLEET_SUBJECT) else []
        site = self._fleet.sites.get(watched.terminal.site) if self._book.named(SITE_OUTAGE) else None
        if site is not None and self._book.find(SITE_OUTAGE, site_subject(site.name)):
            outages.append(site)
        return outages

    def member_moved(self, watched: WatchedTerminal, now: Instant) -> list[Transition]:
        """Count a terminal that went down or came back, and evaluate its site and the fleet."""
        groups = self._fleet.groups_of(watched)
        for group in groups:
            group.moved(watched)
        if not watched.is_down:
            self._losses.broken()
        elif groups:
            self._losses.lost(watched)
        return self._evaluate_site(watched.terminal.site, now) + self._evaluate_fleet(now)

    def member_answered(self) -> None:
        """Count a good heartbeat of a terminal that was up before."""
        if self._losses.lost_lately:
            self._losses.broken()

    def members_changed(self, site: str) -> None:
        """Have a site and the fleet evaluated at the next `tick`: half-way through a reload is too early."""
        self._changed_sites[site] = None

    def uplinks_probed(self, answers: Mapping[str, bool], now: Instant) -> list[Transition]:
        """Evaluate the fleet with the answers of the configured uplink probes."""
        self._fleet.whole.uplinks = dict(answers)
        return self._evaluate_fleet(now)

    def tick(self, now: Instant) -> list[Transition]:
        """Evaluate the open outages, and the groups whose members have changed and are not all up."""
        open_sites = [alert.labels["site"] for alert in self._book.named(SITE_OUTAGE).values()]
        sites = self._fleet.sites
        names = dict.fromkeys(name for name in self._changed_sites if name in sites and sites[name].down)
        names |= dict.fromkeys(open_sites)
        is_fleet_due = self._changed_sites or self._book.about(FLEET_SUBJECT)
        self._changed_sites = {}
        transitions = self._evaluate_fleet(now) if is_fleet_due else []
        return transitions + [step for name in names for step in self._evaluate_site(name, now)]

    def _evaluate_site(self, name: str, now: Instant) -> list[Transition]:
        rule, subject = self._rules[SITE_OUTAGE], site_subject(name)
        site = self._fleet.sites.get(name)
        if site is None:
            alert = self._book.find(rule.alertname, subject)
            return [self._book.close(alert, now)] if alert else []
        labels = {"site": name} | ({"region": site.region} if site.region else {})
        return self._evaluate(rule, subject, site, now, labels)

    def _evaluate_fleet(self, now: Instant) -> list[Transition]:
        return self._evaluate(self._rules[FLEET_OUTAGE], FLEET_SUBJECT, self._fleet.whole, now, {})

    def _evaluate(
        self, rule: Rule, subject: str, outage: Outage, now: Instant, labels: dict[str, str]
    ) -> list[Transition]:
        transitions = self._observer.observe_group(rule, subject, outage, now, labels)
        if any(step.previous is AlertState.INACTIVE for step in transitions):
            outage.alert = self._book.find(rule.alertname, subject)
            outage.explain()
        return transitions
