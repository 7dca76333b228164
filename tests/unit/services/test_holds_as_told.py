"""What a receiver hears of an alert around everything that may hold it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.domain.alerts.alert import AlertState
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.calendars.plans import Plans
from monitor.domain.calendars.schedule import OnceOnly
from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from tests.fakes import START, FakeSink
from tests.lasting_store import LastingStore
from tests.restarts import Run
from tests.scenes import site

ANN = Author(name="ann", via=Via.CLI)
PAPER, OFFLINE = "PaperOut", "TerminalOffline"
SHANGHAI = ZoneInfo("Asia/Shanghai")

Heard = list[tuple[str, bool, str]]


class Story:
    """A shop of three terminals, the daemon's middle and one receiver; seconds count from the beginning."""

    def __init__(self, run: Run, sink: FakeSink) -> None:
        self.run = run
        self.sink = sink
        self.began = run.clock.now()
        self._heard = 0

    @classmethod
    async def begin(cls, *windows: tuple[float, float], wall: float = START.wall, **row: Any) -> "Story":
        """Start it, with windows of planned work in the shop."""
        sink = FakeSink("a")
        run = await Run(LastingStore(), sink, wall=wall).start(site("mall", 3, **row))
        planned = tuple(
            PlannedWindow(
                name=f"w{number}", match={"site": ("mall",)}, schedule=OnceOnly(wall + begin, wall + end)
            )
            for number, (begin, end) in enumerate(windows)
        )
        run.fleet.follow(Plans(windows=planned))
        return cls(run, sink)

    async def until(self, second: float, *, paper: str = "ok", lost: Sequence[int] = ()) -> None:
        """Go on until that second; the first terminal says so of its paper, and the lost do not answer."""
        while (left := second - (self.run.clock.now().monotonic - self.began.monotonic)) > 0:
            for number in (1, 2, 3):
                if number in lost:
                    self.run.lose(number)
                else:
                    self.run.hear(number, printer={"status": paper if number == 1 else "ok"})
            await self.run.play(min(30.0, left))

    def news(self, alertname: str = PAPER) -> Heard:
        """Return what was heard since the last time: the beginning, whether it is over, and what holds it."""
        batches, self._heard = self.sink.batches[self._heard :], len(self.sink.batches)
        heard: Heard = []
        for notice in (notice for batch in batches for notice in batch):
            told = f"{notice.starts_at - self.began.wall:.0f}", notice.resolved, notice.held
            if notice.labels["alertname"] == alertname and told not in heard:
                heard.append(told)
        return heard

    def silence(self, second: float, end: float) -> Silence:
        """Silence the shop from now, which is that second, until another."""
        wall = self.began.wall
        silence = Silence(
            id=f"s{end:.0f}",
            matcher=Matcher({"site": ("mall",)}),
            starts_at=wall + second,
            ends_at=wall + end,
            by="ann",
            comment="works",
        )
        self.run.evaluation.suppression.on_call.add(silence, ANN, silence.starts_at, matched=1)
        return silence


async def test_a_window_begins_over_an_alert_that_was_told() -> None:
    """No end is told while it fires, and the end at once when it comes."""
    story = await Story.begin((300, 3000))
    await story.until(200, paper="paper_out")
    assert story.news() == [("0", False, "")]
    await story.until(900, paper="paper_out")
    assert story.news() == [("0", False, ""), ("0", False, "planned work, w0")]
    await story.until(1000)
    assert [over for _, over, _ in story.news()][-1] is True


async def test_a_window_ends_and_what_was_not_told_is_told_with_its_true_beginning() -> None:
    """What fires since before the end of the night's work is news in the morning."""
    story = await Story.begin((0, 900))
    await story.until(300)
    await story.until(890, paper="paper_out")
    assert story.news() == []
    await story.until(960, paper="paper_out")
    assert story.news() == [("300", False, "")]


