import json
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.adapters.token_file import InvalidTokens, TokenFile, WatchedTokens
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import Refusal
from tests.fakes import START, FakeClock
from tests.tokens import issued, write_tokens

ONE, TWO = issued(1), issued(2)


class Watching:
    """A watched file, its clock and its statistics."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = FakeClock()
        self.statistics = AccessStatistics()
        self.tokens = WatchedTokens(file=TokenFile(path), clock=self.clock, statistics=self.statistics)

    def ids_a_second_later(self) -> list[str]:
        """Return the ids in force."""
        self.clock.turn(1.0)
        return [token.token_id for token in self.tokens.present()]


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    """Watch a file of one token."""
    return Watching(write_tokens(tmp_path / "tokens", ONE))


def test_a_revoked_token_is_of_no_use_a_second_later(watching: Watching) -> None:
    """Revoking needs no restart, and the log says who did it."""
    revoked = issued(1, revoked_at=START.wall, revoked_by="alice")
    write_tokens(watching.path, revoked)
    with capture_logs() as events:
        watching.ids_a_second_later()
    assert watching.tokens.present().find(ONE.text, START.wall) is Refusal.REVOKED
    assert [(event["event"], event["who"]) for event in events] == [("audit.token_revoked", "alice")]


def test_a_new_token_serves_a_second_later(watching: Watching) -> None:
    """Creating needs no restart either; removed and changed ones are told of too."""
    write_tokens(watching.path, ONE, TWO)
    with capture_logs() as events:
        assert watching.ids_a_second_later() == ["0000000001", "0000000002"]
        write_tokens(watching.path, issued(2, expires_at=1.0))
        assert watching.ids_a_second_later() == ["0000000002"]
    assert [event["event"] for event in events] == [
        "audit.token_created",
        "audit.token_changed",
        "audit.token_removed",
    ]
    assert ONE.text not in json.dumps(events)


def test_the_file_is_looked_at_once_a_second_at_most(watching: Watching) -> None:
    """A flood of requests is no flood of system calls."""
    write_tokens(watching.path, TWO)
    watching.clock.turn(0.9)
    assert [token.token_id for token in watching.tokens.present()] == ["0000000001"]


def test_a_file_that_has_become_bad_changes_nothing(watching: Watching) -> None:
    """What was in force stays, the metric and the log tell, and a good file mends it."""
    watching.path.write_text("s3cret", encoding="utf-8")
    with capture_logs() as events:
        assert watching.ids_a_second_later() == ["0000000001"]
        assert watching.ids_a_second_later() == ["0000000001"]
    assert [event["event"] for event in events] == ["audit.tokens_refused"]
    assert "s3cret" not in json.dumps(events)
    assert not watching.statistics.tokens_readable
    write_tokens(watching.path.with_name("good"), TWO).replace(watching.path)
    assert watching.ids_a_second_later() == ["0000000002"]
    assert watching.statistics.tokens_readable


def test_a_file_that_is_gone_lets_nobody_in(watching: Watching) -> None:
    """Removing the file is the quickest way to close the door."""
    watching.path.unlink()
    assert watching.ids_a_second_later() == []
    assert not watching.statistics.tokens_readable


def test_a_bad_file_at_the_start_is_refused(tmp_path: Path) -> None:
    """A daemon does not start with a door that nobody, or anybody, can open."""
    with pytest.raises(InvalidTokens, match="there is no such file"):
        Watching(tmp_path / "nothing")
