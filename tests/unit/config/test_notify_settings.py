"""Who is told without Alertmanager, as it is written and as it is wrong."""

from pathlib import Path

import pytest

from monitor.config.description import describe
from monitor.config.loading import load_settings
from monitor.config.settings import Settings
from monitor.domain.alerts.alert import Severity
from monitor.domain.errors import InvalidConfiguration
from tests.fakes import START

MAIL = "host: mail.example, sender: a@b.example, recipients: [c@d.example]"


def load(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    """Load a section `notify` in flow style."""
    (folder / "secret").write_text("https://hook.example/s3cr3t?token=t0k\n", encoding="utf-8")
    (folder / "posmon.yaml").write_text(f"notify: {{{text}}}", encoding="utf-8")
    return load_settings(folder / "posmon.yaml", environ or {})


@pytest.mark.parametrize("written", ["url_file: secret", "url: {file: secret}"])
def test_secrets_of_a_list_come_from_files(tmp_path: Path, written: str) -> None:
    """A webhook's URL and token are secrets; they are not shown."""
    settings = load(tmp_path, f"webhooks: [{{name: a, {written}, bearer_token: s3cr3t}}]")
    (webhook,) = settings.notify.webhooks
    assert webhook.url.get_secret_value() == "https://hook.example/s3cr3t?token=t0k"
    shown = describe(settings) + repr(settings)
    assert "s3cr3t" not in shown
    assert "- {name: a}  # url: set  # bearer_token: set" in shown


def test_variable_replaces_the_file_s_webhooks(tmp_path: Path) -> None:
    """Written as YAML, its secrets in files too."""
    environ = {"POSMON_NOTIFY__WEBHOOKS": f"[{{name: b, url_file: {tmp_path}/secret}}]"}
    settings = load(tmp_path, "webhooks: [{name: a, url: http://a.example}]", environ)
    assert [webhook.name for webhook in settings.notify.webhooks] == ["b"]


FAULTS = [
    ("digest: [{}]", "notify.digest[0].receiver: is missing"),
    ("digest: [{receiver: ops}]", "notify.digest[0].receiver: is no receiver of notify; there is none"),
    (
        f"email: {{{MAIL}}}, digest: [{{receiver: shops}}]",
        "notify.digest[0].receiver: is no receiver of notify; there are email",
    ),
    (
        f"email: {{{MAIL}}}, digest: [{{receiver: email}}, {{receiver: email, at: '09:00'}}]",
        "notify.digest[1]: sends a receiver the same summary as another",
    ),
    (
        f"email: {{{MAIL}}}, digest: [{{receiver: email, at: 8am}}]",
        "notify.digest[0].at: not a time of day",
    ),
    (
        f"email: {{{MAIL}}}, digest: [{{receiver: email, at: '24:00'}}]",
        "notify.digest[0].at: not a time of day",
    ),
    (f"email: {{{MAIL}}}, digest: [{{receiver: email, every: month}}]", "notify.digest[0].every: "),
    (f"email: {{{MAIL}}}, digest: [{{receiver: email, weekday: mo}}]", "notify.digest[0].weekday: "),
    (f"email: {{{MAIL}}}, digest: [{{receiver: email, timezone: Mars}}]", "notify.digest[0].timezone: "),
    (f"email: {{{MAIL}}}, digest: [{{receiver: email, language: de}}]", "notify.digest[0].language: "),
    ("webhooks: [{name: a}]", "notify.webhooks[0].url: is missing"),
    ("webhooks: [{name: a, url: 'ftp://x'}]", "notify.webhooks[0].url: not a URL such as"),
    ("webhooks: [{name: a, url_file: gone}]", "notify.webhooks[0].url_file: the secret's file"),
    ("webhooks: [{name: a b, url: 'http://x.example'}]", "notify.webhooks[0].name: a name is at most"),
    ("webhooks: [{name: email, url: 'http://x.example'}]", "notify.webhooks[0].name: is the name of another"),
    ("webhooks: [3]", "notify.webhooks[0]: write keys and values"),
    ("email: {host: mail.example}", "notify.email.sender: is missing"),
    ("email: {recipients: [a@b.example]}", "notify.email.host: is missing"),
    (f"email: {{{MAIL}, username: u}}", "notify.email.username: username and password come together"),
    (
        f"email: {{{MAIL}, username: u, password: p, security: none}}",
        "notify.email.security: a password needs",
    ),
    ("email: {sender: nobody}", "notify.email.sender: not a mail address"),
    ('email: {sender: "a@b.example\\nBcc: c@d"}', "notify.email.sender: contains a control character"),
    ("apprise: [{name: a, url: 'nothing://'}]", "notify.apprise[0].url: not a service that apprise knows"),
    ("quiet_hours: night", "notify.quiet_hours: 'night' is not written as"),
    ("email: {owners: [shops]}", "notify.email.owners[0]: must be one of shop, field, network, acquirer"),
    (
        "webhooks: [{name: a, url: 'http://a/', min_severity: loud}]",
        "min_severity: must be one of info, warning",
    ),
    ("shops: {email: true}", "notify.shops.email: needs notify.email: which server takes the mail?"),
    ("shops: {webhook: 's3cr3t'}", "notify.shops.webhook: not a URL"),
    ("shops: {max_per_day: 0}", "notify.shops.max_per_day"),
    (
        "webhooks: [{name: shops, url: 'http://a/'}]",
        "notify.webhooks[0].name: is the name of another receiver",
    ),
    ("timezone: Nowhere", "notify.timezone: not a time zone"),
    ("repeat_interval: 1s", "notify.repeat_interval: must be at least 1m"),
    ("ca_file: secret", "notify.ca_file: holds no certificates"),
]


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_fault_is_named_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    """Each fault by itself, without the secret."""
    with pytest.raises(InvalidConfiguration) as caught:
        load(tmp_path, text)
    assert fault in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_apprise_that_is_not_installed_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setattr("monitor.config.notify_settings.find_spec", lambda _name: None)
    with pytest.raises(InvalidConfiguration, match=r"pip install 'posmon\[notify\]'"):
        load(tmp_path, "apprise: [{name: a, url: 'json://localhost'}]")


def test_manner_is_what_was_written(tmp_path: Path) -> None:
    """Hours are those of the time zone; a test alert does not heed them."""
    text = "quiet_hours: Mo-Su 08:00-10:00, timezone: Asia/Shanghai, min_severity: critical, group_by: fleet"
    notify = load(tmp_path, text).notify
    manner = notify.manner(notify.email, believed_s=9.0)
    assert manner.quiet_hours is not None
    assert manner.quiet_hours.hold(START.wall)
    assert not manner.quiet_hours.hold(START.wall + 3600)
    assert (manner.group_by, manner.least, manner.believed_s) == ((), Severity.CRITICAL, 9.0)
    unfiltered = notify.manner(notify.email, believed_s=9.0, unfiltered=True)
    assert (unfiltered.quiet_hours, unfiltered.least) == (None, Severity.INFO)


def test_each_receiver_has_its_owners_and_loudness(tmp_path: Path) -> None:
    """Without them it hears as much as `notify` says, for everybody."""
    text = (
        "min_severity: critical, webhooks: [{name: a, url: 'http://127.0.0.1/', owners: [shop, field], "
        "min_severity: info}, {name: b, url: 'http://127.0.0.1/'}]"
    )
    notify = load(tmp_path, text).notify
    own, plain = (notify.manner(one, believed_s=9.0) for one in notify.webhooks)
    assert (own.least, own.owners) == (Severity.INFO, frozenset({"shop", "field"}))
    assert (plain.least, plain.owners) == (Severity.CRITICAL, frozenset())
    trial = notify.manner(notify.webhooks[0], believed_s=9.0, unfiltered=True)
    assert (trial.least, trial.owners) == (Severity.INFO, frozenset())


def test_a_summary_is_due_by_its_own_clock(tmp_path: Path) -> None:
    """Or by that of the section; a receiver may get both kinds, in both languages."""
    orders = (
        "{receiver: email}, {receiver: email, language: zh},"
        " {receiver: email, every: weekly, weekday: friday, at: '17:05', timezone: Asia/Shanghai}"
    )
    notify = load(tmp_path, f"email: {{{MAIL}}}, timezone: Europe/Berlin, digest: [{orders}]").notify
    daily, _, weekly = (order.schedule(notify.timezone) for order in notify.digest)
    assert (daily.every, f"{daily.at:%H:%M}", str(daily.zone)) == ("daily", "08:00", "Europe/Berlin")
    assert (weekly.every, weekly.weekday, f"{weekly.at:%H:%M}") == ("weekly", 4, "17:05")
    assert str(weekly.zone) == "Asia/Shanghai"
    assert len({order.name for order in notify.digest}) == 3