async def test_what_was_told_before_a_window_is_no_news_after_it() -> None:
    """The receiver hears only that nothing holds it any more."""
    story = await Story.begin((300, 900))
    await story.until(890, paper="paper_out")
    story.news()
    await story.until(1500, paper="paper_out")
    assert {(over, held) for _, over, held in story.news()} <= {(False, ""), (False, "planned work, w0")}


async def test_what_begins_and_ends_inside_is_for_the_journal_only() -> None:
    """Nobody has to know."""
    story = await Story.begin((0, 3000))
    await story.until(300, paper="paper_out")
    await story.until(600)
    await story.until(3300)
    assert story.news() == []
    journal = await story.run.store.history("10000001", limit=9)
    assert [step.state for step in journal if step.alertname == PAPER] == [
        AlertState.RESOLVED,
        AlertState.FIRING,
        AlertState.PENDING,
    ]


async def test_overlapping_windows_hold_until_the_last_has_ended() -> None:
    """The union of both."""
    story = await Story.begin((0, 600), (500, 1200))
    await story.until(1190, paper="paper_out")
    assert story.news() == []
    await story.until(1260, paper="paper_out")
    assert story.news() == [("0", False, "")]


async def test_ending_one_of_two_holds_early_ends_only_that_one() -> None:
    """The window goes on holding when the silence is taken back."""
    story = await Story.begin((0, 1200))
    silence = story.silence(0, 3000)
    await story.until(300, paper="paper_out")
    board = story.run.evaluation.suppression.on_call
    board.end(silence, ANN, story.run.clock.now().wall)
    await story.until(1100, paper="paper_out")
    assert story.news() == []
    await story.until(1260, paper="paper_out")
    assert story.news() == [("0", False, "")]


async def test_a_wall_clock_that_jumps_moves_windows_and_no_holds() -> None:
    """Windows are by the wall clock: put back over its end, the window is in force again."""
    story = await Story.begin((0, 600))
    await story.until(700, paper="paper_out")
    assert story.news() == [("0", False, "")]
    story.run.clock.set_wall(story.began.wall + 100)
    await story.until(760, paper="paper_out")
    assert story.news()[-1][1:] == (False, "planned work, w0")


async def test_a_terminal_that_goes_off_at_closing_is_told_only_if_it_stays_so_after_opening() -> None:
    """Ten minutes to eight in the evening in Shanghai; the shop opens at eight."""
    evening = datetime(2026, 11, 30, 19, 50, tzinfo=SHANGHAI).timestamp()
    hours = {"opening_hours": "Mo-Su 08:00-20:00", "timezone": "Asia/Shanghai"}
    story = await Story.begin(wall=evening, **hours)
    await story.until(60)
    await story.until(1200, lost=(1, 2))
    assert story.news(OFFLINE) == []
    # Ten past seven in the morning: the second is switched on in time, the first never.
    story.run.clock.turn(11 * 3600)
    await story.until(1200 + 11 * 3600 + 60, lost=(1,))
    assert story.news(OFFLINE) == []
    story.run.clock.turn(3600)
    await story.until(1200 + 11 * 3600 + 3600 + 120, lost=(1,))
    assert story.news(OFFLINE) == []
    await story.until(1200 + 11 * 3600 + 3600 + 420, lost=(1,))
    assert story.news(OFFLINE) == [("30", False, "")]


async def test_a_terminal_that_fails_in_the_afternoon_is_told_at_once_and_goes_on_after_closing() -> None:
    """Its shop's closing explains nothing that began two hours before."""
    afternoon = datetime(2026, 11, 30, 17, 50, tzinfo=SHANGHAI).timestamp()
    hours = {"opening_hours": "Mo-Su 08:00-20:00", "timezone": "Asia/Shanghai"}
    story = await Story.begin(wall=afternoon, **hours)
    await story.until(60)
    await story.until(400, lost=(1,))
    assert story.news(OFFLINE) == [("30", False, "")]
    story.run.clock.turn(3 * 3600)
    await story.until(400 + 3 * 3600 + 120, lost=(1,))
    assert {(over, held) for _, over, held in story.news(OFFLINE)} == {(False, "")}
