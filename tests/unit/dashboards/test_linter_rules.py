"""The rules of Grafana's public dashboard-linter, as far as they are about Prometheus."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.dashboard_files import FILES, panels, read, selectors, variables

Document = dict[str, Any]

UNITS = {"none", "short", "percent", "percentunit", "bytes", "s", "ms", "cps", "ops", "reqps", "bool"}
"""Of Grafana's units those that ours may have."""
RANGE = re.compile(r"(\w+)\s*\(\s*[\w:]+\{[^{}]*\}\[([^\]:]+)\]")
COUNTER = re.compile(r"(?<![\w:])(?:rate|irate|increase)\(\s*[\w:]+_total\{|([\w:]+_total)\{")


def each_target(document: Document) -> list[tuple[str, Document]]:
    """Return every query with its panel's title."""
    return [(panel["title"], target) for panel in document["panels"] for target in panel["targets"]]


def template_datasource(document: Document) -> list[str]:
    """Tell whether the variable for the data source has another name than is customary."""
    found = [(one["name"], one["label"], one["query"]) for one in variables(document, "datasource")]
    return [] if found == [("datasource", "Data source", "prometheus")] else [f"{found}"]


def template_job_and_instance(document: Document) -> list[str]:
    """Tell what keeps job and instance from being chosen, several at once or all that are not empty."""
    found = {one["name"]: one for one in variables(document, "query")}
    wanted = {"multi": True, "allValue": ".+", "datasource": {"type": "prometheus", "uid": "${datasource}"}}
    return [
        f"{name}: {key}"
        for name in ("job", "instance")
        for key, value in (wanted | {"label": name.title()}).items()
        if found.get(name, {}).get(key) != value
    ]


def template_refresh(document: Document) -> list[str]:
    """Name the lists that do not follow the time range."""
    return [one["name"] for one in variables(document, "query") if one["refresh"] != 2]


def template_query(document: Document) -> list[str]:
    """Name the lists that are not values of a label."""
    pattern = re.compile(r"label_values\([\w:]+(?:\{[^{}]*\})?, \w+\)")
    return [one["name"] for one in variables(document, "query") if not pattern.fullmatch(one["query"])]


def panel_datasource(document: Document) -> list[str]:
    """Name the panels, queries, lists and annotations that ask another data source than the chosen."""
    asking = [
        *document["panels"],
        *(target for _, target in each_target(document)),
        *variables(document, "query"),
        *document["annotations"]["list"],
    ]
    return [f"{one}" for one in asking if one["datasource"] != {"type": "prometheus", "uid": "${datasource}"}]


def panel_words(document: Document) -> list[str]:
    """Name the panels without a title, or a description that is a sentence."""
    return [
        panel["title"] or "?"
        for panel in document["panels"]
        if not panel["title"] or not re.fullmatch(r"[A-Z].{15,}\.", panel["description"])
    ]


def panel_units(document: Document) -> list[str]:
    """Name the panels without a unit that Grafana knows."""
    return [
        panel["title"]
        for panel in document["panels"]
        if panel["fieldConfig"]["defaults"]["unit"] not in UNITS
    ]


def panel_targets(document: Document) -> list[str]:
    """Name the panels that ask nothing."""
    return [panel["title"] for panel in document["panels"] if not panel["targets"]]


def target_matchers(document: Document) -> list[str]:
    """Name the selectors that are not narrowed to the chosen job and instance."""
    return [
        f"{title}: {selector}"
        for title, target in each_target(document)
        for selector in selectors(target["expr"])
        if 'job=~"$job"' not in selector or 'instance=~"$instance"' not in selector
    ] + [title for title, target in each_target(document) if not selectors(target["expr"])]


def target_rate_interval(document: Document) -> list[str]:
    """Name the rates that do not follow the resolution of the graph."""
    return [
        f"{title}: {target['expr']}"
        for title, target in each_target(document)
        for function, interval in RANGE.findall(target["expr"])
        if function in {"rate", "irate"} and interval != "$__rate_interval"
    ]


def target_counters(document: Document) -> list[str]:
    """Name the counters that are shown as they are, not as rates or increases."""
    return [
        f"{title}: {counter}"
        for title, target in each_target(document)
        for counter in COUNTER.findall(target["expr"])
        if counter
    ]


def target_legends(document: Document) -> list[str]:
    """Name the graphs whose series have no name."""
    return [
        panel["title"]
        for panel in document["panels"]
        for target in panel["targets"]
        if panel["type"] in {"timeseries", "state-timeline", "bargauge"} and not target["legendFormat"]
    ]


def uneditable(document: Document) -> list[str]:
    """Tell whether it may be changed by hand, which provisioning would undo."""
    return ["editable"] if document["editable"] else []


RULES = [
    template_datasource,
    template_job_and_instance,
    template_refresh,
    template_query,
    panel_datasource,
    panel_words,
    panel_units,
    panel_targets,
    target_matchers,
    target_rate_interval,
    target_counters,
    target_legends,
    uneditable,
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", RULES)
def test_dashboards_keep_the_rule(rule: Callable[[Document], list[str]], path: Any) -> None:
    """No dashboard breaks it."""
    assert rule(read(path)) == []


def with_expr(expr: str) -> Callable[[Document], None]:
    """Return a change of the first query."""

    def change(document: Document) -> None:
        document["panels"][0]["targets"][0]["expr"] = expr

    return change


SELECTED = 'job=~"$job", instance=~"$instance"'
BREACHES: list[tuple[Callable[[Document], list[str]], Callable[[Document], None]]] = [
    (template_datasource, lambda it: it["templating"]["list"][0].update(name="prometheus")),
    (template_job_and_instance, lambda it: it["templating"]["list"][1].update(allValue=".*")),
    (template_job_and_instance, lambda it: it["templating"]["list"].pop(2)),
    (template_refresh, lambda it: it["templating"]["list"][1].update(refresh=1)),
    (template_query, lambda it: it["templating"]["list"][1].update(query="metrics(posmon_.*)")),
    (panel_datasource, lambda it: it["panels"][0].update(datasource={"type": "prometheus", "uid": "abc"})),
    (panel_words, lambda it: it["panels"][0].update(description="")),
    (panel_units, lambda it: it["panels"][0]["fieldConfig"]["defaults"].update(unit="cores")),
    (panel_targets, lambda it: it["panels"][0].update(targets=[])),
    (target_matchers, with_expr('up{job=~"$job"}')),
    (target_matchers, with_expr("up")),
    (target_rate_interval, with_expr(f"rate(x_total{{{SELECTED}}}[5m])")),
    (target_counters, with_expr(f"sum(x_total{{{SELECTED}}})")),
    (target_legends, lambda it: it["panels"][6]["targets"][0].update(legendFormat="")),
    (uneditable, lambda it: it.update(editable=True)),
]


@pytest.mark.parametrize(("rule", "change"), BREACHES)
def test_rule_sees_its_breach(
    rule: Callable[[Document], list[str]], change: Callable[[Document], None]
) -> None:
    """One breach in a dashboard that is well is reported."""
    document = deepcopy(read(FILES[0]))
    change(document)
    assert rule(document) != []


def test_there_are_panels() -> None:
    """The rules have something to look at."""
    assert len(list(panels())) > 60
