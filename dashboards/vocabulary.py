"""Selectors, variables, colours and links that several dashboards share."""

from dashboards.model import Annotation, Color, Link, Variable

HEALTHS = ("critical", "warning", "unknown", "ok")
HEALTH_PAINTS = {
    "ok": Color.OK,
    "warning": Color.WARNING,
    "critical": Color.CRITICAL,
    "unknown": Color.UNKNOWN,
}

NONE_IS_GOOD = ((None, Color.OK), (1, Color.CRITICAL))
"""Steps for a count that ought to be 0."""
NONE_IS_BETTER = ((None, Color.OK), (1, Color.WARNING))
SHARE_OF_GOOD = ((None, Color.CRITICAL), (0.9, Color.WARNING), (0.97, Color.OK))
"""Steps for a share that ought to be 1."""
BATTERY = ((None, Color.CRITICAL), (0.1, Color.WARNING), (0.2, Color.OK))
NO_TERMINALS = "no series of terminals: metrics.per_terminal"
"""What a panel of single terminals says where Prometheus has only counts."""
PLAIN = ((None, Color.NEUTRAL),)
YES_IS_GOOD = {"0": ("no", Color.CRITICAL), "1": ("yes", Color.OK)}
YES_IS_BAD = {"0": ("no", Color.OK), "1": ("yes", Color.CRITICAL)}
REACHABLE = {"0": ("out of reach", Color.CRITICAL), "1": ("reachable", Color.OK)}


def select(metric: str, **labels: str) -> str:
    """Return the selector of a metric at the chosen posmons.

    A label is to have the value given; with "~" before it, match it; with "!", have another.
    """
    chosen = {"job": "~$job", "instance": "~$instance"} | labels
    return f"{metric}{{{', '.join(_matcher(label, value) for label, value in chosen.items())}}}"


def _matcher(label: str, value: str) -> str:
    operator = {"~": "=~", "!": "!="}.get(value[0], "=")
    return f'{label}{operator}"{value.removeprefix("~").removeprefix("!")}"'


def firing(alertname: str = "!Watchdog") -> str:
    """Return the selector of firing alerts; the watchdog always fires and is left out."""
    return select("posmon_alerts", state="firing", alertname=alertname)


SHARDS = (
    Variable(name="job", label="job", selector="posmon_build_info", title="Job", everything=".+"),
    Variable(
        name="instance",
        label="instance",
        selector='up{job=~"$job"}',
        title="Instance",
        everything=".+",
    ),
)
"""Which of several posmons; every dashboard has these."""

REGION = Variable(name="region", label="region", selector=select("posmon_fleet_terminals"), title="Region")
_SITES = select("posmon_fleet_terminals", region="~$region")
SITES = Variable(name="site", label="site", selector=_SITES, title="Site")
ONE_SITE = Variable(name="site", label="site", selector=_SITES, title="Site", takes_many=False)
ONE_TERMINAL = Variable(
    name="terminal",
    label="terminal_id",
    selector=select("posmon_terminal_info", site="~$site"),
    title="Terminal",
    takes_many=False,
)

_KEEP = "var-datasource=${datasource}&var-posmon_url=${posmon_url:percentencode}&${__url_time_range}"
SITE_LINKS = (
    Link(title="Site", url=f"/d/posmon-site?var-site=${{__value.raw:percentencode}}&{_KEEP}"),
    Link(title="Its terminals in posmon", url="${posmon_url}/terminals?site=${__value.raw:percentencode}"),
)
"""For a column of sites."""
TERMINAL_LINKS = (
    Link(title="Terminal", url=f"/d/posmon-terminal?var-terminal=${{__value.raw:percentencode}}&{_KEEP}"),
    Link(title="Its page in posmon", url="${posmon_url}/terminals/${__value.raw:percentencode}"),
)
"""For a column of terminal ids."""
RUNBOOK_LINKS = (Link(title="Runbook", url="${posmon_url}/runbooks/${__field.labels.alertname}"),)
"""For series that have the label alertname."""
OVERVIEW_PAGE = Link(title="posmon", url="${posmon_url}/")

_OUTAGES = firing("~SiteOffline|RegionOffline|ParentDown|FleetUnreachable|WrongAnswers")
OUTAGES = Annotation(
    name="Outages",
    expr=f"sum by (alertname) ({_OUTAGES}) > 0",
    color=Color.CRITICAL,
    title="{{alertname}}",
)
RESTARTS = Annotation(
    name="Restarts of posmon",
    expr=f"changes({select('process_start_time_seconds')}[5m]) > 0",
    color=Color.NEUTRAL,
    title="posmon started on {{instance}}",
)
ABOUT_POSMON = Annotation(
    name="Alerts about posmon",
    expr='ALERTS{alertstate="firing", alertname=~"Posmon.+"}',
    color=Color.WARNING,
    title="{{alertname}}",
)
