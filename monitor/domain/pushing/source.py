"""The source of a push, and the terminals it may speak for."""

from dataclasses import dataclass

from monitor.domain.pushing.document import RefusedPush


class WrongTerminal(RefusedPush):
    """The document names a terminal that its source may not speak for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSource:
    """Who pushes: the token's `name`, which becomes the label `source`.

    `terminal_id` is the one terminal that the token may speak for, "" for any.
    """

    name: str
    terminal_id: str = ""

    def authorise(self, terminal_id: str) -> None:
        """Raise WrongTerminal unless the source may speak for `terminal_id`."""
        if self.terminal_id not in ("", terminal_id):
            raise WrongTerminal("terminal_id", "this token speaks for another terminal")
