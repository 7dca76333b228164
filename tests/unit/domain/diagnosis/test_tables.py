from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.detectors.table import DETECTORS
from monitor.domain.diagnosis.case import Case, RecentChange
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.diagnosis.clue import Clue, Table
from monitor.domain.diagnosis.connectivity_clues import OFFLINE, SITE, WRONG
from monitor.domain.diagnosis.diagnosis import weigh_causes
from monitor.domain.diagnosis.identity_clues import IDENTITY, SPELLING
from monitor.domain.diagnosis.pin_clues import PIN
from monitor.domain.diagnosis.tables import TABLES, diagnose
from monitor.domain.heartbeat.reading import NetworkType, PinPadStatus, RegistrationStatus
from monitor.domain.polling.poll_result import Outcome

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
WELL: dict[str, Any] = {
    "pin_pad": PinPadStatus.OK,
    "uptime_s": 3 * DAY_S,
    "neighbours": 4,
    "has_answered": True,
    "firmware": "3.2.1",
}
"""A terminal of which nothing is wrong but what the case says."""


def changed(what: str, before: str = "a", after: str = "b") -> tuple[RecentChange, ...]:
    """Return one change of two hours ago."""
    return (RecentChange(what=what, before=before, after=after, ago_s=2 * HOUR_S),)


