"""The dashboard Security patterns: what events tell of attacks, and who is refused."""

from dashboards.model import Annotation, Color, Dashboard, Link, Panel, Query, Stat, TimeSeries
from dashboards.vocabulary import (
    NONE_IS_BETTER,
    NONE_IS_GOOD,
    OVERVIEW_PAGE,
    RESTARTS,
    RUNBOOK_LINKS,
    SHARDS,
    YES_IS_BAD,
    firing,
    select,
)
from monitor.domain.alerts.alert import Category
from monitor.domain.detectors.table import DETECTORS

_NAMES = "|".join(
    sorted(detector.alertname for detector in DETECTORS if detector.category is Category.SECURITY)
)
_SECURITY = f"~{_NAMES}"
_PIN = "~wrong_pin|pin_tries_exceeded|pin_data_fault"


def _rate(metric: str, **labels: str) -> str:
    return f"rate({select(metric, **labels)}[$__rate_interval])"


_FIGURES: tuple[Panel, ...] = (
    Stat(
        title="Firing",
        description="Security alerts that fire now.",
        queries=[Query(expr=f"sum({firing(_SECURITY)})")],
        steps=NONE_IS_GOOD,
    ),
    Stat(
        title="Began in this time",
        description="Security alerts that began to fire in the chosen time range.",
        queries=[
            Query(
                expr=f"sum(increase({select('posmon_alert_transitions_total', to='firing', alertname=_SECURITY)}[$__range]))",
            )
        ],
        decimals=0,
        steps=NONE_IS_BETTER,
    ),
    Stat(
        title="Unknown terminal ids",
        description="Different ids that pushed within the last hour and are in no inventory. Many: a source probes.",
        queries=[Query(expr=f"sum({select('posmon_unknown_terminal_ids')})")],
        steps=NONE_IS_BETTER,
    ),
    Stat(
        title="Card data refused",
        description="Inputs in the chosen time range that held a card number or a field for card data. posmon "
        "refused and forgot them; their sender has a leak.",
        queries=[
            Query(
                expr=f"sum(increase({select('posmon_rejected_inputs_total', reason='~card_data|card_number')}[$__range]))",
            )
        ],
        decimals=0,
        steps=NONE_IS_GOOD,
    ),
    Stat(
        title="Network incident",
        description="Whether so many terminals get no answer from the card network that the network is at fault.",
        queries=[Query(expr=f"max({select('posmon_network_incident')})")],
        words=YES_IS_BAD,
    ),
    Stat(
        title="Terminals with link codes",
        description="Terminals that got a code such as 68, 91 or 98 within the last ten minutes.",
        queries=[Query(expr=f"sum({select('posmon_network_incident_terminals')})")],
        steps=NONE_IS_BETTER,
    ),
)

_ALERTS: tuple[Panel, ...] = (
    TimeSeries(
        title="Firing security alerts",
        description="By kind. Click on a line for its runbook.",
        queries=[Query(expr=f"sum by (alertname) ({firing(_SECURITY)}) > 0", legend="{{alertname}}")],
        minimum=0,
        links=RUNBOOK_LINKS,
        no_value="nothing fires",
    ),
    TimeSeries(
        title="Security alerts that began",
        description="Alerts that began to fire within an hour, by kind.",
        queries=[
            Query(
                expr="sum by (alertname) (increase("
                + select("posmon_alert_transitions_total", to="firing", alertname=_SECURITY)
                + "[1h])) > 0",
                legend="{{alertname}}",
            )
        ],
        minimum=0,
        links=RUNBOOK_LINKS,
        no_value="none began",
    ),
)

_EVENTS: tuple[Panel, ...] = (
    TimeSeries(
        title="Transactions by outcome",
        no_value="no transactions",
        description="Counted transactions by the category of their response code.",
        queries=[
            Query(
                expr=f"sum by (category) ({_rate('posmon_events_total', type='transaction')}) > 0",
                legend="{{category}}",
            )
        ],
        unit="cps",
        minimum=0,
        is_stacked=True,
        paints={"approved": Color.OK},
    ),
    TimeSeries(
        title="Share of PIN failures",
        description="Of all transactions, those that failed for the PIN. A few per cent are customers who mistype.",
        queries=[
            Query(
                expr=f"sum by (category) ({_rate('posmon_events_total', type='transaction', category=_PIN)})"
                f" / ignoring (category) group_left () sum({_rate('posmon_events_total', type='transaction')})",
                legend="{{category}}",
            )
        ],
        unit="percentunit",
        minimum=0,
    ),
    TimeSeries(
        title="Operators' log-ins",
        description="Log-ins of operators at terminals. Failures without successes: a person guesses.",
        queries=[
            Query(
                expr=f"sum by (category) ({_rate('posmon_events_total', type='operator_login')})",
                legend="{{category}}",
            )
        ],
        unit="cps",
        minimum=0,
        paints={"success": Color.OK, "failure": Color.CRITICAL},
    ),
    TimeSeries(
        title="Other failures that point at terminals",
        description="Keys lost, terminals or merchants that the host does not know, cards to be kept, suspected fraud.",
        queries=[
            Query(
                expr="sum by (category) ("
                + _rate(
                    "posmon_events_total",
                    category="~key_fault|unknown_terminal|unknown_merchant|fraud_suspected|capture_card",
                )
                + ")",
                legend="{{category}}",
            )
        ],
        unit="cps",
        minimum=0,
    ),
)

_REFUSALS: tuple[Panel, ...] = (
    TimeSeries(
        title="Refused inputs",
        description="Refused answers and pushes, by source and reason.",
        queries=[
            Query(
                expr=f"sum by (source, reason) ({_rate('posmon_rejected_inputs_total')}) > 0",
                legend="{{source}}: {{reason}}",
            )
        ],
        unit="cps",
        minimum=0,
        no_value="none",
    ),
    TimeSeries(
        title="Refused credentials",
        description="Requests to posmon with no token, or a wrong one, by reason. A steady rate is a forgotten script.",
        queries=[
            Query(
                expr=f"sum by (reason) ({_rate('posmon_authentication_failures_total')})",
                legend="{{reason}}",
            )
        ],
        unit="reqps",
        minimum=0,
    ),
    TimeSeries(
        title="Events forgotten early",
        description="Remembered events that posmon had to drop for room. Above 0, it may miss patterns.",
        queries=[Query(expr=f"sum({_rate('posmon_events_evicted_total')})", legend="forgotten")],
        unit="cps",
        minimum=0,
    ),
    TimeSeries(
        title="Unknown ids and link codes",
        description="Ids in no inventory within an hour, and terminals that the card network does not answer.",
        queries=[
            Query(expr=f"sum({select('posmon_unknown_terminal_ids')})", legend="unknown ids"),
            Query(
                expr=f"sum({select('posmon_network_incident_terminals')})", legend="terminals with link codes"
            ),
        ],
        minimum=0,
    ),
)

SECURITY = Dashboard(
    uid="posmon-security",
    title="posmon: Security patterns",
    description="Guessed PINs, lost keys, cloned and unknown terminals, refused inputs and credentials.",
    variables=[*SHARDS],
    annotations=[
        Annotation(
            name="Security alerts",
            expr=f"sum by (alertname) ({firing(_SECURITY)}) > 0",
            color=Color.CRITICAL,
            title="{{alertname}}",
        ),
        RESTARTS,
    ],
    panels=[*_FIGURES, *_ALERTS, *_EVENTS, *_REFUSALS],
    pages=[OVERVIEW_PAGE, Link(title="Runbooks", url="${posmon_url}/runbooks")],
)
