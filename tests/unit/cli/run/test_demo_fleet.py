from pathlib import Path

import pytest
import yaml

from monitor.cli.run.demo_fleet import MIXED_FROM, composition_of, configuration_of, scenario_of
from monitor.config.loading import load_settings
from monitor.domain.detectors.table import DETECTORS
from monitor.simulator.fleet import make_terminals
from monitor.simulator.scenario_file import demo_scenario, read_scenario


@pytest.mark.parametrize("terminals", [1, 8, 9, 39, 40, 41, 59])
def test_fleet_of_any_size(terminals: int) -> None:
    """The scenario fits a fleet of the size asked for, with troubles in every one."""
    scenario = read_scenario(scenario_of(terminals), source="demo")
    made = make_terminals(scenario.sites, seed=1)
    scenario.assign(made, seed=1)
    assert len(made) == terminals
    assert not scenario.beside
    assert scenario.planned


def test_usual_size_is_the_demo_scenario() -> None:
    """Nothing of the scenario is lost, neither in a mixed fleet nor at 40."""
    assert read_scenario(scenario_of(40), source="demo").sites == demo_scenario().sites
    scenario = read_scenario(scenario_of(MIXED_FROM), source="demo")
    assert scenario.sites == demo_scenario().sites
    assert len(scenario.planned) == len(demo_scenario().planned)


@pytest.mark.parametrize("terminals", [MIXED_FROM, 1000])
def test_fleets_beside_it(terminals: int) -> None:
    """Square, Stripe and ZVT are there, with troubles, ids of their own and a Chinese name."""
    scenario = read_scenario(scenario_of(terminals), source="demo")
    fleets = (scenario, *scenario.beside)
    made = [make_terminals(fleet.sites, seed=1, first_id=fleet.first_id) for fleet in fleets]
    for fleet, terminals_made in zip(fleets, made, strict=True):
        fleet.assign(terminals_made, seed=1)
    assert [fleet.kind for fleet in scenario.beside] == ["square", "stripe", "zvt"]
    assert all(6 <= len(one) <= 10 for one in made[1:])
    ids = [terminal.terminal_id for one in made for terminal in one]
    assert len(set(ids)) == len(ids) == terminals
    assert [any(terminal.incidents for terminal in one) for one in made[1:]] == [True, False, True]
    names = [site.name for fleet in fleets for site in fleet.sites]
    assert len(set(names)) == len(names)
    assert any(not site.name.isascii() for fleet in scenario.beside for site in fleet.sites)


def test_the_fleet_in_words() -> None:
    """Whoever starts the demo reads what is in it."""
    assert composition_of(59).startswith("All speak posmon's heartbeat")
    assert composition_of(MIXED_FROM) == (
        "40 speak posmon's heartbeat, and 7 speak ZVT.\n"
        "A simulated Square lists 7, and a simulated Stripe lists 6."
    )


def test_configuration(tmp_path: Path) -> None:
    """The daemon takes the configuration, and waits seconds where it would wait minutes."""
    path = tmp_path / "posmon.yml"
    inventory = tmp_path / "地 #inventory.csv"
    beside = {
        "square": "http://127.0.0.1:1",
        "zvt": "http://127.0.0.1:2",
        "stripe": "http://127.0.0.1:3",
    }
    written = configuration_of(
        inventory=inventory, port=1234, alertmanager="http://127.0.0.1:9093", beside=beside
    )
    path.write_text(written)
    settings = load_settings(path, {})
    assert settings.inventory.path == inventory
    assert settings.storage.path == tmp_path / "posmon.db"
    assert str(settings.web.listen) == "127.0.0.1:1234"
    assert settings.alerting.alertmanagers == ("http://127.0.0.1:9093",)
    assert settings.address_policy().refusal("127.0.0.1") is None
    assert [(source.name, source.url) for source in settings.sources] == [
        ("square", "http://127.0.0.1:1"),
        ("stripe", "http://127.0.0.1:3"),
    ]
    rules = settings.rule_book()
    waits = {detector.alertname: rules[detector.alertname].for_s for detector in DETECTORS}
    assert waits["PaperOut"] < 10
    assert waits["SiteOffline"] < waits["TerminalOffline"] < 10
    assert yaml.safe_load(path.read_text())["polling"]["interval"] == "2s"
