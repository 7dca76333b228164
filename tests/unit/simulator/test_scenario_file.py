import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.errors import InvalidScenario
from monitor.simulator.fleet import make_sites, make_terminals
from monitor.simulator.scenario import VictimSelector
from monitor.simulator.scenario_file import demo_scenario, load_scenario, read_scenario

BAD = sorted((Path(__file__).parent / "bad_scenarios").glob("*.yaml"))
EXAMPLES = sorted((Path(__file__).parents[3] / "config/scenarios").glob("*.yaml"))

FULL = """
sites:
  - {name: 上海001店, terminals: 3, region: 华东, merchant_name: 上海福源超市, models: [P2]}
  - {name: West Lake, terminals: 2}
incidents:
  - {fault: slow, ids: [00000001, "2"], at: 10s, for: 1m, every: 5m, delay: 250ms}
  - {fault: offline, site: 上海001店}
  - {fault: paper_out, model: P2, fraction: 0.05}
  - {fault: hang, count: 3}
"""


@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_a_bad_scenario_is_refused_with_place_and_reason(path: Path) -> None:
    """Every fault is named by file, line and key, and no fault is made up."""
    expected = re.findall(r"^# expect (.*)$", path.read_text("utf-8"), re.MULTILINE)
    with pytest.raises(InvalidScenario) as refused:
        load_scenario(path)
    faults = [str(fault) for fault in refused.value.faults]
    assert len(faults) == len(expected) > 0
    for fault, beginning in zip(faults, expected, strict=True):
        assert fault.startswith(f"{path}:{beginning}")


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_an_example_can_be_played(path: Path) -> None:
    """Each scenario that is handed out fits a fleet of the size its head speaks of."""
    scenario = load_scenario(path)
    sizes = re.findall(r"--terminals (\d+)", path.read_text("utf-8"))
    sites = scenario.sites or list(make_sites(int(sizes[0]), seed=1))
    fleet = make_terminals(sites, seed=1)
    scenario.assign(fleet, seed=1)
    stricken = sum(bool(terminal.incidents) for terminal in fleet)
    assert stricken > 0
    assert scenario.sites or stricken < len(fleet) / 3


def test_examples_are_found() -> None:
    """The tests above have something to look at."""
    assert len(EXAMPLES) >= 3
    assert len(BAD) >= 20


def test_a_scenario_is_read_whole() -> None:
    """Sites, selectors, times and parameters come out as written, leading zeros included."""
    scenario = read_scenario(FULL, source="x")
    first, second = scenario.sites
    assert (first.name, first.terminals, first.region) == ("上海001店", 3, "华东")
    assert ([model.name for model in first.models], first.merchant_name) == (["P2"], "上海福源超市")
    assert (second.merchant_name, len(second.models) > 1) == ("West Lake", True)
    slow = scenario.planned[0].incident
    assert (slow.at_s, slow.for_s, slow.every_s, slow.parameters) == (10, 60, 300, {"delay": 0.25})
    assert [planned.selector for planned in scenario.planned] == [
        VictimSelector(ids=("00000001", "2")),
        VictimSelector(site="上海001店"),
        VictimSelector(model="P2", fraction=0.05),
        VictimSelector(count=3),
    ]


def test_an_incident_without_times_begins_at_once_and_stays() -> None:
    """Times may be left out, and parameters have their defaults."""
    (planned,) = read_scenario("incidents: [{fault: slow, count: 1}]", source="x").planned
    incident = planned.incident
    assert (incident.at_s, incident.for_s, incident.every_s) == (0, None, None)
    assert incident.parameters == {"delay": 2}


def test_a_missing_file_is_a_fault_of_the_scenario(tmp_path: Path) -> None:
    """It is reported like everything else that is wrong with a scenario."""
    with pytest.raises(InvalidScenario, match="cannot be read: No such file"):
        load_scenario(tmp_path / "absent.yaml")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """A file saved as GBK is not guessed at."""
    (tmp_path / "gbk.yaml").write_bytes("sites: [{name: 上海人民广场店, terminals: 1}]".encode("gbk"))
    with pytest.raises(InvalidScenario, match="not UTF-8"):
        load_scenario(tmp_path / "gbk.yaml")


@given(
    st.text()
    | st.sampled_from(["{", "[", "- ", "a: ", "\t", "*a", "!!int x"]).flatmap(
        lambda start: st.text().map(lambda rest: start + rest)
    )
)
def test_any_text_is_read_or_refused(written: str) -> None:
    """No text makes reading a scenario fail in any other way."""
    with contextlib.suppress(InvalidScenario):
        read_scenario(written, source="x")


def test_fleets_beside_the_first() -> None:
    """Each has its kind, its sites and ids of its own, and no two shops share their merchant id."""
    scenario = read_scenario(
        "sites: [{name: A, terminals: 2}]\n"
        "beside:\n"
        "  - {kind: zvt, sites: [{name: B, terminals: 1}]}\n"
        "  - {kind: square, sites: [{name: C, terminals: 2}], incidents: [{fault: hang, ids: [30000002]}]}\n",
        source="x",
    )
    fleets = (scenario, *scenario.beside)
    assert [fleet.kind for fleet in fleets] == [None, "zvt", "square"]
    assert len({site.merchant_id for fleet in fleets for site in fleet.sites}) == 3
    made = [make_terminals(fleet.sites, seed=1, first_id=fleet.first_id) for fleet in fleets]
    ids = [[terminal.terminal_id for terminal in terminals] for terminals in made]
    assert ids == [["10000001", "10000002"], ["20000001"], ["30000001", "30000002"]]
    scenario.beside[1].assign(made[2], seed=1)
    assert [bool(terminal.incidents) for terminal in made[2]] == [False, True]


def test_the_demo_shows_what_it_promises() -> None:
    """40 terminals in 6 sites, some with Chinese names, most of them well, and all kinds of trouble."""
    scenario = demo_scenario()
    fleet = make_terminals(scenario.sites, seed=1)
    scenario.assign(fleet, seed=1)
    assert (len(fleet), len(scenario.sites)) == (40, 6)
    assert 0 < sum(site.name.isascii() for site in scenario.sites) < 6
    assert sum(not terminal.incidents for terminal in fleet) > 16
    faults = {one.incident.kind.name for one in scenario.planned}
    assert {"paper_low", "paper_out", "battery_drain", "unregistered", "pin_pad_fault", "tampered"} <= faults
    assert {"wrong_identity", "not_json", "nan", "refused", "hang", "reset", "offline"} <= faults
    assert all(one.incident.at_s <= 20 for one in scenario.planned)
    outage = next(one for one in scenario.planned if one.selector.site)
    assert outage.incident.every_s is not None
