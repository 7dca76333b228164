"""The table of evidence for each alert."""

from monitor.domain.alerts.subjects import CARD_ATTACK
from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.clue import Table
from monitor.domain.diagnosis.connectivity_clues import CLOSED, OFFLINE, SITE, WRONG
from monitor.domain.diagnosis.diagnosis import Diagnosis, weigh_causes
from monitor.domain.diagnosis.identity_clues import ADDRESS, IDENTITY, SPELLING
from monitor.domain.diagnosis.pin_clues import PIN

TABLES: dict[str, Table] = {
    "TerminalOffline": OFFLINE,
    "SiteOffline": SITE,
    "WrongAnswers": WRONG,
    "PinFailuresOnTerminal": PIN,
    "PinFailuresOnCard": PIN,
    "PinFailuresAcrossTerminals": PIN,
    CARD_ATTACK: PIN,
    "PinLockImminent": PIN,
    "PinDataFault": PIN,
    "TerminalLocked": PIN,
    "UnknownTerminalId": IDENTITY,
    "TerminalIdMismatch": IDENTITY,
    "TerminalIdConflict": IDENTITY,
    "TerminalIdProbing": IDENTITY,
    "RegistrationLost": IDENTITY,
    "SerialNumberSpelling": SPELLING,
}

_ABOUT_ID = frozenset({"TerminalIdMismatch"})


def diagnose(alertname: str, case: Case) -> Diagnosis | None:
    """Return the causes of an alert, likeliest first; None for alerts whose name is their cause."""
    table = TABLES.get(alertname)
    if alertname in _ABOUT_ID and case.is_spelled_differently:
        table = SPELLING
    elif alertname in _ABOUT_ID and case.is_at_wrong_address:
        table = ADDRESS
    elif table is OFFLINE and case.is_closed:
        table = CLOSED
    return None if table is None else weigh_causes(table, alertname, case)
