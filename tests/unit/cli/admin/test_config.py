from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.admin.config import config

GOOD = "alerting: {alertmanagers: [http://192.0.2.1:9093], bearer_token: hunter2}\n"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a working directory with an inventory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inventory.csv").touch()
    return tmp_path


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    """Run a command of the group."""
    return CliRunner().invoke(config, arguments, env={"POSMON_CONFIG": None, **(env or {})})


def test_good_configuration_is_ok(folder: Path) -> None:
    """Exit code 0 and one line."""
    (folder / "posmon.yaml").write_text(GOOD, encoding="utf-8")
    result = run("check")
    assert (result.exit_code, result.output) == (0, "posmon.yaml: ok\n")


def test_every_fault_is_named(folder: Path) -> None:
    """Exit code 1, and a line for each fault of file and environment on stderr."""
    (folder / "other.yaml").write_text("polling: {interval: 5ms}\nweb: {lisen: x}\n", encoding="utf-8")
    result = run("check", "--config", "other.yaml", env={"POSMON_TYPO": "1"})
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "other.yaml:1: polling.interval: must be at least 100ms",
        "other.yaml:2: web.lisen: unknown key; did you mean 'listen'?",
        "environment: POSMON_TYPO: unknown setting",
    ]


def test_what_is_likely_forgotten_is_remarked(folder: Path) -> None:
    """A missing inventory and the absence of receivers are notes, not faults."""
    (folder / "inventory.csv").unlink()
    (folder / "posmon.yaml").write_text("web: {tokens_file: tokens}", encoding="utf-8")
    result = run("check")
    assert result.exit_code == 0
    assert [line.split(": ")[1] for line in result.output.splitlines()[:-1]] == [
        "inventory.path",
        "web.tokens_file",
        "alerting.alertmanagers",
    ]


def test_file_is_named_by_the_environment(folder: Path) -> None:
    """POSMON_CONFIG names the file, and is no setting itself."""
    (folder / "other.yaml").write_text(GOOD, encoding="utf-8")
    assert run("check", env={"POSMON_CONFIG": "other.yaml"}).output == "other.yaml: ok\n"


def test_no_configuration_is_a_failure(folder: Path) -> None:
    """Nothing to check is not ok."""
    assert folder
    result = run("check")
    assert result.exit_code == 1
    assert "no configuration found" in result.output


def test_hostile_names_are_inert(folder: Path) -> None:
    """Control characters in keys and file names do not reach the terminal."""
    path = folder / "a\x1b[2Jb.yaml"
    path.write_text('"x\\e[2J": 1\n', encoding="utf-8")
    result = run("check", "--config", str(path))
    assert result.exit_code == 1
    assert result.output.replace("\n", "").isprintable()


def test_show_prints_every_setting_but_no_secret(folder: Path) -> None:
    """What is in force is printed as YAML, with its origin; secrets are only said to be set."""
    (folder / "posmon.yaml").write_text(GOOD, encoding="utf-8")
    result = run("show", env={"POSMON_POLLING__INTERVAL": "1m"})
    assert result.exit_code == 0
    assert "  interval: 1m" in result.output
    assert "# environment POSMON_POLLING__INTERVAL" in result.output
    assert "# bearer_token: set" in result.output
    assert "hunter2" not in result.output


def test_show_of_a_faulty_configuration_names_the_faults(folder: Path) -> None:
    """What is not in force cannot be shown."""
    (folder / "posmon.yaml").write_text("polling: 1\n", encoding="utf-8")
    result = run("show")
    assert result.exit_code == 1
    assert result.stderr.startswith("posmon.yaml:1: polling: ")


@pytest.mark.parametrize(("no_color", "is_coloured"), [(None, True), ("1", False)])
def test_colours_can_be_refused(folder: Path, no_color: str | None, is_coloured: bool) -> None:
    """On a terminal the verdict is coloured, unless NO_COLOR says not to."""
    (folder / "posmon.yaml").write_text(GOOD, encoding="utf-8")
    environ = {"POSMON_CONFIG": None, "NO_COLOR": no_color}
    result = CliRunner().invoke(config, ["check"], env=environ, color=True)
    assert ("\x1b" in result.output) is is_coloured
