"""Reading a scenario file (YAML): everything wrong with it is reported at once."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from monitor.config.suggestions import did_you_mean
from monitor.config.text_file import Unreadable, read_text
from monitor.config.yaml_nodes import InvalidYaml, Node, YamlReader
from monitor.domain.errors import Fault, InvalidScenario
from monitor.simulator.answer import Value
from monitor.simulator.catalogue import CITIES, MODEL_BY_NAME, MODELS, Model
from monitor.simulator.fault_kind import FaultKind
from monitor.simulator.faults import fault_named
from monitor.simulator.fleet import FIRST_TERMINAL_ID, IDS_APART, Site
from monitor.simulator.incident import Incident
from monitor.simulator.parameters import (
    duration,
    number_between,
    positive_duration,
    text,
    whole_number_between,
)
from monitor.simulator.scenario import PlannedIncident, Scenario, VictimSelector
from monitor.simulator.simulated_fleet import FLEET_KINDS
from monitor.simulator.yaml_section import ScenarioSection

_MAX_BYTES = 4 * 2**20
_MOST_AT_A_SITE = 10_000
_MOST_BESIDE = 8
"""The ids of the next fleet would have nine digits."""
_SITES_APART = 1000
"""Between the numbers of two fleets' first sites, so that no two shops share their merchant id."""


def demo_scenario() -> Scenario:
    """Return the scenario of `posmon demo`: 40 terminals in 6 sites, in trouble within 20 seconds."""
    return read_scenario(files("monitor.simulator").joinpath("demo.yaml").read_text("utf-8"), source="demo")


def load_scenario(path: Path) -> Scenario:
    """Return the scenario in the file at `path`; raises InvalidScenario."""
    try:
        written = read_text(path, max_bytes=_MAX_BYTES)
    except Unreadable as error:
        raise _invalid(str(path), error.reason, error.line) from error
    return read_scenario(written, source=str(path))


def _invalid(source: str, reason: str, line: int | None) -> InvalidScenario:
    return InvalidScenario([Fault(source=source, line=line, reason=reason)])


def read_scenario(written: str, *, source: str) -> Scenario:
    """Return the scenario that `written` describes; raises InvalidScenario with every fault.

    `source` names it in faults.
    """
    faults: list[Fault] = []
    root = ScenarioSection(_document(written, source), source=source, place="", faults=faults)
    further = enumerate(root.sections("beside"), 1)
    beside = tuple(_beside(section, number, source=source) for number, section in further)
    if len(beside) > _MOST_BESIDE:
        root.blame("beside", f"lists {len(beside)} fleets, at most {_MOST_BESIDE} can stand there")
    _refuse_twice(root, "beside", [fleet.kind for fleet in beside if fleet.kind])
    scenario = replace(_fleet(root, 0, source=source), beside=beside)
    if not (scenario.sites or scenario.planned or beside or faults):
        root.blame("", "holds neither incidents nor sites")
    if faults:
        raise InvalidScenario(sorted(faults, key=lambda fault: fault.line or 0))
    return scenario


def _beside(section: ScenarioSection, number: int, *, source: str) -> Scenario:
    kind = section.required("kind", _kind)
    if not section.has("sites"):
        section.blame("", "'sites' is missing")
    return replace(_fleet(section, number, source=source), kind=kind)


def _kind(written: str) -> str:
    if written not in FLEET_KINDS:
        raise ValueError(f"no such kind{did_you_mean(written, FLEET_KINDS)}")
    return written


def _fleet(section: ScenarioSection, number: int, *, source: str) -> Scenario:
    """Return what `section` says of one fleet, the `number`th beside the first."""
    listed = enumerate(section.sections("sites"), number * _SITES_APART + 1)
    sites = [_site(site, place) for place, site in listed]
    planned = [_planned(incident) for incident in section.sections("incidents")]
    section.refuse_unknown()
    _refuse_twice(section, "sites", [site.name for site in sites if site is not None])
    return Scenario(
        source=source,
        planned=tuple(one for one in planned if one is not None),
        sites=tuple(one for one in sites if one is not None),
        first_id=FIRST_TERMINAL_ID + number * IDS_APART,
    )


def _document(written: str, source: str) -> Node | None:
    try:
        return YamlReader(written).document()
    except InvalidYaml as error:
        raise _invalid(source, error.reason, error.line) from error


def _refuse_twice(section: ScenarioSection, key: str, names: list[str]) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        section.blame(key, f"{name!r} occurs twice")


def _site(section: ScenarioSection, number: int) -> Site | None:
    city = CITIES[number % len(CITIES)]
    name = section.required("name", text)
    terminals = section.required("terminals", whole_number_between(1, _MOST_AT_A_SITE))
    region = section.optional("region", text, city.region)
    merchant_name = section.optional("merchant_name", text, name or "")
    models = section.several("models", _model, MODELS)
    section.refuse_unknown()
    if name is None or terminals is None:
        return None
    return Site(
        name=name,
        region=region,
        merchant_name=merchant_name,
        merchant_id=f"898{city.area_code}5411{number:04d}",
        contact=f"shop{number:03d}@example.com",
        terminals=terminals,
        models=models,
    )


def _planned(section: ScenarioSection) -> PlannedIncident | None:
    kind = section.required("fault", fault_named)
    selector = _selector(section)
    at_s = section.optional("at", duration, 0.0)
    for_s = section.optional("for", positive_duration, None)
    every_s = section.optional("every", positive_duration, None)
    if every_s is not None and (for_s is None or for_s >= every_s):
        section.blame("every", "needs a shorter 'for'")
    if kind is None:
        # Its kind decides which further keys it may have.
        return None
    parameters = _parameters(section, kind)
    section.refuse_unknown()
    return PlannedIncident(
        incident=Incident(kind=kind, parameters=parameters, at_s=at_s, for_s=for_s, every_s=every_s),
        selector=selector,
        line=section.line,
        place=section.place,
    )


def _parameters(section: ScenarioSection, kind: FaultKind) -> dict[str, Value]:
    values = kind.settings({})
    for parameter in kind.parameters:
        value = section.optional(parameter.name, parameter.read, None)
        if value is not None:
            values[parameter.name] = value
    return values


def _selector(section: ScenarioSection) -> VictimSelector:
    given = [key for key in ("ids", "site", "model", "fraction", "count") if section.has(key)]
    if not given:
        section.blame("", "names no terminal: give ids, site, model, fraction (1 for all) or count")
    if {"fraction", "count"}.issubset(given):
        section.blame("count", "cannot stand beside 'fraction'")
    return VictimSelector(
        ids=section.several("ids", text, None),
        site=section.optional("site", text, None),
        model=section.optional("model", lambda written: _model(written).name, None),
        fraction=section.optional("fraction", _fraction, None),
        count=section.optional("count", whole_number_between(1, 10**6), None),
    )


def _fraction(written: str) -> float:
    fraction = number_between(0, 1)(written)
    if fraction <= 0:
        raise ValueError("write a number above 0, at most 1")
    return fraction


def _model(written: str) -> Model:
    if written not in MODEL_BY_NAME:
        raise ValueError(f"no such model{did_you_mean(written, MODEL_BY_NAME)}")
    return MODEL_BY_NAME[written]
