import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from monitor.adapters.exposition.recording_families import recording_families
from monitor.domain.recording.progress import RecordingProgress
from monitor.domain.self_monitoring.liveness import LivenessCheck
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import GOOD, RoundResult
from monitor.web.routing.query import ALERTS, TERMINALS
from tests.fleets import make_fleet
from tests.integration.web.site import serving

DOCS = Path(__file__).parents[3] / "docs"


async def test_every_metric_is_documented_with_its_type_and_labels() -> None:
    """The page and its documentation hold the same names, types and labels."""
    living = make_fleet(1)
    living.liveness_checks = [LivenessCheck(part="pipeline", silent_s=0.1, patience_s=30)]
    living.hear_all(printer={"status": "ok"}, battery={"percent": 1}, registration={"status": "pending"})
    source = SourceBoard(name="acquirer", kind="json", interval_s=60.0, stale_after_s=180.0)
    source.end_round(RoundResult(GOOD), living.clock.now())
    living.fleet.sources["acquirer"] = source
    async with serving(living) as site:
        await site.get("/-/healthy")
        _, body = await site.get("/metrics")
    served = {
        f"{family.name}{'_total' if family.type == 'counter' else ''}": (
            family.type,
            {label for sample in family.samples for label in sample.labels} - {"le", "terminal_id", "site"},
        )
        for family in text_string_to_metric_families(body.decode())
        if family.name.startswith("posmon_")
    }
    rows = re.findall(r"^\| `(posmon_\w+)` \| (\w+) \| ([^|]*)\|", _text("metrics.md"), re.MULTILINE)
    documented = {name: (kind, set(_first_words(labels)) - {"site"}) for name, kind, labels in rows}
    # No notification has been sent and no ticket opened: their families have no samples with labels.
    served["posmon_notifications_total"] = ("counter", {"sink", "result"})
    served["posmon_tickets_total"] = ("counter", {"receiver", "step", "result"})
    served["posmon_tickets_open"] = ("gauge", {"receiver"})
    # No parent is configured, and nothing is recorded.
    served["posmon_parent_up"] = served["posmon_parent_terminals"] = ("gauge", {"parent"})
    for family in recording_families(RecordingProgress(0, 0, 0, is_failing=False)):
        served[f"{family.name}{'_total' if family.type == 'counter' else ''}"] = (family.type, set())
    served["posmon_store_last_commit_timestamp_seconds"] = ("gauge", set())
    served["posmon_sink_last_success_timestamp_seconds"] = ("gauge", {"sink"})
    assert served == documented


async def test_every_route_and_filter_is_documented() -> None:
    """The table of routes is the API's own, and every filter is named."""
    async with serving(make_fleet(1)) as site:
        document = await site.decoded("/api/v1/openapi.json", dict)
    served = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    text = _text("http.md")
    assert set(re.findall(r"^\| `(GET|POST|DELETE) (\S+)` \|", text, re.MULTILINE)) == served
    for parameter in (*TERMINALS, *ALERTS):
        assert re.search(rf"[`\s]{parameter.name}[`\s=]", text), parameter.name


def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _first_words(labels: str) -> list[str]:
    """Return the label names of a cell such as "`sink result`: `sent retry`"."""
    quoted = re.search(r"`([^`]*)`", labels)
    return quoted[1].split() if quoted else []
