from pathlib import Path

from monitor.config.description import describe
from monitor.config.loading import load_settings

TEXT = """
polling:
  allowed_networks: [10.0.0.0/8, "2001:db8::/32"]
  uplinks: ["[2001:db8::1]:53"]
  overrides:
    - {model: "910", interval: 5m}
    - {site: "Berlin: 7", timeout: 500ms}
web: {listen: "[::1]:80"}
alerting:
  alertmanagers: [http://192.0.2.1:9093]
  external_labels: {cluster: "1", city: "Zürich, 北京", yes: "true"}
detectors:
  TerminalOffline: {for: 2m, overrides: [{site: "#1", for: 3m, enabled: false, severity: info}]}
  FirmwareOutdated: {minimum: "3.10"}
"""


def test_description_reads_back_as_the_same_settings(tmp_path: Path) -> None:
    """What `config show` prints is a configuration that means the same."""
    path = tmp_path / "posmon.yaml"
    path.write_text(TEXT, encoding="utf-8")
    settings = load_settings(path, {})
    again = tmp_path / "again.yaml"
    again.write_text(describe(settings), encoding="utf-8")
    read = load_settings(again, {})
    for section in ("inventory", "polling", "web", "storage", "alerting", "metrics", "logging", "detectors"):
        assert getattr(read, section) == getattr(settings, section), section


def test_description_tells_where_values_come_from(tmp_path: Path) -> None:
    """A value that is no default names its file and line, or its variable."""
    path = tmp_path / "posmon.yaml"
    path.write_text(TEXT, encoding="utf-8")
    lines = describe(load_settings(path, {"POSMON_POLLING__TIMEOUT": "3s"})).splitlines()
    origins = {line.split("#")[0].strip(): line.partition("  # ")[2] for line in lines}
    assert origins["timeout: 3s"] == "environment POSMON_POLLING__TIMEOUT"
    assert origins["interval: 30s"] == ""
    assert "  # ca_file: unset" in lines
    assert origins['- {model: "910", interval: 5m}'] == f"{path}:6"
    assert origins["for: 2m"] == ""
    assert f"    for: 2m                                 # {path}:13".split() in [
        line.split() for line in lines
    ]


def test_replaced_list_is_told_from_its_new_place(tmp_path: Path) -> None:
    """When a variable replaces a list of the file, nothing of it is said to stand in the file."""
    path = tmp_path / "posmon.yaml"
    path.write_text(TEXT, encoding="utf-8")
    shown = describe(load_settings(path, {"POSMON_POLLING__OVERRIDES": "[{model: A920, interval: 5m}]"}))
    (line,) = (line for line in shown.splitlines() if "A920" in line)
    assert line.endswith("# environment POSMON_POLLING__OVERRIDES")
