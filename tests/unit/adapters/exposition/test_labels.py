from hypothesis import example, given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from monitor.adapters.exposition.labels import escaped, info_labels, label_pairs, own_labels
from tests.fleets import LivingFleet, inventory_row, make_fleet

_hostile = st.text(st.characters() | st.sampled_from('\\"\n\r{}=, #\0\x1b\ud800'))


@given(first=_hostile, second=_hostile)
@example(first='"} 1\nposmon_terminal_up{terminal_id="forged"', second="\\")
@example(first="\\n", second="\u2028\u202e")
def test_any_value_round_trips_through_a_parser(first: str, second: str) -> None:
    """Whatever a label holds, a parser reads one sample with that value and nothing else."""
    page = f"# TYPE a gauge\na{{{label_pairs(first=first, second=second)}}} 1\n"
    (family,) = text_string_to_metric_families(page.encode().decode())
    (sample,) = family.samples
    assert sample.labels == {"first": _carried(first), "second": _carried(second)}


def _carried(value: str) -> str:
    """Return what of a value the format can carry."""
    return "".join(
        "?" if 0xD800 <= ord(c) < 0xE000 else "\N{REPLACEMENT CHARACTER}" if c == "\0" else c for c in value
    )


def test_ordinary_values_stand_as_they_are() -> None:
    """Ids and names in any script need no escapes."""
    assert escaped("N910-00000001") == "N910-00000001"
    assert escaped("北京茶馆 №1 'x'") == "北京茶馆 №1 'x'"


def info_of(living: LivingFleet) -> str:
    """Return all labels of the only terminal."""
    (labels,) = info_labels(living.fleet)
    return labels


def test_odd_values_and_ordinary_ones_stand_side_by_side() -> None:
    """Each terminal has its own labels, whatever the others next to it are called."""
    living = make_fleet(1, inventory_row(1, site='a "shop"'), inventory_row(2, site="茶馆"))
    assert own_labels(living.fleet) == [
        'terminal_id="10000000",site="shop-00"',
        r'terminal_id="10000001",site="a \"shop\""',
        'terminal_id="10000002",site="茶馆"',
    ]


def test_all_a_terminal_is_known_by_is_told() -> None:
    """The words are the inventory's, in this order; the firmware is the terminal's."""
    living = make_fleet(1)
    living.hear("10000000", firmware_version="1.0", model="another")
    assert info_of(living) == (
        'terminal_id="10000000",merchant_id="898310148100000",site="shop-00",region="south",vendor="newland",'
        'model="N910",serial_number="N910-00000000",firmware_version="1.0"'
    )


def test_labels_follow_the_inventory_and_the_firmware() -> None:
    """A reload or an update shows at the next scrape."""
    living = make_fleet(1)
    living.hear("10000000", firmware_version="1.0")
    living.hear("10000000", firmware_version="1.1")
    assert 'firmware_version="1.1"' in info_of(living)
    living.evaluation.membership.change(inventory_row(0, site="moved"), living.clock.now())
    assert own_labels(living.fleet) == ['terminal_id="10000000",site="moved"']


def test_a_heartbeat_without_firmware_begins_no_new_series() -> None:
    """What a terminal does not say again is as it was."""
    living = make_fleet(1)
    living.hear("10000000", firmware_version="1.0")
    living.hear("10000000")
    assert 'firmware_version="1.0"' in info_of(living)


def test_a_restart_of_posmon_begins_no_new_series() -> None:
    """The firmware is remembered: before the first poll of a run the labels are those of the run before."""
    before, after = make_fleet(1), make_fleet(1)
    before.hear("10000000", firmware_version="1.0")
    remembered = before.watched("10000000").memory(before.clock.now())
    after.watched("10000000").recall(remembered, after.clock.now())
    assert info_of(after) == info_of(before)
