import pytest

from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.detectors.pin import LockLimits, LogInLimits
from monitor.domain.events.card_windows import CardWindow
from tests.scenes import START, Scene, terminal
from tests.unit.domain.detectors.judging import detector_of, summary, verdict, watched

T = START.monotonic
TRAVEL, CARD, ATTACK = "PinFailuresAcrossTerminals", "PinFailuresOnCard", "CardAttack"


def card(*tries: tuple[float, str], **sites: str) -> CardWindow:
    """Return a card with wrong PINs of so many seconds ago at these terminals, all fresh.

    `sites` are those of terminals, `t1="mall"`; the others have none.
    """
    window = CardWindow("0123456789ab", START, {name.removeprefix("t"): site for name, site in sites.items()})
    for ago, terminal_id in tries:
        window.wrong_pins.add(T - ago, terminal_id, T)
    return window


@pytest.mark.parametrize(
    ("tries", "on_card", "across"),
    [
        ([(0, "1"), (1, "1")], ABSENT, ABSENT),
        ([(0, "1"), (1, "1"), (2, "1")], PRESENT, ABSENT),
        ([(0, "1"), (1799, "2")], ABSENT, PRESENT),
        ([(0, "1"), (1800, "2")], ABSENT, ABSENT),
        ([(0, "1"), (1800, "2"), (86_399, "1")], PRESENT, ABSENT),
        ([(0, "1"), (1800, "2"), (86_400, "1")], ABSENT, ABSENT),
    ],
)
def test_a_card_has_three_tries_a_day_and_one_place_in_half_an_hour(
    tries: list[tuple[float, str]], on_card: Verdict, across: Verdict
) -> None:
    """The bounds are those of the defaults."""
    assert verdict(CARD, card(*tries)) is on_card
    assert verdict(TRAVEL, card(*tries)) is across


def test_a_card_s_alert_began_with_the_first_try_of_its_window() -> None:
    """It says how many tries or sites there are."""
    window = card((60, "1"), (30, "1"), (0, "2"))
    for alertname in (CARD, TRAVEL):
        detector = detector_of(alertname)
        assert detector.began is not None
        assert detector.began(window, detector.limits) == START.ago(60)
    assert summary(CARD, window).startswith("3 wrong PINs in ")
    assert summary(TRAVEL, window).startswith("wrong PINs at 2 sites in ")


@pytest.mark.parametrize(
    ("sites", "expected"),
    [
        ({"t1": "mall", "t2": "mall"}, ABSENT),
        ({"t1": "mall", "t2": "pier"}, PRESENT),
        ({"t1": "mall"}, PRESENT),
        ({"t1": "2"}, PRESENT),
        ({"t1": "mall", "t2": ""}, PRESENT),
    ],
)
def test_the_next_till_of_a_shop_is_the_same_place(sites: dict[str, str], expected: Verdict) -> None:
    """A terminal without a site is a place of its own, whatever other sites are called."""
    assert verdict(TRAVEL, card((60, "1"), (0, "2"), **sites)) is expected


@pytest.mark.parametrize(("share", "expected"), [(0.79, ABSENT), (0.8, PRESENT)])
def test_a_card_is_attacked_when_the_diagnosis_is_sure(share: float, expected: Verdict) -> None:
    """It is asked when another wrong PIN has come in; an earlier answer opens nothing."""
    window = card((60, "1"), (0, "2"), t1="mall", t2="pier")
    window.attack_share = share
    assert verdict(ATTACK, window) is expected
    assert summary(ATTACK, window) == "somebody guesses its PIN: 2 wrong PINs in a day at 2 sites"
    window.begin_evaluation(START)
    assert verdict(ATTACK, window) is ABSENT


@pytest.mark.parametrize(("waited_s", "expected"), [(4 * 3600 - 1.0, PRESENT), (4 * 3600.0, ABSENT)])
def test_an_attack_is_over_after_hours(waited_s: float, expected: Verdict) -> None:
    """Who guesses patiently comes back after an hour or two: that is the same attack."""
    window = card((0, "1"), (0, "1"))
    window.now = START.ago(-waited_s)
    assert verdict(ATTACK, window, is_open=True) is expected
    assert summary(ATTACK, window) == "somebody guesses its PIN: 2 wrong PINs in a day"


@pytest.mark.parametrize(
    ("waited_s", "since", "expected"), [(1799.0, 0, PRESENT), (1800.0, 0, ABSENT), (1800.0, 1, UNKNOWN)]
)
def test_a_card_must_be_quiet_for_a_window(waited_s: float, since: float, expected: Verdict) -> None:
    """A card that posmon remembers for less than that may have failed before."""
    window = card((0, "1"), (0, "2"))
    window.since = START.ago(-since)
    window.now = START.ago(-waited_s)
    assert verdict(TRAVEL, window, is_open=True) is expected


