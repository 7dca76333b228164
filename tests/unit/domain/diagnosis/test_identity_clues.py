from typing import Any

import pytest

from monitor.domain.diagnosis.identity_clues import ADDRESS, IDENTITY, SPELLING
from monitor.domain.heartbeat.reading import RegistrationStatus
from tests.unit.domain.diagnosis.holding import changed, holding

OTHER_SERIAL = {"expected_serial": "A1", "given_serial": "B2"}
RIGHT_SERIAL = {"expected_serial": "A1", "given_serial": "A1"}


@pytest.mark.parametrize(
    ("known", "clues"),
    [
        (OTHER_SERIAL, {"serial_is_new"}),
        (OTHER_SERIAL | {"serials": 2}, {"two_serials", "nothing_changed"}),
        (RIGHT_SERIAL, {"serial_is_right", "nothing_changed"}),
        (RIGHT_SERIAL | {"given_serial": "a1"}, {"serial_is_right", "nothing_changed"}),
        ({"given_serial": "B2"}, {"nothing_changed"}),
        ({"expected_serial": "A1"}, set()),
        ({"changes": changed("serial_number")}, {"serial_is_new"}),
        (
            RIGHT_SERIAL | {"changes": changed("endpoint")},
            {"serial_is_right", "merchant_or_endpoint_changed"},
        ),
    ],
)
def test_a_serial_number_is_compared_only_where_both_are_known(
    known: dict[str, Any], clues: set[str]
) -> None:
    """The case of letters makes no other device, and serial numbers in turn are not a new one."""
    assert holding(IDENTITY, **known) == clues


@pytest.mark.parametrize(
    ("known", "clues"),
    [
        ({"expected_merchant": "1", "given_merchant": "2"}, {"merchant_differs"}),
        ({"expected_merchant": "1", "given_merchant": "1"}, set()),
        ({"given_merchant": "2"}, set()),
        ({"changes": changed("merchant_id")}, {"merchant_or_endpoint_changed"}),
        ({"changes": changed("app_version")}, {"software_changed"}),
        ({"firmware": "1", "changes": changed("app_version")}, {"software_changed"}),
        ({"firmware": "1"}, {"software_is_as_before"}),
        ({"registration": RegistrationStatus.REGISTERED}, set()),
        ({"registration": RegistrationStatus.PENDING}, {"is_not_registered"}),
        ({"endpoints": 1}, set()),
        ({"endpoints": 2}, {"two_endpoints"}),
        ({"unknown_ids": 2}, set()),
        ({"unknown_ids": 3}, {"many_unknown_ids"}),
        ({"is_in_inventory": False}, {"id_is_not_in_inventory"}),
        ({"is_in_inventory": False, "id_shape": "empty"}, {"id_is_broken"}),
        ({"claimed_id": "2"}, {"answers_as_a_stranger"}),
        ({"claimed_id": "2", "is_claimed_id_known": True}, {"answers_as_a_neighbour"}),
        ({"restarts": 1}, set()),
        ({"restarts": 2}, {"it_restarts"}),
        ({"unknown_terminal_answers": 1}, {"host_does_not_know_it"}),
        ({"component_faults": 1}, {"parts_are_faulty"}),
        ({"troubled_neighbours": 1}, {"neighbours_suffer"}),
        ({"is_spare_serial": True}, {"serial_is_a_spare"}),
        ({"is_serial_known": True}, {"serial_is_known"}),
        ({}, set()),
    ],
)
def test_each_fact_of_an_identity_is_one_clue(known: dict[str, Any], clues: set[str]) -> None:
    """Just below its bound it is none."""
    assert holding(IDENTITY, **known) == clues


@pytest.mark.parametrize(
    ("known", "clues"),
    [
        ({"is_spelled_differently": True}, {"is_spelled_differently", "nothing_else_changed"}),
        ({"is_spelled_differently": True, "changes": changed("model")}, {"is_spelled_differently"}),
        (OTHER_SERIAL, set()),
        (OTHER_SERIAL | {"claimed_id": "2"}, {"other_serial_is_new"}),
        ({"is_claimed_id_known": True}, {"inventory_has_both"}),
        ({}, set()),
    ],
)
def test_a_spelling_is_held_against_what_else_changed(known: dict[str, Any], clues: set[str]) -> None:
    """A new serial number matters where the endpoint answers as another."""
    assert holding(SPELLING, **known) == clues


@pytest.mark.parametrize(
    ("known", "clues"),
    [
        ({"is_at_wrong_address": True}, {"answers_nowhere_else"}),
        ({"is_at_wrong_address": True, "firmware": "1"}, {"answers_nowhere_else", "used_to_be_right"}),
        ({"firmware": "1"}, set()),
        ({"is_swapped": True}, {"is_swapped"}),
        ({"changes": changed("endpoint")}, {"endpoint_was_changed"}),
        ({}, set()),
    ],
)
def test_a_wrong_address_is_known_by_who_answers_where(known: dict[str, Any], clues: set[str]) -> None:
    """A terminal that answers nowhere else is no clone."""
    assert holding(ADDRESS, **known) == clues
