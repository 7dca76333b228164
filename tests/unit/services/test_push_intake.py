import json
from typing import Any

import pytest

from monitor.domain.alerts.alert import Transition
from monitor.domain.events.decoding import RejectedFor
from monitor.domain.heartbeat.decoding import MAX_BYTES
from monitor.domain.instant import rfc3339
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.pushing.document import WrongShape
from monitor.domain.pushing.source import PushSource, WrongTerminal
from monitor.ports.push_intake import Receipt
from monitor.services.push_intake import EVENTS_A_TURN, PushIntake
from tests.fakes import FakeClock, FakeMailbox
from tests.scenes import Scene, reading, terminal

ID = "10000001"
SHOP = PushSource(name="shop")
OWN = PushSource(name="terminal-1", terminal_id=ID)


class Desk:
    """A scene at which things are pushed."""

    def __init__(self) -> None:
        self.scene = Scene([terminal(1, serial_number="S1"), terminal(2)])
        retired = terminal(8, status=InventoryStatus.RETIRED)
        spare = terminal(9, status=InventoryStatus.SPARE)
        pusher = terminal(7, endpoint="", site="kiosk")
        for row in (pusher, retired, spare):
            self.scene.fleet.set_aside(row)
        self.told: list[Transition] = []
        self.clock = FakeClock(self.scene.now)
        self.mailbox = FakeMailbox()
        self.intake = PushIntake(
            evaluation=self.scene.evaluation,
            membership=self.scene.evaluation.membership,
            fleet=self.scene.fleet,
            event_tracker=self.scene.evaluation.event_tracker,
            clock=self.clock,
            submit=self.told.extend,
            mailbox=self.mailbox,
            hasten=self.mailbox.hasten,
        )

    def file_by_itself(self, *, polled: bool) -> None:
        """Watch a terminal whose endpoint is push:, and let it push once."""
        watched = self.scene.evaluation.membership.add(terminal(5, endpoint="push:"), self.scene.now)
        if polled:
            watched.last_poll = self.scene.now
        self.heartbeat(terminal_id=watched.terminal.terminal_id)

    def heartbeat(self, source: PushSource = SHOP, **document: Any) -> Receipt:
        """Push a heartbeat."""
        whole = {"terminal_id": ID} | document
        return self.intake.heartbeat(source, whole, json.dumps(whole).encode())

    def events(self, source: PushSource, terminal_id: str, events: list[Any]) -> Receipt:
        """Push some events, few enough for one receipt."""
        (receipt,) = self.intake.events(source, {"terminal_id": terminal_id, "events": events})
        return receipt

    @property
    def names(self) -> set[tuple[str, str]]:
        """Names and subjects of what was told."""
        return {(step.alertname, step.subject) for step in self.told}

    def refused(self) -> dict[RejectedFor, int]:
        """Return what was counted as refused."""
        return {kind: count for (_, kind), count in self.scene.event_tracker.rejections.items()}


def test_events_are_counted_and_alerts_told() -> None:
    """Accepted, known already and refused ones each have their place in the receipt."""
    desk = Desk()
    events = [desk.scene.transaction("99") for _ in range(3)]
    receipt = desk.events(SHOP, f"{ID}  ", [events[0], {"id": 1}, *events])
    assert (receipt.accepted, receipt.duplicates) == (3, 1)
    assert [one.index for one in receipt.rejected] == [1]
    assert desk.names == {("PinDataFault", ID)}


def test_a_token_speaks_for_its_own_terminal_alone() -> None:
    """A document that names another terminal is refused and counted once, whatever else it says."""
    desk = Desk()
    events = [desk.scene.transaction() for _ in range(2 * EVENTS_A_TURN)]
    reason = "terminal_id: this token speaks for another terminal"
    with pytest.raises(WrongTerminal, match=reason):
        desk.events(OWN, "10000002", events)
    with pytest.raises(WrongTerminal, match=reason):
        desk.heartbeat(OWN, terminal_id="10000002", printer={"status": "broken beyond words"})
    assert not desk.scene.event_tracker.counts
    assert desk.scene.watched("10000002").reading is None
    assert desk.refused() == {RejectedFor.WRONG_TERMINAL: 2}
    assert not desk.told
    assert desk.events(OWN, f"{ID} ", events[:1]).accepted == 1


