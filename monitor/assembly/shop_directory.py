"""Which shop an alert is about, and whom to tell there."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, tzinfo

from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.notification.shop_notification import Shop


class ShopDirectory:
    """Finds shops in the inventory as it is being watched.

    Terminals of a site are one shop, a terminal without a site is one of its own. The contact and the hours
    are the terminal's, else those of the first of its site that has a contact. `zone` finds a time zone by
    its name.
    """

    def __init__(self, fleet: Fleet, zone: Callable[[str], tzinfo]) -> None:
        self._fleet = fleet
        self._zone = zone

    def find(self, labels: Mapping[str, str]) -> Shop | None:
        """Return the shop that an alert with these labels is about, None where it has no contact."""
        watched = self._fleet.get(labels.get("terminal_id", ""))
        own = () if watched is None else (watched.terminal,)
        site = watched.terminal.site if watched is not None else labels.get("site", "")
        terminal = next((one for one in (*own, *self._members(site)) if one.contact), None)
        if terminal is None:
            return None
        hours = parse_opening_hours(terminal.opening_hours) if terminal.opening_hours else None
        return Shop(
            key=site or f"/{terminal.terminal_id}",
            contact=terminal.contact,
            hours=hours,
            zone=self._zone(terminal.timezone) if terminal.timezone else UTC,
        )

    def _members(self, site: str) -> Iterable[Terminal]:
        group = self._fleet.sites.get(site)
        return (member.terminal for member in group.members.values()) if group is not None else ()
