import pytest

from monitor.domain.errors import InvalidScenario
from monitor.simulator.fleet import SimulatedTerminal, make_sites, make_terminals
from monitor.simulator.scenario_file import read_scenario


def fleet_of(count: int) -> list[SimulatedTerminal]:
    """Return a fresh fleet."""
    return make_terminals(list(make_sites(count, seed=1)), seed=1)


def befallen(incident: str, *, count: int = 200, seed: int = 1) -> list[SimulatedTerminal]:
    """Return whom one incident of a fresh fleet befalls."""
    fleet = fleet_of(count)
    read_scenario(f"incidents: [{{fault: offline, {incident}}}]", source="x").assign(fleet, seed=seed)
    return [terminal for terminal in fleet if terminal.incidents]


def test_ids_choose_those_terminals() -> None:
    """Exactly the listed ones are befallen."""
    chosen = befallen("ids: [10000002, 10000007]")
    assert [terminal.terminal_id for terminal in chosen] == ["10000002", "10000007"]


def test_a_site_is_befallen_whole() -> None:
    """All terminals of the site and no other."""
    site = fleet_of(200)[50].site.name
    chosen = befallen(f"site: {site}")
    assert {terminal.site.name for terminal in chosen} == {site}
    assert len(chosen) == chosen[0].site.terminals


def test_model_and_fraction_narrow_together() -> None:
    """The fraction is of those that the other keys leave."""
    everyone = sum(terminal.model.name == "P2" for terminal in fleet_of(200))
    chosen = befallen("model: P2, fraction: 0.5")
    assert {terminal.model.name for terminal in chosen} == {"P2"}
    assert len(chosen) == round(everyone / 2)


def test_a_small_fraction_is_one_terminal() -> None:
    """A fraction never comes to nobody."""
    assert len(befallen("fraction: 0.0001")) == 1


def test_a_fraction_of_one_is_everybody() -> None:
    """That is how to say all."""
    assert len(befallen("fraction: 1")) == 200


def test_the_same_seed_draws_the_same_terminals() -> None:
    """A draw is repeated by its seed, and changed by another."""
    first, again, other = (befallen("count: 5", seed=seed) for seed in (1, 1, 2))
    ids = [[terminal.terminal_id for terminal in chosen] for chosen in (first, again, other)]
    assert ids[0] == ids[1] != ids[2]


def test_incidents_of_one_terminal_are_in_the_order_of_working_in() -> None:
    """However a scenario lists them."""
    fleet = fleet_of(1)
    read_scenario(
        "incidents: [{fault: hang, count: 1}, {fault: nan, count: 1}, {fault: locked, count: 1}]", source="x"
    ).assign(fleet, seed=1)
    assert [incident.kind.name for incident in fleet[0].incidents] == ["locked", "nan", "hang"]


REFUSED = [
    ("an unknown id", "ids: [99]", r"incidents\[0\].ids: no terminal '99' .* has 10000001 to 10000200"),
    ("an unknown site", "site: Nowhere", r"incidents\[0\].site: no site 'Nowhere'"),
    ("more than there are", "count: 201", r"incidents\[0\].count: only 200 terminals to draw from"),
    (
        "two conditions nobody fits",
        "ids: [10000001], model: DESK5000",
        r"incidents\[0\].fault: has no terminal",
    ),
]


@pytest.mark.parametrize(("incident", "reason"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_a_scenario_that_does_not_fit_the_fleet_is_refused(incident: str, reason: str) -> None:
    """The fault names line and key."""
    with pytest.raises(InvalidScenario, match=rf"x:1: {reason}"):
        befallen(incident)


def test_a_refused_scenario_befalls_nobody() -> None:
    """All of it is taken or none, and every misfit is reported."""
    fleet = fleet_of(5)
    scenario = read_scenario(
        "incidents: [{fault: hang, count: 1}, {fault: hang, count: 6}, {fault: hang, site: x}]", source="x"
    )
    with pytest.raises(InvalidScenario) as refused:
        scenario.assign(fleet, seed=1)
    assert len(refused.value.faults) == 2
    assert not any(terminal.incidents for terminal in fleet)


def test_only_so_many_terminals_can_have_ports_of_their_own() -> None:
    """A scenario that would take all ports of the machine is refused."""
    fleet = fleet_of(2000)
    scenario = read_scenario("incidents: [{fault: refused, fraction: 1}]", source="x")
    with pytest.raises(InvalidScenario, match="2000 terminals refuse connections, at most 1000 can"):
        scenario.assign(fleet, seed=1)
