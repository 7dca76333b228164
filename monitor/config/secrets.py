"""Secrets that stand in files of their own, and systemd's credentials."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from monitor.config.layer import Layer, Origin, dotted
from monitor.config.schema import is_marked, keys_below
from monitor.config.section import Place, Section
from monitor.config.suggestions import did_you_mean
from monitor.config.text_file import Unreadable, read_text
from monitor.config.values import IsSecret
from monitor.domain.errors import Fault

LARGEST_SECRET = 64 * 1024
CREDENTIAL_PREFIX = "posmon."
UNREADABLE = SecretStr("unreadable")
"""Stands in for a secret whose fault is already reported."""


def read_secret(path: Path) -> SecretStr:
    """Return the only line of a file; raises Unreadable."""
    text = read_text(path, max_bytes=LARGEST_SECRET).strip("\r\n")
    if not text:
        raise Unreadable("the file is empty")
    return SecretStr(text)


def settle_secret(mapping: dict[str, object], key: str, place: Place, layer: Layer, folder: Path) -> None:
    """Put the secret itself in the place of `KEY_file: path` or `KEY: {file: path}`.

    Relative paths count from `folder`. Nothing of a secret or of its file's name gets into faults.
    """
    file_key = f"{key}_file"
    given = mapping.get(key)
    if file_key in mapping:
        if key in mapping:
            layer.blame((*place, file_key), f"cannot stand beside {key}")
        layer.origins[*place, key] = layer.origins[*place, file_key]
        mapping[key] = _from_file(mapping.pop(file_key), (*place, file_key), layer, folder)
    elif isinstance(given, dict) and set(given) == {"file"}:
        mapping[key] = _from_file(given["file"], (*place, key), layer, folder)
    elif isinstance(given, str):
        mapping[key] = SecretStr(given)
    elif given is not None:
        layer.blame((*place, key), "write {file: /path/of/the/secret}, or the secret as text in quotes")
        mapping[key] = UNREADABLE


def _from_file(written: object, place: Place, layer: Layer, folder: Path) -> SecretStr:
    if not isinstance(written, str) or not written:
        layer.blame(place, "write the path of the file that holds the secret")
        return UNREADABLE
    try:
        return read_secret(folder / written)
    except Unreadable as error:
        layer.blame(place, f"the secret's file {error.reason}")
        return UNREADABLE


def credentials_layer(model: type[Section], environ: Mapping[str, str]) -> Layer:
    """Return the secrets among systemd's credentials (systemd.exec(5), `LoadCredential=`).

    The credential `posmon.alerting.bearer_token` is the setting `alerting.bearer_token`; others of the
    form `posmon.SECTION.KEY` are faults.
    """
    layer = Layer()
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder or not Path(folder).is_dir():
        return layer
    known = {
        CREDENTIAL_PREFIX + dotted(keys): keys
        for keys, field in keys_below(model)
        if is_marked(field, IsSecret)
    }
    for path in sorted(Path(folder).glob(f"{CREDENTIAL_PREFIX}*.*")):
        if path.name not in known:
            reason = f"unknown credential{did_you_mean(path.name, known)}"
            layer.faults.append(Fault(source="credentials", field=path.name, reason=reason))
            continue
        keys = known[path.name]
        layer.put(keys, UNREADABLE, Origin(source="credentials", variable=path.name))
        layer.put(keys, _from_file(path.name, keys, layer, Path(folder)), layer.origins[keys])
    return layer
