import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version

from tests import licences
from tests.house import pins

ROOT = Path(__file__).parents[2]
MENDED = tomllib.loads((ROOT / "tests/advisories.toml").read_text(encoding="utf-8"))["mended"]


@pytest.mark.parametrize("row", MENDED, ids=lambda row: f"{row['package']} {row['advisory']}")
def test_no_release_with_a_known_hole_is_pinned(row: dict[str, str]) -> None:
    """What is pinned, for running or for working, is at least the release that mended it."""
    for requirements in ("requirements.txt", "requirements-notify.txt", "requirements-dev.txt"):
        pinned = pins(ROOT / requirements)[row["package"]]
        assert Version(pinned) >= Version(row["release"]), f"{requirements}: {row['what']}"


def test_what_comes_from_npm_is_pinned_by_hash_and_documented() -> None:
    """Each package has a release, a hash and no address: the machine decides where it comes from."""
    written = (ROOT / "tests/npm/package-lock.json").read_text(encoding="utf-8")
    locked = json.loads(written)["packages"]
    wanted = json.loads((ROOT / "tests/npm/package.json").read_text(encoding="utf-8"))["dependencies"]
    assert locked.pop("")["dependencies"] == wanted
    assert [name for name, package in locked.items() if "sha512-" not in package.get("integrity", "")] == []
    assert "://" not in written
    documented = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    for name, release in wanted.items():
        assert f"| {name} |" in documented
        assert locked[f"node_modules/{name}"]["version"] == release


def test_bandit_finds_nothing() -> None:
    """No finding of medium or high severity in what is shipped."""
    judged = subprocess.run(
        [sys.executable, "-m", "bandit", "--quiet", "--recursive", "-ll", "monitor"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout


def test_every_licence_is_listed() -> None:
    """The list is what the installed packages state, and none leaves it open."""
    assert (ROOT / "docs/licences.md").read_text(encoding="utf-8") == licences.page()
    assert "not stated" not in licences.page()


def test_the_bill_of_materials_names_what_is_pinned() -> None:
    """A CycloneDX document with every package that runs, its release and its licence."""
    subprocess.run([ROOT / "scripts/supply-chain.sh", "sbom"], check=True, capture_output=True)
    bill = json.loads((ROOT / "dist/posmon.cdx.json").read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    listed = {part["name"].lower().replace("_", "-"): part["version"] for part in bill["components"]}
    wanted = pins(ROOT / "requirements.txt")
    assert {name: listed.get(name) for name in wanted} | {"pip": None} == wanted | {"pip": None}
    assert all(part.get("licenses") for part in bill["components"])
