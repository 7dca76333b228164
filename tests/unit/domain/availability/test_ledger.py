from dataclasses import replace

from monitor.domain.availability.facts import (
    AvailabilityMemory,
    CalendarRule,
    Profile,
    ProfileFrom,
    WindowRule,
)
from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.calendars.plans import Plans
from monitor.domain.calendars.schedule import Recurring
from tests.scenes import reading, terminal
from tests.unit.domain.availability.recorder import T0, Recorder

ROW = terminal(site="mall", region="east", model="N910", opening_hours="Mo-Su 08:00-20:00", timezone="UTC")


def test_a_terminal_that_moves_moves_from_then_on() -> None:
    """What it was before stays as it was."""
    scene = Recorder([ROW]).begin()
    scene.poll()
    scene.save()
    scene.at(100)
    moved = terminal(site="port", region="east", model="N910", opening_hours="24/7", timezone="UTC")
    scene.change(moved)
    scene.save()
    assert [(since, profile.site) for (_, since), profile in scene.profiles.items()] == [
        (0, "mall"),
        (100, "port"),
    ]


def test_a_change_that_no_report_asks_for_is_not_kept() -> None:
    """A new address leaves no row."""
    scene = Recorder([ROW]).begin()
    scene.poll()
    scene.save()
    scene.change(terminal(endpoint="http://192.0.2.9:1/", site="mall", region="east", model="N910",
                          opening_hours="Mo-Su 08:00-20:00", timezone="UTC"))  # fmt: skip
    assert not scene.save().profiles


def test_new_firmware_is_another_profile() -> None:
    """As the terminal says it."""
    scene = Recorder([ROW]).begin()
    scene.poll(heartbeat=reading(firmware_version="4.0"))
    scene.save()
    scene.at(60)
    scene.poll(heartbeat=reading(firmware_version="4.1"))
    scene.save()
    assert [profile.firmware for profile in scene.profiles.values()] == ["4.0", "4.1"]


def test_a_terminal_that_is_taken_away_is_gone_from_then_on() -> None:
    """None stands for that."""
    scene = Recorder([ROW]).begin()
    scene.poll()
    scene.save()
    scene.at(100)
    scene.remove()
    scene.save()
    assert scene.profiles["10000001", 100] is None


def test_after_a_restart_only_what_changed_is_new() -> None:
    """Of two terminals, one has moved and one is gone."""
    first = Recorder([ROW, terminal(2)]).begin()
    for terminal_id in ("10000001", "10000002"):
        first.poll(terminal_id)
    kept = [replace(one) for one in first.save().profiles]
    again = Recorder()
    again.at(1000)
    again.ledger.restore(AvailabilityMemory(profiles=kept, watched_until=T0 + 900))
    again.add(ROW)
    again.begin()
    again.poll()
    assert again.save().profiles == [ProfileFrom(terminal_id="10000002", since=T0 + 1000, profile=None)]


def test_plans_are_noted_when_they_come_and_go() -> None:
    """Once each; the calendar with its days worked out."""
    scene = Recorder([ROW]).begin()
    scene.save()
    window = PlannedWindow(
        name="nightly", match={"region": ("east",)}, every="Mo-Su 02:00-04:00",
        schedule=Recurring(parse_opening_hours("Mo-Su 02:00-04:00")),
    )  # fmt: skip
    scene.at(60)
    scene.fleet.follow(Plans(windows=(window,), calendars={"cn": Calendar(name="cn")}))
    begun = {one.id: one for one in scene.save().rules}
    assert begun["config:nightly"].rule == WindowRule(
        name="nightly", match={"region": ("east",)}, every="Mo-Su 02:00-04:00"
    )
    assert begun["calendar:cn"].rule == CalendarRule(name="cn")
    assert not scene.save().rules
    scene.at(120)
    scene.fleet.follow(Plans())
    assert {(one.id, one.since - T0, one.until and one.until - T0) for one in scene.save().rules} == {
        ("config:nightly", 60, 120),
        ("calendar:cn", 60, 120),
    }


def test_that_posmon_runs_is_noted_once_a_minute() -> None:
    """A stall, and the end, at once."""
    scene = Recorder().begin()
    for at in range(100):
        scene.at(at)
        scene.save()
    assert scene.watches == {0: 60}
    scene.at(200)
    scene.evaluation.stalled(50.0, scene.now)
    scene.at(210)
    scene.ledger.end()
    scene.save()
    assert scene.watches == {0: 150, 200: 210}
    scene.at(211)
    assert not scene.save()


def test_a_profile_is_the_same_for_the_same_row() -> None:
    """So that its seconds are worked out once."""
    assert Profile(site="mall") == Profile(site="mall")
