"""The dashboard posmon itself: is it polling, telling, keeping, and at what cost."""

from dashboards.model import Color, Dashboard, Panel, Query, Stat, TimeSeries
from dashboards.vocabulary import (
    ABOUT_POSMON,
    NONE_IS_GOOD,
    OVERVIEW_PAGE,
    RESTARTS,
    SHARDS,
    YES_IS_BAD,
    YES_IS_GOOD,
    select,
)

_UP = {"0": ("down", Color.CRITICAL), "1": ("up", Color.OK)}
_LATE = ((None, Color.OK), (0.2, Color.WARNING), (1, Color.CRITICAL))


def _rate(metric: str, **labels: str) -> str:
    return f"rate({select(metric, **labels)}[$__rate_interval])"


def _quantiles(histogram: str, *shares: float) -> list[Query]:
    return [
        Query(
            expr=f"histogram_quantile({share}, sum by (le) ({_rate(f'{histogram}_bucket')}))",
            legend=f"{share:.0%}",
        )
        for share in shares
    ]


_FIGURES: tuple[Panel, ...] = (
    Stat(
        title="posmon",
        description="Whether Prometheus can scrape it; of several, whether it can scrape all.",
        queries=[Query(expr=f"min({select('up')})")],
        words=_UP,
    ),
    Stat(
        title="Polling",
        description="Whether the watchdog alert fires, as it always should: polls finish.",
        queries=[Query(expr=f"min({select('posmon_alerts', alertname='Watchdog', state='firing')})")],
        words=YES_IS_GOOD,
    ),
    Stat(
        title="Parts that are stuck",
        description="Parts of posmon that have made no progress for longer than they may.",
        queries=[Query(expr=f"sum({select('posmon_part_stuck')})")],
        steps=NONE_IS_GOOD,
    ),
    Stat(
        title="Storage degraded",
        description="Whether posmon cannot save: disk full, or broken. It goes on from memory.",
        queries=[Query(expr=f"max({select('posmon_store_degraded')})")],
        words=YES_IS_BAD,
    ),
    Stat(
        title="Last reload good",
        description="Whether the last attempt to load configuration and inventory succeeded. If not, the old ones are in force.",
        queries=[Query(expr=f"min({select('posmon_config_last_reload_successful')})")],
        words=YES_IS_GOOD,
    ),
    Stat(
        title="Version",
        description="The version of posmon, and of the Python it runs on.",
        queries=[
            Query(
                expr=f"max by (version, python) ({select('posmon_build_info')})",
                legend="{{version}} on Python {{python}}",
            )
        ],
        shows_name=True,
    ),
)

_POLLING: tuple[Panel, ...] = (
    TimeSeries(
        title="Polls",
        no_value="no polls",
        description="Finished polls by result.",
        queries=[Query(expr=f"sum by (result) ({_rate('posmon_polls_total')}) > 0", legend="{{result}}")],
        unit="cps",
        minimum=0,
        is_stacked=True,
        paints={"ok": Color.OK},
        width=8,
    ),
    TimeSeries(
        title="Duration of polls",
        description="From the start of an exchange to its end: how fast terminals and lines are.",
        queries=_quantiles("posmon_poll_duration_seconds", 0.5, 0.99),
        unit="s",
        minimum=0,
        width=8,
    ),
    TimeSeries(
        title="Lateness of polls",
        description="From the time that a poll is due to its start: whether posmon keeps up. The 99th percentile should be below 200 ms.",
        queries=_quantiles("posmon_poll_lateness_seconds", 0.5, 0.99),
        unit="s",
        minimum=0,
        steps=_LATE,
        width=8,
    ),
    TimeSeries(
        title="Polls under way and connections",
        description="Polls under way, connections kept between polls, and open file descriptors.",
        queries=[
            Query(expr=f"sum({select('posmon_polls_in_flight')})", legend="polls under way"),
            Query(expr=f"sum({select('posmon_connections_kept')})", legend="connections kept"),
            Query(expr=f"sum({select('process_open_fds')})", legend="open descriptors"),
        ],
        minimum=0,
    ),
    TimeSeries(
        title="Skipped polls",
        description="Due polls that posmon did not make. shed: too many terminals are down at once; others: see docs/metrics.md.",
        queries=[Query(expr=f"sum by (reason) ({_rate('posmon_polls_skipped_total')})", legend="{{reason}}")],
        unit="cps",
        minimum=0,
    ),
)

_TELLING: tuple[Panel, ...] = (
    TimeSeries(
        title="Notifications",
        description="Alerts passed to receivers, by result. partial: only some recipients got it; retry: a receiver is away; rejected: it refuses "
        "an alert for what it says, and somebody is not told.",
        queries=[
            Query(
                expr=f"sum by (sink, result) ({_rate('posmon_notifications_total')})",
                legend="{{sink}}: {{result}}",
            ),
        ],
        unit="cps",
        minimum=0,
        width=8,
    ),
    TimeSeries(
        title="Silence of receivers, parts and store",
        description="Time since a receiver accepted something, a part of posmon made progress, and the store saved something.",
        queries=[
            Query(
                expr=f"time() - max by (sink) ({select('posmon_sink_last_success_timestamp_seconds')})",
                legend="{{sink}}",
            ),
            Query(expr=f"max by (part) ({select('posmon_part_silent_seconds')})", legend="{{part}}"),
            Query(
                expr=f"time() - min({select('posmon_store_last_commit_timestamp_seconds')})",
                legend="last commit",
            ),
        ],
        unit="s",
        minimum=0,
        width=8,
    ),
    TimeSeries(
        title="Backlog and losses",
        description="Notifications to send: growing while a receiver is away. Transitions of alerts to save: a crash would lose them; "
        "lost: a failing disk has lost them. Events from before a restart that are not back in memory.",
        queries=[
            Query(expr=f"sum({select('posmon_outbox_entries')})", legend="notifications to send"),
            Query(expr=f"sum({select('posmon_store_waiting_steps')})", legend="steps to save"),
            Query(
                expr=f"sum(increase({select('posmon_store_lost_steps_total')}[$__rate_interval]))",
                legend="steps lost",
            ),
            Query(expr=f"sum({select('posmon_events_to_recall')})", legend="events to recall"),
        ],
        minimum=0,
        width=8,
    ),
)

_COST: tuple[Panel, ...] = (
    TimeSeries(
        title="CPU",
        description="Share of one core by instance; posmon uses at most one.",
        queries=[
            Query(expr=f"sum by (instance) ({_rate('process_cpu_seconds_total')})", legend="{{instance}}")
        ],
        unit="percentunit",
        minimum=0,
        width=12,
    ),
    TimeSeries(
        title="Memory",
        description="Resident memory by instance.",
        queries=[
            Query(
                expr=f"sum by (instance) ({select('process_resident_memory_bytes')})", legend="{{instance}}"
            )
        ],
        unit="bytes",
        minimum=0,
        width=12,
    ),
)

POSMON_ITSELF = Dashboard(
    uid="posmon-itself",
    title="posmon: posmon itself",
    description="Whether posmon polls in time, notifies and saves, and its cost.",
    variables=[*SHARDS],
    annotations=[ABOUT_POSMON, RESTARTS],
    panels=[*_FIGURES, *_POLLING, *_TELLING, *_COST],
    pages=[OVERVIEW_PAGE],
)
