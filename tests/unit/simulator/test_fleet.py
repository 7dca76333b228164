from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.inventory.terminal import TERMINAL_ID, InventoryStatus
from monitor.simulator.fleet import SimulatedTerminal, Site, make_sites, make_terminals


def made(count: int, *, seed: int = 1) -> list[SimulatedTerminal]:
    """Return the terminals of a made-up fleet."""
    return make_terminals(list(make_sites(count, seed=seed)), seed=seed)


def description(terminal: SimulatedTerminal) -> tuple[object, ...]:
    """Return all that a seed decides about a terminal."""
    return terminal.as_inventory(endpoint=""), terminal.traits


@given(count=st.integers(1, 300), seed=st.integers())
def test_a_fleet_has_as_many_terminals_as_asked_for(count: int, seed: int) -> None:
    """Sites are filled until the number is reached, and never beyond."""
    assert len(made(count, seed=seed)) == count


def test_the_same_seed_gives_the_same_fleet() -> None:
    """Two fleets of one seed differ in nothing."""
    assert [description(one) for one in made(200)] == [description(one) for one in made(200)]


def test_another_seed_gives_another_fleet() -> None:
    """The seed decides over traits and sites."""
    assert [description(one) for one in made(50)] != [description(one) for one in made(50, seed=2)]


def test_ids_and_serial_numbers_are_unique() -> None:
    """No two terminals share an id or a serial number, and ids have the contract's form."""
    fleet = made(5000)
    assert len({one.terminal_id for one in fleet}) == len({one.serial_number for one in fleet}) == 5000
    assert all(TERMINAL_ID.fullmatch(one.terminal_id) for one in fleet)


def test_inventory_row_says_what_the_terminal_is() -> None:
    """The row carries site, merchant, make and the endpoint it is given."""
    site = Site(
        name="上海001店",
        region="华东",
        merchant_name="上海福源超市",
        merchant_id="898290054110001",
        contact="shop001@example.com",
        terminals=1,
    )
    (terminal,) = make_terminals([site], seed=1)
    row = terminal.as_inventory(endpoint="http://127.0.0.1:1/x")
    assert (row.terminal_id, row.endpoint, row.site) == ("10000001", "http://127.0.0.1:1/x", "上海001店")
    assert (row.region, row.merchant_name, row.merchant_id) == ("华东", "上海福源超市", "898290054110001")
    assert (row.vendor, row.model, row.serial_number) == ("newland", "N910", "N910-00007919")
    assert row.status is InventoryStatus.IN_SERVICE


def test_a_site_deals_its_models_in_turn() -> None:
    """The first terminal has the first model, and after the last the first comes again."""
    (site,) = make_sites(3, seed=1)
    names = [one.model.name for one in make_terminals([site], seed=1)]
    assert names == [model.name for model in site.models[:3]]


def test_made_up_sites_have_chinese_and_english_names() -> None:
    """Every other site is named in Chinese; merchants always are; merchant ids have 15 digits."""
    sites = list(make_sites(200, seed=1))
    assert [site.name.isascii() for site in sites] == [number % 2 == 0 for number in range(len(sites))]
    assert all(not site.merchant_name.isascii() and len(site.merchant_id) == 15 for site in sites)
