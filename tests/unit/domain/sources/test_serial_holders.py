from monitor.domain.sources.serial_holders import Replacement, SerialHolders


def listed(holders: SerialHolders, **serials: str) -> list[Replacement]:
    """Return what a list replaces; `serials` are serial numbers by the source's id."""
    holders.begin()
    for terminal, serial_number in serials.items():
        holders.see(serial_number, terminal)
    return list(holders.end())


def test_a_serial_number_that_moves_is_a_replacement() -> None:
    """A new one is none, and it is told once."""
    holders = SerialHolders()
    assert listed(holders, A="S1", B="S2") == []
    assert listed(holders, A="S3", B="S1") == [Replacement("S1", "B", "A")]
    assert listed(holders, A="S3", B="S1") == []


def test_two_that_change_places_are_both_replaced() -> None:
    """Each has the other's device."""
    holders = SerialHolders()
    listed(holders, A="S1", B="S2")
    assert set(listed(holders, A="S2", B="S1")) == {Replacement("S2", "A", "B"), Replacement("S1", "B", "A")}


def test_a_serial_number_that_is_listed_twice_is_at_neither_for_certain() -> None:
    """Once a list has it at one place only, it has moved there, or it has not moved."""
    holders = SerialHolders()
    listed(holders, A="S1")
    assert listed(holders, A="S1", B="S1") == []
    assert holders.repeated == {"S1"}
    assert listed(holders, B="S1") == [Replacement("S1", "B", "A")]
    assert not holders.repeated


def test_the_order_of_a_list_is_of_no_interest() -> None:
    """A serial number is also repeated where its new place comes first."""
    holders = SerialHolders()
    listed(holders, A="S1")
    assert listed(holders, B="S1", A="S1") == []
    assert holders.repeated == {"S1"}


def test_one_that_was_away_meanwhile_has_moved_all_the_same() -> None:
    """A spare lies in no list."""
    holders = SerialHolders()
    listed(holders, A="S1", B="S2")
    listed(holders, B="S2")
    assert listed(holders, B="S1") == [Replacement("S1", "B", "A")]


def test_what_an_earlier_run_has_seen_counts() -> None:
    """What this run has seen counts more."""
    holders = SerialHolders()
    holders.recall("S1", "A")
    assert listed(holders, B="S1") == [Replacement("S1", "B", "A")]
    holders.recall("S1", "A")
    assert listed(holders, B="S1") == []


def test_a_source_that_makes_serial_numbers_up_takes_no_memory_without_end() -> None:
    """Of those that are listed no more some are forgotten."""
    holders = SerialHolders()
    for number in range(20):
        listed(holders, **{f"T{one}": f"S{number}-{one}" for one in range(1000)})
    assert len(holders._holders) <= 4001
