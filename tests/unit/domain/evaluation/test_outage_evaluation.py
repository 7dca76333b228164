from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.diagnosis.gatherer import Gatherer
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.annotations import Annotations
from monitor.domain.evaluation.outage_evaluation import OutageEvaluation
from monitor.domain.evaluation.recheck import Recheck
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.subjects.kind import Knowledge
from monitor.domain.subjects.table import Subjects
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
