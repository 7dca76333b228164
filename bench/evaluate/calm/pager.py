"""What becomes of messages at the pager: one incident is one group, from its first firing to its resolve."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

from bench.evaluate.calm.alertmanager_config import AlertmanagerConfig
from bench.evaluate.calm.alertmanager_model import GroupId, LabelSet, PagerMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedAlert:
    """An alert on a page: when its condition began, and when the page first had it (unix seconds)."""

    labels: Mapping[str, str]
    starts_at: float
    told_at: float


@dataclass(slots=True, kw_only=True)
class Page:
    """One incident at a pager, open until `closed_at`; `alerts` in the order in which they came."""

    receiver: str
    group: GroupId
    opened_at: float
    closed_at: float = inf
    messages: int = 0
    alerts: dict[tuple[LabelSet, float], PagedAlert] = field(default_factory=dict)

    @property
    def first(self) -> PagedAlert:
        """The alert that woke somebody."""
        return next(iter(self.alerts.values()))


def pages(messages: Iterable[PagerMessage], config: AlertmanagerConfig) -> list[Page]:
    """Return the pages that messages come to, in the order in which they were opened."""
    opened: dict[tuple[str, GroupId], Page] = {}
    found: list[Page] = []
    for message in messages:
        if not config.receivers[message.receiver].is_pager:
            continue
        key = message.receiver, message.group
        page = opened.get(key)
        if page is None:
            if message.is_over:
                continue
            page = Page(receiver=message.receiver, group=message.group, opened_at=message.at)
            opened[key] = page
            found.append(page)
        page.messages += 1
        for alert in message.firing:
            identity = frozenset(alert.labels.items()), alert.starts_at
            if identity not in page.alerts:
                page.alerts[identity] = PagedAlert(
                    labels=alert.labels, starts_at=alert.starts_at, told_at=message.at
                )
        if message.is_over:
            page.closed_at = message.at
            del opened[key]
    return found
