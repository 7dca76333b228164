from itertools import count
from typing import Any

import pytest

from monitor.config.dialect_files import load_response_codes
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.events.card_hash import CardHasher
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import rfc3339
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.scenes import Scene, reading, site, terminal

WELL = {
    "pin_pad": {"status": "ok"},
    "network": {"type": "wifi", "signal_dbm": -55, "host_reachable": True},
    "registration": {"status": "registered"},
    "serial_number": "S1",
    "firmware_version": "3.2.1",
    "uptime_seconds": 400_000,
}


LOUD = {"PinFailuresAcrossTerminals", "CardAttack"}
"""Alerts that page the security team for one card."""


class Shop(Scene):
    """A scene whose terminals sell; cards have tokens, codes are UnionPay's."""

    def __init__(self, terminals: list[Terminal], **options: Any) -> None:
        super().__init__(**options)
        self.fleet, self.book = Fleet(), AlertBook()
        event_tracker = EventTracker(
            fleet=self.fleet, codes=load_response_codes(), hasher=CardHasher([b"a key of the test's own"])
        )
        self.evaluation = Evaluation(
            fleet=self.fleet, book=self.book, rule_book=RuleBook(), event_tracker=event_tracker
        )
        self._ids = count()
        for row in terminals:
            self.add(row)

    def sell(self, terminal_id: str, *sales: tuple[str, str], every_s: float = 20, **said: Any) -> None:
        """Let a terminal tell of sales (code, card), one after the other."""
        for code, card in sales:
            self.wait(every_s)
            event = {
                "id": f"{next(self._ids)}",
                "at": rfc3339(self.now.wall),
                "type": "transaction",
                "response_code": code,
                "card_token": card,
            }
            heartbeat = reading(terminal_id, sent_at=rfc3339(self.now.wall), **(WELL | said))
            poll = PollResult(Outcome.OK, 0.02, heartbeat, "", [event])
            self.accept(poll, terminal_id)

    def words(self, alertname: str) -> dict[str, str]:
        """Return the annotations of the alert of that name that is open."""
        (alert,) = self.book.named(alertname).values()
        return alert.annotations


def cards(number: int) -> list[str]:
    """Return the tokens of different cards."""
    return [f"tok_{place}" for place in range(number)]


def test_a_clumsy_customer() -> None:
    """Three wrong PINs among sales that go well are the cardholder's mistake."""
    shop = Shop([terminal()])
    shop.sell("10000001", *(("00", card) for card in cards(8)))
    shop.sell("10000001", *3 * [("55", "tok_clumsy")])
    said = shop.words("PinFailuresOnCard")
    assert "likely a cardholder's mistake (" in said["cause"]
    assert "持卡人输错密码" in said["cause_zh"]
    assert "tries of one card: 3 at 1 terminal" in said["evidence"]


def test_a_guesser_with_many_cards() -> None:
    """Card after card with a wrong PIN, faster than customers come, is an attack on the terminal."""
    shop = Shop([terminal()])
    shop.sell("10000001", *(("55", card) for card in cards(12)), every_s=8)
    said = shop.words("PinFailuresOnTerminal")
    assert said["cause"].startswith("very likely somebody tries many cards at this terminal (")
    assert "response codes: 55 x" in said["evidence"]
    assert "cards with wrong PINs: " in said["evidence"]


def test_a_card_that_travels() -> None:
    """One card with wrong PINs in two shops is an attack on the card."""
    shop = Shop([terminal(1), terminal(2)])
    for terminal_id in ("10000001", "10000002"):
        shop.sell(terminal_id, *(("00", card) for card in cards(4)))
        shop.sell(terminal_id, *2 * [("55", "tok_stolen")])
    said = shop.words("PinFailuresAcrossTerminals")
    assert "likely somebody guesses the PIN of a card (" in said["cause"]


def test_keys_that_were_lost() -> None:
    """The words of an alert that is not over stay with what it was about when customers pay again."""
    shop = Shop([terminal()])
    shop.sell("10000001", *(("99", card) for card in cards(5)))
    shop.wait(200)
    shop.sell("10000001", *(("00", card) for card in cards(12)))
    shop.wait(61)
    said = shop.words("PinDataFault")
    assert said["cause"].startswith("very likely keypad damaged or key lost (")
    assert "response codes: 99 x5" in said["evidence"]


