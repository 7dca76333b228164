from monitor.domain.notification.group_notification import Notification, fingerprint, in_common


def test_a_group_is_resolved_once_nothing_of_it_fires() -> None:
    """An empty group counts as over, as Alertmanager has it."""
    notification = Notification(group={"site": "mall", "alertname": "PaperOut"})
    assert (notification.status, notification.firing, notification.notices) == ("resolved", [], [])
    assert notification.group_key == '{}:{alertname="PaperOut", site="mall"}'


def test_only_pairs_that_all_have_are_in_common() -> None:
    """A label that one lacks, or has with another value, is left out."""
    assert in_common([{"a": "1", "b": "2"}, {"a": "1", "b": "3"}]) == {"a": "1"}
    assert in_common([{"a": "1"}, {}]) == {}
    assert in_common([]) == {}


def test_a_fingerprint_does_not_depend_on_the_order() -> None:
    """No labels give the offset of FNV-1a; a name that borrows from its value is another label."""
    assert fingerprint({}) == "cbf29ce484222325"
    assert fingerprint({"a": "1", "b": "2"}) == fingerprint({"b": "2", "a": "1"})
    assert fingerprint({"a": "bc"}) != fingerprint({"ab": "c"})
