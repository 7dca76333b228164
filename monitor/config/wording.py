"""The errors of pydantic, as faults in plain words; they quote no value, which may be a secret."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from monitor.config.detectors import Detectors, RuleSettings
from monitor.config.durations import format_duration
from monitor.config.layer import Origin, dotted, fault_at
from monitor.config.schema import fields_of, is_marked, keys_below, model_at
from monitor.config.section import Contradictory, Place, Section
from monitor.config.suggestions import did_you_mean, nearest
from monitor.config.values import IsSecret
from monitor.domain.errors import Fault

_EXPECTED = {
    "bool_type": "write true or false",
    "int_type": "write a whole number",
    "float_type": "write a number",
    "tuple_type": "write a list, as in [a, b]",
    "dict_type": "write keys and values, as in {key: value}",
    "model_type": "write keys and values, as in {key: value}",
    "finite_number": "write a finite number",
    "string_pattern_mismatch": "contains a character that is not allowed here",
    "string_too_short": "is empty",
    "too_short": "is empty",
    "missing": "is missing",
}
_BOUNDS = {"greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le")}


def faults_of(
    error: ValidationError, model: type[Section], origins: Mapping[Place, Origin]
) -> Iterator[Fault]:
    """Yield a fault for everything in `error`, with its place in file or environment."""
    for found in error.errors(include_url=False):
        place = _place(found["loc"])
        conflict = found.get("ctx", {}).get("error")
        if isinstance(conflict, Contradictory):
            for inner, reason in conflict.conflicts:
                yield fault_at((*place, *inner), reason, origins)
        else:
            yield fault_at(place, _reason(dict(found), place, model), origins)


def _place(loc: Place) -> Place:
    # pydantic names a mapping's key as (..., key, "[key]").
    return loc[:-1] if loc[-1:] == ("[key]",) else loc


def _reason(found: Mapping[str, Any], place: Place, model: type[Section]) -> str:
    kind = found["type"]
    if kind == "extra_forbidden":
        return _unknown(str(place[-1]), model_at(model, place[:-1]) or model, model)
    if kind == "value_error":
        return str(found["ctx"]["error"])
    if kind in ("literal_error", "enum"):
        choices = found["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"must be one of {', '.join(choices)}"
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return f"must be {words} {_as_written(found['ctx'][bound], place, model)}"
    return _EXPECTED.get(kind) or str(found["msg"])


def _as_written(bound: float, place: Place, model: type[Section]) -> str:
    """Return a bound as a person would write the value."""
    section = model_at(model, place[:-1])
    is_duration = section is not None and f"{place[-1]}_s" in section.model_fields
    return format_duration(bound) if is_duration else f"{bound:g}"


def _unknown(key: str, section: type[Section], model: type[Section]) -> str:
    if key == "overrides" and section.__base__ is RuleSettings:
        return "only alerts about single terminals have overrides"
    kind = "alert" if section is Detectors else "key"
    known = [*fields_of(section), *_file_keys(section)]
    elsewhere = [dotted(keys) for keys, _ in keys_below(model) if keys[-1] == key]
    if nearest(key, known) is None and len(elsewhere) == 1:
        return f"unknown {kind}; did you mean {elsewhere[0]!r}?"
    return f"unknown {kind}{did_you_mean(key, known)}"


def _file_keys(section: type[Section]) -> list[str]:
    return [f"{key}_file" for key, field in fields_of(section).items() if is_marked(field, IsSecret)]
