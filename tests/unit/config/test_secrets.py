from pathlib import Path

import pytest

from monitor.config.description import describe
from monitor.config.loading import load_settings
from monitor.config.settings import Settings
from monitor.domain.errors import InvalidConfiguration

TOKEN = "s3cr3t-0815"  # noqa: S105 - made up


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a secret's file."""
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    return tmp_path


def load(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    """Load a configuration from `folder`."""
    (folder / "posmon.yaml").write_text(text, encoding="utf-8")
    return load_settings(folder / "posmon.yaml", environ or {})


def token_of(settings: Settings) -> str | None:
    """Return the bearer token in plain text."""
    token = settings.alerting.bearer_token
    return token.get_secret_value() if token else None


WAYS = [
    "alerting: {bearer_token_file: token}",
    "alerting: {bearer_token: {file: token}}",
    f"alerting: {{bearer_token: {TOKEN}}}",
]


@pytest.mark.parametrize("text", WAYS)
def test_secret_is_found_where_the_file_says(folder: Path, text: str) -> None:
    """A secret comes from a file of its own, named in either way, or stands in the configuration."""
    assert token_of(load(folder, text)) == TOKEN


def test_password_is_a_secret_too(folder: Path) -> None:
    """The password of basic_auth can be in a file, in its own section."""
    auth = load(
        folder, "alerting: {basic_auth: {username: posmon, password_file: token}}"
    ).alerting.basic_auth
    assert auth is not None
    assert auth.password.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    "environ",
    [
        {"POSMON_ALERTING__BEARER_TOKEN": TOKEN},
        {"POSMON_ALERTING__BEARER_TOKEN_FILE": "{folder}/token"},
        {"CREDENTIALS_DIRECTORY": "{folder}/credentials"},
    ],
    ids=["variable", "variable with a file", "systemd credential"],
)
def test_stronger_sources_replace_the_file_s_secret(folder: Path, environ: dict[str, str]) -> None:
    """The environment and systemd's credentials go before the file."""
    (folder / "credentials").mkdir()
    (folder / "credentials/posmon.alerting.bearer_token").write_text(TOKEN, encoding="utf-8")
    (folder / "credentials/other").write_text("", encoding="utf-8")
    given = {name: value.replace("{folder}", str(folder)) for name, value in environ.items()}
    assert token_of(load(folder, "alerting: {bearer_token: other}", given)) == TOKEN


def test_environment_goes_before_credentials(folder: Path) -> None:
    """Of two sources, whoever starts the process has the last word."""
    (folder / "posmon.alerting.bearer_token").write_text("other", encoding="utf-8")
    environ = {"CREDENTIALS_DIRECTORY": str(folder), "POSMON_ALERTING__BEARER_TOKEN": TOKEN}
    assert token_of(load(folder, "", environ)) == TOKEN


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("posmon.alerting.bearer_tokken", "; did you mean 'posmon.alerting.bearer_token'?"),
        (
            "posmon.web.listen",
            (
                "; known are posmon.polling.zvt_password, posmon.polling.nexo.passphrase, "
                "posmon.alerting.basic_auth.password, posmon.alerting.bearer_token, "
                "posmon.notify.shops.webhook, posmon.notify.shops.bearer_token, "
                "posmon.notify.email.password, posmon.events.card_key, posmon.events.former_card_key"
            ),
        ),
    ],
)
def test_misspelt_credential_is_a_fault(folder: Path, name: str, hint: str) -> None:
    """A credential that looks like a setting must be a secret setting."""
    (folder / name).write_text("x", encoding="utf-8")
    with pytest.raises(InvalidConfiguration) as caught:
        load(folder, "", {"CREDENTIALS_DIRECTORY": str(folder)})
    assert str(caught.value) == f"credentials: {name}: unknown credential{hint}"


BAD_FILES = [
    ("empty", b"\n", "the file is empty"),
    ("two lines", b"a\nb\n", "contains a control character or a line break"),
    ("binary", b"\xff\xfe\x00", "the secret's file is UTF-16"),
    ("too large", b"x" * 70_000, "the secret's file is larger than"),
]


@pytest.mark.parametrize(
    ("data", "reason"), [case[1:] for case in BAD_FILES], ids=[case[0] for case in BAD_FILES]
)
def test_unusable_secret_file_is_a_fault(folder: Path, data: bytes, reason: str) -> None:
    """A secret's file holds one line of text; nothing of it is quoted."""
    (folder / "token").write_bytes(data)
    with pytest.raises(InvalidConfiguration) as caught:
        load(folder, "alerting: {bearer_token_file: token}")
    (fault,) = caught.value.faults
    assert fault.line == 1
    assert fault.field is not None
    assert fault.field.startswith("alerting.bearer_token")
    assert reason in fault.reason


@pytest.mark.parametrize("text", WAYS)
def test_secret_shows_nowhere(folder: Path, text: str) -> None:
    """Neither the settings' representation nor their description has the secret in it."""
    settings = load(folder, text)
    shown = f"{settings!r} {settings} {settings.alerting} {describe(settings)} {settings.model_dump()}"
    assert TOKEN not in shown
    assert "# bearer_token: set" in describe(settings)
    assert "# bearer_token: unset" in describe(Settings())


def test_secret_stays_out_of_messages_about_its_neighbours(folder: Path) -> None:
    """A fault beside a secret does not quote it."""
    with pytest.raises(InvalidConfiguration) as caught:
        load(folder, f"alerting: {{bearer_token: {TOKEN}, basic_auth: {TOKEN}, alertmanagers: {TOKEN}}}")
    assert len(caught.value.faults) == 2
    assert TOKEN not in str(caught.value)
