from pathlib import Path

import pytest
from pydantic import SecretStr

from monitor.config.loading import load_settings
from monitor.config.restarts import restart_keys, restart_needed
from monitor.config.sections import BasicAuth
from monitor.config.settings import Settings

ACME = "dialect: acme\ncodes: {55: {category: wrong_pin, text: TEXT}}\n"


def settled(folder: Path, *, text: str = "a", files: str = "[acme.yaml]") -> Settings:
    """Write a dialect and a configuration that names it, and load them."""
    (folder / "acme.yaml").write_text(ACME.replace("TEXT", text), encoding="utf-8")
    path = folder / "posmon.yaml"
    path.write_text(f"dialects: {{files: {files}}}\n", encoding="utf-8")
    return load_settings(path, {})


@pytest.mark.parametrize(("changes", "needed"), [({}, []), ({"text": "b"}, True), ({"files": "[]"}, True)])
def test_a_changed_dialect_needs_a_restart(tmp_path: Path, changes: dict[str, str], *, needed: bool) -> None:
    """Also when only the content of its file has changed."""
    at_start = settled(tmp_path)
    assert restart_needed(at_start, settled(tmp_path, **changes)) == (["dialects.files"] if needed else [])


def test_changed_settings_are_named_one_by_one() -> None:
    """By their dotted names, with those of a section that was not set before."""
    at_start = Settings()
    web = at_start.web.model_copy(update={"push_rate": 7})
    signed_in = BasicAuth(username="posmon", password=SecretStr("x"))
    alerting = at_start.alerting.model_copy(update={"basic_auth": signed_in})
    now = at_start.model_copy(update={"web": web, "alerting": alerting})
    assert restart_needed(at_start, now) == [
        "web.push_rate",
        "alerting.basic_auth.username",
        "alerting.basic_auth.password",
    ]
    assert restart_needed(now, now) == []


def test_what_a_reload_changes_needs_no_restart() -> None:
    """A mark on a setting covers it, a mark on a section all that is in it."""
    at_start = Settings()
    polling = at_start.polling.model_copy(update={"interval_s": 60.0, "concurrency": 5})
    inventory = at_start.inventory.model_copy(update={"max_shrink": 1.0})
    assert restart_needed(at_start, at_start.model_copy(update={"polling": polling})) == [
        "polling.concurrency"
    ]
    assert restart_needed(at_start, at_start.model_copy(update={"inventory": inventory})) == []
    assert not {keys for keys in restart_keys() if keys[0] in {"detectors", "inventory"}}
