"""A fleet whose terminals hang on lines, polled by hand."""

from collections.abc import Iterable, Mapping

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.subjects import PARENT, subject_of
from monitor.domain.fleet.parent import Parent
from monitor.domain.inventory.parent_row import ParentRow
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.sources.board import SourceBoard
from monitor.domain.suppression.hold import Hold
from tests.fleets import POLL_S, LivingFleet, inventory_row


def line(name: str, *above: str, **fields: object) -> ParentRow:
    """Return a parent with an address, that hangs on others."""
    return ParentRow(name=name, endpoint=f"tcp://{name}.test:443", parents=above, **fields)  # type: ignore[arg-type]


def hung(number: int, *parents: str, **fields: object) -> Terminal:
    """Return a terminal that hangs on these parents, at a site of its own."""
    return inventory_row(number, **({"parents": ";".join(parents), "site": ""} | fields))


class FleetOnLines(LivingFleet):
    """A living fleet, and the parents that it hangs on; all of them answered a moment ago."""

    def __init__(
        self,
        terminals: Iterable[Terminal],
        rows: Iterable[ParentRow],
        boards: Mapping[str, SourceBoard] | None = None,
    ) -> None:
        super().__init__(terminals)
        self.fleet.sources.update(boards or {})
        self.parents = self.fleet.parents
        self.parents.replace(rows, self.fleet.sources, self.clock.now())
        for parent in [*self.parents]:
            if parent.watched is not None:
                self.ask(parent.name)
        self.hear_all()
        self.wait(1)

    def parent(self, name: str) -> Parent:
        """Return a parent that must be there."""
        found = self.parents.get(name)
        assert found is not None
        return found

    def ask(self, name: str, outcome: Outcome = Outcome.OK) -> None:
        """Let a poll of a parent end."""
        watched = self.parent(name).watched
        assert watched is not None
        result = PollResult(outcome, POLL_S)
        transitions, _ = self.evaluation.accept(watched, result, self.clock.now())
        self.store.journal += transitions

    def cut(self, *names: str) -> None:
        """Let a poll of these parents fail."""
        for name in names:
            self.ask(name, Outcome.TIMEOUT)

    def lose_all(self) -> None:
        """Let a poll of every terminal fail."""
        for watched in self.fleet:
            self.lose(watched.terminal.terminal_id)

    def hold(self, alert: Alert) -> Hold | None:
        """Return what holds an alert back."""
        return self.evaluation.suppression.hold(alert, self.clock.now())

    def told(self) -> set[tuple[str, str]]:
        """Return the firing alerts that nothing holds back, the watchdog aside."""
        return {
            alert.key
            for alert in self.book
            if alert.state is AlertState.FIRING and alert.alertname != "Watchdog" and self.hold(alert) is None
        }

    def held(self) -> dict[tuple[str, str], str]:
        """Return by what each firing alert is held back that is."""
        firing = [alert for alert in self.book if alert.state is AlertState.FIRING]
        return {alert.key: hold.by for alert in firing if (hold := self.hold(alert)) is not None}


def down(name: str) -> tuple[str, str]:
    """Return the alert about a parent."""
    return "ParentDown", subject_of(PARENT, name)


def offline(number: int) -> tuple[str, str]:
    """Return the alert about a terminal."""
    return "TerminalOffline", f"{10_000_000 + number}"
