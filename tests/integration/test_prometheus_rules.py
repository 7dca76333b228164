"""The example configuration of Prometheus, its rules and their tests, by the real promtool."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.real import require

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "config/prometheus"
RULES = sorted((FOLDER / "rules").glob("*.yml"))
TESTS = sorted((FOLDER / "tests").glob("*.test.yml"))
WORDS = {"summary", "summary_zh", "description", "description_zh", "runbook_url"}


def promtool(*arguments: str | Path) -> str:
    """Run promtool, which must be content, and return what it says."""
    ended = subprocess.run([require("promtool"), *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def read(path: Path) -> Any:
    """Return a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules(kind: str) -> list[dict[str, Any]]:
    """Return the rules that have the key `kind`: "alert" or "record"."""
    found = [rule for path in RULES for group in read(path)["groups"] for rule in group["rules"]]
    return [rule for rule in found if kind in rule]


def expectations() -> list[tuple[str, bool]]:
    """Return the text and whether it expects samples, of every expectation in the tests."""
    return [
        (f"{test['name']} {expected['expr']}", bool(expected["exp_samples"]))
        for path in TESTS
        for test in read(path)["tests"]
        for expected in test.get("promql_expr_test", ())
    ]


@pytest.mark.parametrize("name", ["prometheus.yml", "large-fleet.yml"])
def test_configuration_is_good(name: str) -> None:
    """Promtool accepts the scrape configurations and finds all rules; its linter says nothing."""
    said = promtool("check", "config", "--lint=all", "--lint-fatal", FOLDER / name)
    assert f"{len(RULES)} rule files found" in said
    promtool("check", "rules", "--lint=all", "--lint-fatal", *RULES)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_rules_do_what_their_tests_say(path: Path) -> None:
    """Each alert fires when it should and not before, and each recorded figure is right."""
    promtool("test", "rules", path)


def test_every_alert_is_tested_firing_and_not_firing() -> None:
    """No alert is without an expectation of either kind, no recorded series without a value."""
    expected = expectations()
    for rule in rules("alert"):
        kinds = {fires for text, fires in expected if re.search(rf'alertname="{rule["alert"]}"', text)}
        assert kinds == {True, False}, rule["alert"]
    for rule in rules("record"):
        name = re.compile(rf"(?<![\w:]){rule['record']}(?![\w:])")
        assert any(fires and name.search(text) for text, fires in expected), rule["record"]


def test_every_alert_says_what_to_do() -> None:
    """Each has a severity, words in both languages, and a section where its runbook_url leads."""
    text = (ROOT / "docs/prometheus.md").read_text(encoding="utf-8")
    sections = {heading.lower() for heading in re.findall(r"^#+ (\w+)$", text, re.MULTILINE)}
    for rule in rules("alert"):
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == WORDS
        assert rule["annotations"]["runbook_url"].partition("#")[2] in sections, rule["alert"]
