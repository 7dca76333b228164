import asyncio
from collections.abc import Callable, MutableMapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from msgspec import json
from structlog.testing import capture_logs

from monitor.assembly.client_certificates import ClientCertificates
from monitor.assembly.reloader import FAULTS_LOGGED, Reloader
from monitor.assembly.source_changes import SourcesInForce
from monitor.config.loading import load_settings
from monitor.config.restarts import restart_keys
from monitor.config.schema import keys_below
from monitor.config.settings import Settings
from monitor.domain.errors import InvalidConfiguration, InvalidInventory
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.cadence import Cadence
from monitor.domain.self_monitoring.reload_status import ReloadStatus
from monitor.services.roster import Roster
from monitor.services.source_rounds import SourceRounds
from tests.fakes import FakeSchedule, FakeServiceManager, FakeTrust, until
from tests.fleets import LivingFleet
from tests.running import running


class Site:
    """A folder with posmon's files, and a fleet that is reloaded from it."""

    def __init__(self, folder: Path, **sections: object) -> None:
        self.folder = folder
        self.living = LivingFleet([])
        self.schedule = FakeSchedule()
        self.trust = FakeTrust()
        self.manager = FakeServiceManager()
        self.configure(**sections)
        self.inventory("terminal_id", *map(str, range(10)))
        self.roster = Roster(
            membership=self.living.evaluation.membership,
            fleet=self.living.fleet,
            schedule=self.schedule,
            clock=self.living.clock,
            submit=lambda _steps: None,
        )
        self.rounds = SourceRounds(clock=self.living.clock, compare=self.roster.compare)
        at_start = self.load()
        self.status = ReloadStatus()
        self.reloader = Reloader(
            load=self.load,
            at_start=at_start,
            certificates=ClientCertificates(self.trust, at_start.polling),
            sources=SourcesInForce(
                boards=self.living.fleet.sources, rounds=self.rounds, clock=self.living.clock
            ),
            roster=self.roster,
            status=self.status,
            clock=self.living.clock,
            manager=self.manager,
        )

    def load(self) -> Settings:
        """Read the configuration."""
        return load_settings(self.folder / "posmon.yaml", {})

    def configure(self, **sections: object) -> None:
        """Write the configuration."""
        (self.folder / "posmon.yaml").write_bytes(json.encode(sections))

    def inventory(self, *rows: str, name: str = "inventory.csv") -> None:
        """Write an inventory."""
        (self.folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")

    def identity(self) -> None:
        """Write an authority, a certificate and its key."""
        authority = trustme.CA()
        issued = authority.issue_cert("posmon.test")
        authority.cert_pem.write_to_path(self.folder / "ca.pem")
        issued.cert_chain_pems[0].write_to_path(self.folder / "cert.pem")
        issued.private_key_pem.write_to_path(self.folder / "key.pem")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a site with ten terminals and every setting at its default."""
    return Site(tmp_path)


async def test_a_good_inventory_comes_into_use(site: Site) -> None:
    """The change is returned, and the status says when the reload succeeded."""
    change = await site.reloader.reload()
    assert len(change.added) == len(site.roster.inventory) == 10
    assert site.status.successful
    assert site.status.succeeded is not None


async def test_a_broken_configuration_changes_nothing_and_is_logged(site: Site) -> None:
    """The old inventory stays, the status says failed, each fault is one line of the log."""
    await site.reloader.reload()
    site.configure(polling={"interval": "soon"})
    site.inventory("terminal_id", "1")
    with capture_logs() as lines, pytest.raises(InvalidConfiguration):
        await site.reloader.reload(confirm_shrink=True)
    assert len(site.roster.inventory) == 10
    assert not site.status.successful
    assert [(line["event"], line["line"], line["field"]) for line in lines] == [
        ("reload.refused", 1, "polling.interval")
    ]


async def test_a_broken_inventory_keeps_a_good_configuration_out_of_use(site: Site) -> None:
    """Rules, timetable and certificates stay as they were: all of it changes, or nothing."""
    site.identity()
    await site.reloader.reload()
    before = (site.living.evaluation.rules["PaperOut"], site.schedule.timetable)
    site.configure(polling={"interval": "1m", "ca_file": "ca.pem"}, detectors={"PaperOut": {"for": "9m"}})
    site.inventory("terminal_id", "1", "1")
    with pytest.raises(InvalidInventory):
        await site.reloader.reload(confirm_shrink=True)
    assert (site.living.evaluation.rules["PaperOut"], site.schedule.timetable) == before
    assert site.trust.trusted == []


async def test_a_fault_in_every_row_does_not_fill_the_log(site: Site) -> None:
    """Beyond the first faults there is one line that counts the rest."""
    site.inventory("terminal_id", *(f"bad id {number}" for number in range(1000)))
    with capture_logs() as lines, pytest.raises(InvalidInventory):
        await site.reloader.reload()
    assert len(lines) == FAULTS_LOGGED + 1
    assert lines[-1]["more"] == 1000 - FAULTS_LOGGED


async def test_a_shrunken_inventory_waits_for_confirmation(site: Site) -> None:
    """Losing more than the allowed share is refused with the numbers, until it is confirmed."""
    await site.reloader.reload()
    site.inventory("terminal_id", *map(str, range(7)))
    with pytest.raises(InvalidInventory, match=r"inventory\.csv: .*3 of the 10 .* confirm_shrink"):
        await site.reloader.reload()
    assert len(site.roster.inventory) == 10
    await site.reloader.reload(confirm_shrink=True)
    assert len(site.roster.inventory) == 7


async def test_reloads_do_not_overlap(site: Site) -> None:
    """Two that come at once are one after the other, and the second finds nothing to change."""
    first, second = await asyncio.gather(site.reloader.reload(), site.reloader.reload())
    assert (len(first.added), len(second.added)) == (10, 0)


async def test_a_signal_reloads_and_survives_a_refusal(site: Site) -> None:
    """A refused request does not end the service; the audit log has both with how they ended."""
    site.configure(nonsense={})
    with capture_logs() as lines:
        async with running(site.reloader.run()):
            site.reloader.request()
            await until(_logged(lines, "audit.reload", times=1))
            site.configure()
            site.reloader.request()
            await until(_logged(lines, "audit.reload", times=2))
    audit = [(line["who"], line["outcome"]) for line in lines if line["event"] == "audit.reload"]
    assert audit == [("signal", "failed"), ("signal", "done")]
    assert site.status.successful


def _logged(lines: Sequence[MutableMapping[str, Any]], event: str, *, times: int) -> Callable[[], bool]:
    return lambda: [line["event"] for line in lines].count(event) == times


async def test_the_service_manager_gets_a_report_of_every_reload(site: Site) -> None:
    """Ready after the first inventory; each later reload begins and ends, also one that is refused."""
    site.configure(nonsense={})
    with pytest.raises(InvalidConfiguration):
        await site.reloader.reload()
    assert site.manager.said == []
    site.configure()
    await site.reloader.reload()
    assert site.manager.said == ["ready: watching 10 terminals"]
    site.configure(nonsense={})
    with pytest.raises(InvalidConfiguration):
        await site.reloader.reload()
    refused = "ready: watching 10 terminals; the last reload was refused"
    assert site.manager.said[1:] == ["reloading", refused]


async def test_inventory_may_name_the_dialects_of_the_start_only(tmp_path: Path) -> None:
    """A dialect that the configuration has gained since is not one yet, and the log asks for a restart."""
    (tmp_path / "acme.yaml").write_text("dialect: acme\ncodes: {55: {category: wrong_pin, text: a}}\n")
    knowing = Site(tmp_path, dialects={"files": ["acme.yaml"]})
    knowing.inventory("terminal_id,dialect", "1,acme")
    await knowing.reloader.reload()
    assert [terminal.dialect for terminal in knowing.roster.inventory] == ["acme"]
    late = Site(tmp_path)
    late.configure(dialects={"files": ["acme.yaml"]})
    late.inventory("terminal_id,dialect", "1,acme")
    with capture_logs() as lines, pytest.raises(InvalidInventory, match="not a dialect"):
        await late.reloader.reload()
    assert (lines[0]["event"], lines[0]["settings"]) == ("reload.needs_restart", ["dialects.files"])


async def test_a_changed_setting_that_needs_a_restart_is_named(site: Site) -> None:
    """It stays as it is, and the rest of the reload goes on."""
    site.configure(polling={"concurrency": 7, "interval": "1m"})
    with capture_logs() as lines:
        await site.reloader.reload()
    assert (lines[0]["event"], lines[0]["settings"]) == ("reload.needs_restart", ["polling.concurrency"])
    assert _cadence(site).interval_s == 60.0


def _cadence(site: Site, terminal_id: str = "1") -> Cadence:
    return site.schedule.timetable.cadence_of(site.roster.inventory[terminal_id])


def _hold_of_paper_out(site: Site) -> float:
    rule = site.living.evaluation.rules.for_terminal(site.roster.inventory["1"]).named("PaperOut")
    assert rule is not None
    return rule.for_s


def _is_open_on_new_years_eve(site: Site) -> bool:
    shop = Terminal(terminal_id="1", opening_hours="Mo-Su 08:00-20:00", timezone="UTC", calendar="own")
    hours = site.living.fleet.trading_hours.of(shop)
    assert hours is not None
    return hours.is_open(datetime(2026, 12, 31, 12, tzinfo=UTC).timestamp())


APPLIED: dict[str, tuple[dict[str, object], Callable[[Site], object], object]] = {
    "inventory.path": ({"inventory": {"path": "other.csv"}}, lambda site: len(site.roster.inventory), 9),
    "inventory.max_shrink": (
        {"inventory": {"path": "half.csv", "max_shrink": 0.9}},
        lambda site: len(site.roster.inventory),
        2,
    ),
    "polling.interval": ({"polling": {"interval": "50s"}}, lambda site: _cadence(site).interval_s, 50.0),
    "polling.timeout": ({"polling": {"timeout": "2s"}}, lambda site: _cadence(site).timeout_s, 2.0),
    "polling.backoff_after": (
        {"polling": {"backoff_after": "20m"}},
        lambda site: _cadence(site).backoff_after_s,
        1200.0,
    ),
    "polling.backoff_max": (
        {"polling": {"backoff_max": "9m"}},
        lambda site: _cadence(site).backoff_max_s,
        540.0,
    ),
    "polling.overrides": (
        {"polling": {"overrides": [{"terminal_id": "2", "interval": "40s"}]}},
        lambda site: _cadence(site, "2").interval_s,
        40.0,
    ),
    "polling.ca_file": ({"polling": {"ca_file": "ca.pem"}}, lambda site: site.trust.subjects(), 1),
    "polling.client_cert": (
        {"polling": {"client_cert": "cert.pem", "client_key": "key.pem"}},
        lambda site: len(site.trust.trusted),
        1,
    ),
    "polling.client_key": (
        {"polling": {"client_cert": "cert.pem", "client_key": "key.pem"}},
        lambda site: len(site.trust.trusted),
        1,
    ),
    "calendars": (
        {"calendars": [{"name": "own", "closed": ["2026-12-31"]}]},
        _is_open_on_new_years_eve,
        False,
    ),
    "windows": (
        {"windows": [{"name": "nightly", "match": {}, "every": "Mo-Su 02:00-04:00"}]},
        lambda site: [window.name for window in site.living.fleet.planned_windows],
        ["nightly"],
    ),
    "contacts": (
        {"contacts": [{"name": "Example", "role": "carrier", "phone": "110"}]},
        lambda site: [contact.name for contact in site.living.fleet.contacts.of({})],
        ["Example"],
    ),
    "parents": (
        {"parents": [{"name": "line-7", "endpoint": "tcp://192.0.2.7:443"}]},
        lambda site: ([one.name for one in site.living.fleet.parents], site.schedule.added[-1]),
        (["line-7"], "/parent/line-7"),
    ),
    "escalation": (
        {"escalation": [{"match": {}, "unattended": ["5m"]}]},
        lambda site: [policy.after_s for policy in site.living.fleet.escalation],
        [(300.0,)],
    ),
    "sources": (
        {
            "sources": [
                {"name": "tills", "kind": "square", "url": "http://127.0.0.1:9", "access_token": "any"}
            ]
        },
        lambda site: [*site.living.fleet.sources],
        ["tills"],
    ),
    "detectors": (
        {"detectors": {"PaperOut": {"for": "9m"}}},
        _hold_of_paper_out,
        540.0,
    ),
}
"""For each setting that a reload changes: a configuration, where its effect shows, and the effect."""


@pytest.mark.parametrize("name", APPLIED)
async def test_a_setting_marked_for_reload_takes_effect(name: str, site: Site) -> None:
    """The reload applies it, and the log asks for no restart."""
    sections, effect_in, effect = APPLIED[name]
    site.identity()
    await site.reloader.reload()
    site.inventory("terminal_id", *map(str, range(9)), name="other.csv")
    site.inventory("terminal_id", *map(str, range(2)), name="half.csv")
    site.configure(**sections)
    with capture_logs() as lines:
        await site.reloader.reload()
    await site.reloader.aclose()
    assert effect_in(site) == effect
    assert "reload.needs_restart" not in {line["event"] for line in lines}


def test_every_setting_marked_for_reload_is_tried() -> None:
    """The table above is complete; a setting that is in it needs no restart."""
    fixed = set(restart_keys())
    marked = {keys for keys, _ in keys_below(Settings) if keys not in fixed}
    assert {"detectors" if keys[0] == "detectors" else ".".join(keys) for keys in marked} == set(APPLIED)
