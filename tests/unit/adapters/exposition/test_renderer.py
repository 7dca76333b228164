import subprocess
from collections.abc import Iterable

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from monitor.adapters.exposition import Exposition, PerTerminal
from monitor.adapters.exposition.renderer import CHUNK_BYTES
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.polling.poll_result import CertificatePeriod, Outcome
from monitor.ports.alert_sink import Delivery
from monitor.views.chunked_work import at_once
from tests.fleets import LivingFleet, inventory_row, make_fleet
from tests.real import require

CONTRACT_NAMES = {
    "posmon_build_info",
    "posmon_terminal_info",
    "posmon_terminal_up",
    "posmon_terminal_battery_ratio",
    "posmon_terminal_printer_status",
    "posmon_terminal_registered",
    "posmon_terminal_last_heartbeat_timestamp_seconds",
    "posmon_fleet_terminals",
    "posmon_polls_total",
    "posmon_poll_duration_seconds",
    "posmon_poll_lateness_seconds",
    "posmon_alerts",
    "posmon_alert_transitions_total",
    "posmon_rejected_inputs_total",
    "posmon_notifications_total",
    "posmon_outbox_entries",
    "posmon_inventory_terminals",
    "posmon_config_last_reload_successful",
    "posmon_config_last_reload_success_timestamp_seconds",
}
"""The names promised to dashboards; those about events come with the events."""

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def page_of(living: LivingFleet, per_terminal: PerTerminal = "all") -> str:
    """Return the whole page."""
    exposition = Exposition(read_model=living.read_model, per_terminal=per_terminal)
    return b"".join(exposition.page(at_once(exposition.look()))).decode()


def families_of(page: str) -> dict[str, Metric]:
    """Return the page's families by the name they have on it."""
    families = text_string_to_metric_families(page)
    return {f"{family.name}{'_total' if family.type == 'counter' else ''}": family for family in families}


def values_of(page: str, name: str, *labels: str) -> dict[tuple[str, ...], float]:
    """Return a family's samples by the values of some labels."""
    samples = families_of(page)[name].samples
    return {tuple(sample.labels[label] for label in labels): sample.value for sample in samples}


def mixed_fleet() -> LivingFleet:
    """One offline, one without paper, one well, one never heard, a spare; polls and notices counted."""
    living = make_fleet(
        4, inventory_row(4, status=InventoryStatus.SPARE), inventory_row(5, site='a "shop"\nin \\ hell')
    )
    for number in (0, 1, 2, 5):
        living.hear(
            f"{10_000_000 + number}",
            battery={"percent": 57},
            printer={"status": "paper_out" if number == 1 else "ok"},
            registration={"status": "pending" if number == 1 else "registered"},
            firmware_version="3.2.1",
        )
    living.make_offline("10000000")
    living.lose("10000001", Outcome.PROTOCOL, "not JSON in UTF-8")
    living.notifications["alertmanager:9093", Delivery.SENT] += 2
    return living


def test_every_promised_metric_is_there() -> None:
    """Dashboards find each name of the contract from the first scrape on."""
    assert families_of(page_of(mixed_fleet())).keys() >= CONTRACT_NAMES


