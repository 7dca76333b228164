"""Which alerts a ticket system hears, and which of them share a ticket."""

import pytest

from monitor.domain.notification.ticket import Ticket, TicketPolicy

POLICY = TicketPolicy(match={"owner": ("field", "network")})


@pytest.mark.parametrize(
    ("labels", "is_wanted"),
    [
        ({"severity": "critical", "owner": "field"}, True),
        ({"severity": "info", "owner": "network"}, True),
        ({"severity": "none", "owner": "field"}, False),
        ({"severity": "critical", "owner": "shop"}, False),
        ({"severity": "critical"}, False),
    ],
)
def test_wanted_alerts(labels: dict[str, str], is_wanted: bool) -> None:
    """Every key of the match, and never the watchdog."""
    assert POLICY.wants(labels) is is_wanted


def test_group_of_a_site_and_of_what_has_none() -> None:
    """Terminals of a site are together; two regions, cards or lone terminals are not."""
    site = {"alertname": "A", "severity": "warning", "site": "s", "terminal_id": "1", "region": "r"}
    assert POLICY.group(site) == (("alertname", "A"), ("site", "s"))
    lone = {"alertname": "A", "severity": "warning", "terminal_id": "1", "region": "r", "model": "m"}
    assert POLICY.group(lone) == (("alertname", "A"), ("region", "r"), ("terminal_id", "1"))
    by_model = TicketPolicy(match={}, group_by=("alertname", "model"))
    assert by_model.group(site | {"model": "m"}) == (("alertname", "A"), ("model", "m"))


def test_names_of_a_ticket() -> None:
    """Its id, number and reference, as far as they are known."""
    ticket = Ticket(receiver="r", ref="posmon-1", group={})
    assert ticket.names == {"posmon-1"}
    known = Ticket(receiver="r", ref="posmon-1", group={}, id=15, number="INC1")
    assert known.names == {"posmon-1", "15", "INC1"}
    assert known.key == ("r", "posmon-1")