def run_of(*codes: str) -> Scene:
    """Return a scene whose terminal reported these codes, a second apart."""
    scene = Scene([terminal()])
    scene.hear(*(scene.transaction(code, ago=len(codes) - place) for place, code in enumerate(codes)))
    return scene


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["00"], ABSENT),
        (["55"], ABSENT),
        (["55", "55"], PRESENT),
        (["55", "00", "55"], ABSENT),
        (["00", "55", "75", "55"], PRESENT),
    ],
)
def test_the_last_try_before_the_lock_is_announced(codes: list[str], expected: Verdict) -> None:
    """An approved payment resets the terminal's own count; other refusals do not."""
    assert verdict("PinLockImminent", run_of(*codes).watched()) is expected


def test_a_longer_run_than_the_limit_questions_the_limit() -> None:
    """The terminal would have locked itself."""
    watched_terminal = run_of("55", "55", "55", "55").watched()
    assert "the terminal locks itself at 5" in summary(
        "PinLockImminent", watched_terminal, LockLimits(lock_limit=5)
    )
    assert "is its lock limit not 3?" in summary("PinLockImminent", watched_terminal)


def test_a_lock_is_known_by_the_terminal_s_own_word() -> None:
    """One that says nothing of what it does is unknown."""
    assert verdict("TerminalLocked", watched({"activity": "locked"})) is PRESENT
    assert verdict("TerminalLocked", watched({"activity": "idle"})) is ABSENT
    assert verdict("TerminalLocked", watched({})) is UNKNOWN
    assert verdict("TerminalLocked", watched()) is UNKNOWN


@pytest.mark.parametrize(("codes", "expected"), [(["99", "A0"], ABSENT), (["99", "A0", "99"], PRESENT)])
def test_three_pin_data_or_key_faults_are_one_trouble(codes: list[str], expected: Verdict) -> None:
    """Both mean that the PIN cannot be read or encrypted."""
    scene = Scene([terminal()])
    scene.event_tracker.ingest(scene.watched(), [scene.transaction(code) for code in codes], scene.now)
    assert verdict("PinDataFault", scene.watched()) is expected
    assert summary("PinDataFault", scene.watched()).startswith(f"{len(codes)} PIN-data or key faults in ")


def log_ins(failed: int, *newcomers: str) -> Scene:
    """Return a scene whose terminal reported failed log-ins, and new operators after ten known ones."""
    scene = Scene([terminal()])
    scene.hear(*(scene.log_in("alice", success=True, ago=5000) for _ in range(10)))
    scene.hear(*(scene.log_in("eve", ago=2) for _ in range(failed)))
    scene.hear(*(scene.log_in(name, success=True, ago=1) for name in newcomers))
    return scene


@pytest.mark.parametrize(
    ("failed", "newcomers", "limits", "expected"),
    [
        (4, (), LogInLimits(count=5), ABSENT),
        (5, (), LogInLimits(count=5), PRESENT),
        (0, ("bob", "carol"), LogInLimits(count=5), ABSENT),
        (0, ("bob", "carol"), LogInLimits(count=5, new_operators=2), PRESENT),
        (0, ("bob",), LogInLimits(count=5, new_operators=2), ABSENT),
    ],
)
def test_failed_log_ins_and_new_operators_are_counted_apart(
    failed: int, newcomers: tuple[str, ...], limits: LogInLimits, expected: Verdict
) -> None:
    """Operators never seen there count only where it is configured."""
    scene = log_ins(0)
    watched_terminal = scene.watched()
    assert watched_terminal.events is not None
    watched_terminal.events.begin_evaluation(scene.now)
    events = [scene.log_in("eve", ago=2) for _ in range(failed)]
    events += [scene.log_in(name, success=True, ago=1) for name in newcomers]
    scene.event_tracker.ingest(watched_terminal, events, scene.now)
    assert verdict("OperatorLoginFailures", watched_terminal, limits=limits) is expected


def test_new_operators_are_named() -> None:
    """So that the shop can say whether it knows them."""
    said = summary("OperatorLoginFailures", log_ins(2, "bob", "carol").watched())
    assert said.startswith("2 failed operator log-ins in ")
    assert said.endswith("operators never seen here: bob carol")
    assert "never seen" not in summary("OperatorLoginFailures", log_ins(2).watched())
