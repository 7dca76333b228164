from pathlib import Path

import pytest

from monitor.config.description import describe
from monitor.config.loading import load_settings
from monitor.config.settings import Settings
from monitor.domain.errors import InvalidConfiguration

KEY, SECRET = "k3y-0815", "s3cr3t-4711"
ADYEN = "name: acquirer, kind: adyen, url: 'https://device.example/v1', api_key: {file: k}"
PAXSTORE = "name: estate, kind: paxstore, url: 'https://pax.example', key: {file: k}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files of a key and its secret."""
    (tmp_path / "k").write_text(f"{KEY}\n", encoding="utf-8")
    (tmp_path / "s").write_text(f"{SECRET}\n", encoding="utf-8")
    return tmp_path


def load(folder: Path, source: str) -> Settings:
    """Load a configuration with one source."""
    (folder / "posmon.yaml").write_text(f"sources: [{{{source}}}]\n", encoding="utf-8")
    return load_settings(folder / "posmon.yaml", {})


def test_key_and_secret_come_from_files_and_show_nowhere(folder: Path) -> None:
    """The settings have them; what people see has not."""
    settings = load(folder, f"{PAXSTORE}, secret: {{file: s}}")
    (source,) = settings.sources
    assert source.key is not None
    assert source.secret is not None
    assert (source.key.get_secret_value(), source.secret.get_secret_value()) == (KEY, SECRET)
    shown = f"{settings!r} {settings} {source!r} {describe(settings)} {settings.model_dump()}"
    assert KEY not in shown
    assert SECRET not in shown


def test_paxstore_needs_both(folder: Path) -> None:
    """What a kind needs is named; so is what it has no place for."""
    with pytest.raises(InvalidConfiguration) as caught:
        load(folder, f"{PAXSTORE}, api_key: any")
    assert [fault.field for fault in caught.value.faults] == ["sources[0].secret", "sources[0].api_key"]
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("more", "patience_s"),
    [("", 1800.0), (", interval: 30m", 5400.0), (", stale_after: 5m", 300.0)],
)
def test_paxstore_s_values_are_good_for_half_an_hour(folder: Path, more: str, patience_s: float) -> None:
    """A longer interval makes it longer, and the operator has the last word."""
    (source,) = load(folder, f"{PAXSTORE}, secret: {{file: s}}{more}").sources
    assert source.patience_s == patience_s


def test_other_kinds_wait_for_three_intervals(folder: Path) -> None:
    """That is three minutes when nothing is said."""
    (source,) = load(folder, "name: readers, kind: stripe, url: 'https://s.example', api_key: any").sources
    assert source.patience_s == 180.0


def test_adyen_has_two_addresses_and_its_key_shows_nowhere(folder: Path) -> None:
    """The management address is one of http or https."""
    settings = load(folder, f"{ADYEN}, management_url: 'https://management.example', merchants: [Cafe]")
    (source,) = settings.sources
    assert (source.management_url, source.merchants) == ("https://management.example", ("Cafe",))
    assert source.api_key is not None
    assert source.api_key.get_secret_value() == KEY
    assert KEY not in f"{settings!r} {settings} {source!r} {describe(settings)} {settings.model_dump()}"


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ("", ["management_url", "merchants"]),
        (", management_url: 'https://m.example', merchants: []", ["merchants"]),
        (", management_url: 'https://m.example', merchants: ['']", ["merchants"]),
        (", management_url: 'mqtt://m.example', merchants: [Cafe]", ["management_url"]),
        (", management_url: 'https://m.example', merchants: [Cafe], secret: any", ["secret"]),
    ],
)
def test_adyen_needs_its_merchants_and_both_addresses(folder: Path, more: str, fields: list[str]) -> None:
    """Every fault is named by its key."""
    with pytest.raises(InvalidConfiguration) as caught:
        load(folder, f"{ADYEN}{more}")
    assert [fault.field for fault in caught.value.faults] == [f"sources[0].{field}" for field in fields]


SHARING = f"{ADYEN}, management_url: 'https://management.example', merchants: [Cafe]"


def test_a_key_that_terminals_share_shows_nowhere(folder: Path) -> None:
    """It has a name, a version and a passphrase."""
    settings = load(folder, f"{SHARING}, key_identifier: shop, key_version: 1, passphrase: {{file: s}}")
    (source,) = settings.sources
    assert source.passphrase is not None
    assert (source.key_identifier, source.key_version) == ("shop", 1)
    assert source.passphrase.get_secret_value() == SECRET
    assert SECRET not in f"{settings!r} {settings} {source!r} {describe(settings)} {settings.model_dump()}"


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ("key_identifier: shop", ["key_version", "passphrase"]),
        ("passphrase: {file: s}", ["key_identifier", "key_version"]),
        ("key_identifier: shop, key_version: 1, passphrase: 'ünsagbar'", ["passphrase"]),
        ("key_identifier: shop, key_version: '1', passphrase: {file: s}", ["key_version"]),
    ],
)
def test_a_shared_key_is_whole_and_in_ascii(folder: Path, more: str, fields: list[str]) -> None:
    """What is missing of it is named, and what libraries would read in two ways."""
    with pytest.raises(InvalidConfiguration) as caught:
        load(folder, f"{SHARING}, {more}")
    assert [fault.field for fault in caught.value.faults] == [f"sources[0].{field}" for field in fields]
    assert "ünsagbar" not in str(caught.value)


def test_a_dialect_that_is_none_is_named_with_its_line(folder: Path) -> None:
    """A known one is taken; one of a file of the operator's counts as known."""
    codes = 'dialect: ours\nextends: visa\ncodes:\n  "X1": {category: wrong_pin, text: it}\n'
    (folder / "ours.yaml").write_text(codes, encoding="utf-8")
    good = f"{{{PAXSTORE}, secret: {{file: s}}, dialect: ours}}"
    bad = "{name: tills, kind: square, url: 'https://x.example', access_token: t, dialect: vsa}"
    text = f"dialects: {{files: [ours.yaml]}}\nsources:\n- {good}\n- {bad}\n"
    (folder / "posmon.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidConfiguration) as caught:
        load_settings(folder / "posmon.yaml", {})
    (fault,) = caught.value.faults
    assert (fault.line, fault.field) == (4, "sources[1].dialect")
    assert fault.reason == "not a dialect; did you mean 'visa'?"
    (folder / "posmon.yaml").write_text(text.replace("vsa", "visa"), encoding="utf-8")
    assert [one.dialect for one in load_settings(folder / "posmon.yaml", {}).sources] == ["ours", "visa"]
