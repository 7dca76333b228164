"""The dashboard Fleet: how many are well, where trouble is, and what kind of trouble."""

from dashboards.model import BarGauge, Color, Column, Dashboard, Panel, Query, Stat, Table, TimeSeries
from dashboards.vocabulary import (
    ABOUT_POSMON,
    HEALTH_PAINTS,
    HEALTHS,
    NO_TERMINALS,
    NONE_IS_BETTER,
    NONE_IS_GOOD,
    OUTAGES,
    OVERVIEW_PAGE,
    REGION,
    RUNBOOK_LINKS,
    SHARDS,
    SHARE_OF_GOOD,
    SITE_LINKS,
    SITES,
    firing,
    select,
)

_SITE = {"site": "~$site"}
_PLACE = {"region": "~$region"} | _SITE
_SHOWN_SITES = 25


def _terminals(**labels: str) -> str:
    return select("posmon_fleet_terminals", **_PLACE, **labels)


def _of_place(metric: str) -> str:
    """Return a metric of single terminals in the chosen regions; only their info names a region."""
    info = select("posmon_terminal_info", **_PLACE)
    return f"{select(metric, **_SITE)} and on (job, instance, terminal_id) {info}"


def _count(health: str) -> str:
    return f"sum({_terminals(health=health)})"


_TROUBLE = f"sum by (region, site) ({_terminals(health='~critical|warning|unknown')})"
_WORST = f"topk({_SHOWN_SITES}, {_TROUBLE} > 0)"


def _at_the_worst(health: str) -> Query:
    counts = f"sum by (region, site) ({_terminals(health=health)})"
    return Query(expr=f"{counts} and on (region, site) {_WORST}")


_FIGURES: tuple[Panel, ...] = (
    Stat(
        title="Terminals",
        description="Terminals that posmon polls, in the chosen regions and sites.",
        queries=[Query(expr=f"sum({_terminals()})")],
    ),
    Stat(
        title="Well",
        description="Share of terminals whose health is ok. A terminal without heartbeats is not ok.",
        queries=[Query(expr=f"{_count('ok')} / sum({_terminals()})")],
        unit="percentunit",
        decimals=1,
        steps=SHARE_OF_GOOD,
    ),
    Stat(
        title="Critical",
        description="Terminals with a critical alert: out of reach, out of paper, battery nearly empty, tampered with.",
        queries=[Query(expr=_count("critical"))],
        steps=NONE_IS_GOOD,
    ),
    Stat(
        title="Warning",
        description="Terminals that still sell, but will need attention.",
        queries=[Query(expr=_count("warning"))],
        steps=NONE_IS_BETTER,
    ),
    Stat(
        title="Unknown",
        description="Terminals whose state posmon does not know, such as after its start.",
        queries=[Query(expr=_count("unknown"))],
        steps=NONE_IS_BETTER,
    ),
    Stat(
        title="Firing alerts, whole fleet",
        description="Alerts that fire now, also those that a larger one suppresses. Not narrowed by region and site.",
        queries=[Query(expr=f"sum({firing()})")],
        steps=NONE_IS_BETTER,
    ),
)