TEXTBOOK: list[tuple[str, str, dict[str, Any], Cause]] = [
    (
        "a customer types the wrong PIN three times while others pay",
        "PinFailuresOnCard",
        {"wrong_pins": 3, "wrong_pin_cards": 1, "card_tries": 3, "card_terminals": 1, "card_span_s": 80.0}
        | {"transactions": 20, "approved": 16},
        Cause.CARDHOLDER_ERROR,
    ),
    (
        "a customer is one try short of the lock and others pay",
        "PinLockImminent",
        {"wrong_pins": 2, "wrong_pin_cards": 1, "card_tries": 2, "card_terminals": 1, "card_span_s": 40.0}
        | {"transactions": 12, "approved": 9},
        Cause.CARDHOLDER_ERROR,
    ),
    (
        "a customer tries the next till of the shop as well",
        "PinFailuresAcrossTerminals",
        {"wrong_pins": 2, "wrong_pin_cards": 1, "card_tries": 2, "card_terminals": 2, "card_sites": 1}
        | {"card_span_s": 40.0, "transactions": 30, "approved": 25},
        Cause.CARDHOLDER_ERROR,
    ),
    (
        "a card fails at a till, another at the next moment, and none is tried again",
        "PinLockImminent",
        {"wrong_pins": 4, "wrong_pin_cards": 4, "card_tries": 1, "card_terminals": 1, "card_span_s": 0.0}
        | {"wrong_pin_cards_of_day": 9, "transactions": 6, "approved": 2},
        Cause.TERMINAL_ATTACK,
    ),
    (
        "one card fails at three shops over hours",
        "PinFailuresAcrossTerminals",
        {"wrong_pins": 4, "wrong_pin_cards": 1, "card_tries": 4, "card_terminals": 3, "card_sites": 3}
        | {"card_span_s": 7000.0, "transactions": 30, "approved": 25},
        Cause.CARD_ATTACK,
    ),
    (
        "one card is tried slowly, again and again, on one terminal",
        "PinFailuresOnCard",
        {"wrong_pins": 6, "wrong_pin_cards": 1, "card_tries": 6, "card_terminals": 1}
        | {"card_span_s": 9 * HOUR_S, "card_occasions": 6, "tries_exceeded": 1},
        Cause.CARD_ATTACK,
    ),
    (
        "many cards fail in quick succession on one terminal",
        "PinFailuresOnTerminal",
        {"wrong_pins": 12, "wrong_pin_cards": 9, "transactions": 13, "gap_s": 12.0, "card_tries": 2},
        Cause.TERMINAL_ATTACK,
    ),
    (
        "99 and A0 for all cards after a restart, the PIN pad faulty",
        "PinDataFault",
        {"pin_faults": 6, "faulty_cards": 6, "transactions": 6, "uptime_s": 600.0}
        | {"pin_pad": PinPadStatus.FAULT},
        Cause.KEY_FAULT,
    ),
    (
        "99 for all cards on a device that is too hot",
        "PinDataFault",
        {"pin_faults": 4, "faulty_cards": 4, "transactions": 4, "uptime_s": 600.0, "is_hot": True},
        Cause.KEY_FAULT,
    ),
    (
        "99 for all cards though the PIN pad says it is well",
        "PinDataFault",
        {"pin_faults": 4, "faulty_cards": 4, "transactions": 4, "uptime_s": 600.0},
        Cause.KEY_FAULT,
    ),
    (
        "a few damaged messages among time-outs on a weak link, neighbours too",
        "PinDataFault",
        {"pin_faults": 3, "faulty_cards": 2, "transactions": 14, "approved": 4, "host_failures": 7}
        | {"is_signal_weak": True, "failed_polls_share": 0.3, "troubled_neighbours": 2},
        Cause.HOST_NETWORK,
    ),
    (
        "a known id comes from a new serial number",
        "TerminalIdMismatch",
        {"expected_serial": "S1", "given_serial": "S2", "changes": changed("serial_number", "S1", "S2")},
        Cause.REPLACED_DEVICE,
    ),
    (
        "the host does not know the terminal since its firmware changed",
        "UnknownTerminalId",
        {"unknown_terminal_answers": 4, "changes": changed("firmware_version"), "transactions": 4}
        | {"expected_serial": "S1", "given_serial": "S1"},
        Cause.UPGRADED_SYSTEM,
    ),
    (
        "the terminal has another merchant's id",
        "UnknownTerminalId",
        {"unknown_terminal_answers": 4, "expected_merchant": "M1", "given_merchant": "M2"}
        | {"expected_serial": "S1", "given_serial": "S1"},
        Cause.CHANGED_PROVIDER,
    ),
    (
        "the host does not know a terminal about which nothing changed",
        "UnknownTerminalId",
        {"unknown_terminal_answers": 4, "expected_serial": "S1", "given_serial": "S1"},
        Cause.WRONG_REGISTRATION,
    ),
    (
        "a known device pushes under an id the inventory lacks",
        "UnknownTerminalId",
        {"is_in_inventory": False, "unknown_ids": 1, "is_serial_known": True},
        Cause.WRONG_REGISTRATION,
    ),
    (
        "the host took the registration back",
        "RegistrationLost",
        {"registration": RegistrationStatus.UNREGISTERED, "expected_serial": "S1", "given_serial": "S1"},
        Cause.WRONG_REGISTRATION,
    ),
    (
        "the id is the maker's default and parts fail",
        "UnknownTerminalId",
        {"is_in_inventory": False, "id_shape": "default", "component_faults": 1},
        Cause.HARDWARE_FAULT,
    ),
    (
        "one id comes from two serial numbers in turn",
        "TerminalIdConflict",
        {"serials": 2, "expected_serial": "S1", "given_serial": "S2"},
        Cause.CLONED_TERMINAL,
    ),
    (
        "one source tries many ids",
        "TerminalIdProbing",
        {"is_in_inventory": False, "unknown_ids": 7},
        Cause.CLONED_TERMINAL,
    ),
    (
        "two endpoints of the inventory are mixed up",
        "TerminalIdMismatch",
        {"claimed_id": "10000002", "is_claimed_id_known": True},
        Cause.WRONG_REGISTRATION,
    ),
    (
        "a terminal goes silent with an empty battery",
        "TerminalOffline",
        {"outcome": Outcome.TIMEOUT, "battery_percent": 4.0, "is_charging": False},
        Cause.POWER,
    ),
    (
        "a terminal goes to sleep and does not wake",
        "TerminalOffline",
        {"outcome": Outcome.TIMEOUT, "was_asleep": True, "has_answered": True, "neighbours": 3},
        Cause.ASLEEP,
    ),
    (
        "a sleeping terminal goes silent with its neighbours",
        "TerminalOffline",
        {"outcome": Outcome.TIMEOUT, "was_asleep": True, "neighbours": 4, "down_neighbours": 4},
        Cause.SITE_LINE,
    ),
    (
        "a sleeping terminal's battery was empty",
        "TerminalOffline",
        {"outcome": Outcome.TIMEOUT, "was_asleep": True, "battery_percent": 4.0, "is_charging": False},
        Cause.POWER,
    ),
    (
        "a charged terminal on a weak signal goes silent alone",
        "TerminalOffline",
        {"outcome": Outcome.TIMEOUT, "battery_percent": 80.0, "is_signal_weak": True},
        Cause.OWN_LINK,
    ),
    (
        "a terminal goes silent with its neighbours",
        "TerminalOffline",
        {"outcome": Outcome.TIMEOUT, "down_neighbours": 4, "link": NetworkType.WIFI},
        Cause.SITE_LINE,
    ),
    (
        "the device is there, its port is closed",
        "TerminalOffline",
        {"outcome": Outcome.REFUSED, "detail": "connection refused"},
        Cause.APPLICATION,
    ),
    (
        "no route leads to the device",
        "TerminalOffline",
        {"outcome": Outcome.REFUSED, "detail": "host unreachable", "is_signal_weak": True},
        Cause.OWN_LINK,
    ),
    (
        "the name of a new terminal is not resolved",
        "TerminalOffline",
        {"outcome": Outcome.DNS, "detail": "name not resolved", "has_answered": False},
        Cause.WRONG_ENDPOINT,
    ),
    (
        "another service answers under a new terminal's path",
        "TerminalOffline",
        {"outcome": Outcome.HTTP_STATUS, "detail": "status 404", "has_answered": False},
        Cause.WRONG_ENDPOINT,
    ),
    (
        "the terminal's application answers with an error",
        "TerminalOffline",
        {"outcome": Outcome.HTTP_STATUS, "detail": "status 500"},
        Cause.APPLICATION,
    ),
    (
        "a certificate has run out",
        "TerminalOffline",
        {"outcome": Outcome.TLS, "detail": "certificate expired"},
        Cause.TLS_SETUP,
    ),
    (
        "the inventory has the serial number in other capitals",
        "SerialNumberSpelling",
        {"is_spelled_differently": True, "given_serial": "n1", "expected_serial": "N1"},
        Cause.WRITTEN_DIFFERENTLY,
    ),
    (
        "a terminal was switched off when its shop closed",
        "TerminalOffline",
        {"outcome": Outcome.TIMEOUT, "is_closed": True, "battery_percent": 9.0, "is_charging": False},
        Cause.CLOSED,
    ),
    (
        "an update breaks all terminals of one model",
        "WrongAnswers",
        {"outcome": Outcome.PROTOCOL, "wrong": 30, "wrong_models": 1, "well_models": 2, "wrong_places": 20},
        Cause.BROKEN_UPDATE,
    ),
    (
        "the portal of one shop redirects every terminal",
        "WrongAnswers",
        {"outcome": Outcome.REDIRECT, "wrong": 5, "wrong_models": 2, "wrong_places": 1},
        Cause.PROXY,
    ),
    (
        "terminals on Wi-Fi are silent while one on mobile data goes on",
        "SiteOffline",
        {"outcome": Outcome.TIMEOUT, "members": 5, "down": 4, "wired_down": 4, "cellular_up": 1},
        Cause.SITE_LINE,
    ),
    (
        "terminals on every kind of link are silent at once",
        "SiteOffline",
        {"outcome": Outcome.TIMEOUT, "members": 5, "down": 5, "wired_down": 3, "cellular_down": 2},
        Cause.POWER_CUT,
    ),
    (
        "only terminals on mobile data are silent",
        "SiteOffline",
        {"outcome": Outcome.TIMEOUT, "members": 5, "down": 4, "cellular_down": 4, "wired_up": 1},
        Cause.MOBILE_OPERATOR,
    ),
    (
        "a whole region goes dark",
        "SiteOffline",
        {"outcome": Outcome.RESET, "members": 5, "down": 5, "wired_down": 5, "dark_sites": 39},
        Cause.WIDE_OUTAGE,
    ),
]


