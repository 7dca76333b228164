import msgspec
import pytest

from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.polling.poll_result import Outcome
from monitor.views.documents import TerminalDetail
from monitor.views.terminal_detail import terminal_detail
from monitor.views.terminal_listing import find_terminal
from tests.fleets import LivingFleet, inventory_row, make_fleet

ID = "10000000"


def _detail_of(living: LivingFleet, terminal_id: str = ID) -> TerminalDetail:
    watched = find_terminal(living.fleet, terminal_id)
    assert watched is not None
    history = [step for step in reversed(living.store.journal) if step.subject == terminal_id]
    return terminal_detail(watched, read_model=living.read_model, history=history)


def test_a_troubled_terminal_tells_what_is_wrong_and_what_to_do() -> None:
    """Alerts, reading, facts, last poll, steps and history are in one document."""
    living = make_fleet(2)
    living.hear_all(printer={"status": "paper_out"}, firmware_version="3.2.1")
    living.wait(60)
    living.lose(ID, Outcome.REFUSED, "connection refused")
    detail = _detail_of(living)
    assert detail.facts["printer"] == "paper_out"
    assert detail.reading is not None
    assert detail.reading.firmware_version == "3.2.1"
    assert [alert.alertname for alert in detail.open_alerts] == ["PaperOut"]
    assert detail.next_steps[0].action.startswith("Put in a new roll")
    assert detail.next_steps[0].action_zh.startswith("装入新纸卷")
    assert detail.last_poll is not None
    assert (detail.last_poll.outcome, detail.last_poll.detail) == ("refused", "connection refused")
    assert [(step.previous, step.state) for step in detail.history] == [
        ("pending", "firing"),
        ("inactive", "pending"),
    ]
    assert detail.history[0].summary == "receipt printer: paper out"


def test_recent_polls_are_oldest_first() -> None:
    """A good poll followed by a bad one reads from left to right."""
    living = make_fleet(9)
    living.hear(ID)
    living.lose(ID)
    assert _detail_of(living).recent_polls == [True, False]


def test_an_answer_in_another_s_name_is_told() -> None:
    """Whoever looks at the terminal learns which id its endpoint answers with."""
    living = make_fleet(1)
    watched = living.watched(ID)
    living.hear(ID)
    watched.claimed_id = "99999999"
    assert _detail_of(living).claimed_id == "99999999"


ENDPOINTS = [
    ("host and port only", "https://terminal.example:8443/secret-path?token=s3cret", "terminal.example:8443"),
    ("the default port is left out", "http://192.0.2.7/heartbeat", "192.0.2.7"),
    ("a password in it shows nothing of it", "http://user:s3cret@192.0.2.7/", ""),
    ("not an endpoint", "s3cret", ""),
]


@pytest.mark.parametrize(
    ("endpoint", "shown"), [row[1:] for row in ENDPOINTS], ids=[row[0] for row in ENDPOINTS]
)
def test_no_secret_of_the_endpoint_is_shown(endpoint: str, shown: str) -> None:
    """The document names host and port and nothing else of the endpoint."""
    detail = _detail_of(make_fleet(0, inventory_row(0, endpoint=endpoint)))
    assert detail.endpoint == shown
    assert b"s3cret" not in msgspec.json.encode(detail)


def test_a_spare_can_be_looked_up() -> None:
    """An inventory row that nobody polls has a document, with nothing known."""
    detail = _detail_of(make_fleet(0, inventory_row(0, status=InventoryStatus.SPARE)))
    assert (detail.status, detail.health, detail.reading, detail.last_poll) == (
        "spare",
        "unknown",
        None,
        None,
    )


def test_a_stranger_is_not_found() -> None:
    """An id that the inventory does not hold has no document."""
    assert find_terminal(make_fleet(1).fleet, "99999999") is None


def test_the_document_survives_its_own_json() -> None:
    """What the API writes, its client reads back."""
    living = make_fleet(1)
    living.hear(ID, battery={"percent": 4.5, "charging": False}, network={"type": "wifi"})
    living.wait(61)
    detail = _detail_of(living)
    assert msgspec.json.decode(msgspec.json.encode(detail), type=TerminalDetail) == detail
