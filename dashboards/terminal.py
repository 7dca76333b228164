"""The dashboard Terminal: one terminal over time."""

from dashboards.model import (
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
    NO_TERMINALS,
    ONE_TERMINAL,
    OUTAGES,
    OVERVIEW_PAGE,
    REACHABLE,
    REGION,
    RESTARTS,
    SHARDS,
    SHARE_OF_GOOD,
    SITE_LINKS,
    SITES,
    YES_IS_GOOD,
    select,
)

_SILENT = ((None, Color.OK), (120, Color.WARNING), (600, Color.CRITICAL))
_LOSSES = ((None, Color.OK), (3, Color.WARNING), (10, Color.CRITICAL))
_PRESENT = {"0": ("no", Color.UNKNOWN), "1": ("yes", Color.NEUTRAL)}


def _its(metric: str) -> str:
    return select(metric, terminal_id="$terminal")


_UP = _its("posmon_terminal_up")
_BATTERY = _its("posmon_terminal_battery_ratio")
_REGISTERED = _its("posmon_terminal_registered")
_PRINTER = _its("posmon_terminal_printer_status")
_SINCE_HEARD = f"time() - max({_its('posmon_terminal_last_heartbeat_timestamp_seconds')})"

_FIGURES: tuple[Panel, ...] = (
    Stat(
        title="Contact",
        no_value=NO_TERMINALS,
        description="Whether the last poll was good. Everything else here is as last reported.",
        queries=[Query(expr=f"max({_UP})")],
        words=REACHABLE,
    ),
    Stat(
        title="Last heard",
        description="Time since the last good heartbeat.",
        queries=[Query(expr=_SINCE_HEARD)],
        unit="s",
        steps=_SILENT,
    ),
    Stat(
        title="Battery",
        description="Charge of the battery; a terminal on mains has none.",
        queries=[Query(expr=f"max({_BATTERY})")],
        unit="percentunit",
        steps=BATTERY,
        no_value="no battery",
    ),
    Stat(
        title="Printer",
        description="The last status of the printer.",
        queries=[Query(expr=f"max by (status) ({_PRINTER})", legend="{{status}}")],
        shows_name=True,
        no_value="no printer",
    ),
    Stat(
        title="Registered",
        description="Whether it is registered with the acquirer's host. If not, it cannot sell by card.",
        queries=[Query(expr=f"max({_REGISTERED})")],
        words=YES_IS_GOOD,
    ),
    Stat(
        title="Reachable in this time",
        description="Share of the chosen time range in which polls were good.",
        queries=[Query(expr=f"avg_over_time(max({_UP})[$__range:])")],
        unit="percentunit",
        decimals=1,
        steps=SHARE_OF_GOOD,
    ),
)

_WHAT_IT_IS = Table(
    title="What it is",
    no_value=NO_TERMINALS,
    description="The inventory's row and the last reported firmware. Two rows: a value changed in between.",
    queries=[
        Query(
            expr="max by (terminal_id, region, site, merchant_id, vendor, model, serial_number, firmware_version) ("
            + _its("posmon_terminal_info")
            + ")",
        )
    ],
    columns=[
        Column(source="terminal_id", heading="Terminal"),
        Column(source="site", heading="Site", links=SITE_LINKS),
        Column(source="region", heading="Region"),
        Column(source="merchant_id", heading="Merchant id"),
        Column(source="vendor", heading="Vendor"),
        Column(source="model", heading="Model"),
        Column(source="serial_number", heading="Serial number"),
        Column(source="firmware_version", heading="Firmware"),
    ],
    sorted_by="Terminal",
    width=20,
    height=4,
)

_COURSES: tuple[Panel, ...] = (
    Stat(
        title="Changes of contact",
        description="How often it was lost or found again in the chosen time range. Many: a weak signal or a loose plug.",
        queries=[Query(expr=f"max(changes({_UP}[$__range]))")],
        steps=_LOSSES,
    ),
    StateTimeline(
        title="Contact and registration",
        description="When it was reachable, and when it was registered with the host.",
        queries=[
            Query(expr=f"max({_UP})", legend="reachable"),
            Query(expr=f"max({_REGISTERED})", legend="registered"),
        ],
        words=YES_IS_GOOD,
        height=6,
        width=12,
    ),
    StateTimeline(
        title="Printer over time",
        description="The status of the printer, one band for each.",
        queries=[Query(expr=f"max by (status) ({_PRINTER})", legend="{{status}}")],
        words=_PRESENT,
        height=6,
        width=12,
        no_value="no printer",
    ),
    TimeSeries(
        title="Battery over time",
        description="Charge of the battery, and for comparison the median of its site.",
        queries=[
            Query(expr=f"max({_BATTERY})", legend="this terminal"),
            Query(
                expr="quantile by (site) (0.5, "
                + select("posmon_terminal_battery_ratio")
                + f" and on (job, instance, site) {_UP})",
                legend="middle of {{site}}",
            ),
        ],
        unit="percentunit",
        minimum=0,
        maximum=1,
        steps=BATTERY,
        no_value="no battery",
    ),
    TimeSeries(
        title="Since last heard",
        no_value=NO_TERMINALS,
        description="Time since the last good heartbeat: small saw teeth when all is well.",
        queries=[Query(expr=_SINCE_HEARD, legend="silent for")],
        unit="s",
        minimum=0,
    ),
    StateTimeline(
        title="Firmware over time",
        description="Its firmware over time: updates, and exchanged devices.",
        queries=[
            Query(
                expr=f"max by (serial_number, firmware_version) ({_its('posmon_terminal_info')})",
                legend="{{firmware_version}} on {{serial_number}}",
            )
        ],
        words=_PRESENT,
        height=5,
    ),
)

TERMINAL = Dashboard(
    uid="posmon-terminal",
    title="posmon: Terminal",
    description="One terminal: its present state, its history and its hardware.",
    variables=[*SHARDS, REGION, SITES, ONE_TERMINAL],
    annotations=[OUTAGES, RESTARTS],
    panels=[*_FIGURES, _WHAT_IT_IS, *_COURSES],
    pages=[
        OVERVIEW_PAGE,
        Link(title="Its page in posmon", url="${posmon_url}/terminals/${terminal:percentencode}"),
    ],
)