def test_a_customer_at_the_next_till() -> None:
    """Two tills of one shop within a minute are a customer who does not give up, not a thief on the road."""
    shop = Shop(site("mall", 2))
    for terminal_id in ("10000001", "10000002"):
        shop.sell(terminal_id, *(("00", card) for card in cards(4)))
    for terminal_id in ("10000001", "10000002", "10000001"):
        shop.sell(terminal_id, ("55", "tok_clumsy"))
    assert "likely a cardholder's mistake (" in shop.words("PinFailuresOnCard")["cause"]
    for terminal_id in ("10000001", "10000002"):
        shop.sell(terminal_id, ("75", "tok_other"), *(("00", card) for card in cards(3)), every_s=200)
    shop.wait(61)
    cause = shop.words("PinFailuresOnCard")["cause"]
    assert "likely a cardholder's mistake (" in cause
    assert "only one or two cards fail" in cause
    assert not LOUD & {alert.alertname for alert in shop.book}


def test_a_thief_on_the_road() -> None:
    """One card at shops an hour apart is an attack, which a terminal's own alerts do not show."""
    shop = Shop([terminal(1, site="mall"), terminal(2, site="pier")])
    for terminal_id in ("10000001", "10000002"):
        shop.sell(terminal_id, *(("00", card) for card in cards(4)))
    shop.sell("10000001", ("55", "tok_stolen"))
    shop.wait(3600)
    assert not LOUD & {alert.alertname for alert in shop.book}
    shop.sell("10000002", ("55", "tok_stolen"))
    assert {alert.alertname for alert in shop.book} & LOUD == {"CardAttack"}
    words = shop.words("CardAttack")
    assert words["summary"].endswith(": somebody guesses its PIN: 2 wrong PINs in a day at 2 sites")
    assert words["cause"].startswith("very likely somebody guesses the PIN of a card (")
    shop.wait(4 * 3600 + 60)
    assert "CardAttack" not in {alert.alertname for alert in shop.book}


def test_a_regular_at_two_tills_of_one_shop() -> None:
    """A slip in the morning and one in the evening, at another till, are no attack."""
    shop = Shop(site("mall", 2))
    for terminal_id in ("10000001", "10000002"):
        shop.sell(terminal_id, *(("00", card) for card in cards(4)))
        shop.sell(terminal_id, ("55", "tok_regular"), ("00", "tok_regular"))
        assert not LOUD & {alert.alertname for alert in shop.book}
        shop.wait(6 * 3600)


def test_a_patient_thief() -> None:
    """One card, try after try over an hour, at one terminal where everybody else pays."""
    shop = Shop([terminal()])
    for _ in range(5):
        shop.sell("10000001", ("55", "tok_stolen"), *(("00", card) for card in cards(3)))
        shop.wait(1800)
    assert {alert.alertname for alert in shop.book} & LOUD == {"CardAttack"}


def test_a_holder_who_comes_back() -> None:
    """One slip in the morning and three in the evening, until the issuer locks the card, are no attack."""
    shop = Shop([terminal()])
    shop.sell("10000001", *(("00", card) for card in cards(4)))
    shop.sell("10000001", ("55", "tok_holder"))
    shop.wait(6 * 3600)
    shop.sell("10000001", *(("00", card) for card in cards(4)), *3 * [("55", "tok_holder")])
    assert not LOUD & {alert.alertname for alert in shop.book}


def test_a_guesser_who_takes_his_time() -> None:
    """Card after card through the day is an attack, though the last minutes alone do not show it."""
    shop = Shop([terminal()])
    for number in range(10):
        shop.sell("10000001", ("55", f"tok_{number}"), every_s=350)
    shop.wait(61)
    assert "somebody tries many cards at this terminal (" in shop.words("PinLockImminent")["cause"]


def test_a_regular_who_slips_now_and_then() -> None:
    """What a card did days ago does not make today's second slip an attack on it."""
    shop = Shop([terminal()])
    for _ in range(4):
        shop.sell("10000001", ("55", "tok_regular"), ("00", "tok_regular"))
        shop.wait(30 * 3600)
    shop.sell("10000001", *(("00", card) for card in cards(4)))
    shop.sell("10000001", *2 * [("55", "tok_regular")])
    words = shop.words("PinLockImminent")
    assert "likely a cardholder's mistake (" in words["cause"]
    assert "tries of one card: 2 at 1 terminal" in words["evidence"]


