"""What a fault is: a name, a small function, what may be set, and what a poller makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.domain.polling.poll_result import Outcome
from monitor.simulator.answer import SimulatedAnswer, Situation, Value
from monitor.simulator.parameters import Parameter

Apply = Callable[[SimulatedAnswer, Situation], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """One kind of fault.

    `apply` works the fault into an answer. `outcome` is how a poll with a sane deadline ends while
    it lasts. `needs_own_port` says that it works on the terminal's port, not on one path of it.
    """

    name: str
    summary: str
    apply: Apply
    outcome: Outcome
    parameters: tuple[Parameter, ...] = ()
    needs_own_port: bool = False

    def settings(self, written: Mapping[str, object]) -> dict[str, Value]:
        """Return a value for every parameter that is written or has a default.

        Raises ValueError, naming it, for a parameter that this kind does not have or a value it cannot
        have. Durations are written as in a scenario: `250ms`.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        chosen = {
            name: entry.read(entry.default) for name, entry in known.items() if entry.default is not None
        }
        for name, value in written.items():
            if name not in known:
                raise ValueError(f"{self.name} has no parameter {name!r}")
            try:
                chosen[name] = known[name].read(str(value))
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
        return chosen
