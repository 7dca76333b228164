"""Each detector of events at its threshold, at the edges of its window, late, twice, and when it clears."""

from collections.abc import Callable
from typing import Any

import pytest

from monitor.domain.alerts.alert import AlertState
from monitor.domain.alerts.rules import Override
from monitor.domain.events.card_hash import LABEL_DIGITS, CardHasher
from monitor.domain.events.network_incident import MIN_TERMINALS, WINDOW_S
from monitor.domain.instant import rfc3339
from monitor.domain.inventory.selector import Selector
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.scenes import CARD_KEY, Scene, reading, site, terminal

ID = "10000001"
FIRED_AND_OVER = [AlertState.FIRING, AlertState.RESOLVED]
Act = Callable[[Scene], object]


def label(token: str) -> str:
    """Return what alerts call a card."""
    return CardHasher([CARD_KEY]).card(token)[:LABEL_DIGITS]


def wrong(cards: int, *, good: int = 10, spread_s: float = 0.0, ago: float = 0.0) -> Act:
    """Tell of wrong PINs on so many cards among good sales, evenly spread."""

    def act(scene: Scene) -> None:
        step = spread_s / max(1, cards - 1)
        bad = [scene.transaction("55", f"tok_{n}", ago=ago + n * step) for n in range(cards)]
        scene.hear(*bad, *(scene.transaction("00", ago=ago) for _ in range(good)))

    return act


def codes(*codes: str, every_s: float = 0.0, card: str = "") -> Act:
    """Tell of transactions with these codes in one list, the last of them now."""

    def act(scene: Scene) -> None:
        last = len(codes) - 1
        scene.hear(*(scene.transaction(c, card, ago=(last - n) * every_s) for n, c in enumerate(codes)))

    return act


def log_ins(failed: int, *, every_s: float = 0.0) -> Act:
    """Tell of failed log-ins."""
    return lambda scene: scene.hear(*(scene.log_in(ago=n * every_s) for n in range(failed)))


CASES: list[tuple[str, str, Act, bool]] = [
    ("five cards, a third of fifteen", "PinFailuresOnTerminal", wrong(5, good=10), True),
    ("four cards", "PinFailuresOnTerminal", wrong(4, good=6), False),
    ("exactly 30 %", "PinFailuresOnTerminal", wrong(6, good=14), True),
    ("less than 30 %", "PinFailuresOnTerminal", wrong(5, good=12), False),
    ("nine transactions", "PinFailuresOnTerminal", wrong(5, good=4), True),
    ("nine cards in four minutes and no sale", "PinFailuresOnTerminal", wrong(9, good=0, spread_s=240), True),
    ("five cards and no sale", "PinFailuresOnTerminal", wrong(5, good=0), True),
    ("four cards and no sale", "PinFailuresOnTerminal", wrong(4, good=0), False),
    ("just within ten minutes", "PinFailuresOnTerminal", wrong(5, good=5, spread_s=599.5), True),
    ("just not within ten minutes", "PinFailuresOnTerminal", wrong(5, good=5, spread_s=600), False),
    ("five hours ago", "PinFailuresOnTerminal", wrong(5, good=5, ago=5 * 3600), True),
    ("one card often", "PinFailuresOnTerminal", codes(*10 * ["55"], card="tok"), False),
    ("no card named", "PinFailuresOnTerminal", codes(*10 * ["55"]), False),
    ("key faults are no wrong PINs", "PinFailuresOnTerminal", codes(*10 * ["99"], card="tok"), False),
    ("two in a row", "PinLockImminent", codes("55", "55"), True),
    ("one", "PinLockImminent", codes("00", "55"), False),
    ("two with a good one between", "PinLockImminent", codes("55", "00", "55", every_s=1), False),
    ("two with tries exceeded between", "PinLockImminent", codes("55", "75", "55", every_s=1), True),
    ("three key faults", "PinDataFault", codes("99", "A0", "99", every_s=299), True),
    ("two key faults", "PinDataFault", codes("99", "99"), False),
    ("three in more than ten minutes", "PinDataFault", codes("99", "99", "99", every_s=300), False),
    ("wrong PINs are no key faults", "PinDataFault", codes("55", "55", "55"), False),
    ("five failed log-ins", "OperatorLoginFailures", log_ins(5, every_s=224), True),
    ("five in a quarter of an hour and more", "OperatorLoginFailures", log_ins(5, every_s=225), False),
    ("four failed log-ins", "OperatorLoginFailures", log_ins(4), False),
    ("the host does not know it", "UnknownTerminalId", codes("00", "97", every_s=1), True),
    ("a sale after that", "UnknownTerminalId", codes("97", "00", every_s=1), False),
    ("time-outs of the network", "PinDataFault", codes(*9 * ["68"], *9 * ["91"]), False),
    ("off until configured", "RepeatedTransactions", codes(*30 * ["00"], card="tok"), False),
    ("no hours given", "OffHoursTransactions", codes("00"), False),
]


