import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| .+ \| .+ \| \[(\w+)\]\(\.\./tests/faults/(\w+)\.py\) \|$", re.MULTILINE)


def test_every_fault_has_a_row_and_every_row_a_test() -> None:
    """docs/reliability.md names each file of tests/faults once, by its name."""
    rows = ROW.findall((ROOT / "docs/reliability.md").read_text(encoding="utf-8"))
    assert all(name == file for name, file in rows)
    assert sorted(file for _, file in rows) == sorted(
        path.stem for path in (ROOT / "tests/faults").glob("test_*.py")
    )
