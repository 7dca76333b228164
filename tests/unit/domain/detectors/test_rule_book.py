import pytest

from monitor.domain.alerts.subjects import CARD, FLEET, MONITOR, REGION, SITE, SOURCE
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.detectors.table import DETECTORS
from tests.extension.rows import LOG_IN_REFUSED, MERCHANT_DARK
from tests.scenes import terminal

ABOUT = [
    (SITE, "SiteOffline"),
    (FLEET, "FleetUnreachable"),
    (CARD, "PinFailuresOnCard"),
    (SOURCE, "UnknownTerminalId"),
    (MONITOR, "Watchdog"),
]


@pytest.mark.parametrize(("kind", "alertname"), ABOUT, ids=[row[0] for row in ABOUT])
def test_rules_are_found_by_what_they_are_about(kind: str, alertname: str) -> None:
    """Each kind of subject has its rules, also when they are about terminals as well."""
    assert alertname in [rule.alertname for rule in RuleBook().about(kind)]


def test_nothing_is_known_of_another_kind() -> None:
    """A kind without detectors has no rules."""
    assert RuleBook().about("galaxy") == ()


def test_what_clears_by_time_and_what_is_an_outage_follow_from_the_rows() -> None:
    """A longer table is all it takes."""
    plain, longer = RuleBook(), RuleBook(detectors=(*DETECTORS, LOG_IN_REFUSED, MERCHANT_DARK))
    assert set(longer.clearing_by_time) - set(plain.clearing_by_time) == {"LogInRefused"}
    assert plain.outages == {SITE: "SiteOffline", REGION: "RegionOffline", FLEET: "FleetUnreachable"}
    assert longer.outages == plain.outages | {"merchant": "MerchantDark"}
    assert longer.for_terminal(terminal()).named("LogInRefused") == longer["LogInRefused"]


def test_terminals_alike_share_their_rules() -> None:
    """A hundred thousand terminals do not have a hundred thousand copies."""
    book = RuleBook()
    assert book.for_terminal(terminal(1)) is book.for_terminal(terminal(2))
