"""The key of Adyen's terminals in the configuration."""

from pathlib import Path

import pytest
import trustme

from monitor.config.loading import load_settings
from monitor.domain.errors import InvalidConfiguration

WORDS = "open sesame"


def load(folder: Path, text: str) -> str:
    """Return what is wrong with a configuration, "" for nothing; three files stand beside it."""
    trustme.CA().cert_pem.write_to_path(str(folder / "root.pem"))
    (folder / "words").write_text(WORDS + "\n", encoding="utf-8")
    (folder / "umlaut").write_text("sesam öffne dich\n", encoding="utf-8")
    path = folder / "posmon.yaml"
    path.write_text(f"polling:\n  nexo: {text}\n", encoding="utf-8")
    try:
        settings = load_settings(path)
    except InvalidConfiguration as error:
        return "; ".join(f"{fault.line} {fault.field}: {fault.reason}" for fault in error.faults)
    assert settings.polling.nexo is not None
    assert settings.polling.nexo.passphrase.get_secret_value() == WORDS
    assert WORDS not in repr(settings)
    return ""


def test_a_key_is_read_from_its_file(tmp_path: Path) -> None:
    """Nothing of it shows."""
    text = "{key_identifier: shop-key, key_version: 1, passphrase: {file: words}, ca_file: root.pem}"
    assert load(tmp_path, text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{key_version: 1, passphrase: {file: words}, ca_file: root.pem}", "polling.nexo.key_identifier: "),
        ("{key_identifier: k, passphrase: {file: words}, ca_file: root.pem}", "polling.nexo.key_version: "),
        ("{key_identifier: k, key_version: 1, ca_file: root.pem}", "polling.nexo.passphrase: "),
        ("{key_identifier: k, key_version: 1, passphrase: {file: words}}", "polling.nexo.ca_file: "),
        (
            "{key_identifier: k, key_version: 1, passphrase: {file: umlaut}, ca_file: root.pem}",
            "polling.nexo.passphrase: has a character that is not ASCII; give the key another passphrase",
        ),
        (
            "{key_identifier: k, key_version: 1, passphrase: {file: words}, ca_file: words}",
            "polling.nexo.ca_file: holds no certificates in PEM form",
        ),
        (
            "{key_identifier: k, key_version: -1, passphrase: {file: words}, ca_file: root.pem}",
            "polling.nexo.key_version: ",
        ),
    ],
)
def test_a_fault_is_named_with_its_key(text: str, reason: str, tmp_path: Path) -> None:
    """All four are needed, and nothing of the passphrase is told."""
    found = load(tmp_path, text)
    assert f"2 {reason}" in found
    assert "sesam" not in found
