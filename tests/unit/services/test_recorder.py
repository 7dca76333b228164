import asyncio
from collections.abc import Sequence

from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.recording.recorded_poll import NotedPoll
from monitor.services.recorder import LOOK_S, MOST_WAITING, Recorder
from tests.fakes import FakeClock, until

TIMEOUT = PollResult(Outcome.TIMEOUT, 5.0, None, "no answer", events=({"card_token": "4111"},))


class FakeRecording:
    """Keeps what is written, unless the disk is said to fail."""

    def __init__(self) -> None:
        self.fault = ""
        self.written_bytes = 0
        self.written: list[NotedPoll] = []

    def write(self, polls: Sequence[NotedPoll]) -> bool:
        """Keep polls."""
        if not self.fault:
            self.written += polls
        return not self.fault


def recorder_of(recording: FakeRecording, clock: FakeClock) -> Recorder:
    """Return a recorder that writes once a minute."""
    return Recorder(recording=recording, clock=clock, flush_s=60.0)


async def test_polls_are_written_when_the_first_has_waited_long_enough() -> None:
    """Until then they cost the disk nothing; their events are never kept."""
    recording, clock = FakeRecording(), FakeClock()
    recorder = recorder_of(recording, clock)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(recorder.run())
        recorder.note("1", TIMEOUT, clock.now())
        await clock.advance(60 - LOOK_S)
        assert not recording.written
        await clock.advance(2 * LOOK_S)
        await until(lambda: recorder.recorded == 1)
        running.cancel()
    assert "4111" not in repr(recording.written)


async def test_what_a_failing_disk_costs_is_counted() -> None:
    """The polls of a failed write are lost, later ones are not."""
    recording = FakeRecording()
    recorder = recorder_of(recording, FakeClock())
    recording.fault = "No space left on device"
    recorder.note("1", TIMEOUT, FakeClock().now())
    await recorder.write()
    assert recorder.progress() == (0, 1, 0, True)
    recording.fault = ""
    recorder.note("1", TIMEOUT, FakeClock().now())
    await recorder.write()
    assert recorder.progress() == (1, 1, 0, False)


async def test_memory_is_bounded() -> None:
    """Polls beyond the bound are lost and counted; those that wait are written."""
    recording, now = FakeRecording(), FakeClock().now()
    recorder = recorder_of(recording, FakeClock())
    for _ in range(MOST_WAITING + 3):
        recorder.note("1", TIMEOUT, now)
    await recorder.write()
    assert (recorder.recorded, recorder.lost) == (MOST_WAITING, 3)