@pytest.mark.parametrize(
    ("alertname", "known", "cause"), [row[1:] for row in TEXTBOOK], ids=[r[0] for r in TEXTBOOK]
)
def test_textbook_case_has_its_cause(alertname: str, known: dict[str, Any], cause: Cause) -> None:
    """Each cause comes first, and not thinly, where everything speaks for it."""
    diagnosis = diagnose(alertname, Case(**(WELL | known)))
    assert diagnosis is not None
    assert diagnosis.first.cause is cause, diagnosis.cause
    assert not diagnosis.is_thin, diagnosis.cause


def test_every_cause_has_a_textbook_case() -> None:
    """No cause is in the tables that nothing could bring to the top."""
    assert {row[3] for row in TEXTBOOK} == set(Cause)


@pytest.mark.parametrize("alertname", TABLES)
def test_knowing_nothing_says_so(alertname: str) -> None:
    """Without facts the words say that the evidence is thin, in both languages."""
    diagnosis = diagnose(alertname, Case())
    assert diagnosis is not None
    assert diagnosis.is_thin
    assert diagnosis.cause.startswith("evidence is thin: perhaps ")
    assert diagnosis.cause_zh.startswith("依据不足")


def test_one_fact_is_thin() -> None:
    """However much it weighs, one fact alone can be chance."""
    diagnosis = diagnose("TerminalOffline", Case(outcome=Outcome.TLS))
    assert diagnosis is not None
    assert diagnosis.first.share > 0.9
    assert diagnosis.is_thin


