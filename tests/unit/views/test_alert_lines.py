import pytest

from monitor.domain.alerts.alert import AlertState
from monitor.domain.alerts.subjects import subject_of
from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.board import OnCallBoard
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from monitor.views.alert_lines import alert_lines, key_of, narrow_match, own_rules, read_key
from tests.documents import alert

ANN = Author(name="ann", via=Via.PAGE)


def board_with(**terms: tuple[str, ...]) -> OnCallBoard:
    """Return a board with one silence."""
    board = OnCallBoard()
    silence = Silence(id="s1", matcher=Matcher(terms), starts_at=0.0, ends_at=9e9, by="ann", comment="x")
    board.add(silence, ANN, silence.starts_at, matched=1)
    return board


def test_a_key_names_an_alert() -> None:
    """And what is none is refused."""
    one = alert("SiteOffline", subject="/site/a b/上海")
    assert read_key(key_of(one)) == ("SiteOffline", "/site/a b/上海", one.starts_at)
    with pytest.raises(ValueError, match="names no alert"):
        read_key("abc")


@pytest.mark.parametrize(
    ("subject", "match"),
    [
        ("10000001", {"terminal_id": "10000001"}),
        (subject_of("site", "mall"), {"site": "mall"}),
        (subject_of("source", "10.0.0.1"), {"source": "10.0.0.1"}),
        (subject_of("terminal_source", "acquirer"), {"source": "acquirer"}),
        (subject_of("fleet"), {}),
        (subject_of("posmon"), {}),
    ],
)
def test_the_narrowest_match_of_an_alert(subject: str, match: dict[str, str]) -> None:
    """It names the alert and what it is about."""
    assert narrow_match("X", subject) == {"alertname": "X"} | match


def test_an_alert_that_no_match_names_alone_is_not_silenced() -> None:
    """A silence of CardAttack would be about every card."""
    assert narrow_match("CardAttack", subject_of("card", "0123456789ab")) is None
    assert narrow_match("X", "/site") is None
    assert narrow_match("X", "/fleet/other") is None
    (line,) = alert_lines([alert("CardAttack", subject="/card/0123456789ab")], OnCallBoard(), 1.0)
    assert not line.may_be_silenced
    assert line.may_be_acknowledged


def test_only_a_silence_of_nothing_else_is_ended_at_an_alert() -> None:
    """One of the whole site is ended on its own page."""
    own = board_with(alertname=("PaperOut",), terminal_id=("10000001",))
    wide = board_with(site=("Berlin 007",))
    assert [rule.id for rule in own_rules("PaperOut", "10000001", own, 1.0)] == ["s1"]
    assert own_rules("PaperOut", "10000001", wide, 1.0) == []
    (line,) = alert_lines([alert("PaperOut")], own, 1.0)
    assert line.may_end
    (line,) = alert_lines([alert("PaperOut", state=AlertState.PENDING)], wide, 1.0)
    assert not line.may_end
    assert not line.may_be_acknowledged
