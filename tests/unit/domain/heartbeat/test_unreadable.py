from monitor.domain.heartbeat.unreadable import ALL_READ, UnreadableFields


def test_phrases_tell_fields_from_events() -> None:
    """People read both in one list; what concerns an event says so."""
    unreadable = UnreadableFields(fields=("battery: not an object",), events=("at: no time",))
    assert unreadable.phrases == ["battery: not an object", "event: at: no time"]
    assert ALL_READ.phrases == []