def test_alerts_that_are_their_own_cause_have_no_diagnosis() -> None:
    """Paper that is out has no other cause."""
    assert diagnose("PaperOut", Case()) is None


TOSSED = Table(causes=(Cause.POWER, Cause.OWN_LINK), clues=())


def test_ties_are_ranked_in_one_order() -> None:
    """Equally likely causes always come in the same order, whatever the table's."""
    for table in (TOSSED, replace(TOSSED, causes=TOSSED.causes[::-1])):
        ranked = weigh_causes(table, "", Case()).causes
        assert [one.cause for one in ranked] == [Cause.OWN_LINK, Cause.POWER]
        assert [one.share for one in ranked] == [0.5, 0.5]


def test_a_weight_of_one_doubles_the_odds() -> None:
    """Shares follow from weights by one documented rule."""
    clue = Clue(name="x", holds=lambda _: True, weights={Cause.POWER: 1}, words="x", words_zh="x")
    first, second = weigh_causes(replace(TOSSED, clues=(clue,)), "", Case()).causes
    assert (first.cause, second.cause) == (Cause.POWER, Cause.OWN_LINK)
    assert first.share == pytest.approx(2 * second.share)


def test_words_name_the_cause_how_sure_its_runner_up_and_why() -> None:
    """The annotation reads as one sentence, facts that speak against it last."""
    case = Case(
        **WELL, outcome=Outcome.TIMEOUT, battery_percent=4.0, link=NetworkType.CELLULAR, down_neighbours=2
    )
    diagnosis = diagnose("TerminalOffline", case)
    assert diagnosis is not None
    assert diagnosis.cause == (
        "likely switched off or battery empty (63%), next the site's line or router (32%); "
        "because its battery was nearly empty, nothing answers at its address; "
        "but most of its neighbours at the site are silent too"
    )


