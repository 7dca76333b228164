from pathlib import Path

import pytest

from monitor.domain.diagnosis.cause import Cause
from monitor.domain.diagnosis.clue import Clue, Table
from monitor.domain.diagnosis.connectivity_clues import CLOSED, OFFLINE, SITE, WRONG
from monitor.domain.diagnosis.identity_clues import ADDRESS, IDENTITY, SPELLING
from monitor.domain.diagnosis.pin_clues import PIN
from monitor.domain.diagnosis.tables import TABLES

PAGE = Path(__file__).parents[4] / "docs/diagnosis.md"


def rows(table: Table) -> str:
    """Return a table of evidence as the page has it; paste this where the page differs."""
    lines = ["| fact | in Chinese | for | against |", "|---|---|---|---|"]
    for alertname, prior in table.priors.items():
        against = _weights(prior, -1)
        lines.append(
            f"| the alert is `{alertname}` | | {_weights(prior, 1)} | {against}{' ' if against else ''}|"
        )
    lines += [_row(clue) for clue in table.clues]
    return "\n".join(lines)


def _row(clue: Clue) -> str:
    return f"| {clue.words} | {clue.words_zh} | {_weights(clue.weights, 1)} | {_weights(clue.weights, -1)} |"


def _weights(weights: object, sign: int) -> str:
    assert isinstance(weights, dict)
    chosen = sorted((-abs(weight), cause) for cause, weight in weights.items() if sign * weight > 0)
    return ", ".join(f"`{cause}` {abs(weight):g}" for weight, cause in chosen)


@pytest.mark.parametrize(
    "table",
    [PIN, IDENTITY, SPELLING, ADDRESS, OFFLINE, CLOSED, SITE, WRONG],
    ids=["pin", "identity", "spelling", "address", "offline", "closed", "site", "wrong"],
)
def test_the_page_has_the_table(table: Table) -> None:
    """Every fact stands in the documentation with its words and weights, as the code has it."""
    assert rows(table) in PAGE.read_text("utf-8"), rows(table)


def test_the_page_names_causes_and_alerts() -> None:
    """Every cause is there in both languages, and every alert that has a diagnosis."""
    text = PAGE.read_text("utf-8")
    assert [cause for cause in Cause if f"| `{cause}` | {cause.words} | {cause.words_zh} |" not in text] == []
    assert [name for name in TABLES if f"`{name}`" not in text] == []
