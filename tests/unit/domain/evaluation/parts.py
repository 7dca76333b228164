"""Parts of an evaluation over a scene, one at a time."""

from collections.abc import Mapping
from typing import Any

from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.annotations import Annotations
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.runbooks.advice import AdviceBook
from tests.scenes import Scene
from tests.unit.domain.subjects.kinds import subjects_of


def rules_of(scene: Scene, changes: Mapping[str, Mapping[str, Any]] | None = None) -> RulesInForce:
    """Return the default rules with `changes` over the fleet of a scene."""
    return RulesInForce(RuleBook(changes), fleet=scene.fleet)


def observer_of(scene: Scene) -> AlertObserver:
    """Return one that opens alerts in the book of a scene."""
    return AlertObserver(
        book=scene.book, subjects=subjects_of(scene), annotations=Annotations(advice=AdviceBook())
    )
