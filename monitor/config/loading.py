"""Reading the configuration from file, environment and secrets, and finding everything wrong with it."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.config.dialect_files import load_response_codes
from monitor.config.environment import SOURCE, environment_layer
from monitor.config.layer import Layer, Origin
from monitor.config.schema import fields_of, holds_list, is_marked, section_in
from monitor.config.secrets import credentials_layer, settle_secret
from monitor.config.section import Place, Section
from monitor.config.settings import Settings
from monitor.config.sources import file_layer
from monitor.config.suggestions import did_you_mean
from monitor.config.values import HoldsSecrets, IsPath, IsSecret
from monitor.config.wording import faults_of
from monitor.domain.errors import Fault, InvalidConfiguration


def load_settings(path: Path | None, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a file and the environment (the process' own when None).

    Environment goes before credentials, these before the file. Relative paths count from the file's
    folder when they stand in the file (or nowhere), and from the working directory when they stand
    in the environment; a storage path that stands nowhere counts from STATE_DIRECTORY, where set.
    Raises InvalidConfiguration with every fault; values are compared with each other once each is
    right by itself, and the files that they name are read last.
    """
    variables = os.environ if environ is None else environ
    folder = Path(path.parent if path else "").absolute()
    file = file_layer(path) if path else Layer()
    environment = environment_layer(Settings, variables)
    _settle(file.values, Settings, (), file, folder)
    _settle(environment.values, Settings, (), environment, Path.cwd())
    layers = (environment, credentials_layer(Settings, variables), file, _default_paths(folder, variables))
    origins = _merged_origins(layers)
    faults = [fault for layer in layers for fault in layer.faults]
    settings = None
    try:
        settings = Settings.from_layers(layers, origins)
    except ValidationError as error:
        faults += faults_of(error, Settings, origins)
    if faults or settings is None:
        raise InvalidConfiguration(sorted(faults, key=_order))
    known = settings.knowing(load_response_codes(settings.dialects.files))
    if unknown := list(_unknown_dialects(known)):
        raise InvalidConfiguration(sorted(unknown, key=_order))
    return known


def _unknown_dialects(settings: Settings) -> Iterator[Fault]:
    """Yield what sources name as a dialect and no file describes."""
    dialects = settings.response_codes().dialects
    for number, source in enumerate(settings.sources):
        if source.dialect in dialects:
            continue
        origin = settings.origin_of(("sources", number, "dialect"))
        yield Fault(
            source=origin.source if origin else SOURCE,
            line=origin.line if origin else None,
            field=f"sources[{number}].dialect",
            reason=f"not a dialect{did_you_mean(source.dialect, dialects)}",
        )


def _order(fault: Fault) -> tuple[bool, int]:
    return fault.source == SOURCE, fault.line or 0


def _default_paths(folder: Path, variables: Mapping[str, str]) -> Layer:
    """Return the default paths; a service's state goes where its manager wants it (systemd.exec(5))."""
    layer = Layer()
    state = variables.get("STATE_DIRECTORY", "").partition(":")[0]
    for section, key, path in _paths_of(Settings()):
        place = Path(state) if state and section == "storage" else folder
        layer.values.setdefault(section, {})[key] = place / path
    return layer


def _paths_of(settings: Settings) -> Iterator[tuple[str, str, Path]]:
    for section in type(settings).model_fields:
        for key, value in getattr(settings, section):
            if isinstance(value, Path):
                yield section, key, value


def _settle(values: dict[str, Any], model: type[Section], place: Place, layer: Layer, folder: Path) -> None:
    """Make paths absolute, read secrets, and take a section without keys for an empty one."""
    for key, field in fields_of(model).items():
        section = section_in(field)
        if is_marked(field, HoldsSecrets):
            for inner, mapping in _mappings_at((*place, key), values.get(key)):
                for name in list(mapping):
                    settle_secret(mapping, name, inner, layer, folder)
        elif is_marked(field, IsSecret):
            settle_secret(values, key, place, layer, folder)
        elif is_marked(field, IsPath) and values.get(key):
            values[key] = _absolute(values[key], folder)
        elif section is not None and key in values:
            if values[key] is None and field.default is not None and not holds_list(field):
                values[key] = {}
            for inner, mapping in _mappings_at((*place, key), values[key]):
                _settle(mapping, section, inner, layer, folder)


def _mappings_at(place: Place, written: object) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield the mapping that stands at `place`, or each of the list of them."""
    for inner, value in enumerate(written) if isinstance(written, list) else [(None, written)]:
        if isinstance(value, dict):
            yield (place if inner is None else (*place, inner)), value


def _absolute(written: object, folder: Path) -> object:
    if isinstance(written, list):
        return [_absolute(item, folder) for item in written]
    return str(folder / written) if isinstance(written, str) else written


def _merged_origins(layers: tuple[Layer, ...]) -> dict[Place, Origin]:
    """Return where each setting in force is written; a stronger layer replaces the place as well."""
    merged: dict[Place, Origin] = {}
    for layer in reversed(layers):
        if not merged:
            merged.update(layer.origins)
            continue
        for place, origin in layer.origins.items():
            if not _is_mapping_at(place, layer.values):
                merged = {known: old for known, old in merged.items() if known[: len(place)] != place}
            merged[place] = origin
    return merged


def _is_mapping_at(place: Place, values: object) -> bool:
    """Tell whether a layer adds to what weaker ones say at `place` instead of replacing it."""
    for part in place:
        values = values.get(part) if isinstance(values, dict) else None
    return isinstance(values, dict)
