import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from monitor.adapters.runbook_files import alerts_with_runbook, load_runbook, load_runbooks
from monitor.domain.errors import InvalidDocument
from monitor.domain.runbooks.runbook import Language
from tests.unit.domain.runbooks.test_markdown import CHINESE, WHOLE

ROOT = Path(__file__).parents[3]


def written(folder: Path, **files: str) -> Path:
    """Return a folder with these files, `__` in their names for a dot."""
    for name, text in files.items():
        (folder / f"{name.replace('__', '.')}.md").write_text(text, encoding="utf-8")
    return folder


def test_folder_is_read_whole(tmp_path: Path) -> None:
    """Each alert is read in the languages that are there; a README is none."""
    folder = written(tmp_path, PaperOut=WHOLE, PaperOut__zh=CHINESE, README="hello")
    assert alerts_with_runbook(folder) == ("PaperOut",)
    runbooks = load_runbooks(folder)
    found = runbooks.find("PaperOut", Language.ZH)
    assert found is not None
    assert found.language is Language.ZH


def test_every_malformed_file_is_named(tmp_path: Path) -> None:
    """File, line and reason of each are told together."""
    folder = written(tmp_path, PaperOut="hello", PaperLow=WHOLE)
    (folder / "PaperJam.md").write_bytes(b"\xff")
    with pytest.raises(InvalidDocument) as caught:
        load_runbooks(folder)
    assert [str(fault) for fault in caught.value.faults] == [
        "PaperJam.md: is not UTF-8",
        "PaperLow.md:1: is the runbook of PaperOut",
        "PaperOut.md:1: must begin with '# AlertName: what it says'",
    ]


def test_single_runbook_is_read_alone() -> None:
    """A runbook is found in its language; one that is not there is nothing."""
    runbook = load_runbook("TerminalOffline", Language.ZH)
    assert runbook is not None
    assert runbook.language is Language.ZH
    assert load_runbook("NoSuchAlert", Language.EN) is None


def test_wheel_brings_runbooks_and_dialects(tmp_path: Path) -> None:
    """What is installed from a wheel has every runbook and dialect, as a checkout has."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    runbooks = {f"monitor/runbooks/{path.name}" for path in ROOT.glob("docs/runbooks/*.md")}
    dialects = {
        f"monitor/config/dialects/{path.name}" for path in ROOT.glob("monitor/config/dialects/*.yaml")
    }
    assert {*runbooks, *dialects, "monitor/config/code_categories.yaml"} <= set(names)
    assert len(names) == len(set(names))
