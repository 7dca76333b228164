import json

import pytest

from monitor.adapters.sources.json_mapping import Expression, JsonMapping, Mapped
from monitor.adapters.sources.mqtt_messages import LONGEST_MESSAGE, AvailabilityWords, Messages
from monitor.domain.heartbeat.reading import PrinterStatus
from monitor.domain.sources.report import TerminalReport
from monitor.domain.sources.topic import TopicPattern

STATE = "pos/T1/state"
ONLINE = "pos/T1/online"


def messages(
    *, topic: str = "pos/{id}/state", id_: str | None = None, seen_at: bool = False, most_terminals: int = 9
) -> Messages:
    """Return a reader of state and availability."""
    return Messages(
        topics=[TopicPattern(topic)],
        mapping=JsonMapping(
            id=Expression(id_) if id_ else None,
            seen_at=Mapped(expression=Expression("at"), time_format="epoch") if seen_at else None,
            fields={
                "battery.percent": Mapped(expression=Expression("battery")),
                "printer.status": Mapped(expression=Expression("paper"), words={"none": "paper_out"}),
            },
        ),
        availability=AvailabilityWords(topic=TopicPattern("pos/{id}/online"), online="1", offline="0"),
        wall=lambda: 1_900_000_000.0,
        most_terminals=most_terminals,
    )


def read(
    reader: Messages, topic: str, document: object, *, is_retained: bool = False
) -> TerminalReport | None:
    """Read one message."""
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    return reader.read(topic, payload, is_retained=is_retained)


def test_a_message_becomes_a_report() -> None:
    """Its topic says which terminal it is about."""
    report = read(messages(), STATE, {"battery": 41, "paper": "none"})
    assert report is not None
    assert (report.terminal, report.online) == ("T1", None)
    assert report.reading.battery is not None
    assert report.reading.battery.percent == 41
    assert report.reading.printer is not None
    assert report.reading.printer.status is PrinterStatus.PAPER_OUT


def test_the_document_may_name_the_terminal() -> None:
    """Then the topic need not."""
    reader = messages(topic="fleet", id_="serial")
    report = read(reader, "fleet", {"serial": "S-9", "battery": 5})
    assert report is not None
    assert report.terminal == "S-9"


def test_a_retained_state_is_no_sign_of_life() -> None:
    """It may be as old as the broker. One that says how old it is counts."""
    assert read(messages(), STATE, {"battery": 41}, is_retained=True) is None
    report = read(messages(seen_at=True), STATE, {"battery": 41, "at": 1_900_000_000}, is_retained=True)
    assert report is not None
    assert report.seen_at == 1_900_000_000


def test_a_message_that_comes_twice_changes_nothing() -> None:
    """By its own time it is not newer than the one before."""
    reader = messages(seen_at=True)
    assert read(reader, STATE, {"battery": 41, "at": 1_900_000_050}) is not None
    assert read(reader, STATE, {"battery": 41, "at": 1_900_000_050}) is None
    assert read(reader, STATE, {"battery": 99, "at": 1_900_000_000}) is None
    assert read(reader, STATE, {"battery": 40, "at": 1_900_000_120}) is not None


def test_a_clock_that_was_far_ahead_silences_nobody() -> None:
    """Once it is set right, what the terminal says counts again."""
    reader = messages(seen_at=True)
    assert read(reader, STATE, {"battery": 41, "at": 1_990_000_000}) is not None
    assert read(reader, STATE, {"battery": 40, "at": 1_900_000_000}) is not None
    assert read(reader, STATE, {"battery": 40, "at": 1_900_000_000}) is None


def test_the_last_will_keeps_the_last_state() -> None:
    """A retained will counts: the broker keeps it up to date. A state that follows does not take it back."""
    reader = messages()
    first = read(reader, ONLINE, b"1", is_retained=True)
    assert first is not None
    assert first.online is True
    state = read(reader, STATE, {"battery": 41})
    assert state is not None
    assert state.online is True
    will = read(reader, ONLINE, b" 0\n")
    assert will is not None
    assert (will.online, will.reading) == (False, state.reading)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (STATE, b"{"),
        (STATE, b"[" * 100_000),
        (STATE, b"\xff\xfe"),
        (STATE, b"[1, 2]"),
        (STATE, b"17"),
        (STATE, b'{"battery": "' + b"x" * LONGEST_MESSAGE + b'"}'),
        (ONLINE, b"perhaps"),
        (ONLINE, b"\xff" * 2000),
        ("pos/" + "9" * 200 + "/online", b"1"),
        ("pos/4111111111111111/state", b"{}"),
    ],
)
def test_what_cannot_be_read_is_counted_and_costs_only_itself(topic: str, payload: bytes) -> None:
    """Garbage, words that mean nothing, ids that are too long or could be a card number."""
    reader = messages()
    assert read(reader, topic, payload) is None
    assert reader.drain_unreadable() == 1
    assert reader.drain_unreadable() == 0
    assert read(reader, STATE, {"battery": 1}) is not None


def test_an_empty_message_takes_a_retained_one_back_and_says_nothing() -> None:
    """It is no fault (MQTT 3.1.1 section 3.3.1.3)."""
    reader = messages()
    assert read(reader, STATE, b"") is None
    assert read(reader, "elsewhere", b"{}") is None
    assert reader.drain_unreadable() == 0


def test_made_up_ids_find_an_end() -> None:
    """Those who may publish cannot fill the memory; terminals that are known go on."""
    reader = messages(most_terminals=2)
    heard = [read(reader, f"pos/T{n}/state", {"battery": n}) is not None for n in (1, 2, 3, 1)]
    assert heard == [True, True, False, True]
