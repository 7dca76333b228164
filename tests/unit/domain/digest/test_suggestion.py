import shlex
from collections import Counter
from typing import Any

from monitor.cli.on_call.matches import read_term
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.digest.rule_tally import RuleTally
from monitor.domain.digest.suggestion import InForce, suggestion_for


def said(in_force: InForce = InForce(), **changes: Any) -> str:  # noqa: B008 - a value
    """Return what is suggested for a rule that fired four times, all told and over, none short."""
    settings: dict[str, Any] = {
        "alertname": "WeakSignal", "owner": "network", "category": "connectivity", "severity": "warning",
        "fired": 4, "ended": 4, "told": 4,
    }  # fmt: skip
    phrase = suggestion_for(RuleTally(**settings | changes), in_force)
    assert phrase.zh
    assert phrase.zh != phrase.en
    return phrase.en


def test_paper_that_runs_out_again_at_one_terminal_is_to_be_stocked() -> None:
    """Elsewhere each time is no reason."""
    assert "give T7 more spare paper" in said(alertname="PaperOut", by_subject=Counter({"T7": 3, "T8": 1}))
    assert "paper" not in said(alertname="PaperOut", by_subject=Counter("abcd"))
    assert "paper" not in said(by_subject=Counter({"T7": 3}))


def test_flapping_is_a_matter_of_signal_and_cabling() -> None:
    """Whatever else is known; the worst three are named."""
    words = said(alertname="TerminalFlapping", by_subject=Counter({"a b": 3, "T1": 2, "T2": 1, "T3": 1}))
    assert "signal and cabling of a b, T1, T2;" in words
    assert "`posmon status 'a b' T1 T2`" in words


def test_most_of_one_site_is_a_matter_of_that_site() -> None:
    """Half of them is not most; the command is ready for a shell, and none is there for security."""
    words = said(by_site=Counter({"It's, here": 3, "zoo": 1}))
    match = shlex.split(words.partition("`")[2])[4]
    assert read_term(match) == ("site", ("It's, here",))
    assert "look at" not in said(by_site=Counter({"mall": 3, "zoo": 3}), fired=6, ended=6)
    secret = said(by_site=Counter({"mall": 3, "zoo": 1}), category="security")
    assert "look at mall" in secret
    assert "silence" not in secret


def test_what_the_shop_can_mend_is_told_to_the_shop() -> None:
    """Where no way to shops is configured, and on-call was told."""
    deaf = InForce(tells_shops=False)
    assert "`notify.shops.email: true`" in said(deaf, owner="shop")
    assert "notify.shops" not in said(owner="shop")
    assert "notify.shops" not in said(deaf, owner="shop", category="security")
    assert "notify.shops" not in said(deaf, owner="shop", told=0)
    assert "notify.shops" not in said(deaf)


def test_what_comes_each_night_may_be_planned_work() -> None:
    """On three days at least, mostly in one hour, and never for security."""
    nightly: dict[str, Any] = {"by_hour": Counter({23: 3, 4: 1}), "days": {23: {1, 2, 3}, 4: {1}}}
    words = said(**nightly)
    assert "from 23:00 to 24:00 UTC, on 3 days" in words
    parse_opening_hours(shlex.split(words.partition("`")[2])[6])
    assert "window" not in said(**nightly | {"days": {23: {1, 2}, 4: {1}}})
    assert "window" not in said(**nightly, category="security")
    assert "window" not in said(**nightly | {"by_hour": Counter({23: 3, 4: 3})}, fired=6, ended=6)


def test_many_short_firings_ask_for_a_longer_hold() -> None:
    """The shortest that would do, above the present one. Not of security: it would be blind for longer."""
    assert "`detectors.WeakSignal.for: 2m`: 3 of 4" in said(short_s=[70.0, 100.0, 119.9])
    assert "for: 3m`: 3 of 4" in said(short_s=[70.0, 100.0, 120.0])
    assert "for: 5m`: 3 of 4" in said(
        InForce(setting=lambda name, key: 180.0 if (name, key) == ("WeakSignal", "for") else None),
        short_s=[70.0, 100.0, 119.9],
    )
    assert "for:" not in said(InForce(setting=lambda _name, _key: 300.0), short_s=[70.0, 100.0, 119.9])
    assert "for:" not in said(short_s=[70.0, 100.0])
    assert "nothing about it" in said(short_s=[1.0] * 4, category="security")


def test_what_nobody_acts_on_and_ends_by_itself_is_information() -> None:
    """Unless it is rare, or still there, or was not told, or somebody cared, or it is that already."""
    assert "`detectors.WeakSignal.severity: info`" in said()
    for changes in (
        {"attended": 1},
        {"ended": 3},
        {"fired": 2, "ended": 2},
        {"category": "security"},
        {"severity": "info"},
        {"told": 0},
    ):
        assert "nothing about it" in said(**changes)


def test_what_was_held_back_altogether_asks_for_nothing() -> None:
    """Nobody was told; one that was is another matter."""
    assert "all of it was held back" in said(held=4, told=0)
    assert "held back" not in said(held=4, told=1)
    assert "held back" not in said(held=3, told=0)


def test_no_name_ends_a_command() -> None:
    """A page takes what stands between two back quotes for code."""
    for name in ("a`b", "a'b", "门店"):
        words = said(by_site=Counter({name: 4}))
        assert words.count("`") in {0, 2}
