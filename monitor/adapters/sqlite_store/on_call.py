"""What people on call have said, and the record of their actions, in the store."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.adapters.sqlite_store.database import DatabaseConnection
from monitor.adapters.sqlite_store.documents import document, read, text
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Action, OnCallRule
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow

ACTIONS_KEPT_S = 800 * 24 * 3600.0
"""The record of actions is kept a little longer than the reports that it explains."""

KINDS: Mapping[str, type[Any]] = {
    "silence": Silence,
    "acknowledgement": Acknowledgement,
    "window": OperatorWindow,
}
_NAMES = {kind: name for name, kind in KINDS.items()}

_RULE = "INSERT OR REPLACE INTO on_call VALUES (?, ?, ?)"
_NO_RULE = "DELETE FROM on_call WHERE id = ?"
_ACTION = "INSERT OR REPLACE INTO actions VALUES (?, ?, ?)"
_OLD_ACTIONS = "DELETE FROM actions WHERE at_wall < ?"
_RULES = "SELECT kind, document FROM on_call ORDER BY id"
_LAST_ACTION = "SELECT coalesce(max(number), 0) FROM actions"
_ACTIONS = "SELECT document FROM actions WHERE number < ? ORDER BY number DESC LIMIT ?"


def write_rules(connection: DatabaseConnection, rules: Mapping[str, OnCallRule | None]) -> None:
    """Write the rules by their ids; None stands for one that is over."""
    gone = [(text(rule_id),) for rule_id, rule in rules.items() if rule is None]
    connection.executemany(_NO_RULE, gone)
    present = [(text(rule.id), _NAMES[type(rule)], document(rule)) for rule in rules.values() if rule]
    connection.executemany(_RULE, present)


def write_actions(connection: DatabaseConnection, actions: Sequence[Action]) -> None:
    """Append to the record of actions, and drop what is too old."""
    if not actions:
        return
    connection.executemany(_ACTION, [(one.number, one.at, document(one)) for one in actions])
    connection.execute(_OLD_ACTIONS, (actions[-1].at - ACTIONS_KEPT_S,))


def rule_rows(connection: DatabaseConnection) -> Iterable[tuple[str, str]]:
    """Return kind and document of every rule."""
    return connection.execute(_RULES).fetchall()


def read_rule(row: tuple[str, str]) -> OnCallRule:
    """Return the rule of a row; raises ValueError or msgspec.MsgspecError when it is none."""
    kind, written = row
    if kind not in KINDS:
        raise ValueError(f"no kind of rule: {kind}")
    rule: OnCallRule = read(written, KINDS[kind])
    return rule


def last_action(connection: DatabaseConnection) -> int:
    """Return the number of the last action, 0 without one."""
    (number,) = connection.execute(_LAST_ACTION).fetchone()
    return int(number)


def action_rows(connection: DatabaseConnection, *, before: int, limit: int) -> Sequence[tuple[str]]:
    """Return the documents of the last `limit` actions below the number `before`, newest first."""
    return connection.execute(_ACTIONS, (before, limit)).fetchall()
