"""Reading from the store what a report on a period needs, without writing and without the daemon."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from monitor.adapters.sqlite_store.availability import ProfileReader, read_episode, read_rule_in_force
from monitor.adapters.sqlite_store.database import (
    DatabaseConnection,
    connect,
    migrations,
    open_for_reading,
    recognise,
)
from monitor.adapters.sqlite_store.failures import StoreRefused
from monitor.domain.availability.calculation import PeriodFacts
from monitor.domain.availability.facts import Watch
from monitor.domain.availability.watch_log import NOTED_EVERY_S

Value = TypeVar("Value")

_COLUMNS = "subject, kind, about, began, ended, cause, fired, acked"
_OPEN_COLUMNS = "subject, kind, about, began, NULL AS ended, cause, fired, acked"
_EPISODES = (
    f"SELECT {_COLUMNS} FROM episodes WHERE ended > ? AND began < ? AND subject {{}} '/%'"  # nosec B608 # noqa: S608 - constants
    f" UNION ALL SELECT {_OPEN_COLUMNS} FROM open_episodes WHERE began < ? AND subject {{}} '/%'"
    " ORDER BY subject"
)
_OF_TERMINALS, _OF_GROUPS = (_EPISODES.format(*2 * [test]) for test in ("NOT LIKE", "LIKE"))
_PROFILES = (
    "SELECT terminal_id, since, document FROM terminal_profiles LEFT JOIN profiles ON profiles.id = profile"
    " WHERE since < ? AND (profile IS NULL OR document IS NOT NULL) ORDER BY terminal_id, since"
)
_WATCHES = "SELECT began, ended FROM watches ORDER BY began"
_RULES = "SELECT id, since, until, kind, document FROM rules_in_force WHERE since < ?"
_FIRST = "SELECT min(began) FROM watches"


class FactReader:
    """Reads facts; `unreadable` counts the damaged rows that it left out."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection
        self.unreadable = 0

    def first_second(self) -> int | None:
        """Return when posmon's history begins, None without any."""
        (first,) = self._connection.execute(_FIRST).fetchone()
        return None if first is None else int(first)

    def facts(self, since: int, until: int, *, now: int, is_running: bool = False) -> PeriodFacts:
        """Return the facts of a period; those of terminals are read while they are iterated over.

        With `is_running` posmon runs at `now`, though it may not have noted that for a minute.
        """
        execute = self._connection.execute
        times = (since, until, until)
        return PeriodFacts(
            watches=_until_now(self._understood(execute(_WATCHES), _watch), now if is_running else None),
            # A window may be declared after the period, and reach back into it.
            rules=[*self._understood(execute(_RULES, (now + 1,)), read_rule_in_force)],
            groups=[*self._understood(execute(_OF_GROUPS, times), read_episode)],
            profiles=self._understood(execute(_PROFILES, (until,)), ProfileReader().read),
            episodes=self._understood(execute(_OF_TERMINALS, times), read_episode),
        )

    def _understood(
        self, rows: Iterable[tuple[Any, ...]], take: Callable[[tuple[Any, ...]], Value]
    ) -> Iterator[Value]:
        for row in rows:
            try:
                value = take(row)
            except (ValueError, msgspec.MsgspecError):
                self.unreadable += 1
                continue
            yield value


@contextmanager
def reading_facts(path: Path) -> Iterator[FactReader]:
    """Open the store at `path` as it is at one moment.

    Raises StoreRefused when it is none of the present schema, sqlite3.Error or OSError when it cannot be
    read.
    """
    with closing(open_for_reading(path, connect)) as connection:
        if recognise(connection, path) != len(migrations()):
            raise StoreRefused(path, "is not yet of the present schema")
        connection.execute("BEGIN")
        yield FactReader(connection)


def _until_now(watches: Iterable[Watch], now: int | None) -> list[Watch]:
    found = [*watches]
    if found and now is not None and 0 < now - found[-1].ended <= 2 * NOTED_EVERY_S:
        found[-1] = Watch(began=found[-1].began, ended=now)
    return found


def _watch(row: tuple[Any, ...]) -> Watch:
    began, ended = row
    return Watch(began=began, ended=ended)
