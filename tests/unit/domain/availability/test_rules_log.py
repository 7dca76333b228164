from datetime import date

from monitor.domain.availability.facts import CalendarRule, WindowRule
from monitor.domain.availability.rules_log import RulesLog, rules_of, worked_out
from monitor.domain.calendars.calendar import Calendar, HolidayDates
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.calendars.public_holidays import PublicHolidays
from monitor.domain.calendars.schedule import OnceOnly
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.window import OperatorWindow

WALL = 1_795_222_800.0
RULE = WindowRule(name="w", begin=1, end=2)


def test_a_rule_that_changes_is_another_from_then_on() -> None:
    """The first ends where the second begins."""
    log = RulesLog()
    log.follow({"w": RULE}, 10)
    log.drain_unsaved()
    log.follow({"w": WindowRule(name="w", begin=1, end=3)}, 20)
    assert [(one.since, one.until, one.rule.name) for one in log.drain_unsaved()] == [
        (10, 20, "w"),
        (20, None, "w"),
    ]


def test_after_a_restart_the_same_rule_goes_on() -> None:
    """Nothing is written."""
    log = RulesLog()
    log.follow({"w": RULE}, 10)
    kept = log.drain_unsaved()
    again = RulesLog()
    again.restore(kept)
    again.follow({"w": RULE}, 99)
    assert again.drain_unsaved() == []


def test_windows_of_people_keep_who_declared_them() -> None:
    """Under their own ids."""
    opened = OperatorWindow(
        id="x1",
        name="swap",
        matcher=Matcher({"site": ("mall",)}),
        begin=5.5,
        end=9.0,
        by="ann",
        comment="c",
        length_s=60.0,
    )
    written = PlannedWindow(name="roll-out", schedule=OnceOnly(1.0, 2.0), excuses_sla=False)
    rules = rules_of([written], {"x1": opened}, {}, WALL)
    assert rules == {
        "config:roll-out": WindowRule(name="roll-out", begin=1, end=2, excuses_sla=False),
        "x1": WindowRule(
            name="swap", match={"site": ("mall",)}, begin=5, end=9, by="ann", comment="c", length_s=60
        ),
    }


def test_holidays_are_worked_out_for_the_years_around() -> None:
    """A later release of the package does not change what was in force."""
    china = worked_out(Calendar(name="cn", holidays=PublicHolidays("CN"), working_days_too=True), WALL)
    assert "2026-10-01" in china.holidays
    assert "2025-10-01" in china.holidays
    assert china.worked
    assert not china.worked.keys() & set(china.holidays)


def test_dates_of_the_operator_are_kept() -> None:
    """With their hours in minutes."""
    day = date(2026, 12, 24)
    calendar = Calendar(
        name="own", holidays=HolidayDates({date(2026, 5, 1)}), closed=frozenset({date(2026, 12, 31)}),
        hours={day: ((540, 840),)},
    )  # fmt: skip
    assert worked_out(calendar, WALL) == CalendarRule(
        name="own", holidays=("2026-05-01",), closed=("2026-12-31",), hours={"2026-12-24": ((540, 840),)}
    )
