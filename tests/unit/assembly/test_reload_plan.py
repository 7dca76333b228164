from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.assembly import read_plan
from monitor.config.loading import load_settings
from monitor.domain.errors import InvalidInventory
from monitor.domain.inventory.inventory import Inventory

ACME = "dialect: acme\ncodes: {55: {category: wrong_pin, text: TEXT}}\n"


def settled(folder: Path, *, text: str = "a", files: str = "[acme.yaml]", dialect: str = "acme") -> Path:
    """Write dialect, inventory and configuration, and return the latter's path."""
    (folder / "acme.yaml").write_text(ACME.replace("TEXT", text), encoding="utf-8")
    (folder / "inventory.csv").write_text(f"terminal_id,dialect\n1,{dialect}\n", encoding="utf-8")
    path = folder / "posmon.yaml"
    path.write_text(f"dialects: {{files: {files}}}\n", encoding="utf-8")
    return path


def test_inventory_may_name_the_dialects_in_force(tmp_path: Path) -> None:
    """A dialect of the configuration is known; one it has gained since the start is not yet."""
    path = settled(tmp_path)
    at_start = load_settings(path, {})
    plan = read_plan(lambda: load_settings(path, {}), at_start, Inventory())
    assert [terminal.dialect for terminal in plan.inventory] == ["acme"]
    before = load_settings(None, {})
    with pytest.raises(InvalidInventory, match="not a dialect"):
        read_plan(lambda: load_settings(path, {}), before, Inventory())


@pytest.mark.parametrize(
    ("changes", "warned"),
    [({}, False), ({"text": "b"}, True), ({"files": "[]", "dialect": "visa"}, True)],
)
def test_changed_dialects_need_a_restart(tmp_path: Path, changes: dict[str, str], *, warned: bool) -> None:
    """A reload says so, also when only a dialect's file has changed."""
    at_start = load_settings(settled(tmp_path), {})
    path = settled(tmp_path, **changes)
    with capture_logs() as logs:
        read_plan(lambda: load_settings(path, {}), at_start, Inventory())
    said = [entry["settings"] for entry in logs if entry["event"] == "reload.needs_restart"]
    assert said == ([["dialects"]] if warned else [])
