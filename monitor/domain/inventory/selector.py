"""For which terminals an override holds."""

from dataclasses import dataclass

from monitor.domain.inventory.terminal import Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Matches the terminals that have every given field; "" matches any."""

    terminal_id: str = ""
    site: str = ""
    region: str = ""
    model: str = ""

    def covers(self, terminal: Terminal) -> bool:
        """Tell whether `terminal` matches."""
        return (
            self.terminal_id in ("", terminal.terminal_id)
            and self.site in ("", terminal.site)
            and self.region in ("", terminal.region)
            and self.model in ("", terminal.model)
        )
