from collections.abc import Sequence

import pytest

from monitor.domain.heartbeat.decoding import decode_heartbeat
from monitor.domain.polling.poll_result import Outcome
from monitor.simulator.answer import Situation
from monitor.simulator.document import Document, LoginEvent, TransactionEvent
from monitor.simulator.event_faults import EVENT_FAULTS, REMEMBERED
from monitor.simulator.faults import fault_named
from tests.unit.simulator.stricken import WALL, healthy, stricken


def said(fault: str, *, lasted_s: float = 120, **parameters: str) -> Document:
    """Return what a terminal says while the fault lasts."""
    return stricken(fault, lasted_s=lasted_s, model="N910", **parameters).document


def transactions(document: Document) -> list[TransactionEvent]:
    """Return its transactions."""
    return [event for event in document.events if isinstance(event, TransactionEvent)]


def codes(document: Document) -> set[str]:
    """Return the response codes of its transactions."""
    return {event.response_code for event in transactions(document)}


@pytest.mark.parametrize("fault", [kind.name for kind in EVENT_FAULTS])
def test_the_answer_stays_a_good_heartbeat(fault: str) -> None:
    """Whatever the events tell, posmon reads the document."""
    decode_heartbeat(stricken(fault, lasted_s=120).encoded())
    assert fault_named(fault).outcome is Outcome.OK


EVENTFUL = [kind.name for kind in EVENT_FAULTS if kind.name != "cloned"]


@pytest.mark.parametrize("fault", EVENTFUL)
def test_events_go_on_and_keep_their_ids(fault: str) -> None:
    """A later heartbeat repeats what it still remembers, word for word, and adds what is new."""
    kind = fault_named(fault)
    heard: list[Sequence[object]] = []
    for later_s in (0, 30):
        answer = healthy()
        kind.apply(
            answer, Situation(lasted_s=60 + later_s, wall=WALL + later_s, parameters=kind.settings({}))
        )
        heard.append(answer.document.events)
    before, after = heard
    assert set(before) & set(after)
    assert len({event.id for event in {*before, *after}}) == len({*before, *after})  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", EVENTFUL)
def test_nothing_happened_before_it_began(fault: str) -> None:
    """In its first second a fault has brought about one event at most."""
    assert len(said(fault, lasted_s=0).events) <= 1


def test_no_more_than_a_terminal_remembers() -> None:
    """However long a fault lasts, the document does not grow."""
    assert len(said("pin_attack_terminal", lasted_s=86_400).events) == REMEMBERED


def test_many_cards_at_a_terminal() -> None:
    """Each wrong PIN is on another card."""
    document = said("pin_attack_terminal")
    assert codes(document) == {"55"}
    assert len({event.card_token for event in transactions(document)}) == REMEMBERED


def test_one_card_at_terminals() -> None:
    """All tries are on the card that the scenario names."""
    document = said("pin_attack_card", card="tok_stolen")
    assert {event.card_token for event in transactions(document)} == {"tok_stolen"}
    assert codes(document) == {"55"}


def test_lost_keys() -> None:
    """It restarted, has not signed in since, and all cards fail on it."""
    document = said("key_fault")
    assert codes(document) == {"99", "A0"}
    assert document.uptime_seconds == 120
    assert document.registration.signed_in_at == "2026-11-19T23:58:00.000Z"


def test_a_silent_host() -> None:
    """Every transaction goes without the issuer's answer."""
    assert codes(said("host_incident")) <= {"91", "68", "98"}


@pytest.mark.parametrize(
    ("reason", "changed"),
    [
        ("none", set()),
        ("replaced", {"serial_number"}),
        ("upgraded", {"firmware_version", "uptime_seconds"}),
        ("provider", {"merchant_id"}),
    ],
)
def test_an_unknown_terminal_shows_what_changed_with_it(reason: str, changed: set[str]) -> None:
    """The host answers 97, and the device is another, runs other firmware or has another merchant's id."""
    document, before = said("unknown_terminal", reason=reason), healthy().document
    assert codes(document) == {"97"}
    different = {
        name
        for name in ("serial_number", "firmware_version", "uptime_seconds", "merchant_id")
        if getattr(document, name) != getattr(before, name)
    }
    assert different == changed


def test_a_reason_that_is_none_is_refused() -> None:
    """A slip in the scenario is told."""
    with pytest.raises(ValueError, match="replaced, upgraded or provider"):
        fault_named("unknown_terminal").settings({"reason": "stolen"})


def test_a_clone_takes_turns() -> None:
    """Two serial numbers are heard under one id, one after the other."""
    kind = fault_named("cloned")
    serials = []
    for at_s in range(0, 24, 6):
        answer = healthy()
        kind.apply(answer, Situation(lasted_s=at_s, wall=WALL + at_s, parameters=kind.settings({})))
        serials.append(answer.document.serial_number)
    assert serials[0] == serials[2] != serials[1] == serials[3]


def test_failed_log_ins() -> None:
    """Somebody tries one operator number after the other."""
    attempts = [event for event in said("failed_log_ins").events if isinstance(event, LoginEvent)]
    assert len(attempts) == REMEMBERED
    assert not any(attempt.success for attempt in attempts)
    assert len({attempt.operator_id for attempt in attempts}) > 1


def test_a_fault_of_every_sale_leaves_no_sale_that_went_well() -> None:
    """Usual customers since the fault began are not among those who paid."""
    answer = healthy()
    answer.document.events = tuple(
        TransactionEvent(id=at, at=at, response_code="00", card_token="t", operator_id="1", amount_minor=1)  # noqa: S106
        for at in ("2026-11-21T00:30:00.000Z", "2026-11-21T00:59:30.000Z")
    )
    kind = fault_named("host_incident")
    kind.apply(answer, Situation(lasted_s=60, wall=WALL, parameters=kind.settings({})))
    paid = [event.at for event in transactions(answer.document) if event.response_code == "00"]
    assert paid == ["2026-11-21T00:30:00.000Z"]