@pytest.mark.parametrize(
    ("alertname", "act", "fires"), [case[1:] for case in CASES], ids=[f"{c[1]}: {c[0]}" for c in CASES]
)
def test_an_alert_fires_at_its_threshold(alertname: str, act: Act, *, fires: bool) -> None:
    """With what reaches it and with nothing less."""
    scene = Scene([terminal()])
    act(scene)
    assert ((alertname, ID) in scene.firing()) is fires


WINDOWS: list[tuple[str, Act, float]] = [
    ("PinFailuresOnTerminal", wrong(5), 600),
    ("PinDataFault", codes("99", "99", "99"), 600),
    ("OperatorLoginFailures", log_ins(5), 900),
    ("UnknownTerminalId", codes("97"), 3600),
]


@pytest.mark.parametrize(("alertname", "act", "window_s"), WINDOWS, ids=[row[0] for row in WINDOWS])
def test_an_alert_clears_when_its_window_has_emptied(alertname: str, act: Act, window_s: float) -> None:
    """Not before, once, and at all only while the terminal answers."""
    scene = Scene([terminal()])
    act(scene)
    scene.pass_(window_s - 1)
    scene.tick()
    assert (alertname, ID) in scene.firing()
    scene.fail()
    scene.pass_(2)
    scene.tick()
    assert (alertname, ID) in scene.firing()
    scene.poll()
    scene.pass_(2)
    scene.tick()
    assert scene.states(alertname, ID) == FIRED_AND_OVER


@pytest.mark.parametrize(("alertname", "act", "window_s"), WINDOWS, ids=[row[0] for row in WINDOWS])
def test_an_alert_ends_with_its_rule(alertname: str, act: Act, window_s: float) -> None:
    """A configuration that disables it closes it, and nothing opens it again."""
    del window_s
    scene = Scene([terminal()])
    act(scene)
    scene.reload({alertname: {"enabled": False}})
    act(scene)
    assert (alertname, ID) not in scene.open()


def test_a_burst_told_late_is_told_for_as_long_as_one_in_time() -> None:
    """It began when it happened, and does not vanish before anybody could read of it."""
    scene = Scene([terminal()])
    wrong(5, ago=7200)(scene)
    alert = scene.book.find("PinFailuresOnTerminal", ID)
    assert alert is not None
    assert alert.since.monotonic == scene.now.monotonic - 7200
    assert alert.since.wall == scene.now.wall - 7200
    scene.pass_(599)
    scene.tick()
    assert ("PinFailuresOnTerminal", ID) in scene.firing()
    scene.pass_(2)
    scene.tick()
    assert scene.states("PinFailuresOnTerminal", ID) == FIRED_AND_OVER


