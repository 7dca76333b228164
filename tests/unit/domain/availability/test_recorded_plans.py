from monitor.domain.availability.facts import CalendarRule, Profile, RuleInForce, WindowRule
from monitor.domain.availability.recorded_plans import RecordedPlans
from monitor.domain.availability.report import LateWindow

DAY = 86_400
HOUR = 3600
MIDNIGHT = 1_795_219_200
"""2026-11-21T00:00:00Z, a Saturday."""

SHOP = Profile(
    site="mall", region="east", opening_hours="Mo-Su 08:00-20:00; PH off", timezone="UTC", calendar="own"
)


def plans(*rules: RuleInForce, late_s: int = 7 * DAY) -> RecordedPlans:
    """Return plans of these rules."""
    return RecordedPlans(rules, late_s=late_s)


def window(since: int, until: int | None = None, **fields: object) -> RuleInForce:
    """Return a window that was in force so long, in seconds from MIDNIGHT."""
    rule = WindowRule(name="w", by="ann", comment="swap", **fields)  # type: ignore[arg-type]
    return RuleInForce(
        id="w", since=MIDNIGHT + since, until=None if until is None else MIDNIGHT + until, rule=rule
    )


def hours(spans: object) -> list[tuple[float, float]]:
    """Return spans in hours from MIDNIGHT."""
    return [((a - MIDNIGHT) / HOUR, (b - MIDNIGHT) / HOUR) for a, b in spans]  # type: ignore[attr-defined]


def closed(found: RecordedPlans, days: int = 1) -> list[tuple[float, float]]:
    """Return when the shop was closed."""
    return hours(found.closed(SHOP, MIDNIGHT, MIDNIGHT + days * DAY))


def planned(found: RecordedPlans, profile: Profile = SHOP) -> list[tuple[float, float]]:
    """Return when work was planned on the day."""
    return hours(found.planned(profile, "t", MIDNIGHT, MIDNIGHT + DAY))


def test_a_calendar_counts_for_as_long_as_it_was_in_force() -> None:
    """A holiday that was taken out again at noon closes the morning."""
    first = CalendarRule(name="own", holidays=("2026-11-21",))
    rules = [
        RuleInForce(id="calendar:own", since=MIDNIGHT - DAY, until=MIDNIGHT + 12 * HOUR, rule=first),
        RuleInForce(id="calendar:own", since=MIDNIGHT + 12 * HOUR, rule=CalendarRule(name="own")),
    ]
    assert closed(plans(*rules)) == [(0, 12), (20, 24)]


def test_worked_days_and_dates_of_the_operator_count() -> None:
    """As the calendar said when it was in force."""
    rule = CalendarRule(
        name="own", holidays=("2026-11-22",), closed=("2026-11-21",), hours={"2026-11-23": ((600, 660),)}
    )
    assert closed(plans(RuleInForce(id="c", since=0, rule=rule)), days=3) == [(0, 58), (59, 72)]


def test_a_calendar_that_is_gone_has_no_say() -> None:
    """Then the hours alone count."""
    rule = CalendarRule(name="own", closed=("2026-11-21",))
    assert closed(plans(RuleInForce(id="c", since=0, until=MIDNIGHT - DAY, rule=rule))) == [(0, 8), (20, 24)]


def test_a_shop_without_hours_never_closes() -> None:
    """Nor does one whose hours nobody can read any more."""
    for written in ("", "whenever"):
        profile = Profile(opening_hours=written, timezone="UTC")
        assert not plans().closed(profile, MIDNIGHT, MIDNIGHT + DAY)


def test_a_recurring_window_counts_while_it_was_in_force() -> None:
    """By the clock of the site unless it names another."""
    assert planned(plans(window(3 * HOUR, every="Mo-Su 02:00-04:00"))) == [(3, 4)]
    assert planned(plans(window(-DAY, 3 * HOUR, every="Mo-Su 02:00-04:00"))) == [(2, 3)]
    assert planned(plans(window(-DAY, every="Mo-Su 02:00-04:00", zone="Asia/Shanghai"))) == [(18, 20)]


def test_a_window_that_was_ended_early_ends_there() -> None:
    """What was not needed is not excused."""
    found = plans(window(0, 2 * HOUR, begin=MIDNIGHT + HOUR, end=MIDNIGHT + 5 * HOUR))
    assert planned(found) == [(1, 2)]
    assert not list(found.late_windows(MIDNIGHT, MIDNIGHT + DAY))


def test_a_window_declared_afterwards_counts_and_is_named() -> None:
    """No further back than is allowed."""
    late = window(10 * HOUR, begin=MIDNIGHT + 2 * HOUR, end=MIDNIGHT + 4 * HOUR)
    found = plans(late)
    assert planned(found) == [(2, 4)]
    assert list(found.late_windows(MIDNIGHT, MIDNIGHT + DAY)) == [
        LateWindow(
            name="w", by="ann", comment="swap", declared_at=MIDNIGHT + 10 * HOUR,
            begin=MIDNIGHT + 2 * HOUR, end=MIDNIGHT + 4 * HOUR,
        )
    ]  # fmt: skip
    assert planned(plans(late, late_s=7 * HOUR)) == [(3, 4)]
    assert planned(plans(late, late_s=HOUR)) == []
    assert not list(plans(late, late_s=HOUR).late_windows(MIDNIGHT, MIDNIGHT + DAY))
    assert not list(found.late_windows(MIDNIGHT + DAY, MIDNIGHT + 2 * DAY))


def test_only_what_excuses_and_matches_is_planned() -> None:
    """A window that names alerts excuses where it would hold TerminalOffline."""
    times = {"begin": MIDNIGHT + HOUR, "end": MIDNIGHT + 2 * HOUR}
    assert planned(plans(window(0, excuses_sla=False, **times))) == []
    assert planned(plans(window(0, length_s=600, **times))) == []
    assert planned(plans(window(0, match={"region": ("west",)}, **times))) == []
    assert planned(plans(window(0, match={"region": ("west", "east")}, **times))) == [(1, 2)]
    assert planned(plans(window(0, match={"alertname": ("PaperOut",)}, **times))) == []
    assert planned(plans(window(0, match={"alertname": ("TerminalOffline",)}, **times))) == [(1, 2)]


def test_maintenance_is_planned_all_the_time() -> None:
    """As the inventory says."""
    assert planned(plans(), Profile(maintenance=True)) == [(0, 24)]
