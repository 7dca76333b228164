"""Settings from environment variables: `POSMON_SECTION__KEY`, in any letter case."""

import re
from collections.abc import Mapping

from pydantic.fields import FieldInfo

from monitor.config.layer import Layer, Origin
from monitor.config.schema import holds_list, is_marked, keys_below, section_in, takes
from monitor.config.section import Section
from monitor.config.sources import scalar_value, written_value
from monitor.config.suggestions import nearest
from monitor.config.values import IsSecret
from monitor.config.yaml_nodes import InvalidYaml, Scalar
from monitor.domain.errors import Fault

PREFIX = "POSMON_"
SOURCE = "environment"
NOT_SETTINGS = frozenset(
    {"POSMON_CONFIG", "POSMON_URL", "POSMON_TOKEN", "POSMON_TOKEN_FILE", "POSMON_CA_FILE"}
)
"""Variables of the command line."""

# A container gets these about every service beside it, and `posmon` or `posmon-web` may be one: from
# Kubernetes (Service, "Environment variables") and, but for the first two, from links of Docker. The values
# count too, so that a slip such as POSMON_WEB_PORT=7676 is no service.
_SERVICE = r"POSMON(_[A-Z0-9_]*[A-Z0-9])?"
_ADDRESS = r"[0-9a-fA-F.:%\[\]]+"
_SERVICE_LINKS = tuple(
    (re.compile(f"{_SERVICE}_{name}"), re.compile(value))
    for name, value in (
        ("SERVICE_HOST", _ADDRESS),
        ("SERVICE_PORT(_[A-Z0-9_]+)?", r"[0-9]{1,5}"),
        ("PORT(_[0-9]{1,5}_(TCP|UDP|SCTP))?", rf"(tcp|udp|sctp)://{_ADDRESS}"),
        ("PORT_[0-9]{1,5}_(TCP|UDP|SCTP)_PROTO", r"tcp|udp|sctp"),
        ("PORT_[0-9]{1,5}_(TCP|UDP|SCTP)_PORT", r"[0-9]{1,5}"),
        ("PORT_[0-9]{1,5}_(TCP|UDP|SCTP)_ADDR", _ADDRESS),
        ("NAME", r"/.+"),
    )
)


def environment_layer(model: type[Section], environ: Mapping[str, str]) -> Layer:
    """Return the settings of `model` that the environment sets; an empty variable sets none.

    Misspelt variables are faults.
    """
    layer = Layer()
    known = _variables(model)
    for name, text in sorted(environ.items()):
        if not name.upper().startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        if name.upper() not in known:
            if _is_service_link(name, text):
                continue
            reason = _unknown(name.upper(), known)
            layer.faults.append(Fault(source=SOURCE, field=ascii(name)[1:-1], reason=reason))
        elif text:
            keys, field = known[name.upper()]
            _take(layer, keys, field, Origin(source=SOURCE, variable=name), text)
    return layer


def variable_of(keys: tuple[str, ...]) -> str:
    """Return the name of the variable that sets a key."""
    return PREFIX + "__".join(keys).upper()


def _is_service_link(name: str, text: str) -> bool:
    """Tell whether a variable is one of those that describe a service, by its name and its value."""
    return any(names.fullmatch(name) and values.fullmatch(text) for names, values in _SERVICE_LINKS)


def _variables(model: type[Section]) -> dict[str, tuple[tuple[str, ...], FieldInfo]]:
    known = {}
    for keys, field in keys_below(model):
        known[variable_of(keys)] = (keys, field)
        if is_marked(field, IsSecret):
            file_keys = (*keys[:-1], f"{keys[-1]}_file")
            known[variable_of(file_keys)] = (file_keys, field)
    return known


def _take(layer: Layer, keys: tuple[str, ...], field: FieldInfo, origin: Origin, text: str) -> None:
    if keys in layer.origins:
        layer.blame(keys, "stands in the environment twice, in different letter case")
        return
    layer.origins[keys] = origin
    if not _is_unicode(text):
        layer.blame(keys, "is not UTF-8")
        return
    try:
        layer.put(keys, _read(layer, keys, field, text), origin)
    except InvalidYaml as error:
        layer.blame(keys, error.reason)


def _is_unicode(text: str) -> bool:
    # Bytes that are no text reach Python as lone surrogates (PEP 383).
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _read(layer: Layer, keys: tuple[str, ...], field: FieldInfo, text: str) -> object:
    is_yaml = text.strip().startswith("[") and text.strip().endswith("]")
    if holds_list(field) and section_in(field) is None and not is_yaml:
        return [part.strip() for part in text.split(",")]
    if holds_list(field) or takes(field, dict):
        return written_value(text, keys, layer)
    if takes(field, bool, int, float):
        return scalar_value(Scalar(text.strip(), is_plain=True, line=1))
    return text


def _unknown(name: str, known: Mapping[str, object]) -> str:
    inside = next((variable for variable in known if variable.startswith(f"{name}__")), None)
    if inside is not None:
        return f"is a whole section; set its keys one by one, as in {inside}"
    # The names are long and begin alike.
    near = nearest(name, known, likeness=0.8)
    return f"unknown setting; did you mean {near}?" if near else "unknown setting"
