from monitor.domain.heartbeat.reading import Reading
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.recording.recorded_poll import noted
from tests.unit.domain.recording.polls import at


def test_events_are_never_noted() -> None:
    """A poll that brought transactions is noted without any of them."""
    events = ({"card_token": "tok-1", "id": "e1"},)
    poll = noted("1", PollResult(Outcome.OK, 0.1, Reading(terminal_id="1"), events=events), at(0))
    assert "tok-1" not in repr(poll)
    assert "e1" not in repr(poll)


def test_clocks_are_those_of_the_moment() -> None:
    """The reading may move on; the note does not."""
    reading = Reading(terminal_id="1", sent_at="2026-11-21T01:00:00Z", uptime_seconds=5)
    poll = noted("1", PollResult(Outcome.OK, 0.1, reading), at(0))
    reading.keeps_up_with(Reading(terminal_id="1", uptime_seconds=35))
    assert (poll.sent_at, poll.uptime_seconds) == ("2026-11-21T01:00:00Z", 5)
