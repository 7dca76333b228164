from pathlib import Path

import click
import pytest

from monitor.cli.options.config_file import found_config


def test_named_file_is_taken_unseen(tmp_path: Path) -> None:
    """A file that somebody named is taken, there or not: reading it says more."""
    assert found_config(tmp_path / "missing.yaml") == tmp_path / "missing.yaml"


def test_first_place_with_a_file_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a name the working directory is searched, posmon.yaml before posmon.yml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "posmon.yml").touch()
    assert found_config(None) == Path("posmon.yml")
    (tmp_path / "posmon.yaml").touch()
    assert found_config(None) == Path("posmon.yaml")


def test_no_file_at_all_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When there is nothing to read, the places that were searched are named."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(click.ClickException, match=r"posmon\.yaml, posmon\.yml, /etc/posmon/posmon\.yaml"):
        found_config(None)
