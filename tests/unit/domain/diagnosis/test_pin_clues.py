from typing import Any

import pytest

from monitor.domain.diagnosis.pin_clues import PIN
from monitor.domain.heartbeat.reading import PinPadStatus, RegistrationStatus
from tests.unit.domain.diagnosis.holding import changed, holding

SOUND = {"has_answered": True}


@pytest.mark.parametrize(
    ("known", "clues"),
    [
        ({}, set()),
        ({"pin_faults": 1}, set()),
        ({"pin_faults": 2}, {"keys_are_named"}),
        ({"pin_faults": 2, "wrong_pins": 3}, set()),
        ({"wrong_pins": 1}, set()),
        ({"wrong_pins": 2}, {"no_code_names_the_keys"}),
        ({"pin_pad": PinPadStatus.OK}, set()),
        ({"pin_pad": PinPadStatus.FAULT}, {"pin_pad_is_bad"}),
        ({"pin_pad": PinPadStatus.TAMPERED}, {"pin_pad_is_bad"}),
        ({"faulty_cards": 2}, set()),
        ({"faulty_cards": 3}, {"many_faulty_cards"}),
        ({"uptime_s": 3600.0}, set()),
        ({"uptime_s": 3599.0}, {"restarted_lately"}),
        ({"changes": changed("firmware_version")}, {"software_changed"}),
        ({"is_firmware_old": True}, {"firmware_is_old"}),
        ({"registration": RegistrationStatus.REGISTERED}, set()),
        ({"registration": RegistrationStatus.UNREGISTERED}, {"is_not_signed_in"}),
        ({"signed_in_ago_s": 26 * 3600.0}, set()),
        ({"signed_in_ago_s": 26 * 3600.0 + 1}, {"is_not_signed_in"}),
    ],
)
def test_facts_about_keys_and_keypad(known: dict[str, Any], clues: set[str]) -> None:
    """Codes name the keys when they are at least as many as wrong PINs."""
    assert holding(PIN, **known) == clues


@pytest.mark.parametrize(
    ("known", "clues"),
    [
        ({"transactions": 10, "approved": 4}, {"others_succeed"}),
        ({"transactions": 11, "approved": 4}, set()),
        ({"transactions": 2, "approved": 2}, set()),
        ({"transactions": 5}, {"nobody_succeeds"}),
        ({"transactions": 4}, set()),
        ({"wrong_pin_cards": 2}, {"few_cards"}),
        ({"wrong_pin_cards": 4}, set()),
        ({"wrong_pin_cards": 5}, {"many_cards"}),
        ({"wrong_pin_cards": 5, "gap_s": 44.9}, {"many_cards", "cards_change_fast"}),
        ({"wrong_pin_cards": 5, "gap_s": 45.0}, {"many_cards"}),
        ({"wrong_pin_cards_of_day": 7}, set()),
        ({"wrong_pin_cards_of_day": 8}, {"many_cards_in_a_day"}),
        ({"wrong_pin_cards": 3, "card_tries": 1}, {"each_card_fails_once"}),
        ({"wrong_pin_cards": 4, "recovered_cards": 2}, {"card_was_then_right"}),
        ({"wrong_pin_cards": 4, "recovered_cards": 1}, set()),
    ],
)
def test_facts_about_many_cards(known: dict[str, Any], clues: set[str]) -> None:
    """A guesser's cards are many and fast, a shop's customers are few and pay in the end."""
    assert holding(PIN, **known) == clues


@pytest.mark.parametrize(
    ("known", "clues"),
    [
        ({"card_tries": 3}, set()),
        ({"card_tries": 4}, {"one_card_keeps_failing"}),
        ({"card_occasions": 2}, set()),
        ({"card_occasions": 3}, {"card_comes_back"}),
        ({"card_tries": 2, "card_span_s": 1799.0}, set()),
        ({"card_tries": 2, "card_span_s": 1800.0}, {"tries_are_spread"}),
        ({"card_tries": 2, "card_terminals": 1, "card_span_s": 300.0}, {"tries_are_close"}),
        ({"card_tries": 2, "card_terminals": 1, "card_span_s": 301.0}, set()),
        ({"card_tries": 2, "card_terminals": 1}, set()),
        ({"card_terminals": 2}, set()),
        ({"card_sites": 2}, {"card_travels"}),
        (
            {"card_terminals": 2, "card_sites": 1, "card_span_s": 600.0},
            {"card_stays_in_the_shop"},
        ),
        ({"card_terminals": 2, "card_sites": 2, "card_span_s": 600.0}, {"card_travels"}),
        ({"card_terminals": 2, "card_sites": 1, "card_span_s": 601.0}, set()),
        ({"tries_exceeded": 1}, {"tries_exceeded"}),
    ],
)
def test_facts_about_one_card(known: dict[str, Any], clues: set[str]) -> None:
    """A customer goes to the next till within minutes; a thief takes the card elsewhere."""
    assert holding(PIN, **known) == clues


@pytest.mark.parametrize(
    ("known", "clues"),
    [
        (SOUND, {"link_is_sound"}),
        (SOUND | {"host_failures": 1}, set()),
        (SOUND | {"is_signal_weak": True}, {"weak_signal"}),
        (SOUND | {"is_hot": True}, {"link_is_sound", "is_hot"}),
        (SOUND | {"host_reachable": False}, set()),
        (SOUND | {"host_reachable": True}, {"link_is_sound"}),
        (SOUND | {"host_incident": True}, {"host_incident"}),
        (SOUND | {"failed_polls_share": 0.09}, set()),
        (SOUND | {"failed_polls_share": 0.1}, {"polls_fail"}),
        ({"host_failures": 2, "transactions": 10, "approved": 1}, {"host_is_silent"}),
        ({"host_failures": 2, "transactions": 11, "approved": 1}, set()),
        ({"host_failures": 1, "transactions": 2}, set()),
        ({"troubled_neighbours": 1}, {"neighbours_suffer"}),
    ],
)
def test_facts_about_the_way_to_the_host(known: dict[str, Any], clues: set[str]) -> None:
    """A link of which nothing is known is not sound."""
    assert holding(PIN, **known) == clues
