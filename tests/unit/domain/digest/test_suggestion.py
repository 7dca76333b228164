from collections import Counter
from typing import Any

from monitor.domain.digest.rule_tally import RuleTally
from monitor.domain.digest.suggestion import suggestion_for


def said(**changes: Any) -> str:
    """Return what is suggested for a rule that fired four times, all over, none short."""
    settings: dict[str, Any] = {
        "alertname": "WeakSignal", "owner": "network", "category": "connectivity", "fired": 4, "ended": 4,
    }  # fmt: skip
    phrase = suggestion_for(RuleTally(**settings | changes))
    assert phrase.zh
    assert phrase.zh != phrase.en
    return phrase.en


def test_paper_that_runs_out_again_at_one_terminal_is_to_be_stocked() -> None:
    """Elsewhere each time is no reason."""
    assert "give T7 more spare paper" in said(alertname="PaperOut", by_subject=Counter({"T7": 3, "T8": 1}))
    assert "paper" not in said(alertname="PaperOut", by_subject=Counter("abcd"))
    assert "paper" not in said(by_subject=Counter({"T7": 3}))


def test_flapping_is_a_matter_of_signal_and_cabling() -> None:
    """Whatever else is known."""
    assert "signal and cabling" in said(alertname="TerminalFlapping", short=4)


def test_most_of_one_site_is_a_matter_of_that_site() -> None:
    """Half of them is not most."""
    assert "look at mall" in said(by_site=Counter({"mall": 3, "zoo": 1}))
    assert "look at" not in said(by_site=Counter({"mall": 3, "zoo": 3}), fired=6, ended=6)


def test_many_short_firings_ask_for_a_longer_hold() -> None:
    """Not of security: it would be blind for longer."""
    assert "raise its `for`: 3 of 4" in said(short=3)
    assert "raise" not in said(short=2)
    assert "nothing about it" in said(short=4, category="security")


def test_what_nobody_acknowledges_and_ends_by_itself_is_information() -> None:
    """Unless it is rare, or still there, or somebody cared."""
    assert "severity: info" in said()
    for changes in ({"acknowledged": 1}, {"ended": 3}, {"fired": 2, "ended": 2}, {"category": "security"}):
        assert "nothing about it" in said(**changes)
