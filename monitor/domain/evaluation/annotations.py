"""The words of an alert: what receivers show people, made anew whenever it steps or is renewed."""

from collections.abc import Callable

from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import FLEET_SUBJECT
from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.evidence import case_facts, fleet_evidence, site_evidence
from monitor.domain.diagnosis.gatherer import Gatherer
from monitor.domain.diagnosis.tables import TABLES, diagnose
from monitor.domain.event_tracking.queries import EventQueries
from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.unknown_ids import SourceWindow
from monitor.domain.events.window_facts import card_facts, source_facts
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.known_facts import facts_of, in_one_line
from monitor.domain.fleet.outage import FleetOutage, Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.self_monitoring.liveness import PollingProgress

_FAILURES_KEPT = 20


class Annotations:
    """Writes the annotations of alerts from what is known now: of `fleet`, open alerts and events.

    `cause` and `cause_zh` are there where a diagnosis is. Words never cost an alert: what cannot be
    explained goes without cause and evidence, and `failures` holds why, by alert name.
    """

    def __init__(self, *, fleet: Fleet, book: AlertBook, advice: AdviceBook, events: EventQueries) -> None:
        self._advice = advice
        self._book = book
        self._gatherer = Gatherer(fleet=fleet, book=book, events=events)
        self.failures: list[tuple[str, Exception]] = []

    def of_terminal(self, rule: Rule, watched: WatchedTerminal, now: Instant) -> dict[str, str]:
        """Return the words of an alert about one terminal."""
        terminal = watched.terminal
        words = self._plain(rule, watched, terminal.terminal_id)
        if terminal.contact:
            words["contact"] = terminal.contact
        return words | self._explained(rule, lambda: self._about_terminal(rule, watched, now))

    def _about_terminal(self, rule: Rule, watched: WatchedTerminal, now: Instant) -> dict[str, str]:
        if rule.alertname not in TABLES or self._is_explained(rule):
            return {"evidence": in_one_line(facts_of(watched))}
        case = self._gatherer.of_terminal(rule.alertname, watched, now)
        return _causes(rule, case) | {"evidence": in_one_line(case_facts(case) | facts_of(watched))}

    def _explained(self, rule: Rule, explain: Callable[[], dict[str, str]]) -> dict[str, str]:
        try:
            return explain()
        except Exception as error:  # noqa: BLE001 - whatever it is, the alert must go out
            if len(self.failures) < _FAILURES_KEPT:
                self.failures.append((rule.alertname, error))
            return {}

    def _is_explained(self, rule: Rule) -> bool:
        """Tell whether the fleet's outage is cause enough: it would be asked of all terminals at once."""
        return rule.detector.yields_to_outage and bool(self._book.about(FLEET_SUBJECT))

    def of_group(
        self, rule: Rule, thing: Outage | PollingProgress | CardWindow | SourceWindow, now: Instant
    ) -> dict[str, str]:
        """Return the words of an alert about a site, the fleet, a card, a pushing source or posmon itself."""
        if isinstance(thing, CardWindow | SourceWindow):
            words = self._plain(rule, thing, thing.name)
            return words | self._explained(rule, lambda: self._about_window(rule, thing, now))
        if not isinstance(thing, Outage):
            return self._plain(rule, thing, "posmon")
        if isinstance(thing, FleetOutage):
            words = self._plain(rule, thing, "posmon")
            return words | self._explained(rule, lambda: {"evidence": fleet_evidence(thing)})
        words = self._plain(rule, thing, thing.name)
        contacts = (member.terminal.contact for member in thing.members.values())
        if contact := next(filter(None, contacts), ""):
            words["contact"] = contact
        return words | self._explained(rule, lambda: self._about_site(rule, thing))

    def _about_site(self, rule: Rule, site: Outage) -> dict[str, str]:
        return _causes(rule, self._gatherer.of_site(site)) | {"evidence": site_evidence(site)}

    def _about_window(self, rule: Rule, thing: CardWindow | SourceWindow, now: Instant) -> dict[str, str]:
        if isinstance(thing, CardWindow):
            case, facts = self._gatherer.of_card(thing.label, now), card_facts(thing)
        else:
            case, facts = self._gatherer.of_source(thing.label), source_facts(thing)
        return _causes(rule, case) | {"evidence": in_one_line(facts | case_facts(case))}

    def _plain(self, rule: Rule, subject: object, name: str) -> dict[str, str]:
        """Return what the detector says of `subject`, and the advice that goes with the alert."""
        says = rule.detector.summary(subject, rule.limits)
        summaries = {"summary": f"{name}: {says.en}", "summary_zh": f"{name}：{says.zh}"}
        return {**summaries, **self._advice.words(rule.alertname, rule.setting)}


def _causes(rule: Rule, case: Case) -> dict[str, str]:
    diagnosis = diagnose(rule.alertname, case)
    return {"cause": diagnosis.cause, "cause_zh": diagnosis.cause_zh} if diagnosis else {}
