"""Spare terminals, and where they lie."""

from collections.abc import Iterator

from monitor.domain.inventory.terminal import InventoryStatus, Terminal


class SpareShelf:
    """The inventory's spares, by site and by region."""

    def __init__(self) -> None:
        self._rows: dict[str, Terminal] = {}
        self._by_site: dict[str, dict[str, None]] = {}
        self._by_region: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, terminal: Terminal) -> None:
        """Take a row that is not watched as it is now; one that is no spare is dropped."""
        self.drop(terminal.terminal_id)
        if terminal.status is InventoryStatus.SPARE:
            self._rows[terminal.terminal_id] = terminal
            self._by_site.setdefault(terminal.site, {})[terminal.terminal_id] = None
            self._by_region.setdefault(terminal.region, {})[terminal.terminal_id] = None

    def drop(self, terminal_id: str) -> None:
        """Forget a row, if it is there."""
        known = self._rows.pop(terminal_id, None)
        if known is not None:
            _take_out(self._by_site, known.site, terminal_id)
            _take_out(self._by_region, known.region, terminal_id)

    def near(self, *, site: str, region: str, model: str, most: int) -> list[Terminal]:
        """Return the nearest: of the site, then of the region, each time those of a model first."""
        found: dict[str, Terminal] = {}
        for rows, name in ((self._by_site, site), (self._by_region, region)):
            if name and len(found) < most:
                found |= {row.terminal_id: row for row in self._first(rows.get(name, {}), model, most)}
        return [*found.values()][:most]

    def _first(self, names: dict[str, None], model: str, most: int) -> list[Terminal]:
        same: list[Terminal] = []
        others: list[Terminal] = []
        for row in self._in(names):
            if not model or row.model == model:
                same.append(row)
                if len(same) == most:
                    break
            elif len(others) < most:
                others.append(row)
        return [*same, *others]

    def _in(self, names: dict[str, None]) -> Iterator[Terminal]:
        return (self._rows[name] for name in names)


def _take_out(rows: dict[str, dict[str, None]], name: str, terminal_id: str) -> None:
    rows[name].pop(terminal_id, None)
    if not rows[name]:
        del rows[name]
