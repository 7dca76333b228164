from datetime import date
from typing import Any

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.plans import Plans
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.diagnosis.gatherer import Gatherer
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.annotations import Annotations
from monitor.domain.evaluation.outage_evaluation import OutageEvaluation
from monitor.domain.evaluation.recheck import Recheck
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.grouping import Grouping
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.subjects.kind import Knowledge
from monitor.domain.subjects.table import Subjects
from tests.fleets import LivingFleet, inventory_row
from tests.scenes import Scene, site


def outage_evaluation(scene: Scene, queue: RecheckQueue | None = None) -> OutageEvaluation:
    """Return one over a scene's fleet and alerts."""
    fleet, book, tracker = scene.fleet, scene.book, scene.event_tracker
    gatherer = Gatherer(fleet=fleet, book=book, events=tracker.queries)
    subjects = Subjects(Knowledge(fleet=fleet, book=book, windows=tracker.windows, gatherer=gatherer))
    rules = RulesInForce(RuleBook(), fleet=fleet)
    return OutageEvaluation(
        fleet=fleet,
        book=book,
        rules=rules,
        subjects=subjects,
        observer=AlertObserver(book=book, subjects=subjects, annotations=Annotations(advice=AdviceBook())),
        recheck=Recheck(fleet=fleet, alertnames=rules.outages.values(), queue=queue or RecheckQueue()),
    )


def test_outages_of_a_terminal_are_those_that_are_open() -> None:
    """They are the fleet and its site, each from the first suspicion on."""
    scene = Scene([*site("a", 3), *site("b", 3, first=11)])
    outages, fleet = outage_evaluation(scene), scene.fleet
    one, other = scene.watched("10000001"), scene.watched("10000011")
    assert outages.outages_of(one) == []
    for number in (1, 2, 3):
        scene.fail(f"{10_000_000 + number}")
    assert outages.outages_of(one) == [fleet.sites["a"]]
    assert outages.outages_of(other) == []
    for number in (11, 12, 13):
        scene.fail(f"{10_000_000 + number}")
    assert outages.outages_of(one) == [fleet.whole, fleet.sites["a"]]
    assert outages.outages_of(other) == [fleet.whole, fleet.sites["b"]]


def test_after_a_restart_a_group_is_linked_to_its_open_alert() -> None:
    """So that the restored alert goes on suppressing; the uplinks count as not probed."""
    scene = Scene([*site("a", 3), *site("b", 3, first=11)])
    for number in (1, 2, 3, 11, 12, 13):
        scene.fail(f"{10_000_000 + number}")
    later = Scene([*site("a", 3), *site("b", 3, first=11)])
    for alert in scene.open().values():
        later.book.restore(alert)
    outage_evaluation(later).restore()
    assert later.fleet.whole.alert is later.book.find("FleetUnreachable", "/fleet")
    assert later.fleet.sites["b"].alert is later.book.find("SiteOffline", "/site/b")
    assert later.fleet.whole.uplinks == {"not probed yet": False}


def test_what_ends_an_outage_has_its_members_polled_again() -> None:
    """A rule that is disabled ends the alert; who of the site is back is not known yet."""
    scene = Scene([*site("a", 3), *site("b", 9, first=11)])
    for number in (1, 2, 3):
        scene.fail(f"{10_000_000 + number}")
    scene.wait(61)
    queue = RecheckQueue()
    outage_evaluation(scene, queue).close(scene.open()["SiteOffline", "/site/a"], scene.now)
    soon, if_slow = queue.drain()
    assert [terminal.terminal_id for terminal in soon] == ["10000001", "10000002", "10000003"]
    assert not if_slow


HOUR = 3600.0
SHOP_HOURS: dict[str, Any] = {"opening_hours": "Mo-Su 08:00-20:00", "timezone": "Asia/Shanghai"}
"""A scene begins at nine in the morning there."""

NIGHT = 11 * HOUR
TO_QUARTER_PAST_EIGHT = 12.25 * HOUR


def evening(*rows: Terminal) -> LivingFleet:
    """Return a fleet of which every terminal answered at eight in the evening in Shanghai."""
    living = LivingFleet(rows)
    living.hear_all()
    living.wait(NIGHT)
    living.hear_all()
    return living


def shops(count: int, *, first: int = 0, **fields: Any) -> list[Terminal]:
    """Return that many shops with five terminals each."""
    return [inventory_row(number, **fields) for number in range(5 * first, 5 * (first + count))]


def outages(living: LivingFleet) -> set[str]:
    """Return the subjects of open alerts about groups."""
    names = ("SiteOffline", "FleetUnreachable")
    return {alert.subject for alert in living.book if alert.alertname in names}