@pytest.mark.parametrize(
    "chosen",
    [PIN, IDENTITY, SPELLING, OFFLINE, SITE, WRONG],
    ids=["pin", "identity", "spelling", "offline", "site", "wrong"],
)
def test_rows_weigh_only_the_causes_of_their_table(chosen: Table) -> None:
    """A weight for a cause that is not in question would be lost, and a name that occurs twice confuses."""
    names = [clue.name for clue in chosen.clues]
    assert len(names) == len(set(names))
    for weights in (*(clue.weights for clue in chosen.clues), *chosen.priors.values()):
        assert set(weights) <= set(chosen.causes)
        assert all(weights.values())
    assert set(chosen.priors) <= {name for name, one in TABLES.items() if one is chosen}


def test_every_row_can_be_seen() -> None:
    """No row is dead: for each there is a textbook case, or one of these, in which it holds."""
    seen = set()
    for _, alertname, known, *_ in (*TEXTBOOK, *MORE):
        case = Case(**(WELL | known))
        seen |= {(id(TABLES[alertname]), clue.name) for clue in TABLES[alertname].clues if clue.holds(case)}
    rows = {(id(table), clue.name) for table in TABLES.values() for clue in table.clues}
    assert rows - seen == set()


MORE: list[tuple[str, str, dict[str, Any], None]] = [
    ("", "WrongAnswers", {"outcome": Outcome.HTTP_STATUS, "detail": "status 403"}, None),
    (
        "",
        "WrongAnswers",
        {"outcome": Outcome.HTTP_STATUS, "detail": "status 404", "has_answered": False},
        None,
    ),
    ("", "WrongAnswers", {"outcome": Outcome.HTTP_STATUS, "detail": "status 503"}, None),
    ("", "WrongAnswers", {"outcome": Outcome.TLS, "detail": "certificate expired"}, None),
    (
        "",
        "SerialNumberSpelling",
        {"claimed_id": "A1", "is_claimed_id_known": True, "given_serial": "S2", "expected_serial": "S1"},
        None,
    ),
    ("", "PinDataFault", {"host_incident": True, "is_firmware_old": True}, None),
    ("", "PinDataFault", {"changes": changed("app_version"), "signed_in_ago_s": 2 * DAY_S}, None),
    ("", "PinFailuresOnCard", {"recovered_cards": 1}, None),
    ("", "TerminalIdMismatch", {"is_spare_serial": True, "endpoints": 2, "restarts": 2}, None),
    ("", "TerminalIdMismatch", {"claimed_id": "9", "troubled_neighbours": 1}, None),
    ("", "UnknownTerminalId", {"changes": changed("merchant_id")}, None),
    ("", "TerminalOffline", {"outcome": Outcome.RESET, "failed_polls_share": 0.4}, None),
    ("", "TerminalOffline", {"outcome": Outcome.PROTOCOL}, None),
    ("", "SiteOffline", {"members": 3, "down": 3, "wired_down": 3, "outcome": Outcome.RESET}, None),
]


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.sampled_from(sorted(TABLES)))
def test_shares_are_a_distribution(first: int, second: int, third: int, alertname: str) -> None:
    """Whatever is known, shares add up to one, descend, and the words can be written."""
    case = Case(
        wrong_pins=first,
        pin_faults=second,
        host_failures=third,
        wrong_pin_cards=second,
        card_terminals=third,
        unknown_ids=first,
        transactions=first + second + third,
    )
    diagnosis = diagnose(alertname, case)
    assert diagnosis is not None
    shares = [one.share for one in diagnosis.causes]
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    assert diagnosis.cause
    assert diagnosis.cause_zh


def test_every_diagnosed_alert_exists() -> None:
    """A table for an alert that no detector opens would never be asked."""
    planned = {name for name in TABLES if name not in {detector.alertname for detector in DETECTORS}}
    assert planned <= EVENT_ALERTS


EVENT_ALERTS = {
    "PinFailuresOnTerminal",
    "PinFailuresOnCard",
    "PinFailuresAcrossTerminals",
    "PinLockImminent",
    "PinDataFault",
    "TerminalLocked",
    "UnknownTerminalId",
    "TerminalIdConflict",
    "TerminalIdProbing",
}