def test_the_slips_of_the_morning() -> None:
    """Somebody else's three tries this morning say nothing of the card that fails now."""
    shop = Shop([terminal()])
    shop.sell("10000001", *4 * [("55", "tok_morning")], ("00", "tok_other"))
    shop.wait(4 * 3600)
    shop.sell("10000001", *2 * [("55", "tok_noon")])
    assert "tries of one card: 2 at 1 terminal" in shop.words("PinLockImminent")["evidence"]


def test_a_device_without_its_set_up() -> None:
    """An endpoint that answers with its maker's default id has lost its set-up."""
    shop = Shop([terminal()])
    shop.poll("10000001", reading("00000000", **WELL))
    assert "a hardware fault (" in shop.words("TerminalIdMismatch")["cause"].partition(", next ")[0]


def test_keys_that_are_lost() -> None:
    """99 and A0 for every card after a restart are the terminal's own fault, though its keypad is well."""
    shop = Shop([terminal()])
    shop.sell("10000001", *(("00", card) for card in cards(3)))
    codes = ("99", "A0", "99", "99")
    shop.sell("10000001", *zip(codes, cards(4), strict=True), uptime_seconds=120)
    said = shop.words("PinDataFault")
    assert said["cause"].startswith("very likely keypad damaged or key lost (")
    assert "PinFailuresOnTerminal" not in {alert.alertname for alert in shop.book}


def test_a_link_that_spoils_messages() -> None:
    """The same codes among time-outs, on a weak link, with neighbours that suffer, are the network's."""
    shop = Shop(site("mall", 3))
    weak: dict[str, Any] = {"network": {"type": "wifi", "signal_dbm": -89, "host_reachable": True}}
    for terminal_id in ("10000002", "10000003"):
        shop.sell(terminal_id, *(("91", card) for card in cards(4)), **weak)
    codes = ("91", "99", "68", "99", "98", "91", "99")
    shop.sell("10000001", *zip(codes, cards(7), strict=True), **weak)
    assert "likely the network to the host (" in shop.words("PinDataFault")["cause"]


@pytest.mark.parametrize(
    ("row", "said", "cause"),
    [
        ({"serial_number": "S1"}, {}, "registered wrongly or not at all"),
        ({"serial_number": "S1"}, {"firmware_version": "4.0.0"}, "an upgrade of its system"),
        ({"serial_number": "S1"}, {"serial_number": "S2"}, "the device was replaced"),
        ({"serial_number": "S1", "merchant_id": "M1"}, {"merchant_id": "M2"}, "merchant or provider changed"),
        ({}, {"display": {"status": "fault"}, "registration": {"status": "pending"}}, "registered wrongly"),
    ],
    ids=["nothing changed", "upgraded", "replaced", "another merchant", "pending"],
)
def test_a_terminal_the_host_does_not_know(row: dict[str, Any], said: dict[str, Any], cause: str) -> None:
    """What changed with it, or that nothing did, tells why the host answers 97."""
    shop = Shop([terminal(**row)])
    shop.sell("10000001", *(("00", card) for card in cards(3)))
    shop.sell("10000001", *(("97", card) for card in cards(3)), **said)
    words = shop.words("UnknownTerminalId")
    shop.wait(61)
    words = shop.words("UnknownTerminalId")
    assert cause in words["cause"].partition(", next ")[0], words["cause"]
    assert not words["cause"].startswith("evidence is thin")


def test_a_clone() -> None:
    """Two serial numbers that take turns under one id are no replacement."""
    shop = Shop([terminal(serial_number="S1")])
    for serial in ("S1", "S2", "S1", "S2"):
        shop.sell("10000001", ("00", "tok_1"), serial_number=serial)
    said = shop.words("TerminalIdConflict")
    assert said["cause"].startswith("very likely a cloned or rogue terminal (")
    shop.wait(61)
    assert "serial numbers in turn: 2" in shop.words("TerminalIdConflict")["evidence"]


def test_one_who_tries_ids() -> None:
    """A source that speaks for many unknown ids is a rogue."""
    shop = Shop([terminal()])
    for number in range(5):
        shop.take(shop.evaluation.ingest_unknown_id("shipper", f"2000000{number}", shop.now))
    said = shop.words("TerminalIdProbing")
    assert "a cloned or rogue terminal (" in said["cause"]
    assert "20000002" in said["evidence"]


def test_one_who_has_no_id_yet() -> None:
    """A device that still has its maker's default id is told by its looks."""
    shop = Shop([terminal()])
    shop.take(shop.evaluation.ingest_unknown_id("shipper", "00000000", shop.now))
    assert "a hardware fault (" in shop.words("UnknownTerminalId")["cause"]
