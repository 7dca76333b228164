"""Transitions that are not durable yet."""

from collections.abc import Sequence

from monitor.domain.alerts.alert import Transition


class UncommittedTransitions:
    """Holds transitions until they are durable, in order; no receiver is notified of one before that."""

    def __init__(self) -> None:
        self._transitions: list[Transition] = []

    def __len__(self) -> int:
        return len(self._transitions)

    def add(self, transitions: Sequence[Transition]) -> None:
        """Hold some more."""
        self._transitions += transitions

    def first(self, most: int) -> list[Transition]:
        """Return up to `most`, oldest first; they stay until they are `committed`."""
        return self._transitions[:most]

    def committed(self, count: int) -> None:
        """Drop the oldest `count`: they are durable."""
        del self._transitions[:count]

    def keys(self) -> set[tuple[str, str]]:
        """Return alert name and subject of every transition held."""
        return {(step.alertname, step.subject) for step in self._transitions}
