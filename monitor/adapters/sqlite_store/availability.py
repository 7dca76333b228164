"""The facts about the time of terminals in the store."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from hashlib import blake2b
from typing import Any

from monitor.adapters.sqlite_store.database import DatabaseConnection
from monitor.adapters.sqlite_store.documents import document, read, text
from monitor.domain.availability.facts import (
    AvailabilityChanges,
    CalendarRule,
    Episode,
    EpisodeKey,
    EpisodeKind,
    Profile,
    ProfileFrom,
    RuleInForce,
    WindowRule,
)

AVAILABILITY_TABLES = (
    "open_episodes",
    "episodes",
    "profiles",
    "terminal_profiles",
    "watches",
    "rules_in_force",
)

REPORTS_KEPT_S = 760 * 24 * 3600.0
"""Twenty-five months: a year can be compared with the one before when it has just ended."""

_KINDS: Mapping[str, type[Any]] = {"window": WindowRule, "calendar": CalendarRule}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_EPISODE_KINDS = {kind.value: kind for kind in EpisodeKind}

_BEGUN = "INSERT OR REPLACE INTO open_episodes VALUES (?, ?, ?, ?, ?, ?, ?)"
_NOT_OPEN = "DELETE FROM open_episodes WHERE subject = ? AND kind = ? AND about = ? AND began <= ?"
_OVER = "INSERT OR REPLACE INTO episodes VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_PROFILE = "INSERT OR IGNORE INTO profiles VALUES (?, ?)"
_HAS_PROFILE = "INSERT OR REPLACE INTO terminal_profiles VALUES (?, ?, ?)"
_WATCH = "INSERT OR REPLACE INTO watches VALUES (?, ?)"
_RULE = "INSERT OR REPLACE INTO rules_in_force VALUES (?, ?, ?, ?, ?)"
_OPEN_EPISODES = "SELECT subject, kind, about, began, NULL, cause, fired, acked FROM open_episodes"
_LATEST = (
    "SELECT terminal_id, since, document FROM terminal_profiles AS latest"
    " JOIN profiles ON profiles.id = profile"
    " WHERE since = (SELECT max(since) FROM terminal_profiles WHERE terminal_id = latest.terminal_id)"
)
_IN_FORCE = "SELECT id, since, until, kind, document FROM rules_in_force WHERE until IS NULL"
_WATCHED_UNTIL = "SELECT max(ended) FROM watches"

_OLD_EPISODES = (
    "DELETE FROM episodes WHERE (ended, subject, kind, about, began) IN"
    " (SELECT ended, subject, kind, about, began FROM episodes WHERE ended < ? LIMIT ?) RETURNING 1"
)
_OLD_PROFILES = (
    "DELETE FROM terminal_profiles AS old WHERE since < ? AND EXISTS"
    " (SELECT 1 FROM terminal_profiles AS later WHERE later.terminal_id = old.terminal_id"
    " AND later.since > old.since AND later.since < ?)"
)
_GONE = "DELETE FROM terminal_profiles WHERE since < ? AND profile IS NULL"
_UNUSED = (
    "DELETE FROM profiles WHERE id NOT IN (SELECT profile FROM terminal_profiles WHERE profile NOT NULL)"
)
_OLD_WATCHES = "DELETE FROM watches WHERE ended < ?"
_OLD_RULES = "DELETE FROM rules_in_force WHERE until < ?"


def write_availability(connection: DatabaseConnection, changes: AvailabilityChanges) -> None:
    """Write facts in their order; writing them twice does no more than once."""
    for episode in changes.episodes:
        _write_episode(connection, episode)
    known: dict[Profile, int] = {}
    for one in changes.profiles:
        number = None
        if one.profile is not None:
            number = known.get(one.profile)
            if number is None:
                number = known[one.profile] = _write_profile(connection, one.profile)
        connection.execute(_HAS_PROFILE, (text(one.terminal_id), one.since, number))
    connection.executemany(_WATCH, [(watch.began, watch.ended) for watch in changes.watches])
    connection.executemany(
        _RULE,
        [(text(r.id), r.since, r.until, _NAMES[type(r.rule)], document(r.rule)) for r in changes.rules],
    )


def open_episode_rows(connection: DatabaseConnection) -> Iterable[tuple[Any, ...]]:
    """Return the rows of the episodes that go on, to be read by `read_episode`."""
    return connection.execute(_OPEN_EPISODES).fetchall()


def latest_profile_rows(connection: DatabaseConnection) -> Iterable[tuple[Any, ...]]:
    """Return the rows of what each watched terminal is, to be read by `ProfileReader`."""
    return connection.execute(_LATEST).fetchall()


def rule_in_force_rows(connection: DatabaseConnection) -> Iterable[tuple[Any, ...]]:
    """Return the rows of the rules in force, to be read by `read_rule_in_force`."""
    return connection.execute(_IN_FORCE).fetchall()


def watched_until(connection: DatabaseConnection) -> int | None:
    """Return when posmon was last known to run, None when it never was."""
    (ended,) = connection.execute(_WATCHED_UNTIL).fetchone()
    return None if ended is None else int(ended)


def read_episode(row: tuple[Any, ...]) -> Episode:
    """Return the episode of a row; raises ValueError when it is none."""
    subject, kind, about, began, ended, cause, fired, acked = row
    if kind not in _EPISODE_KINDS:
        raise ValueError(f"no kind of episode: {kind}")
    if ended is not None and ended < began:
        raise ValueError("an episode ends before it begins")
    return Episode(
        subject=subject,
        kind=_EPISODE_KINDS[kind],
        about=about,
        began=began,
        ended=ended,
        cause=cause,
        fired=fired,
        acked=acked,
    )


class ProfileReader:
    """Reads what terminals are; equal documents become one profile."""

    def __init__(self) -> None:
        self._known: dict[str, Profile] = {}

    def read(self, row: tuple[Any, ...]) -> ProfileFrom:
        """Return the profile of a row; raises msgspec.MsgspecError when it is none."""
        terminal_id, since, written = row
        return ProfileFrom(terminal_id=terminal_id, since=since, profile=self._profile(written))

    def _profile(self, written: str | None) -> Profile | None:
        if written is None:
            return None
        profile = self._known.get(written)
        if profile is None:
            profile = self._known[written] = read(written, Profile)
        return profile


def read_rule_in_force(row: tuple[Any, ...]) -> RuleInForce:
    """Return the rule of a row; raises ValueError or msgspec.MsgspecError when it is none."""
    rule_id, since, until, kind, written = row
    if kind not in _KINDS:
        raise ValueError(f"no kind of rule: {kind}")
    rule: WindowRule | CalendarRule = read(written, _KINDS[kind])
    return RuleInForce(id=rule_id, since=since, until=until, rule=rule)


def prune_episodes(connection: DatabaseConnection, before: float, portion: int) -> int:
    """Delete up to `portion` episodes that ended before a second; return how many these were."""
    return len(connection.execute(_OLD_EPISODES, (int(before), portion)).fetchall())


def prune_rest(connection: DatabaseConnection, before: float) -> None:
    """Delete what else is of no report that begins at `before` or later."""
    at = int(before)
    connection.execute(_OLD_PROFILES, (at, at))
    connection.execute(_GONE, (at,))
    connection.execute(_UNUSED)
    connection.execute(_OLD_WATCHES, (at,))
    connection.execute(_OLD_RULES, (at,))


def _write_profile(connection: DatabaseConnection, profile: Profile) -> int:
    """Write a profile unless it is there, and return its number: 63 bits of a digest."""
    written = document({name: value for name, value in asdict(profile).items() if value})
    number = int.from_bytes(blake2b(written.encode(), digest_size=8).digest(), "big") >> 1
    connection.execute(_PROFILE, (number, written))
    return number


def _write_episode(connection: DatabaseConnection, episode: Episode) -> None:
    key: EpisodeKey = episode.key
    subject = text(key.subject)
    if episode.ended is None:
        row = (
            subject,
            episode.kind.value,
            episode.about,
            episode.began,
            episode.cause,
            episode.fired,
            episode.acked,
        )
        connection.execute(_BEGUN, row)
        return
    connection.execute(_NOT_OPEN, (subject, episode.kind.value, episode.about, episode.began))
    if episode.ended > episode.began:
        times = (episode.began, episode.cause, episode.fired, episode.acked)
        connection.execute(_OVER, (episode.ended, subject, episode.kind.value, episode.about, *times))