_COURSES: tuple[Panel, ...] = (
    TimeSeries(
        title="Health",
        description="Terminals by health. A red step is an outage, a slow red slope is wear and tear.",
        queries=[Query(expr=f"sum by (health) ({_terminals()})", legend="{{health}}")],
        paints=HEALTH_PAINTS,
        minimum=0,
        is_stacked=True,
    ),
    TimeSeries(
        title="Firing alerts by name, whole fleet",
        description="Firing alerts by kind. Click on a line for its runbook.",
        queries=[Query(expr=f"sum by (alertname) ({firing()}) > 0", legend="{{alertname}}")],
        minimum=0,
        links=RUNBOOK_LINKS,
        no_value="nothing fires",
    ),
    Table(
        title=f"The {_SHOWN_SITES} sites with most trouble",
        description="Sites by terminals that are not ok. Click on a site for its dashboard or for posmon's list.",
        queries=[
            _at_the_worst("critical"),
            _at_the_worst("warning"),
            _at_the_worst("unknown"),
            _at_the_worst("~.+"),
        ],
        columns=[
            Column(source="region", heading="Region", width=160),
            Column(source="site", heading="Site", links=SITE_LINKS),
            Column(source="Value #A", heading="Critical", steps=NONE_IS_GOOD, width=110),
            Column(source="Value #B", heading="Warning", steps=NONE_IS_BETTER, width=110),
            Column(source="Value #C", heading="Unknown", steps=NONE_IS_BETTER, width=110),
            Column(source="Value #D", heading="Terminals", width=110),
        ],
        sorted_by="Critical",
        width=16,
        no_value="every site is well",
    ),
    BarGauge(
        title="Well, by region",
        description="Share of terminals whose health is ok.",
        queries=[
            Query(
                expr=f"sum by (region) ({_terminals(health='ok')}) / sum by (region) ({_terminals()})",
                legend="{{region}}",
            )
        ],
        unit="percentunit",
        minimum=0,
        maximum=1,
        steps=SHARE_OF_GOOD,
        height=10,
    ),
    TimeSeries(
        title="Alerts that began, whole fleet",
        description="Alerts that began to fire, by kind and hour. Many of one kind at once have one cause.",
        queries=[
            Query(
                expr="sum by (alertname) (increase("
                + select("posmon_alert_transitions_total", to="firing", alertname="!Watchdog")
                + "[1h])) > 0",
                legend="{{alertname}}",
            )
        ],
        minimum=0,
        links=RUNBOOK_LINKS,
        no_value="none began",
    ),
)

_DEVICES: tuple[Panel, ...] = (
    TimeSeries(
        title="Batteries",
        no_value=NO_TERMINALS,
        description="The charge below which half, and a tenth, of the terminals are. Needs metrics.per_terminal: all.",
        queries=[
            Query(expr=f"quantile({share}, {_of_place('posmon_terminal_battery_ratio')})", legend=legend)
            for share, legend in ((0.5, "half below"), (0.1, "a tenth below"))
        ],
        unit="percentunit",
        minimum=0,
        maximum=1,
    ),
    BarGauge(
        title="Printers",
        no_value=NO_TERMINALS,
        description="Terminals by the last status of their printer. Needs metrics.per_terminal: all.",
        queries=[
            Query(
                expr=f"count by (status) ({_of_place('posmon_terminal_printer_status')})",
                legend="{{status}}",
            )
        ],
        minimum=0,
        paints={"ok": Color.OK, "paper_low": Color.WARNING},
        steps=((None, Color.CRITICAL),),
    ),
    BarGauge(
        title="Reachable, by model",
        no_value=NO_TERMINALS,
        description="Share of terminals whose last poll was good. A model that fails everywhere points at firmware.",
        queries=[
            Query(
                expr="avg by (model) ("
                + select("posmon_terminal_up", **_SITE)
                + " * on (job, instance, terminal_id) group_left (model) "
                + select("posmon_terminal_info", **_PLACE)
                + ")",
                legend="{{model}}",
            )
        ],
        unit="percentunit",
        minimum=0,
        maximum=1,
        steps=SHARE_OF_GOOD,
    ),
    Table(
        title="Models and firmware",
        no_value=NO_TERMINALS,
        description="Terminals by firmware. An update missed the few on an old one.",
        queries=[
            Query(
                expr=f"count by (vendor, model, firmware_version) ({select('posmon_terminal_info', **_PLACE)})",
            )
        ],
        columns=[
            Column(source="vendor", heading="Vendor"),
            Column(source="model", heading="Model"),
            Column(source="firmware_version", heading="Firmware"),
            Column(source="Value", heading="Terminals", width=110),
        ],
        sorted_by="Terminals",
        width=8,
        height=8,
    ),
)

FLEET = Dashboard(
    uid="posmon-fleet",
    title="posmon: Fleet",
    description=f"All terminals by health ({', '.join(HEALTHS)}), and the sites that need attention.",
    variables=[*SHARDS, REGION, SITES],
    annotations=[OUTAGES, ABOUT_POSMON],
    panels=[*_FIGURES, *_COURSES, *_DEVICES],
    pages=[OVERVIEW_PAGE],
)
