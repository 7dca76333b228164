from typing import Any

import pytest

from monitor.domain.diagnosis.connectivity_clues import OFFLINE, SITE, WRONG
from monitor.domain.heartbeat.reading import NetworkType
from monitor.domain.polling.poll_result import Outcome
from tests.unit.domain.diagnosis.holding import holding

REFUSED = {"outcome": Outcome.REFUSED}
STATUS = {"outcome": Outcome.HTTP_STATUS}


@pytest.mark.parametrize(
    ("last_poll", "clue"),
    [
        ({"outcome": Outcome.TIMEOUT}, "silence"),
        ({"outcome": Outcome.SILENT}, "silence"),
        (REFUSED | {"detail": "host unreachable"}, "silence"),
        (REFUSED | {"detail": "connection refused"}, "refused"),
        ({"outcome": Outcome.RESET}, "connection_drops"),
        ({"outcome": Outcome.DNS}, "name_is_not_found"),
        ({"outcome": Outcome.TLS}, "tls_fails"),
        ({"outcome": Outcome.REDIRECT}, "path_is_unknown"),
        (STATUS | {"detail": "HTTP 404"}, "path_is_unknown"),
        (STATUS | {"detail": "HTTP 500"}, "server_error"),
        ({"outcome": Outcome.PROTOCOL}, "answer_is_no_heartbeat"),
    ],
)
def test_the_end_of_the_last_poll_is_one_clue(last_poll: dict[str, Any], clue: str) -> None:
    """Each way a poll fails speaks for other causes."""
    assert holding(OFFLINE, **last_poll) == {clue}


@pytest.mark.parametrize(
    ("known", "clues"),
    [
        ({"battery_percent": 15.0}, {"battery_was_low"}),
        ({"battery_percent": 15.0, "is_charging": True}, set()),
        ({"battery_percent": 15.1}, set()),
        ({"battery_percent": 39.9}, set()),
        ({"battery_percent": 40.0}, {"battery_was_full"}),
        ({"failed_polls_share": 0.09}, set()),
        ({"failed_polls_share": 0.1}, {"comes_and_goes"}),
        ({"failed_polls_share": 0.9}, set()),
        ({"has_answered": True}, {"has_answered"}),
        ({"has_answered": False}, {"never_answered"}),
        ({"is_signal_weak": True}, {"signal_was_weak"}),
        ({"was_asleep": True}, set()),
        ({"was_asleep": True, "outcome": Outcome.TIMEOUT}, {"was_asleep", "silence"}),
        ({"was_asleep": True, "outcome": Outcome.TLS}, {"tls_fails"}),
    ],
)
def test_what_was_known_before_is_a_clue_up_to_its_bound(known: dict[str, Any], clues: set[str]) -> None:
    """A battery that was charging is not low, and a terminal that nearly never answers does not flap."""
    assert holding(OFFLINE, **known) == clues


@pytest.mark.parametrize(
    ("neighbours", "down", "link", "clues"),
    [
        (0, 0, None, set()),
        (4, 0, None, {"it_is_alone"}),
        (4, 1, None, {"shares_the_line"}),
        (4, 2, NetworkType.WIFI, {"neighbours_are_silent", "shares_the_line"}),
        (4, 2, NetworkType.CELLULAR, {"neighbours_are_silent"}),
    ],
)
def test_half_of_the_neighbours_point_to_the_line(
    neighbours: int, down: int, link: NetworkType | None, clues: set[str]
) -> None:
    """A terminal on mobile data does not share it."""
    assert holding(OFFLINE, neighbours=neighbours, down_neighbours=down, link=link) == clues


@pytest.mark.parametrize(
    ("links", "clues"),
    [
        ({"wired_down": 2, "cellular_up": 1}, {"only_cellular_goes_on"}),
        ({"wired_down": 2}, {"only_the_line_is_used"}),
        ({"wired_down": 1}, set()),
        ({"wired_down": 1, "cellular_down": 1}, {"both_links_are_silent"}),
        ({"cellular_down": 2}, {"only_mobile_data_is_silent"}),
        ({"cellular_down": 2, "wired_up": 1}, {"only_mobile_data_is_silent", "wired_goes_on"}),
        ({"dark_sites": 2}, set()),
        ({"dark_sites": 3}, {"others_are_dark"}),
        ({"outcome": Outcome.RESET}, {"something_answers"}),
        ({"outcome": Outcome.TIMEOUT}, {"silence"}),
        ({"members": 3, "down": 3}, {"all_are_silent", "no_other_is_dark"}),
        ({"members": 3, "down": 2, "dark_sites": 1}, set()),
    ],
)
def test_a_site_s_links_tell_what_went_dark(links: dict[str, Any], clues: set[str]) -> None:
    """One silent terminal on the line says nothing of the line."""
    assert holding(SITE, **links) == clues


@pytest.mark.parametrize(
    ("answers", "clues"),
    [
        ({"outcome": Outcome.REDIRECT}, {"is_redirected"}),
        (STATUS | {"detail": "HTTP 403"}, {"access_is_refused"}),
        (STATUS | {"detail": "HTTP 511"}, {"access_is_refused"}),
        (STATUS | {"detail": "HTTP 404"}, {"path_is_gone"}),
        (STATUS | {"detail": "HTTP 503"}, {"applications_fail"}),
        ({"outcome": Outcome.PROTOCOL}, {"answers_are_no_heartbeats"}),
        ({"outcome": Outcome.TLS}, {"tls_fails_alike"}),
        ({"wrong_models": 1, "well_models": 1}, {"one_model"}),
        ({"wrong_models": 1}, set()),
        ({"wrong_models": 2}, {"several_models"}),
        ({"wrong_places": 1}, {"one_place"}),
        ({"wrong_places": 2}, {"several_places"}),
        ({"has_answered": True}, {"used_to_answer"}),
        ({"has_answered": False}, {"never_did_answer"}),
    ],
)
def test_wrong_answers_tell_who_gives_them(answers: dict[str, Any], clues: set[str]) -> None:
    """All terminals of one model are a clue only while another model answers well."""
    assert holding(WRONG, **answers) == clues


@pytest.mark.parametrize("table", [OFFLINE, SITE, WRONG])
def test_nothing_known_is_no_clue(table: Any) -> None:
    """What is not known never holds."""
    assert holding(table) == set()