@pytest.mark.parametrize("living", [make_fleet(0), mixed_fleet()], ids=["an empty fleet", "a mixed fleet"])
def test_promtool_has_nothing_to_say(living: LivingFleet) -> None:
    """Prometheus' own linter accepts the whole page without a remark."""
    checked = subprocess.run(
        [require("promtool"), "check", "metrics"],
        input=page_of(living).encode(),
        capture_output=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_families_are_not_mixed_and_carry_no_timestamps() -> None:
    """Each family is one block, and no sample says when it was taken."""
    seen: list[str] = []
    for line in page_of(mixed_fleet()).splitlines():
        if line.startswith("# TYPE "):
            seen.append(line.split()[2])
        elif not line.startswith("#"):
            assert line.startswith(seen[-1])
            assert len(line.rpartition("}")[2].split()) in (1, 2)
            assert line.count("} ") == 0 or len(line.rpartition("} ")[2].split()) == 1
    assert len(seen) == len(set(seen))


def test_heat_and_certificates_are_told_of_those_that_show_them() -> None:
    """A terminal that says nothing of them has no sample."""
    living = make_fleet(2)
    living.hear("10000001", temperature_celsius=61.5)
    living.fleet["10000001"].certificate = CertificatePeriod(0, 1_800_000_000)
    page = page_of(living)
    assert values_of(page, "posmon_terminal_temperature_celsius", "terminal_id") == {("10000001",): 61.5}
    name = "posmon_terminal_certificate_expiry_timestamp_seconds"
    assert values_of(page, name, "terminal_id") == {("10000001",): 1_800_000_000}


def test_samples_of_terminals_say_what_is_known() -> None:
    """Values are those of the last heartbeat; the offline one keeps them and is down."""
    page = page_of(mixed_fleet())
    assert values_of(page, "posmon_terminal_up", "terminal_id") == {
        ("10000000",): 0,
        ("10000001",): 0,
        ("10000002",): 1,
        ("10000005",): 1,
    }
    assert values_of(page, "posmon_terminal_battery_ratio", "terminal_id")["10000000",] == 0.57
    printers = values_of(page, "posmon_terminal_printer_status", "terminal_id", "status")
    assert printers["10000001", "paper_out"] == 1
    assert values_of(page, "posmon_terminal_registered", "terminal_id")["10000001",] == 0
    heard = values_of(page, "posmon_terminal_last_heartbeat_timestamp_seconds", "terminal_id", "site")
    assert heard["10000002", "shop-00"] == 1_795_222_800
    assert heard["10000005", 'a "shop"\nin \\ hell'] == 1_795_222_800


def test_what_is_unknown_has_no_sample() -> None:
    """A terminal never heard is told of, and nothing is claimed about it."""
    page = page_of(make_fleet(1))
    assert values_of(page, "posmon_terminal_info", "terminal_id", "firmware_version") == {("10000000", ""): 1}
    for name in CONTRACT_NAMES - {"posmon_terminal_info"}:
        if name.startswith("posmon_terminal_"):
            assert families_of(page)[name].samples == []


def test_every_poll_result_is_counted_from_zero() -> None:
    """A rate over a result works from its first occurrence on."""
    polls = values_of(page_of(mixed_fleet()), "posmon_polls_total", "result")
    results = "ok timeout refused reset dns tls http_status redirect protocol silent reported_offline"
    assert polls == {
        (result,): {"ok": 4, "timeout": 2, "protocol": 1}.get(result, 0) for result in results.split()
    }


def test_the_fleet_is_counted_by_site_and_health() -> None:
    """The counts of one site add up to its polled terminals."""
    counts = values_of(page_of(mixed_fleet()), "posmon_fleet_terminals", "site", "health")
    shop = {health: counts["shop-00", health] for health in ("ok", "warning", "critical", "unknown")}
    assert shop == {"ok": 1, "warning": 0, "critical": 2, "unknown": 1}
    places = values_of(page_of(mixed_fleet()), "posmon_fleet_terminals", "site", "region")
    assert places.keys() == {("shop-00", "south"), ('a "shop"\nin \\ hell', "north")}
    assert values_of(page_of(mixed_fleet()), "posmon_inventory_terminals", "status") == {
        ("in_service",): 5,
        ("spare",): 1,
        ("maintenance",): 0,
        ("retired",): 0,
    }


def test_alerts_and_what_became_of_them_are_counted() -> None:
    """Open alerts, their steps and their notifications have series before anything happens."""
    page = page_of(mixed_fleet())
    alerts = values_of(page, "posmon_alerts", "alertname", "severity", "state")
    assert alerts["PaperOut", "critical", "firing"] == 1
    assert alerts["BatteryLow", "warning", "pending"] == 0
    steps = values_of(page, "posmon_alert_transitions_total", "alertname", "to")
    assert (steps["TerminalOffline", "firing"], steps["TerminalOffline", "resolved"]) == (1, 0)
    sent = values_of(page, "posmon_notifications_total", "sink", "result")
    assert sent == {
        ("alertmanager:9093", "sent"): 2,
        ("alertmanager:9093", "partial"): 0,
        ("alertmanager:9093", "retry"): 0,
        ("alertmanager:9093", "rejected"): 0,
    }


def test_histograms_are_cumulative() -> None:
    """Buckets, sum and count agree."""
    samples = families_of(page_of(mixed_fleet()))["posmon_poll_duration_seconds"].samples
    buckets = [sample.value for sample in samples if sample.name.endswith("_bucket")]
    assert buckets == sorted(buckets)
    rest = {sample.name.rpartition("_")[2]: sample.value for sample in samples if "le" not in sample.labels}
    assert rest["count"] == buckets[-1] == 7
    assert rest["sum"] == pytest.approx(0.14)


MODES: list[tuple[PerTerminal, Iterable[str]]] = [
    ("all", ("10000000", "10000001", "10000002", "10000003", "10000005")),
    ("unhealthy", ("10000000", "10000001", "10000003")),
    ("none", ()),
]


@pytest.mark.parametrize(("mode", "ids"), MODES)
def test_terminals_with_series_of_their_own(mode: PerTerminal, ids: Iterable[str]) -> None:
    """The setting chooses which terminals have series; counts of the fleet are always there."""
    page = page_of(mixed_fleet(), mode)
    infos = families_of(page).get("posmon_terminal_info")
    assert [sample.labels["terminal_id"] for sample in (infos.samples if infos else ())] == [*ids]
    assert sum(values_of(page, "posmon_fleet_terminals", "site", "health").values()) == 5


def test_pieces_are_small_and_make_the_page() -> None:
    """No piece is larger than 64 KiB, however long a label is, and none cuts the page's text short."""
    living = make_fleet(5, site="馆" * 40_000)
    exposition = Exposition(read_model=living.read_model, per_terminal="all")
    pieces = list(exposition.page(at_once(exposition.look())))
    assert max(map(len, pieces)) <= CHUNK_BYTES
    page = b"".join(pieces).decode()
    assert len(families_of(page)["posmon_terminal_info"].samples) == 5


def test_a_reload_never_done_has_no_time() -> None:
    """Before the first success there is no timestamp, not 1970."""
    living = make_fleet(1)
    living.reloads.succeeded = None
    assert "posmon_config_last_reload_success_timestamp_seconds" not in page_of(living)