def test_a_long_list_is_counted_in_portions_and_indexed_as_a_whole() -> None:
    """Each receipt is about so many events that others need not wait; a bad event keeps its place."""
    desk = Desk()
    events: list[Any] = [desk.scene.transaction() for _ in range(EVENTS_A_TURN)]
    receipts = [*desk.intake.events(SHOP, {"terminal_id": ID, "events": [*events, 3]})]
    assert [one.accepted for one in receipts] == [EVENTS_A_TURN, 0]
    assert [(one.index, one.reason) for one in receipts[1].rejected] == [(EVENTS_A_TURN, "not an object")]


def test_a_terminal_that_a_reload_removed_takes_no_further_portion() -> None:
    """The portions that come after the removal are rejected, each event by its place."""
    desk = Desk()
    events = [desk.scene.transaction() for _ in range(EVENTS_A_TURN + 1)]
    receipts = desk.intake.events(SHOP, {"terminal_id": ID, "events": events})
    assert next(receipts).accepted == EVENTS_A_TURN
    desk.scene.evaluation.membership.remove(ID, desk.scene.now)
    assert [one.index for one in next(receipts).rejected] == [EVENTS_A_TURN]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], ""),
        ({"events": []}, "terminal_id"),
        ({"terminal_id": 1}, "terminal_id"),
        ({"terminal_id": ID}, "events"),
    ],
)
def test_a_document_without_the_form_of_a_push_is_refused(document: object, field: str) -> None:
    """The refusal names the field, and nothing is counted."""
    desk = Desk()
    with pytest.raises(WrongShape) as refused:
        desk.intake.events(SHOP, document)
    assert refused.value.field == field
    assert not desk.refused()


@pytest.mark.parametrize("stranger", ["77777777", "10000008", "", "00000000", "a b", "4111111111111111"])
def test_who_speaks_for_unknown_terminals_is_told_of(stranger: str) -> None:
    """By the name of the source; the id is evidence, and no card number ever."""
    desk = Desk()
    receipt = desk.events(SHOP, stranger, [desk.scene.transaction()] * 2)
    assert [one.index for one in receipt.rejected] == [0, 1]
    assert desk.names == {("UnknownTerminalId", "/source/shop")}
    (step,) = desk.told
    assert step.labels["source"] == "shop"
    assert "4111111111111111" not in repr(desk.told) + repr(receipt)
    assert "unknown ids: " in step.annotations["evidence"]


def test_three_unknown_ids_are_probing() -> None:
    """From one source, in heartbeats as well as with events."""
    desk = Desk()
    desk.heartbeat(terminal_id="77777771")
    desk.events(SHOP, "77777772", [])
    desk.events(PushSource(name="other"), "77777773", [])
    assert ("TerminalIdProbing", "/source/shop") not in desk.names
    desk.events(SHOP, "77777772", [])
    desk.heartbeat(terminal_id="77777774")
    assert ("TerminalIdProbing", "/source/shop") in desk.names
    assert ("TerminalIdProbing", "/source/other") not in desk.names
    assert desk.scene.event_tracker.queries.unknown_id_count(desk.scene.now) == 4


def test_who_only_pushes_is_watched_from_its_first_push_on() -> None:
    """Its heartbeats and events are judged; of lines it says nothing, so it is in no outage's count."""
    desk = Desk()
    assert desk.heartbeat(terminal_id="10000007", printer={"status": "paper_out"}).accepted == 1
    watched = desk.scene.fleet["10000007"]
    assert watched.last_good == desk.scene.now
    assert "10000007" not in desk.scene.fleet.unpolled
    assert "10000007" not in desk.scene.fleet.whole.members
    assert "kiosk" not in desk.scene.fleet.sites
    assert desk.names == {("PaperOut", "10000007")}
    receipt = desk.events(SHOP, "10000007", [desk.scene.transaction("99") for _ in range(3)])
    assert receipt.accepted == 3
    assert ("PinDataFault", "10000007") in desk.names


def test_what_one_that_only_pushes_said_once_holds_until_it_says_otherwise() -> None:
    """Its alert fires when the hold has elapsed, with nothing more pushed, and ends with a push."""
    desk = Desk()
    key = ("PaperOut", "10000007")
    desk.heartbeat(terminal_id="10000007", printer={"status": "paper_out"})
    desk.scene.wait(59)
    assert key not in desk.scene.firing()
    desk.scene.wait(2)
    assert key in desk.scene.firing()
    desk.heartbeat(terminal_id="10000007", printer={"status": "ok"})
    assert key not in desk.scene.open()


