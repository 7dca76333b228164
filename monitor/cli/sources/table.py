"""`posmon sources` for people."""

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.output.text import age, inert
from monitor.domain.instant import parse_rfc3339
from monitor.views.documents import SourceDocument, SourcePage

IDS_SHOWN = 3
_STYLES = {"up": "green", "down": "bold red", "unknown": "dim"}


def sources_table(page: SourcePage) -> RenderableType:
    """Return a row for each source, or how to have one."""
    if not page.sources:
        return Text("No sources are configured: the section `sources` names vendors' clouds and services.")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("SOURCE", "KIND", "STATE"):
        table.add_column(heading, no_wrap=True)
    table.add_column("TERMINALS", justify="right", no_wrap=True)
    table.add_column("ANSWERED", justify="right", no_wrap=True)
    table.add_column("DETAIL", overflow="fold")
    for source in page.sources:
        table.add_row(
            inert(source.name),
            source.kind,
            Text(source.state, style=_STYLES[source.state]),
            str(source.terminals),
            _answered(source, page.now),
            inert(_detail(source)),
        )
    return table


def _answered(source: SourceDocument, now: str) -> str:
    at, present = parse_rfc3339(source.last_success_at or ""), parse_rfc3339(now)
    return "-" if at is None or present is None else age(max(0.0, present - at))


def _detail(source: SourceDocument) -> str:
    parts = [source.detail]
    if source.unreadable_fields:
        parts.append(f"unreadable: {', '.join(source.unreadable_fields)}")
    if source.not_in_inventory:
        ids = ", ".join(source.not_in_inventory_ids[:IDS_SHOWN])
        more = ", ..." if source.not_in_inventory > IDS_SHOWN else ""
        watched = ", watched" if source.discover else ""
        parts.append(f"{source.not_in_inventory} not in the inventory{watched}: {ids}{more}")
    if source.not_listed:
        ids = ", ".join(source.not_listed_ids[:IDS_SHOWN])
        more = ", ..." if source.not_listed > IDS_SHOWN else ""
        parts.append(f"{source.not_listed} of the inventory not listed: {ids}{more}")
    return "; ".join(filter(None, parts))
