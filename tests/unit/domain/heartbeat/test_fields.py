from monitor.domain.heartbeat.fields import FIELD_NAMES, field_of, read_fields


def test_each_field_is_read_by_itself() -> None:
    """What can be read of a component stands beside what cannot."""
    reading, unreadable = read_fields(
        {"terminal_id": "1", "battery": {"percent": 255, "charging": 1}, "printer": 7, "events": {}}
    )
    assert reading.battery is not None
    assert (reading.battery.percent, reading.battery.charging, reading.printer) == (None, True, None)
    assert [*map(field_of, unreadable)] == ["battery.percent", "printer", "events"]


def test_names_are_a_fixed_set_without_the_id() -> None:
    """They become labels of a metric; without a terminal id there is no heartbeat to name fields of."""
    assert len(FIELD_NAMES) == len(set(FIELD_NAMES))
    assert "terminal_id" not in FIELD_NAMES
    assert {"battery", "battery.percent", "events"} <= {*FIELD_NAMES}
