"""Grafana's classic JSON model of a dashboard (schema version 39, Grafana 11 and later)."""

from collections.abc import Iterator, Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from dashboards.model import (
    GRID_WIDTH,
    Annotation,
    Color,
    Column,
    Dashboard,
    Link,
    Panel,
    Query,
    Steps,
    Table,
    Variable,
)

SCHEMA_VERSION = 39
TAG = "posmon"

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_ON_TIME_RANGE_CHANGE = 2
_ALPHABETICAL = 1


def classic(dashboard: Dashboard, *, posmon_url: str) -> dict[str, Any]:
    """Return the document; `posmon_url` is where the links to posmon's pages lead unless changed."""
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.description,
        "tags": [TAG],
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timepicker": {},
        "templating": {"list": [_datasource(), *map(_variable, dashboard.variables), _url(posmon_url)]},
        "annotations": {"list": [_annotation(one) for one in dashboard.annotations]},
        "links": [_to_dashboards(), *map(_to_page, dashboard.pages)],
        "panels": [
            _panel(panel, number, place)
            for number, (panel, place) in enumerate(places(dashboard.panels), start=1)
        ],
    }


def places(panels: Sequence[Panel]) -> Iterator[tuple[Panel, dict[str, int]]]:
    """Yield each panel with its place; a line is as high as its highest panel."""
    x = y = line_height = 0
    for panel in panels:
        if x + panel.width > GRID_WIDTH:
            x, y, line_height = 0, y + line_height, 0
        yield panel, {"x": x, "y": y, "w": panel.width, "h": panel.height}
        x += panel.width
        line_height = max(line_height, panel.height)


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": _SOURCE,
        "gridPos": place,
        "targets": [
            _target(panel, query, ref) for query, ref in zip(panel.queries, ascii_uppercase, strict=False)
        ],
        "fieldConfig": {"defaults": _field(panel), "overrides": [*_overrides(panel)]},
        "options": panel.options,
        "transformations": [*_transformations(panel)],
    }


def _target(panel: Panel, query: Query, ref: str) -> dict[str, Any]:
    return {
        "refId": ref,
        "datasource": _SOURCE,
        "expr": query.expr,
        "legendFormat": query.legend,
        "instant": panel.is_of_now,
        "range": not panel.is_of_now,
        "format": "table" if isinstance(panel, Table) else "time_series",
        "editorMode": "code",
    }


def _field(panel: Panel) -> dict[str, Any]:
    limits = {"min": panel.minimum, "max": panel.maximum, "decimals": panel.decimals}
    return {
        "unit": panel.unit,
        "color": {"mode": "palette-classic-by-name" if panel.kind == "timeseries" else "thresholds"},
        "thresholds": _thresholds(panel.steps),
        "mappings": _mappings(panel.words),
        "links": _links(panel.links),
        "custom": panel.custom,
        **{name: value for name, value in limits.items() if value is not None},
        **({"noValue": panel.no_value} if panel.no_value else {}),
    }


def _thresholds(steps: Steps) -> dict[str, Any]:
    return {"mode": "absolute", "steps": [{"value": value, "color": color.value} for value, color in steps]}


def _mappings(words: Mapping[str, tuple[str, Color]]) -> list[dict[str, Any]]:
    if not words:
        return []
    options = {
        value: {"text": text, "color": color.value, "index": place}
        for place, (value, (text, color)) in enumerate(words.items())
    }
    return [{"type": "value", "options": options}]


def _links(links: Sequence[Link]) -> list[dict[str, Any]]:
    return [{"title": link.title, "url": link.url, "targetBlank": True} for link in links]


def _overrides(panel: Panel) -> Iterator[dict[str, Any]]:
    for name, color in panel.paints.items():
        yield _override(name, {"color": {"mode": "fixed", "fixedColor": color.value}})
    if isinstance(panel, Table):
        for column in panel.columns:
            if properties := _column(column):
                yield _override(column.heading, properties)


def _override(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "matcher": {"id": "byName", "options": name},
        "properties": [{"id": key, "value": value} for key, value in properties.items()],
    }


def _column(column: Column) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    if column.unit:
        properties["unit"] = column.unit
    if column.steps:
        properties["thresholds"] = _thresholds(column.steps)
    if column.words:
        properties["mappings"] = _mappings(column.words)
    if column.steps or column.words:
        properties["custom.cellOptions"] = {"type": "color-text"}
    if column.links:
        properties["links"] = _links(column.links)
    if column.width:
        properties["custom.width"] = column.width
    return properties


def _transformations(panel: Panel) -> Iterator[dict[str, Any]]:
    if not isinstance(panel, Table):
        return
    shown = {column.source for column in panel.columns}
    many = len(panel.queries) > 1
    values = [
        f"Value #{ref}" if many else "Value" for _, ref in zip(panel.queries, ascii_uppercase, strict=False)
    ]
    yield {"id": "merge", "options": {}}
    yield {
        "id": "organize",
        "options": {
            "excludeByName": {name: True for name in ("Time", *values) if name not in shown},
            "indexByName": {column.source: place for place, column in enumerate(panel.columns)},
            "renameByName": {column.source: column.heading for column in panel.columns},
        },
    }


def _datasource() -> dict[str, Any]:
    return {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "refresh": 1,
        "hide": 0,
        "includeAll": False,
        "multi": False,
        "options": [],
        "regex": "",
    }


def _variable(variable: Variable) -> dict[str, Any]:
    query = f"label_values({variable.selector}, {variable.label})"
    every = {"selected": True, "text": ["All"], "value": ["$__all"]}
    return {
        "name": variable.name,
        "label": variable.title,
        "type": "query",
        "datasource": _SOURCE,
        "query": query,
        "definition": query,
        "refresh": _ON_TIME_RANGE_CHANGE,
        "sort": _ALPHABETICAL,
        "hide": 0,
        "includeAll": variable.takes_many,
        "multi": variable.takes_many,
        "options": [],
        "regex": "",
        **({"allValue": variable.everything, "current": every} if variable.takes_many else {}),
    }


def _url(posmon_url: str) -> dict[str, Any]:
    value = {"selected": True, "text": posmon_url, "value": posmon_url}
    return {
        "name": "posmon_url",
        "label": "posmon's pages",
        "description": "Where the links to posmon's own pages lead, without a slash at the end.",
        "type": "textbox",
        "query": posmon_url,
        "current": value,
        "options": [value],
        "hide": 0,
    }


def _annotation(annotation: Annotation) -> dict[str, Any]:
    return {
        "name": annotation.name,
        "enable": True,
        "hide": False,
        "iconColor": annotation.color.value,
        "datasource": _SOURCE,
        "expr": annotation.expr,
        "titleFormat": annotation.title,
        "textFormat": "",
        "step": "60s",
        "useValueForTime": False,
    }


def _to_dashboards() -> dict[str, Any]:
    return _link("posmon dashboards", "dashboards", "", "apps", "The other dashboards, same filters") | {
        "asDropdown": True,
        "includeVars": True,
        "keepTime": True,
        "tags": [TAG],
    }


def _to_page(page: Link) -> dict[str, Any]:
    return _link(page.title, "link", page.url, "external link", "posmon's own page") | {"targetBlank": True}


def _link(title: str, kind: str, url: str, icon: str, tooltip: str) -> dict[str, Any]:
    return {
        "title": title,
        "type": kind,
        "url": url,
        "icon": icon,
        "tooltip": tooltip,
        "tags": [],
        "asDropdown": False,
        "includeVars": False,
        "keepTime": False,
        "targetBlank": False,
    }
