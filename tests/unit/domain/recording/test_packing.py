from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.heartbeat.reading import (
    Activity,
    Battery,
    Component,
    ComponentStatus,
    Network,
    Printer,
    PrinterStatus,
    Reading,
)
from monitor.domain.instant import rfc3339
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.recording.block import CHANGED, SAME, WHOLE
from monitor.domain.recording.recorded_poll import NotedPoll, noted
from tests.unit.domain.recording.polls import WALL, Packed, answered, assert_same, at, failed

IDS = ("10000001", "10000002", "a:b")


@st.composite
def readings(draw: st.DrawFn, terminal_id: str, seconds: float) -> Reading:
    """Draw a heartbeat of now, any of whose fields may be absent."""
    skew_s = draw(st.none() | st.integers(-200_000, 200_000))
    return Reading(
        terminal_id=draw(st.sampled_from([terminal_id, terminal_id, "", "another"])),
        serial_number=draw(st.sampled_from([None, "S1", "S2"])),
        sent_at=None if skew_s is None else rfc3339(round(WALL + seconds) + skew_s),
        uptime_seconds=draw(st.none() | st.integers(0, 10**8)),
        activity=draw(st.none() | st.sampled_from(Activity)),
        battery=draw(st.none() | st.builds(Battery, percent=st.none() | st.floats(0, 100))),
        printer=draw(st.none() | st.builds(Printer, status=st.none() | st.sampled_from(PrinterStatus))),
        display=draw(st.sampled_from([None, Component(), Component(ComponentStatus.FAULT)])),
        network=draw(st.none() | st.builds(Network, signal_dbm=st.none() | st.just(-70.0))),
        unsent_transactions=draw(st.none() | st.integers(0, 9)),
    )


@st.composite
def portions(draw: st.DrawFn) -> list[list[NotedPoll]]:
    """Draw polls of a few terminals in a few blocks, in the order in which they ended."""
    found: list[list[NotedPoll]] = []
    seconds = 0.0
    for size in draw(st.lists(st.integers(1, 8), min_size=1, max_size=4)):
        found.append([])
        for _ in range(size):
            seconds += draw(st.floats(0, 400))
            terminal_id = draw(st.sampled_from(IDS))
            outcome = draw(st.sampled_from([Outcome.OK, Outcome.OK, Outcome.TIMEOUT, Outcome.SILENT]))
            reading = draw(st.none() | readings(terminal_id, seconds)) if outcome is Outcome.OK else None
            result = PollResult(
                outcome,
                draw(st.floats(0, 60)),
                reading,
                draw(st.sampled_from(["", "HTTP 500", "no answer"])),
                age_s=draw(st.sampled_from([0.0, 12.5])),
                unreadable=draw(st.sampled_from([(), ("battery.percent: not a number",)])),
            )
            found[-1].append(noted(terminal_id, result, at(seconds)))
    return found


@given(portions())
def test_polls_come_back_as_they_were(drawn: list[list[NotedPoll]]) -> None:
    """Whatever changes between the polls of a terminal, a file brings every poll back."""
    polls, lost = Packed.of(drawn).polls()
    wanted = [poll for portion in drawn for poll in portion]
    assert len(polls) == len(wanted)
    assert not lost
    for poll, one in zip(polls, wanted, strict=True):
        assert_same(poll, one)


def test_only_what_changed_is_written() -> None:
    """The first reading is whole, then a change holds its field alone, and an equal reading nothing."""
    printer = {"status": "ok"}
    polls = [
        answered("1", 0, serial_number="S", printer=printer, unsent_transactions=3),
        answered("1", 30, serial_number="S", printer=printer, unsent_transactions=3),
        answered("1", 60, serial_number="S", printer=printer, unsent_transactions=4),
        answered("1", 90, serial_number="S", unsent_transactions=4),
    ]
    [block] = Packed.of([polls]).blocks
    assert [*block.kinds] == [WHOLE, SAME, CHANGED, CHANGED]
    assert block.changes[1].reading == Reading(terminal_id="1", unsent_transactions=4)
    assert [change.gone != () for change in block.changes] == [False, False, True]


def test_a_reading_that_its_keeper_moves_on_is_recorded_as_it_was() -> None:
    """The evaluation keeps a reading and lets its clocks follow later ones; the recording has its own."""
    first = answered("1", 0, sent_at="2026-11-21T01:00:00Z", uptime_seconds=100)
    assert first.reading is not None
    first.reading.keeps_up_with(Reading(terminal_id="1", sent_at="2026-11-21T05:00:00Z", uptime_seconds=9))
    [poll], _ = Packed.of([[first]]).polls()
    assert_same(poll, first)
    assert poll.result.reading is not None
    assert poll.result.reading.uptime_seconds == 100


def test_more_details_than_a_block_has_room_for_cost_only_details() -> None:
    """A poll whose detail has no place left is recorded without it."""
    polls = [failed("1", seconds / 100, f"after {seconds}") for seconds in range(66_000)]
    brought, lost = Packed.of([polls]).polls()
    assert len(brought) == len(polls)
    assert not lost
    assert brought[-1].result.outcome is Outcome.TIMEOUT
