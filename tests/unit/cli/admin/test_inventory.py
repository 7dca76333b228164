from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.admin.inventory import inventory

GOOD = (
    "terminal_id,endpoint,site,vendor,model,status\n"
    "00000001,http://192.0.2.1/,Berlin,newland,N910,\n"
    "00000002,http://192.0.2.2/,Berlin,newland,N910,\n"
    "00000003,http://192.0.2.2/,,pax,A920,maintenance\n"
)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a working directory with an inventory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inventory.csv").write_text(GOOD, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    """Run `inventory check`."""
    return CliRunner().invoke(inventory, ["check", *arguments], env={"POSMON_CONFIG": None})


def test_good_inventory_is_counted(folder: Path) -> None:
    """Exit code 0, counts by status, model and site, and remarks."""
    assert folder
    result = run("inventory.csv")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "       2  status in_service",
        "       1  status maintenance",
        "       2  model newland N910",
        "       1  model pax A920",
        "       2  site Berlin",
        "       1  site (none)",
        "note: endpoint http://192.0.2.2/ belongs to 2 terminals: 00000002, 00000003",
        "inventory.csv: ok, 3 terminals",
    ]


def test_many_sites_are_summed_up(folder: Path) -> None:
    """Of a thousand sites the largest are listed and the rest counted."""
    rows = "".join(f"{n:08},Site {n}\n" for n in range(30))
    (folder / "inventory.csv").write_text(f"terminal_id,site\n{rows}", encoding="utf-8")
    assert "      20  in 20 more sites" in run("inventory.csv").output.splitlines()


def test_every_fault_is_named(folder: Path) -> None:
    """Exit code 1, and a line for each fault on stderr."""
    (folder / "bad.csv").write_text("terminal_id,site,status\n!,x,gone\n1,,\n1,,\n", encoding="utf-8")
    result = run("bad.csv")
    assert result.exit_code == 1
    assert [line.split(": ")[:2] for line in result.stderr.splitlines()] == [
        ["bad.csv:2", "terminal_id"],
        ["bad.csv:2", "status"],
        ["bad.csv:4", "terminal_id"],
    ]


def test_configuration_names_the_inventory(folder: Path) -> None:
    """Without a file, the one of the configuration is checked, by its allowed networks."""
    text = "inventory: {path: inventory.csv}\npolling: {allowed_networks: [192.0.2.1/32]}\n"
    (folder / "posmon.yaml").write_text(text, encoding="utf-8")
    result = run()
    assert result.exit_code == 1
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["endpoint", "endpoint"]
    assert run("--allow-network", "192.0.2.0/24").exit_code == 0
    assert run("inventory.csv").exit_code == 0
    assert run("inventory.csv", "--config", "posmon.yaml").exit_code == 1


def test_faults_of_the_configuration_are_named(folder: Path) -> None:
    """A configuration that cannot be read is the first thing to repair."""
    (folder / "posmon.yaml").write_text("pol: 1\n", encoding="utf-8")
    result = run()
    assert result.exit_code == 1
    assert result.stderr.startswith("posmon.yaml:1: pol: unknown key")


def test_loopback_needs_to_be_allowed(folder: Path) -> None:
    """An endpoint on this host is refused unless the network is allowed."""
    (folder / "inventory.csv").write_text("terminal_id,endpoint\n1,http://127.0.0.1:1/\n", encoding="utf-8")
    assert run("inventory.csv").exit_code == 1
    assert run("inventory.csv", "--allow-network", "127.0.0.0/8").exit_code == 0


def test_wrong_network_is_wrong_usage(folder: Path) -> None:
    """What is no network is said before anything is read."""
    assert folder
    result = run("inventory.csv", "--allow-network", "10.0.0.1/8")
    assert result.exit_code == 2
    assert "did you mean '10.0.0.0/8'?" in result.output


def test_hostile_names_are_inert(folder: Path) -> None:
    """Control characters in header and file name do not reach the terminal."""
    path = folder / "a\x1b[2Jb.csv"
    path.write_text("terminal_id,\x1b[2J\n1,\n", encoding="utf-8")
    result = run(str(path))
    assert result.exit_code == 1
    assert result.output.replace("\n", "").isprintable()
