from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.calendars.plans import Plans
from monitor.domain.calendars.schedule import OnceOnly, Recurring
from monitor.domain.on_call.action import Author, Via
from monitor.domain.suppression.windows import WindowBook
from tests.fakes import START
from tests.scenes import Scene, site
from tests.unit.domain.on_call.test_board import window

ANN = Author(name="ann", via=Via.API)
SHANGHAI = ZoneInfo("Asia/Shanghai")
WALL = START.wall  # 01:00 in UTC, 09:00 in Shanghai


def planned(name: str, every: str = "", *, zone: ZoneInfo | None = None, **match: str) -> PlannedWindow:
    """Return a window of the configuration, for an hour from now or again and again."""
    schedule = Recurring(parse_opening_hours(every)) if every else OnceOnly(WALL, WALL + 3600)
    return PlannedWindow(
        name=name, match={key: (value,) for key, value in match.items()}, schedule=schedule, zone=zone
    )


def book_of(scene: Scene, *windows: PlannedWindow) -> WindowBook:
    """Return the book of a scene with these windows in its configuration."""
    scene.fleet.follow(Plans(windows=windows))
    return scene.evaluation.suppression.windows


def names(book: WindowBook, labels: dict[str, str], zone: ZoneInfo | None = None) -> dict[str, float]:
    """Return the windows in force for these labels with their ends, in seconds from now."""
    return {
        one.planned.name: until - WALL for one, _, until in book.about(labels, WALL, zone or UTC, since=WALL)
    }


def test_windows_of_configuration_and_people_hold_together() -> None:
    """Each with its own end."""
    scene = Scene(site("mall", 2))
    book = book_of(scene, planned("works", site="mall"), planned("other", site="pier"))
    opened = window("w1", begin=WALL - 60, end=WALL + 60)
    scene.evaluation.suppression.on_call.add(opened, ANN, WALL, matched=0)
    assert bool(book)
    assert names(book, {"site": "mall"}) == {"works": 3600.0, "w1": 60.0}
    assert {one.id for one in book} == {"config:works", "config:other", "w1"}
    scene.evaluation.suppression.on_call.end(opened, ANN, WALL)
    assert bool(book)
    assert names(book, {"site": "mall"}) == {"works": 3600.0}


def test_a_reload_takes_other_windows_into_force() -> None:
    """And those that are gone out of it."""
    scene = Scene(site("mall", 2))
    book = book_of(scene, planned("works", site="mall"))
    assert names(book_of(scene, planned("later", site="mall")), {"site": "mall"}) == {"later": 3600.0}
    assert not book_of(scene)
    assert names(book, {"site": "mall"}) == {}


def test_a_window_goes_by_the_clock_it_names_or_by_the_sites() -> None:
    """It is one in the morning in London and nine in Shanghai."""
    scene = Scene(site("mall", 2))
    book = book_of(
        scene,
        planned("night", "Mo-Su 00:30-02:00", site="mall"),
        planned("morning", "Mo-Su 08:30-10:00", site="mall"),
        planned("night in Shanghai", "Mo-Su 00:30-02:00", zone=SHANGHAI, site="mall"),
    )
    assert bool(book)
    assert set(names(book, {"site": "mall"})) == {"night"}
    assert set(names(book, {"site": "mall"}, SHANGHAI)) == {"morning"}


def test_a_flexible_window_goes_by_the_alert() -> None:
    """By its beginning, or by that of the window; a window that is over holds what began at its end."""
    scene = Scene(site("mall", 2))
    opened = window("w1", begin=WALL - 3600, end=WALL - 60, length_s=600.0)
    scene.evaluation.suppression.on_call.add(opened, ANN, WALL, matched=0)
    book = scene.evaluation.suppression.windows

    def held(since: float) -> list[tuple[float, float]]:
        found = book.about({"site": "mall"}, WALL, UTC, since=WALL + since)
        return [(begin - WALL, until - WALL) for _, begin, until in found]

    assert held(-300) == [(-300.0, 300.0)]
    assert held(-660) == held(-60) == held(-7200) == []
    assert opened.is_over_at == WALL - 60 + 600


def test_an_alert_is_held_from_its_beginning_for_the_length() -> None:
    """And told after that, while the window lasts."""
    scene = Scene(site("mall", 1))
    book_of(scene, replace(planned("works", site="mall"), length_s=600.0))
    scene.say(printer={"status": "paper_out"})
    scene.wait(90)
    (alert,) = (one for one in scene.open().values() if one.alertname == "PaperOut")
    hold = scene.evaluation.suppression.hold(alert, scene.now)
    assert hold is not None
    assert (hold.since, hold.until) == (alert.since.wall, alert.since.wall + 600)
    scene.wait(600)
    assert scene.evaluation.suppression.hold(alert, scene.now) is None
