"""What MQTT messages say of terminals; no connection here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from monitor.adapters.sources.json_mapping import JsonMapping
from monitor.adapters.sources.reports import report_of, terminal_id_of
from monitor.domain.sources.report import TerminalReport
from monitor.domain.sources.topic import TopicPattern

MOST_TERMINALS = 200_000
"""Ids beyond these are ignored: anybody who may publish could make up more."""

AHEAD_S = 60.0
"""A message dated later than this from now comes from a wrong clock: none is old beside it."""

LONGEST_MESSAGE = 256 * 1024
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityWords:
    """The topic and the two words by which a terminal, or its last will, says whether it is connected."""

    topic: TopicPattern
    online: str
    offline: str


class Messages:
    """Reads the messages of one broker, and keeps what each terminal said last.

    A message is one JSON document that `mapping` reads; it replaces the one before. A retained message is no
    sign of life: it counts only on the topic of `availability`, or where the mapping says how old it is. A
    message that is not newer than the one before, by `seen_at`, changes nothing. `wall` returns the present
    in unix seconds. Of the terminal `watched`, `document` is the last message as it came, for people who
    write a mapping.
    """

    def __init__(
        self,
        *,
        topics: Sequence[TopicPattern],
        mapping: JsonMapping,
        availability: AvailabilityWords | None,
        wall: Callable[[], float],
        most_terminals: int = MOST_TERMINALS,
    ) -> None:
        self._topics = topics
        self._mapping = mapping
        self._availability = availability
        self._wall = wall
        self._most_terminals = most_terminals
        self._latest: dict[str, TerminalReport] = {}
        self._unreadable = 0
        self.watched = ""
        self.document: object = None

    @property
    def filters(self) -> list[str]:
        """The topic filters to subscribe to."""
        filters = [topic.filter for topic in self._topics]
        return [*filters, self._availability.topic.filter] if self._availability else filters

    def drain_unreadable(self) -> int:
        """Return how many messages could not be read since the last call."""
        unreadable, self._unreadable = self._unreadable, 0
        return unreadable

    def read(self, topic: str, payload: bytes, *, is_retained: bool) -> TerminalReport | None:
        """Return what a message says of its terminal, None where that is nothing new."""
        availability = self._availability
        if availability is not None and availability.topic.matches(topic):
            report = self._availability_of(availability, topic, payload)
        else:
            report = self._state_of(topic, payload, is_retained=is_retained)
        if report is None:
            return None
        if report.terminal not in self._latest and len(self._latest) >= self._most_terminals:
            return None
        self._latest[report.terminal] = report
        return report

    def _availability_of(self, words: AvailabilityWords, topic: str, payload: bytes) -> TerminalReport | None:
        terminal = terminal_id_of(words.topic.terminal_of(topic))
        said = payload[:LONGEST_MESSAGE].decode(errors="replace").strip()
        if terminal is None or said not in (words.online, words.offline):
            self._unreadable += 1
            return None
        before = self._latest.get(terminal) or report_of(terminal, {})
        return before._replace(online=said == words.online)

    def _state_of(self, topic: str, payload: bytes, *, is_retained: bool) -> TerminalReport | None:
        pattern = next((one for one in self._topics if one.matches(topic)), None)
        if pattern is None or not payload:  # an empty message takes a retained one back
            return None
        report = self._mapped(payload, pattern.terminal_of(topic))
        if report is None:
            self._unreadable += 1
            return None
        before = self._latest.get(report.terminal)
        if (is_retained and report.seen_at is None) or self._is_old(report, before):
            return None
        if report.online is None and before is not None and self._availability is not None:
            return report._replace(online=before.online)
        return report

    def _is_old(self, report: TerminalReport, before: TerminalReport | None) -> bool:
        if before is None or before.seen_at is None or report.seen_at is None:
            return False
        return report.seen_at <= before.seen_at <= self._wall() + AHEAD_S

    def _mapped(self, payload: bytes, terminal: str | None) -> TerminalReport | None:
        try:
            document = _decode(payload) if len(payload) <= LONGEST_MESSAGE else None
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None
        report = self._mapping.report(document, terminal=terminal) if type(document) is dict else None
        if report is not None and report.terminal == self.watched:
            self.document = document
        return report
