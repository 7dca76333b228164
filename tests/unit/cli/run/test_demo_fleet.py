from pathlib import Path

import pytest
import yaml

from monitor.cli.run.demo_fleet import configuration_of, scenario_of
from monitor.config.loading import load_settings
from monitor.domain.detectors.table import DETECTORS
from monitor.simulator.fleet import make_terminals
from monitor.simulator.scenario_file import demo_scenario, read_scenario


@pytest.mark.parametrize("terminals", [1, 8, 9, 39, 40, 41, 1000])
def test_fleet_of_any_size(terminals: int) -> None:
    """The scenario fits a fleet of the size asked for, with troubles in every one."""
    scenario = read_scenario(scenario_of(terminals), source="demo")
    made = make_terminals(scenario.sites, seed=1)
    scenario.assign(made, seed=1)
    assert len(made) == terminals
    assert scenario.planned


def test_usual_size_is_the_demo_scenario() -> None:
    """At 40 nothing of the scenario is lost."""
    scenario = read_scenario(scenario_of(40), source="demo")
    assert scenario.sites == demo_scenario().sites
    assert len(scenario.planned) == len(demo_scenario().planned)


def test_configuration(tmp_path: Path) -> None:
    """The daemon takes the configuration, and waits seconds where it would wait minutes."""
    path = tmp_path / "posmon.yml"
    inventory = tmp_path / "地 #inventory.csv"
    path.write_text(configuration_of(inventory=inventory, port=1234, alertmanager="http://127.0.0.1:9093"))
    settings = load_settings(path, {})
    assert settings.inventory.path == inventory
    assert settings.storage.path == tmp_path / "posmon.db"
    assert str(settings.web.listen) == "127.0.0.1:1234"
    assert settings.alerting.alertmanagers == ("http://127.0.0.1:9093",)
    assert settings.address_policy().refusal("127.0.0.1") is None
    rules = settings.rule_book()
    waits = {detector.alertname: rules[detector.alertname].for_s for detector in DETECTORS}
    assert waits["PaperOut"] < 10
    assert waits["SiteOffline"] < waits["TerminalOffline"] < 10
    assert yaml.safe_load(path.read_text())["polling"]["interval"] == "2s"
