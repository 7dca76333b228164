import re
from pathlib import Path

import pytest

from monitor.config.description import _written
from monitor.config.loading import load_settings
from monitor.config.restarts import restart_keys
from monitor.config.schema import keys_below
from monitor.config.section import Section, key_of
from monitor.config.settings import Settings
from monitor.domain.inventory.terminal import FIELDS

ROOT = Path(__file__).parents[3]
REFERENCE = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "config/posmon.example.yaml"

KEYS = [keys for keys, _ in keys_below(Settings)]
ALERTS = list(type(Settings().detectors).model_fields)


def rows() -> dict[str, list[str]]:
    """Return the cells of every row of the reference's tables by the code in their first cell."""
    cells = [line.strip("|").split("|") for line in REFERENCE.splitlines() if line.startswith("| `")]
    return {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in cells}


WHOLE = {("alerting", "basic_auth"), ("polling", "nexo")}
"""Sections that are unset or given whole: each has one row."""


def default_of(keys: tuple[str, ...]) -> str:
    """Return how the reference writes the default of a setting."""
    section: object = Settings()
    for key in keys[:-1]:
        section = getattr(section, key) or type(section)
    assert isinstance(section, Section)
    name = next(name for name in type(section).model_fields if key_of(name) == keys[-1])
    value = getattr(section, name)
    return "unset" if value is None else f"`{_written(name, value)}`"


@pytest.mark.parametrize(
    "keys", [k for k in KEYS if k[0] != "detectors" and k[:2] not in WHOLE], ids=".".join
)
def test_setting_is_in_the_reference(keys: tuple[str, ...]) -> None:
    """Every setting has a row with its default and a meaning."""
    value, default, meaning = rows()[".".join(keys)]
    assert value
    assert meaning
    assert default == default_of(keys)


def test_reference_has_no_setting_that_is_gone() -> None:
    """Every dotted key of the reference is a setting."""
    dotted = {name for name in rows() if "." in name}
    assert dotted - {".".join(keys) for keys in WHOLE} <= {".".join(keys) for keys in KEYS}


def test_reference_marks_the_settings_that_a_reload_changes() -> None:
    """Those marked `AtReload` and no others; of `detectors` one sentence says so of all."""
    settings = {".".join(keys) for keys in KEYS}
    marked = {name for name, cells in rows().items() if name in settings and cells[-1].startswith("↻ ")}
    at_reload = {".".join(keys) for keys in set(KEYS) - set(restart_keys()) if keys[0] != "detectors"}
    assert marked == at_reload
    assert "↻ A reload changes all of them." in REFERENCE.partition("### detectors")[2].partition("##")[0]


@pytest.mark.parametrize("alert", ALERTS)
def test_alert_is_in_the_reference(alert: str) -> None:
    """Every alert has a row with its severity, owner, durations and thresholds."""
    severity, owner, for_, keep_firing_for, own, meaning = rows()[alert]
    settings = Settings().detectors.rule(alert)
    written = {name: _written(name, getattr(settings, name)) for name in type(settings).model_fields}
    assert [severity, owner, for_, keep_firing_for] == [
        written.pop("severity"),
        written.pop("owner"),
        written.pop("for_s"),
        written.pop("keep_firing_s"),
    ]
    thresholds = {
        key_of(name): value for name, value in written.items() if name not in {"enabled", "overrides"}
    }
    assert dict(re.findall(r"`(\w+): ([^`]*)`", own)) == thresholds
    assert meaning


def test_inventory_columns_are_in_the_reference() -> None:
    """Every column of an inventory is explained."""
    section = REFERENCE.partition("## The inventory")[2]
    assert [name for name in FIELDS if f"`{name}`" not in section] == []


def test_example_holds_every_setting_at_its_default() -> None:
    """The example loads, changes nothing, and leaves nothing out."""
    settings = load_settings(EXAMPLE, {})
    text = EXAMPLE.read_text(encoding="utf-8")
    for keys in KEYS:
        assert (
            settings.origin_of(keys) is not None
            or f"# {keys[-1]}:" in text
            or f"{{{keys[-1]}:" in text
            or keys[:2] in WHOLE
        ), keys
    defaults = load_settings(None, {})
    for section in ("polling", "web", "alerting", "notify", "metrics", "logging"):
        assert getattr(settings, section) == getattr(defaults, section), section
    assert describe_rules(settings) == describe_rules(defaults)


def describe_rules(settings: Settings) -> dict[str, Section]:
    """Return the settings of every alert."""
    return {alert: settings.detectors.rule(alert) for alert in ALERTS}


def test_commented_lines_of_the_example_are_right(tmp_path: Path) -> None:
    """With its comment signs taken away, each optional line of the example is a valid setting."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for name in ("ca.pem", "posmon.pem", "posmon.key", "/run/secrets/alertmanager", "/run/secrets/token"):
        assert name in text
    opened = re.sub(r"^( +)# (- \{|basic_auth:)", r"\1\2", text, flags=re.MULTILINE)
    opened = opened.replace("overrides: []               ", "overrides:                  ")
    (tmp_path / "password").write_text("x", encoding="utf-8")
    path = tmp_path / "posmon.yaml"
    path.write_text(opened.replace("/run/secrets/alertmanager", "password"), encoding="utf-8")
    settings = load_settings(path, {})
    assert len(settings.polling.overrides) == 3
    assert settings.alerting.basic_auth is not None