def _a_day(scene: Scene, *, wrong_pins: int, of: int) -> None:
    """Tell of a day's transactions, the last of them three hours ago, with wrong PINs evenly among them."""
    gap_s = 18 * 3600 / of
    places = {place * of // wrong_pins for place in range(wrong_pins)}
    scene.hear(
        *(
            scene.transaction(
                "55" if place in places else "00", f"tok_day_{place}", ago=3 * 3600 + place * gap_s
            )
            for place in range(of)
        )
    )


@pytest.mark.parametrize(
    ("usual", "act", "fires"),
    [
        (3, wrong(5, good=10), True),
        (40, wrong(5, good=10), False),
        (40, wrong(5, good=1), True),
        (40, wrong(9, good=0), True),
    ],
)
def test_wrong_pins_that_are_usual_here_are_no_attack(usual: int, act: Act, *, fires: bool) -> None:
    """Five of fifteen are much where customers seldom mistype, and little where one in five does."""
    scene = Scene([terminal()])
    _a_day(scene, wrong_pins=usual, of=200)
    act(scene)
    assert (("PinFailuresOnTerminal", ID) in scene.firing()) is fires
    if fires:
        said = scene.open()["PinFailuresOnTerminal", ID].annotations
        assert f"(the day before {usual} of 200)" in said["summary"]
        assert f"此前一天 200 笔中有 {usual} 笔" in said["summary_zh"]


def test_a_slow_attack_does_not_explain_itself() -> None:
    """What came within the last two hours is not what is usual here."""
    scene = Scene([terminal()])
    _a_day(scene, wrong_pins=3, of=200)
    scene.hear(*(scene.transaction("55", f"tok_slow_{n}", ago=700 + 200 * n) for n in range(30)))
    scene.pass_(400)
    wrong(5, good=10)(scene)
    assert ("PinFailuresOnTerminal", ID) in scene.firing()


def test_a_burst_in_pieces_and_out_of_order_is_one() -> None:
    """The window is the events' own, whoever comes first."""
    scene = Scene([terminal()])
    events = [scene.transaction("55", f"tok_{n}", ago=600 - 100 * n) for n in range(5)]
    events += [scene.transaction("00", ago=300) for _ in range(5)]
    for event in [*events[1::2], *events[0::2]]:
        scene.hear(event)
        scene.hear(event)
    assert scene.states("PinFailuresOnTerminal", ID) == [AlertState.FIRING]


def test_our_clock_s_jump_makes_no_alert_and_ends_none() -> None:
    """Nobody's wrong PINs come nearer to one another for it."""
    scene = Scene([terminal(number) for number in range(1, 6)])
    for step in range(6):
        scene.jump(3600 if step % 2 else -3600)
        for number in range(1, 6):
            terminal_id = f"{10_000_000 + number}"
            scene.poll(terminal_id, reading(terminal_id, sent_at=rfc3339(scene.true_time)))
        event = scene.transaction("55", f"tok_{step}") | {"at": rfc3339(scene.true_time)}
        poll = PollResult(Outcome.OK, 0.02, reading(sent_at=rfc3339(scene.true_time)), "", [event])
        scene.accept(poll)
        scene.pass_(1000)
        scene.tick()
    assert "PinFailuresOnTerminal" not in {name for name, _ in scene.open()}


def test_a_good_pin_ends_the_run() -> None:
    """The warning is over with the payment."""
    scene = Scene([terminal()])
    codes("55", "55")(scene)
    scene.pass_(5)
    codes("00")(scene)
    assert scene.states("PinLockImminent", ID) == FIRED_AND_OVER


def test_a_terminal_may_lock_later() -> None:
    """The lock limit is the model's."""
    patient = Override(
        alertname="PinLockImminent", selector=Selector(model="A920"), changes={"lock_limit": 5}
    )
    scene = Scene([terminal(1, model="A920"), terminal(2)], overrides=[patient])
    for number in (1, 2):
        terminal_id = f"{10_000_000 + number}"
        scene.hear(*(scene.transaction("55") for _ in range(3)), terminal_id=terminal_id)
    assert ("PinLockImminent", "10000002") in scene.firing()
    assert ("PinLockImminent", ID) not in scene.open()
    scene.hear(scene.transaction("55"))
    assert ("PinLockImminent", ID) in scene.firing()


def test_a_lock_limit_that_cannot_be_true_is_doubted() -> None:
    """A terminal that goes on beyond it is not said to lock itself at it."""
    scene = Scene([terminal()])
    codes("55", "55")(scene)
    said = scene.open()["PinLockImminent", ID].annotations
    assert said["summary"] == f"{ID}: 2 wrong PINs in a row; the terminal locks itself at 3"
    codes("55", "55")(scene)
    scene.pass_(61)
    scene.tick()
    said = scene.open()["PinLockImminent", ID].annotations
    assert said["summary"] == f"{ID}: 4 wrong PINs in a row, and it is not locked: is its lock limit not 3?"


def test_the_lock_takes_the_place_of_its_warning() -> None:
    """Once it has locked itself nobody need be warned."""
    scene = Scene([terminal()])
    codes("55", "55", "55")(scene)
    scene.say(activity="locked")
    scene.pass_(2)
    scene.tick()
    assert scene.firing() >= {("TerminalLocked", ID)}
    assert ("PinLockImminent", ID) not in scene.open()


def test_an_operator_never_seen_there_is_a_condition_of_its_own() -> None:
    """Once ten log-ins are known, and only where it is asked for."""
    scene = Scene([terminal()], changes={"OperatorLoginFailures": {"new_operators": 1}})
    scene.hear(*(scene.log_in("01", success=True) for _ in range(9)))
    scene.hear(scene.log_in("02", success=True))
    assert not scene.open()
    scene.hear(scene.log_in("03", success=True))
    assert ("OperatorLoginFailures", ID) in scene.firing()
    alert = scene.book.find("OperatorLoginFailures", ID)
    assert alert is not None
    assert "operators never seen here: 03" in alert.annotations["summary"]


CARD = f"/card/{label('tok')}"


def test_one_card_three_times() -> None:
    """On whichever terminals within a day; the label names the card by its hash alone."""
    scene = Scene([terminal()])
    for expected in (False, False, True):
        codes("55", card="tok")(scene)
        assert (("PinFailuresOnCard", CARD) in scene.firing()) is expected
        scene.wait(5 * 3600)
    alert = scene.book.find("PinFailuresOnCard", CARD)
    assert alert is not None
    assert alert.labels == {
        "alertname": "PinFailuresOnCard",
        "severity": "info",
        "category": "security",
        "owner": "shop",
        "card": label("tok"),
    }
    assert ID in alert.annotations["evidence"]
    scene.pass_(86_400)
    scene.tick()
    assert scene.states("PinFailuresOnCard", CARD) == FIRED_AND_OVER


@pytest.mark.parametrize(("apart_s", "fires"), [(0, True), (1799, True), (1800, False)])
def test_one_card_at_two_terminals(apart_s: float, *, fires: bool) -> None:
    """Within half an hour, in whichever order it is told."""
    for first, second in ((apart_s, 0.0), (0.0, apart_s)):
        scene = Scene([terminal(1), terminal(2)])
        scene.hear(scene.transaction("55", "tok", ago=first), terminal_id="10000001")
        scene.hear(scene.transaction("55", "tok", ago=second), terminal_id="10000002")
        assert (("PinFailuresAcrossTerminals", CARD) in scene.firing()) is fires


def test_a_disabled_card_alert_ends() -> None:
    """With the reload."""
    scene = Scene([terminal()])
    codes("55", "55", "55", card="tok")(scene)
    assert ("PinFailuresOnCard", CARD) in scene.firing()
    scene.reload({"PinFailuresOnCard": {"enabled": False}})
    assert ("PinFailuresOnCard", CARD) not in scene.open()


def test_a_terminal_under_repair_pages_nobody() -> None:
    """Its alerts are there and not sent."""
    scene = Scene([terminal(status=InventoryStatus.MAINTENANCE)])
    wrong(5)(scene)
    alert = scene.book.find("PinFailuresOnTerminal", ID)
    assert alert is not None
    assert scene.suppressor(alert) == "status maintenance"


@pytest.mark.parametrize(("serials", "fires"), [("AB", False), ("ABA", True), ("AAB", False), ("ABCA", True)])
def test_serial_numbers_in_turn_are_two_devices(serials: str, *, fires: bool) -> None:
    """A replacement comes once; what goes back and forth is in use twice."""
    scene = Scene([terminal()])
    for serial in serials:
        scene.say(serial_number=serial)
        scene.wait(30)
    assert (("TerminalIdConflict", ID) in scene.firing()) is fires


def test_two_endpoints_with_one_id_are_a_conflict() -> None:
    """Of the terminal whose id it is, as long as it answers at its own."""
    scene = Scene([terminal(1), terminal(2)])
    for _ in range(3):
        scene.poll(ID)
        scene.wait(15)
        scene.poll("10000002", reading(ID))
        scene.wait(15)
    assert scene.firing() == {("TerminalIdMismatch", "10000002"), ("TerminalIdConflict", ID)}
    said = scene.open()["TerminalIdConflict", ID].annotations
    assert said["summary"].endswith(": the id is in use more than once: endpoint of terminal 10000002")
    assert said["summary_zh"].endswith("：该终端号被多处使用：终端 10000002 的地址")  # noqa: RUF001
    scene.wait(1800)
    scene.poll(ID)
    scene.poll("10000002")
    scene.wait(1801)
    assert scene.states("TerminalIdConflict", ID) == FIRED_AND_OVER


def test_each_turn_of_a_known_conflict_is_no_new_mismatch() -> None:
    """Two devices that answer in turn are one page, not one for each turn."""
    scene = Scene([terminal(serial_number="A")])
    for serial in "AB" * 10:
        scene.say(serial_number=serial)
        scene.wait(30)
    steps = [step for step in scene.journal if step.state == "firing"]
    assert sum(step.alertname == "TerminalIdMismatch" for step in steps) >= 9
    assert ("TerminalIdConflict", ID) in scene.sent
    mismatch = scene.book.find("TerminalIdMismatch", ID)
    assert mismatch is not None
    assert scene.suppressor(mismatch) == "TerminalIdConflict"


def test_an_id_that_has_moved_is_no_conflict() -> None:
    """Its own endpoint is silent."""
    scene = Scene([terminal(1), terminal(2)])
    scene.poll(ID)
    scene.fail(ID)
    scene.poll("10000002", reading(ID))
    assert ("TerminalIdConflict", ID) not in scene.open()


def test_sales_while_the_shop_is_closed() -> None:
    """By the shop's own clock; the scene begins on a Saturday at nine in Shanghai."""
    hours: dict[str, Any] = {"opening_hours": "Mo-Su 10:00-22:00", "timezone": "Asia/Shanghai"}
    scene = Scene([terminal(1, **hours), terminal(2, **(hours | {"timezone": "Asia/Tokyo"}))])
    scene.hear(scene.transaction(), terminal_id="10000002")
    assert not scene.open()
    scene.hear(scene.transaction())
    assert scene.firing() == {("OffHoursTransactions", ID)}
    scene.wait(3601)
    assert scene.states("OffHoursTransactions", ID) == FIRED_AND_OVER


@pytest.mark.parametrize(("count", "fires"), [(5, False), (6, True)])
def test_one_amount_again_and_again(count: int, *, fires: bool) -> None:
    """Approved payments alone count."""
    scene = Scene([terminal()], changes={"RepeatedTransactions": {"enabled": True}})
    sale: dict[str, Any] = {"amount_minor": 999, "currency": "CNY"}
    scene.hear(*(scene.transaction("55", **sale) for _ in range(9)))
    scene.hear(*(scene.transaction("00", f"tok_{n}", **sale) for n in range(count)))
    scene.hear(*(scene.transaction("00", **(sale | {"currency": "EUR"})) for _ in range(5)))
    assert (("RepeatedTransactions", ID) in scene.firing()) is fires
    scene.wait(3601)
    assert ("RepeatedTransactions", ID) not in scene.open()


def _in_an_incident(scene: Scene) -> bool:
    return scene.event_tracker.windows.incident.is_on


def test_many_terminals_without_an_answer_are_one_incident() -> None:
    """It is evidence on alerts and no fault of theirs; it ends when the codes do."""
    scene = Scene(site("a", MIN_TERMINALS + 5))
    ids = [f"{10_000_000 + number}" for number in range(1, MIN_TERMINALS + 6)]
    for terminal_id in ids:
        scene.hear(scene.transaction(), terminal_id=terminal_id)
    for terminal_id in ids[: MIN_TERMINALS - 1]:
        scene.hear(*(scene.transaction(code) for code in ("68", "91", "68")), terminal_id=terminal_id)
    scene.wait(10)
    assert not _in_an_incident(scene)
    scene.hear(scene.transaction("91"), terminal_id=ids[-1])
    scene.wait(10)
    assert _in_an_incident(scene)
    assert set(scene.open()) <= {("Watchdog", "/posmon")}
    scene.hear(*(scene.transaction("99") for _ in range(3)))
    alert = scene.book.find("PinDataFault", ID)
    assert alert is not None
    assert "network incident" in alert.annotations["evidence"]
    scene.wait(WINDOW_S + 10)
    assert not _in_an_incident(scene)


def test_a_few_of_very_many_are_no_incident() -> None:
    """A fifth of those that sell is needed."""
    scene = Scene(terminal(number) for number in range(1, 41))
    for number in range(1, 41):
        code = "91" if number <= MIN_TERMINALS + 2 else "00"
        scene.hear(scene.transaction(code), terminal_id=f"{10_000_000 + number}")
    scene.wait(10)
    assert not _in_an_incident(scene)
