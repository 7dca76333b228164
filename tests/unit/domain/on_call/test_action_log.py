from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.action_log import ActionLog
from tests.unit.domain.on_call.test_board import silence

ANN = Author(name="ann", via=Via.PAGE)


def test_actions_are_numbered_from_the_last_run_on_and_drained_once() -> None:
    """With the rule's comment unless another is given."""
    log = ActionLog()
    log.go_on(7)
    log.add(ANN, "silence.add", 1.0, silence("s1", site=("mall",)), matched=2)
    log.add(ANN, "silence.end", 2.0, silence("s1"), comment="")
    drained = log.drain()
    assert [(one.number, one.what, one.comment, one.matched) for one in drained] == [
        (8, "silence.add", "works", 2),
        (9, "silence.end", "", 0),
    ]
    assert drained[0].details["match"] == "site=mall"
    assert log.drain() == []
