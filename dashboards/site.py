"""The dashboard Site: every terminal of one site."""

from dashboards.model import (
    BarGauge,
    Color,
    Column,
    Dashboard,
    Link,
    Panel,
    Query,
    Stat,
    StateTimeline,
    Table,
    TimeSeries,
)
from dashboards.vocabulary import (
    BATTERY,
    HEALTH_PAINTS,
    NO_TERMINALS,
    NONE_IS_BETTER,
    NONE_IS_GOOD,
    ONE_SITE,
    OUTAGES,
    OVERVIEW_PAGE,
    REACHABLE,
    REGION,
    SHARDS,
    SHARE_OF_GOOD,
    TERMINAL_LINKS,
    YES_IS_GOOD,
    select,
)

_SITE = "$site"
_SILENT = ((None, Color.OK), (120, Color.WARNING), (600, Color.CRITICAL))


def _here(metric: str, **labels: str) -> str:
    return select(metric, site=_SITE, **labels)


def _column(expr: str) -> Query:
    return Query(expr=expr)


def _count(health: str) -> list[Query]:
    return [Query(expr=f"sum({_here('posmon_fleet_terminals', health=health)})")]


_FIGURES: tuple[Panel, ...] = (
    Stat(
        title="Terminals",
        description="Terminals of the site that posmon polls.",
        queries=[Query(expr=f"sum({_here('posmon_fleet_terminals')})")],
    ),
    Stat(
        title="Reachable",
        description="Share whose last poll was good. None at all: the site's line or router, not its terminals.",
        queries=[Query(expr=f"avg({_here('posmon_terminal_up')})")],
        unit="percentunit",
        steps=SHARE_OF_GOOD,
    ),
    Stat(
        title="Critical",
        description="Terminals with a critical alert.",
        queries=_count("critical"),
        steps=NONE_IS_GOOD,
    ),
    Stat(
        title="Warning",
        description="Terminals that still sell, but will need attention.",
        queries=_count("warning"),
        steps=NONE_IS_BETTER,
    ),
    Stat(
        title="Lowest battery",
        description="The emptiest battery of the site, as last reported. Terminals on mains have none.",
        queries=[Query(expr=f"min({_here('posmon_terminal_battery_ratio')})")],
        unit="percentunit",
        steps=BATTERY,
        no_value="no batteries",
    ),
    Stat(
        title="Not registered",
        description="Terminals not registered with the acquirer's host: they cannot sell by card.",
        queries=[Query(expr=f"count({_here('posmon_terminal_registered')} == 0) or vector(0)")],
        steps=NONE_IS_GOOD,
    ),
)

_TERMINALS = Table(
    title="Each terminal",
    no_value=NO_TERMINALS,
    description="Each terminal as last reported. Click on its id for its dashboard or its page in posmon.",
    queries=[
        _column(f"max by (terminal_id) ({_here('posmon_terminal_up')})"),
        _column(
            f"time() - max by (terminal_id) ({_here('posmon_terminal_last_heartbeat_timestamp_seconds')})"
        ),
        _column(f"max by (terminal_id) ({_here('posmon_terminal_battery_ratio')})"),
        _column(f"max by (terminal_id) ({_here('posmon_terminal_registered')})"),
        _column(f"max by (terminal_id, status) ({_here('posmon_terminal_printer_status')})"),
        _column(f"max by (terminal_id, model, firmware_version) ({_here('posmon_terminal_info')})"),
    ],
    columns=[
        Column(source="terminal_id", heading="Terminal", links=TERMINAL_LINKS),
        Column(source="Value #A", heading="Contact", words=REACHABLE),
        Column(source="Value #B", heading="Last heard", unit="s", steps=_SILENT),
        Column(source="Value #C", heading="Battery", unit="percentunit", steps=BATTERY),
        Column(source="Value #D", heading="Registered", words=YES_IS_GOOD),
        Column(source="status", heading="Printer"),
        Column(source="model", heading="Model"),
        Column(source="firmware_version", heading="Firmware"),
    ],
    sorted_by="Last heard",
)

_COURSES: tuple[Panel, ...] = (
    TimeSeries(
        title="Health",
        description="Terminals of the site by health.",
        queries=[Query(expr=f"sum by (health) ({_here('posmon_fleet_terminals')})", legend="{{health}}")],
        paints=HEALTH_PAINTS,
        minimum=0,
        is_stacked=True,
    ),
    TimeSeries(
        title="Batteries",
        description="Charge of each terminal. A terminal whose charge never rises is not charging.",
        queries=[
            Query(
                expr=f"max by (terminal_id) ({_here('posmon_terminal_battery_ratio')})",
                legend="{{terminal_id}}",
            )
        ],
        unit="percentunit",
        minimum=0,
        maximum=1,
        steps=BATTERY,
        no_value="no batteries",
    ),
    StateTimeline(
        title="Contact",
        no_value=NO_TERMINALS,
        description="When each terminal was reachable. All red at once: the line. One alone: the terminal.",
        queries=[
            Query(expr=f"max by (terminal_id) ({_here('posmon_terminal_up')})", legend="{{terminal_id}}")
        ],
        words=REACHABLE,
        height=10,
    ),
    TimeSeries(
        title="Since last heard",
        no_value=NO_TERMINALS,
        description="The ten terminals with the longest time since their last good heartbeat.",
        queries=[
            Query(
                expr="topk(10, time() - max by (terminal_id) ("
                + _here("posmon_terminal_last_heartbeat_timestamp_seconds")
                + "))",
                legend="{{terminal_id}}",
            )
        ],
        unit="s",
        minimum=0,
    ),
    BarGauge(
        title="Printers",
        no_value=NO_TERMINALS,
        description="Terminals by the last status of their printer.",
        queries=[
            Query(
                expr=f"count by (status) ({_here('posmon_terminal_printer_status')})",
                legend="{{status}}",
            )
        ],
        minimum=0,
        paints={"ok": Color.OK, "paper_low": Color.WARNING},
        steps=((None, Color.CRITICAL),),
        width=12,
    ),
)

SITE = Dashboard(
    uid="posmon-site",
    title="posmon: Site",
    description="One site: the terminals that need attention, and since when.",
    variables=[*SHARDS, REGION, ONE_SITE],
    annotations=[OUTAGES],
    panels=[*_FIGURES, _TERMINALS, *_COURSES],
    pages=[
        OVERVIEW_PAGE,
        Link(title="Its terminals in posmon", url="${posmon_url}/terminals?site=${site:percentencode}"),
    ],
)
