"""Reading a scenario file (YAML): everything wrong with it is reported at once."""

import math
from importlib.resources import files
from pathlib import Path

import yaml

from monitor.domain.errors import Fault, InvalidScenario
from monitor.simulator.answer import Value
from monitor.simulator.catalogue import CITIES, MODEL_BY_NAME, MODELS, Model
from monitor.simulator.fault_kind import FaultKind
from monitor.simulator.faults import fault_named
from monitor.simulator.fleet import Site
from monitor.simulator.incident import Incident
from monitor.simulator.parameters import (
    did_you_mean,
    duration,
    number_between,
    positive_duration,
    text,
    whole_number_between,
)
from monitor.simulator.scenario import PlannedIncident, Scenario, Selector
from monitor.simulator.yaml_section import Section

_WHO = ("ids", "site", "model", "fraction", "count")
_MOST_AT_A_SITE = 10_000


def demo_scenario() -> Scenario:
    """Return the scenario of `posmon demo`: 40 terminals in 6 sites, in trouble within 20 seconds."""
    return read_scenario(files("monitor.simulator").joinpath("demo.yaml").read_text("utf-8"), source="demo")


def load_scenario(path: Path) -> Scenario:
    """Return the scenario in the file at `path`; raises InvalidScenario."""
    try:
        written = path.read_text("utf-8")
    except OSError as error:
        raise _invalid(path, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _invalid(path, "is not UTF-8") from error
    return read_scenario(written, source=str(path))


def _invalid(source: object, reason: str, line: int | None = None) -> InvalidScenario:
    return InvalidScenario([Fault(source=str(source), line=line, reason=reason)])


def read_scenario(written: str, *, source: str) -> Scenario:
    """Return the scenario that `written` describes; raises InvalidScenario with every fault.

    `source` names it in faults.
    """
    faults: list[Fault] = []
    root = Section(_composed(written, source), source=source, place="", faults=faults)
    sites = [_site(section, number) for number, section in enumerate(root.sections("sites"), 1)]
    planned = [_planned(section) for section in root.sections("incidents")]
    root.refuse_unknown()
    names = [site.name for site in sites if site is not None]
    for name in sorted({name for name in names if names.count(name) > 1}):
        root.blame("sites", f"{name!r} occurs twice")
    if not sites and not planned:
        root.blame("", "holds neither incidents nor sites")
    if faults:
        raise InvalidScenario(sorted(faults, key=lambda fault: fault.line or 0))
    return Scenario(
        source=source,
        planned=tuple(one for one in planned if one is not None),
        sites=tuple(one for one in sites if one is not None),
    )


def _composed(written: str, source: str) -> yaml.Node | None:
    try:
        return yaml.compose(written, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _invalid(source, f"not YAML: {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise _invalid(source, "not YAML: a character that YAML does not allow") from error
    except RecursionError as error:
        raise _invalid(source, "nested too deeply") from error


def _site(section: Section, number: int) -> Site | None:
    city = CITIES[number % len(CITIES)]
    name = section.required("name", text)
    terminals = section.required("terminals", whole_number_between(1, _MOST_AT_A_SITE))
    region = section.optional("region", text, city.region)
    merchant_name = section.optional("merchant_name", text, name or "")
    models = section.optional("models", _models, MODELS)
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


def _planned(section: Section) -> PlannedIncident | None:
    kind = section.required("fault", fault_named)
    selector = _selector(section)
    at_s = section.optional("at", duration, 0.0)
    for_s = section.optional("for", positive_duration, None)
    every_s = section.optional("every", positive_duration, None)
    if every_s is not None and (for_s is None or for_s >= every_s):
        section.blame("every", "needs a shorter 'for'")
    if kind is None:
        # Without its kind nobody knows which further keys it may have.
        return None
    parameters = _parameters(section, kind)
    section.refuse_unknown()
    return PlannedIncident(
        incident=Incident(kind=kind, parameters=parameters, at_s=at_s, for_s=for_s, every_s=every_s),
        selector=selector,
        line=section.line or 1,
        place=section.place,
    )


def _parameters(section: Section, kind: FaultKind) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for parameter in kind.parameters:
        value = section.optional(parameter.name, parameter.read, parameter.default)
        if value is not None:
            values[parameter.name] = value
    return values


def _selector(section: Section) -> Selector:
    given = [key for key in _WHO if section.has(key)]
    if not given:
        section.blame("", "says nobody: give ids, site, model, fraction (1 for all) or count")
    if {"fraction", "count"}.issubset(given):
        section.blame("count", "cannot stand beside 'fraction'")
    return Selector(
        ids=section.optional("ids", _ids, None),
        site=section.optional("site", text, None),
        model=section.optional("model", lambda written: _model(written).name, None),
        fraction=section.optional("fraction", _fraction, None),
        count=section.optional("count", whole_number_between(1, 10**6), None),
    )


def _ids(written: object) -> tuple[str, ...]:
    if not isinstance(written, list) or not written:
        raise ValueError("write a list of terminal ids")
    return tuple(text(entry) for entry in written)


def _fraction(written: object) -> float:
    fraction = number_between(0, 1)(written)
    if math.isclose(fraction, 0):
        raise ValueError("write a number above 0, at most 1")
    return fraction


def _model(written: object) -> Model:
    if not isinstance(written, str) or written not in MODEL_BY_NAME:
        raise ValueError(f"no such model{did_you_mean(written, MODEL_BY_NAME)}")
    return MODEL_BY_NAME[written]


def _models(written: object) -> tuple[Model, ...]:
    if not isinstance(written, list) or not written:
        raise ValueError("write a list of model names")
    return tuple(_model(entry) for entry in written)
