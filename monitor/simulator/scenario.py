"""A scenario: which incidents befall which terminals, and optionally in which shops."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from monitor.config.suggestions import did_you_mean
from monitor.domain.errors import Fault, InvalidScenario
from monitor.simulator.faults import rank
from monitor.simulator.fleet import FIRST_TERMINAL_ID, SimulatedTerminal, Site
from monitor.simulator.incident import Incident

MOST_OWN_PORTS = 1000
"""Every terminal that refuses connections takes two file descriptors and a port of this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimSelector:
    """Whom an incident befalls: everybody who fits all that is given.

    `ids`, `site` and `model` narrow first; `fraction` (0-1, at least one terminal) or `count` then
    draw from those left. None means not given.
    """

    ids: tuple[str, ...] | None = None
    site: str | None = None
    model: str | None = None
    fraction: float | None = None
    count: int | None = None

    def candidates(self, terminals: Iterable[SimulatedTerminal]) -> list[SimulatedTerminal]:
        """Return those who fit, before any draw, in fleet order."""
        ids = None if self.ids is None else frozenset(self.ids)
        return [
            terminal
            for terminal in terminals
            if (ids is None or terminal.terminal_id in ids)
            and self.site in {None, terminal.site.name}
            and self.model in {None, terminal.model.name}
        ]

    def draw(self, candidates: list[SimulatedTerminal], random: Random) -> list[SimulatedTerminal]:
        """Return those befallen; raises ValueError when there are fewer than `count`."""
        count = len(candidates)
        if self.fraction is not None:
            count = max(1, round(self.fraction * count))
        if self.count is not None:
            count = self.count
        if count > len(candidates):
            raise ValueError(f"only {len(candidates)} terminals to draw from")
        return random.sample(candidates, count)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedIncident:
    """An incident without terminals yet; `line` and `place` say where it is written."""

    incident: Incident
    selector: VictimSelector
    line: int
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a scenario file says. `sites` is empty when the fleet is to be made up.

    `beside` are further fleets, each with its own `kind` and ids from `first_id` on. None as `kind`
    leaves the choice to the command that starts the fleet.
    """

    source: str
    planned: tuple[PlannedIncident, ...]
    sites: tuple[Site, ...] = ()
    kind: str | None = None
    first_id: int = FIRST_TERMINAL_ID
    beside: "tuple[Scenario, ...]" = ()

    def assign(self, terminals: Sequence[SimulatedTerminal], *, seed: int) -> None:
        """Give every incident to those it befalls; the same seed chooses the same terminals.

        Raises InvalidScenario, and gives nothing, when the fleet has not what the scenario names.
        """
        fleet = _Fleet(terminals)
        faults: list[Fault] = []
        chosen: dict[SimulatedTerminal, list[Incident]] = {}
        for number, planned in enumerate(self.planned):
            random = Random(f"{seed}/incident/{number}")  # noqa: S311 -- repeats itself on purpose
            try:
                befallen = fleet.choose(planned.selector, random)
            except LookupError as error:
                field, reason = error.args
                faults.append(self._fault(planned, field, reason))
                continue
            for terminal in befallen:
                chosen.setdefault(terminal, []).append(planned.incident)
        faults += self._too_many_ports(chosen)
        if faults:
            raise InvalidScenario(faults)
        for terminal, incidents in chosen.items():
            terminal.incidents = tuple(sorted(incidents, key=lambda incident: rank(incident.kind)))

    def _fault(self, planned: PlannedIncident, field: str, reason: str) -> Fault:
        return Fault(source=self.source, line=planned.line, field=f"{planned.place}.{field}", reason=reason)

    def _too_many_ports(self, chosen: Mapping[SimulatedTerminal, list[Incident]]) -> Iterator[Fault]:
        count = sum(any(one.kind.needs_own_port for one in incidents) for incidents in chosen.values())
        if count > MOST_OWN_PORTS:
            reason = f"{count} terminals refuse connections, at most {MOST_OWN_PORTS} can"
            yield Fault(source=self.source, field="incidents", reason=reason)


class _Fleet:
    """The terminals to choose from, and their names for reporting those that do not exist."""

    def __init__(self, terminals: Sequence[SimulatedTerminal]) -> None:
        self._terminals = terminals
        self._ids = {terminal.terminal_id for terminal in terminals}
        self._sites = {terminal.site.name for terminal in terminals}

    def choose(self, selector: VictimSelector, random: Random) -> list[SimulatedTerminal]:
        """Return those befallen; raises LookupError(field, reason)."""
        for terminal_id in selector.ids or ():
            if terminal_id not in self._ids:
                raise LookupError("ids", f"no terminal {terminal_id!r} in this fleet{self._range()}")
        if selector.site is not None and selector.site not in self._sites:
            near = did_you_mean(selector.site, self._sites)
            raise LookupError("site", f"no site {selector.site!r} in this fleet{near}")
        candidates = selector.candidates(self._terminals)
        if not candidates:
            raise LookupError("fault", "has no terminal: none fits all that is given")
        try:
            return selector.draw(candidates, random)
        except ValueError as error:
            raise LookupError("count", str(error)) from error

    def _range(self) -> str:
        return f", which has {self._terminals[0].terminal_id} to {self._terminals[-1].terminal_id}"
