"""From the transitions of alerts to episodes, and to what explains them."""

from collections.abc import Iterable

from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.subjects import FLEET, FLEET_SUBJECT, SITE, name_in
from monitor.domain.availability.episode_book import EpisodeBook
from monitor.domain.availability.facts import Episode, EpisodeKind, second_of
from monitor.domain.availability.poll_facts import OFFLINE
from monitor.domain.detectors.index import IMPAIRING, OUTAGES
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.on_call.acknowledgement import Acknowledgement, leading_cause
from monitor.domain.on_call.action import OnCallRule

WAVE_S = 600.0
"""Terminals lost so long before posmon's own link counts as lost were perhaps lost by it."""

_OPEN = frozenset({AlertState.PENDING, AlertState.FIRING})
_SITE, _FLEET = OUTAGES[SITE], OUTAGES[FLEET]


class AlertFacts:
    """Takes from alerts what no poll of one terminal says.

    A terminal is impaired while an alert is open whose detector says so. The outage of a site, and the loss
    of posmon's own link, count once their alert has fired, from when they began. TerminalOffline gives a
    terminal's outage its cause.
    """

    def __init__(self, episodes: EpisodeBook, fleet: Fleet) -> None:
        self._episodes = episodes
        self._fleet = fleet

    def stepped(self, step: Transition) -> None:
        """Take a transition."""
        if step.alertname in IMPAIRING:
            self._impaired(step)
        elif step.alertname == OFFLINE:
            self._explain(step)
        elif step.alertname == _SITE and name_in(SITE, step.subject):
            self._site_stepped(step)
        elif step.alertname == _FLEET:
            self._link_stepped(step)

    def acknowledged(self, rules: Iterable[OnCallRule]) -> None:
        """Take what people on call have said: acknowledgements of outages count."""
        for rule in rules:
            if isinstance(rule, Acknowledgement) and rule.alertname in (OFFLINE, _SITE):
                self._episodes.acknowledged(rule.subject, EpisodeKind.DOWN, second_of(rule.at))

    def settle(self, book: AlertBook, *, ended: int, at: int) -> None:
        """Make restored episodes agree with restored alerts; what ended unseen did so at `ended`."""
        for episode in self._episodes:
            names = (episode.about,) if episode.kind is EpisodeKind.IMPAIRED else (_SITE, _FLEET)
            is_of_alert = episode.kind is EpisodeKind.IMPAIRED or episode.subject.startswith("/")
            if is_of_alert and not any(book.find(name, episode.subject) for name in names):
                self._episodes.end(episode.subject, episode.kind, ended, about=episode.about)
        for alert in book:
            if alert.alertname in IMPAIRING:
                began = max(at, second_of(alert.since.wall))
                self._begin(alert.subject, EpisodeKind.IMPAIRED, began, about=alert.alertname)

    def _impaired(self, step: Transition) -> None:
        if step.state in _OPEN:
            began = second_of(step.since.wall)
            self._begin(step.subject, EpisodeKind.IMPAIRED, began, about=step.alertname)
        else:
            self._episodes.end(step.subject, EpisodeKind.IMPAIRED, _ended(step), about=step.alertname)

    def _site_stepped(self, step: Transition) -> None:
        if step.state is AlertState.FIRING:
            self._begin(step.subject, EpisodeKind.DOWN, second_of(step.since.wall))
        self._explain(step)
        if step.state not in _OPEN:
            self._episodes.end(step.subject, EpisodeKind.DOWN, _ended(step))

    def _link_stepped(self, step: Transition) -> None:
        whole = self._fleet.whole
        if step.state is AlertState.FIRING and (whole.is_uplink_lost or not whole.uplinks):
            lost_since = whole.lost_since(step.since.monotonic - WAVE_S) or step.since
            began = second_of(min(lost_since.wall, step.since.wall))
            self._begin(FLEET_SUBJECT, EpisodeKind.UNKNOWN, began)
        elif step.state not in _OPEN:
            # The alert fires on for a while: in that time the last terminals are heard again.
            self._episodes.end(FLEET_SUBJECT, EpisodeKind.UNKNOWN, second_of(step.at.wall))

    def _explain(self, step: Transition) -> None:
        fired = second_of(step.at.wall) if step.state is AlertState.FIRING else None
        self._episodes.explain(
            step.subject, EpisodeKind.DOWN, cause=leading_cause(step.annotations), fired=fired
        )

    def _begin(self, subject: str, kind: EpisodeKind, began: int, *, about: str = "") -> None:
        self._episodes.begin(Episode(subject=subject, kind=kind, about=about, began=began))


def _ended(step: Transition) -> int:
    """Return when the condition was first gone: its alert may have fired on for a while."""
    return second_of((step.absent_since or step.at).wall)
