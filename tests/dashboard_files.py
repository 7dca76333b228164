"""The committed dashboards, and what Grafana makes of their queries."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "dashboards"
FILES = sorted((FOLDER / "grafana").glob("*.json"))

SELECTOR = re.compile(r"\b([a-zA-Z_:][\w:]*)\{([^{}]*)\}")
LEGEND_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def read(path: Path) -> dict[str, Any]:
    """Return a dashboard's document."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def panels() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield a readable name, the dashboard and the panel of every panel there is."""
    for path in FILES:
        document = read(path)
        for panel in document["panels"]:
            yield f"{path.stem}: {panel['title']}", document, panel


def variables(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the template variables of a type."""
    return [one for one in document["templating"]["list"] if one["type"] == kind]


def selectors(expr: str) -> set[str]:
    """Return the selectors of a query, as they stand there."""
    return {found.group() for found in SELECTOR.finditer(expr)}


def interpolate(expr: str, values: Mapping[str, str]) -> str:
    """Put values in for Grafana's variables, as Grafana would."""
    for name in sorted(values, key=len, reverse=True):
        expr = expr.replace(f"${name}", values[name])
    return expr
