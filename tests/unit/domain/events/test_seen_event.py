from monitor.domain.events.event import Transaction
from monitor.domain.events.seen_event import SeenEvent
from tests.scenes import START


def test_an_event_is_named_by_the_time_that_its_terminal_told() -> None:
    """Not by posmon's correction of it, which changes with the terminal's clock."""
    event = Transaction(id="7", at=START.wall - 0.5, response_code="00")
    seen = SeenEvent(terminal_id="1", event=event, heard_at=START, told_s=3600)
    assert seen.name == ("1", "7", 3600)