def test_restarts_of_one_that_only_pushes_are_counted() -> None:
    """Its uptime falls three times within the hour."""
    desk = Desk()
    for uptime_s in (900, 10, 70, 20, 80, 30, 90):
        desk.heartbeat(terminal_id="10000007", uptime_seconds=uptime_s)
        desk.clock.turn(60)
    assert ("UnexpectedRestart", "10000007") in desk.scene.firing()


def test_a_spare_is_no_stranger() -> None:
    """Nor is it watched."""
    desk = Desk()
    (rejection,) = desk.events(SHOP, "10000009", []).rejected
    assert "not watched" in rejection.reason
    assert not desk.told


def test_a_pushed_heartbeat_is_judged_and_polls_are_not_touched() -> None:
    """An unreachable terminal stays so, whatever is pushed for it."""
    desk = Desk()
    desk.scene.poll()
    desk.scene.fail()
    watched = desk.scene.watched()
    before = (watched.failures, watched.history, watched.polls_seen, watched.last_good, watched.last_poll)
    receipt = desk.heartbeat(
        pin_pad={"status": "tampered"},
        serial_number="S2",
        events=[desk.scene.transaction("55"), desk.scene.transaction("55"), 3],
    )
    assert (receipt.accepted, receipt.duplicates) == (1, 0)
    assert [(one.index, one.reason) for one in receipt.rejected] == [(2, "events: not an object")]
    told = {"TerminalTampered", "TerminalIdMismatch", "PinLockImminent"}
    assert {name for name, _ in desk.names} == told
    after = (watched.failures, watched.history, watched.polls_seen, watched.last_good, watched.last_poll)
    assert before == after
    assert watched.outcome is Outcome.TIMEOUT


def test_a_clone_that_pushes_is_a_conflict() -> None:
    """Its serial number and the polled one's come in turn."""
    desk = Desk()
    desk.scene.say(serial_number="S1")
    desk.heartbeat(serial_number="S2")
    desk.scene.say(serial_number="S1")
    assert ("TerminalIdConflict", ID) in desk.scene.firing()


def test_what_another_answers_goes_on_while_the_terminal_pushes() -> None:
    """A push says nothing of who sits at the endpoint."""
    desk = Desk()
    desk.scene.poll(ID, reading("66666666"))
    desk.heartbeat(sent_at=rfc3339(desk.scene.now.wall))
    assert ("TerminalIdMismatch", ID) in desk.scene.firing()


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"vendor": "4111111111111111"}, "vendor: could be a card number"),
        ({"padding": "x" * MAX_BYTES}, "larger than 256 KiB"),
    ],
)
def test_a_bad_heartbeat_is_rejected(document: dict[str, Any], reason: str) -> None:
    """As a poll's answer would be; no alert comes of it."""
    desk = Desk()
    (rejection,) = desk.heartbeat(**document).rejected
    assert rejection.reason.startswith(reason)
    assert desk.refused() == {RejectedFor.DOCUMENT: 1}
    assert not desk.told


def test_a_pushed_heartbeat_names_what_could_not_be_read() -> None:
    """It is accepted without that field, which is counted and alerted like a poll's."""
    desk = Desk()
    receipt = desk.heartbeat(battery=3, pin_pad={"status": "tampered"})
    assert (receipt.accepted, [*receipt.unreadable]) == (1, ["battery: not an object"])
    assert desk.scene.evaluation.unreadable.counts == {("push", "battery"): 1}
    assert desk.names >= {("TerminalTampered", ID), ("HeartbeatUnreadable", ID)}
    assert desk.heartbeat(battery={"percent": 50}).unreadable == ()


def test_a_heartbeat_without_an_id_is_a_stranger_s() -> None:
    """Empty or garbled, as faulty hardware sends it."""
    desk = Desk()
    desk.heartbeat(terminal_id="\x01\x02")
    assert desk.names == {("UnknownTerminalId", "/source/shop")}
    assert "(garbled)" in desk.told[0].annotations["evidence"]


@pytest.mark.parametrize("polled", [False, True])
def test_a_heartbeat_that_was_expected_is_filed(polled: bool) -> None:
    """The mailbox learns of it; where nothing was known of its silence yet, it is looked at soon."""
    desk = Desk()
    desk.file_by_itself(polled=polled)
    assert desk.mailbox.filed == [terminal(5).terminal_id]
    assert desk.mailbox.hastened == ([] if polled else [terminal(5).terminal_id])


def test_other_heartbeats_are_not_filed() -> None:
    """A polled terminal that pushes as well is known by its polls."""
    desk = Desk()
    desk.heartbeat()
    assert desk.mailbox.filed == []
