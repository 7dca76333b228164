"""Queries the daemon for the chosen terminals, for `posmon status`."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.cli.client.api_client import ApiClient, NotFound, Query
from monitor.cli.errors.exit_code import ExitCode
from monitor.domain.alerts.alert import AlertState
from monitor.domain.alerts.subjects import SITE_OUTAGE
from monitor.domain.fleet.health import Health
from monitor.views.documents import (
    AlertDocument,
    AlertPage,
    StatusDocument,
    Summary,
    TerminalPage,
    TerminalRow,
)
from monitor.views.terminal_segment import terminal_segment

WORST_FIRST = (Health.CRITICAL, Health.WARNING, Health.UNKNOWN, Health.OK)
MOST = 200
"""As many as anyone reads of those that need attention."""
_TERMINALS, _ALERTS = "/api/v1/terminals", "/api/v1/alerts"
_CODES = {
    Health.CRITICAL: ExitCode.CRITICAL,
    Health.WARNING: ExitCode.WARNING,
    Health.UNKNOWN: ExitCode.UNKNOWN,
    Health.OK: ExitCode.OK,
}


class Selection(NamedTuple):
    """Which terminals are asked for; a terminal matches one of each; () means any.

    `attention_only` leaves out the rows, not the counts, of those that are ok.
    """

    terminal_ids: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    attention_only: bool = False

    def is_at(self, row: TerminalRow) -> bool:
        """Tell whether `row` is at one of the chosen sites and regions, whatever its health."""
        return _fits(row.site, self.site) and _fits(row.region, self.region)

    def admits(self, row: TerminalRow) -> bool:
        """Tell whether a row of this health is wanted."""
        return _fits(row.health, self.health) and not (self.attention_only and row.health is Health.OK)

    def covers_site(self, labels: Mapping[str, str]) -> bool:
        """Tell whether the outage of a site with these labels concerns the chosen terminals."""
        return (
            not self.terminal_ids
            and _fits(labels.get("site", ""), self.site)
            and _fits(labels.get("region", ""), self.region)
        )

    @property
    def is_whole_fleet(self) -> bool:
        """Whether nothing was chosen."""
        return not (self.terminal_ids or self.site or self.region or self.health)


def _fits(value: str, wanted: Collection[str]) -> bool:
    return not wanted or value in wanted


class FleetOverview(NamedTuple):
    """The chosen terminals, worst first.

    `summary` counts those that match names, site and region, whatever their health. `outages` are
    the open alerts about the whole fleet and the chosen sites, at most about MOST. `unknown_ids` are
    asked-for terminals that the inventory does not have. `wanted` is how many terminals `rows` would
    have if nothing was left out.
    """

    selection: Selection
    status: StatusDocument
    summary: Summary
    outages: list[AlertDocument]
    rows: list[TerminalRow]
    unknown_ids: tuple[str, ...] = ()
    wanted: int = 0

    @property
    def healths(self) -> Iterator[Health]:
        """The healths that occur among the chosen terminals; a confirmed outage counts as critical."""
        if self.selection.health:
            yield from (row.health for row in self.rows)
        else:
            yield from (health for health in Health if getattr(self.summary, health))
            if any(self._is_down_here(outage) for outage in self.outages):
                yield Health.CRITICAL
        if self.unknown_ids:
            yield Health.UNKNOWN

    @property
    def exit_code(self) -> ExitCode:
        """The worst there is; UNKNOWN when there is nothing to judge by."""
        if total(self.summary) == 0:
            return ExitCode.UNKNOWN
        present = set(self.healths)
        return next((_CODES[health] for health in WORST_FIRST if health in present), ExitCode.OK)

    def _is_down_here(self, outage: AlertDocument) -> bool:
        is_chosen = "site" in outage.labels or self.selection.is_whole_fleet
        return is_chosen and outage.state is AlertState.FIRING


def total(summary: Summary) -> int:
    """Return how many terminals a summary counts."""
    return summary.ok + summary.warning + summary.critical + summary.unknown


def counted(rows: Iterable[TerminalRow]) -> Summary:
    """Return how many of `rows` have each health."""
    summary = Summary()
    for row in rows:
        setattr(summary, row.health, getattr(summary, row.health) + 1)
    return summary


def fetch(daemon: ApiClient, selection: Selection) -> FleetOverview:
    """Ask the daemon about the chosen terminals; raises CannotTell."""
    status = daemon.ask("/api/v1/status", StatusDocument)
    unknown_ids: tuple[str, ...] = ()
    if selection.terminal_ids:
        rows, unknown_ids = _named(daemon, selection.terminal_ids)
        rows = [row for row in rows if selection.is_at(row)]
        summary = counted(rows)
    else:
        summary, rows = _matching(daemon, selection, status.summary)
    rows = [row for row in rows if selection.admits(row)]
    rows.sort(key=lambda row: (WORST_FIRST.index(row.health), row.site, row.terminal_id))
    wanted = len(rows)
    if selection.attention_only:
        rows, wanted = rows[:MOST], max(wanted, total(summary) - summary.ok)
    return FleetOverview(
        selection, status, summary, _outages(daemon, status, selection), rows, unknown_ids, wanted
    )


def _outages(daemon: ApiClient, status: StatusDocument, selection: Selection) -> list[AlertDocument]:
    fleet = [status.fleet_outage] if status.fleet_outage else []
    if selection.terminal_ids:
        return fleet
    filters: dict[str, str | Sequence[str]] = {"alertname": SITE_OUTAGE, "limit": str(MOST)}
    filters |= {name: value for name in ("site", "region") if (value := getattr(selection, name))}
    page = daemon.ask(_ALERTS, AlertPage, filters)
    if page.next_cursor is not None:
        # Of so many, those that are sure.
        page = daemon.ask(_ALERTS, AlertPage, {**filters, "state": AlertState.FIRING})
    return fleet + [outage for outage in page.alerts if selection.covers_site(outage.labels)]


def _named(daemon: ApiClient, terminal_ids: Iterable[str]) -> tuple[list[TerminalRow], tuple[str, ...]]:
    rows, unknown_ids = [], []
    for terminal_id in dict.fromkeys(terminal_ids):
        try:
            rows.append(daemon.ask(f"/api/v1/terminals/{terminal_segment(terminal_id)}", TerminalRow))
        except NotFound:
            unknown_ids.append(terminal_id)
    return rows, tuple(unknown_ids)


def _matching(daemon: ApiClient, selection: Selection, fleet: Summary) -> tuple[Summary, list[TerminalRow]]:
    filters: dict[str, str | Sequence[str]] = {
        name: value for name in ("site", "region", "health") if (value := getattr(selection, name))
    }
    if selection.attention_only:
        return _worst(daemon, filters, is_large=total(fleet) - fleet.ok > MOST)
    pages = list(daemon.pages(_TERMINALS, TerminalPage, filters))
    return pages[0].summary or Summary(), [row for page in pages for row in page.terminals]


def _worst(daemon: ApiClient, filters: Query, *, is_large: bool) -> tuple[Summary, list[TerminalRow]]:
    """Return the MOST worst, and perhaps more: of an outage of the whole fleet not everything is fetched.

    Each first page costs the daemon a look at the whole fleet, so there are as few as can be.
    """
    if not is_large:
        return _first(daemon, {**filters, "attention": "true"})
    summary, rows = _first(daemon, {**filters, "health": Health.CRITICAL})
    for health in (Health.WARNING, Health.UNKNOWN):
        if len(rows) < MOST and getattr(summary, health):
            rows += _first(daemon, {**filters, "health": health})[1]
    return summary, rows


def _first(daemon: ApiClient, filters: Query) -> tuple[Summary, list[TerminalRow]]:
    """Return how many match, and the rows of MOST of them."""
    summary, rows = Summary(), list[TerminalRow]()
    for page in daemon.pages(_TERMINALS, TerminalPage, filters, limit=MOST):
        summary = page.summary or summary
        rows += page.terminals
        if len(rows) >= MOST:
            break
    return summary, rows