def ids(*numbers: int) -> list[str]:
    """Return the ids of terminals."""
    return [f"{10_000_000 + number}" for number in numbers]


def test_shops_that_close_are_no_outage() -> None:
    """All are off within a minute, every evening; nothing is down, and nobody is asked again in a hurry."""
    living = evening(*shops(4, **SHOP_HOURS))
    living.make_offline(*ids(*range(20)))
    assert outages(living) == set()
    whole = living.fleet.whole
    assert (whole.down, len(whole.members), len(whole.closed), whole.mass_loss.lost_lately) == (0, 0, 20, 0)
    assert living.fleet.sites["shop-00"].down == 0
    assert living.rechecks.is_empty


def test_a_real_outage_among_open_shops_is_found() -> None:
    """Those that are closed neither hide it nor swell it."""
    living = evening(*shops(4, **SHOP_HOURS), *shops(4, first=4, opening_hours="24/7", timezone="UTC"))
    living.make_offline(*ids(*range(20)))
    living.make_offline(*ids(*range(20, 25)))
    assert outages(living) == {"/site/shop-04"}
    living.make_offline(*ids(*range(25, 40)))
    assert outages(living) >= {"/fleet", "/site/shop-04", "/site/shop-07"}


def test_who_is_off_a_quarter_of_an_hour_after_opening_counts_again() -> None:
    """A minute before, it is asked once more: posmon asks seldom who is off for long."""
    living = evening(*shops(4, **SHOP_HOURS))
    living.make_offline(*ids(*range(20)))
    living.wait(TO_QUARTER_PAST_EIGHT - 120 - 61)
    assert living.rechecks.is_empty
    living.wait(1)
    assert {terminal.terminal_id for terminal in living.rechecks.drain().soon} == set(ids(*range(20)))
    for terminal_id in ids(*range(5, 20)):
        living.hear(terminal_id)
    assert outages(living) == set()
    living.wait(60)
    assert outages(living) == {"/site/shop-00"}
    began = living.book.find("SiteOffline", "/site/shop-00")
    assert began is not None
    assert began.since.wall == living.clock.now().wall - TO_QUARTER_PAST_EIGHT


def test_what_went_dark_in_the_afternoon_stays_dark_in_the_evening() -> None:
    """It was no closing; the alert goes on."""
    living = LivingFleet(shops(4, **SHOP_HOURS))
    living.hear_all()
    living.wait(6 * HOUR)
    living.make_offline(*ids(*range(5)))
    assert outages(living) == {"/site/shop-00"}
    living.wait(6 * HOUR)
    assert outages(living) == {"/site/shop-00"}
    assert living.fleet.sites["shop-00"].down == 5


def test_who_goes_off_a_little_early_counts_until_closing() -> None:
    """From a quarter of an hour before closing on it does not."""
    living = LivingFleet(shops(1, **SHOP_HOURS))
    living.hear_all()
    living.wait(NIGHT - 0.5 * HOUR)
    living.hear_all()
    living.make_offline(*ids(*range(5)))
    assert outages(living) >= {"/site/shop-00"}
    living.wait(0.25 * HOUR)
    living.wait(600)
    assert outages(living) == set()


def test_a_reload_counts_by_the_new_hours() -> None:
    """Of the row, and of the calendar."""
    living = evening(*shops(1, calendar="own", **SHOP_HOURS))
    living.make_offline(*ids(*range(5)))
    living.evaluation.membership.change(inventory_row(0), living.clock.now())
    assert living.fleet.sites["shop-00"].down == 1
    open_late = {"own": Calendar(name="own", hours={date(2026, 11, 21): ((480, 1380),)})}
    living.fleet.follow(Plans(calendars=open_late))
    living.wait(1)
    assert living.fleet.sites["shop-00"].down == 5


def test_after_a_restart_at_night_the_shops_are_still_closed() -> None:
    """The memory of who was down is enough."""
    before = evening(*shops(1, **SHOP_HOURS))
    before.make_offline(*ids(*range(5)))
    now = before.clock.now()
    fleet = Fleet()
    for watched in before.fleet:
        fleet.add(watched.terminal, rules=watched.rules, now=now, memory=watched.memory(now))
    assert (fleet.whole.down, len(fleet.whole.closed)) == (0, 5)
    fleet.group_by(Grouping(kind="merchant", name_of=lambda _row: "one"))
    merchant = fleet.groups.of(before.watched("10000000").terminal)[1]
    assert (merchant.kind, merchant.down, len(merchant.closed)) == ("merchant", 0, 5)
    assert fleet.groups_around("/site/shop-00")[0] is fleet.whole
