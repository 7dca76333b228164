import os
from ipaddress import ip_network
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.config.loading import load_settings
from monitor.config.settings import Settings
from monitor.config.values import HostPort
from monitor.domain.alerts.alert import Severity
from monitor.domain.errors import InvalidConfiguration
from monitor.domain.inventory.terminal import Terminal
from tests.unit.config.bad_files import SAID

DATA = Path(__file__).parent / "data"


def written(tmp_path: Path, text: str) -> Path:
    """Write a configuration file."""
    path = tmp_path / "posmon.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(path: Path | None, environ: dict[str, str] | None = None) -> list[str]:
    """Return what is wrong with a configuration, the file's name left out."""
    with pytest.raises(InvalidConfiguration) as caught:
        load_settings(path, environ or {})
    return [str(fault).removeprefix(str(path)) for fault in caught.value.faults]


@pytest.mark.parametrize("name", sorted(SAID))
def test_bad_file_is_refused_with_its_reasons(name: str) -> None:
    """Each bad file is refused, and what is said names line, key and reason."""
    assert faults_of(DATA / f"{name}.yaml") == SAID[name]


def test_every_bad_file_has_its_reasons() -> None:
    """No file lies in `data` without being looked at."""
    assert {path.stem for path in DATA.iterdir()} == set(SAID)


def test_no_reason_quotes_a_secret() -> None:
    """The made-up password of the bad files is in none of their messages."""
    assert "hunter2" in "".join(path.read_text("utf-8", "replace") for path in DATA.iterdir())
    assert "hunter2" not in repr(SAID)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """One run names the faults of every section, of every key and of the environment."""
    path = written(
        tmp_path,
        "polling:\n  interval: 5\n  timeout: 7x\nweb: {listen: 1}\nweb: {}\n"
        "alerting: {bearer_token_file: nowhere}\nmetrics: {per_terminal: few}\ntypo: 1\n",
    )
    found = faults_of(path, {"POSMON_TYPO": "1", "POSMON_LOGGING__LEVEL": "loud"})
    places = [fault.split(": ")[:2] for fault in found]
    assert places == [
        [":2", "polling.interval"],
        [":3", "polling.timeout"],
        [":4", "web.listen"],
        [":5", "web"],
        [":6", "alerting.bearer_token_file"],
        [":7", "metrics.per_terminal"],
        [":8", "typo"],
        ["environment", "POSMON_TYPO"],
        ["environment", "logging.level"],
    ]


def test_without_file_and_environment_everything_is_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing configured is a configuration, whose paths lie in the working directory."""
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, {})
    assert settings.polling == Settings().polling
    assert settings.inventory.path == tmp_path / "inventory.csv"
    assert settings.storage.path == tmp_path / "posmon.db"


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "~\n", "polling:\nmetrics:\ndetectors:\n  PaperLow:\n", "\ufeffweb: {}\n"]
)
def test_empty_parts_count_as_absent(tmp_path: Path, text: str) -> None:
    """A file, a section or an alert with everything commented out leaves the defaults."""
    settings = load_settings(written(tmp_path, text), {})
    assert settings.polling == Settings().polling
    assert settings.detectors == Settings().detectors


def test_values_come_in_plain_types(tmp_path: Path) -> None:
    """Durations are seconds, networks are networks, addresses are host and port."""
    settings = load_settings(
        written(
            tmp_path,
            "polling: {interval: 2m, timeout: 250ms,\n"
            " allowed_networks: [10.0.0.0/8, 192.0.2.7, '2001:db8::/32'],\n"
            " uplinks: ['192.0.2.1:443', '[2001:DB8::1]:53', 'Gateway.example.com:80']}\n"
            "web: {listen: '[::1]:0'}\n"
            "alerting: {alertmanagers: ['http://am.example.com:9093/prefix/'],\n"
            " external_labels: {cluster: 'eu 1'}}\n",
        ),
        {},
    )
    assert settings.polling.interval_s == 120
    assert settings.polling.timeout_s == 0.25
    assert settings.polling.allowed_networks == tuple(
        map(ip_network, ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"])
    )
    assert settings.polling.uplinks == (
        HostPort("192.0.2.1", 443),
        HostPort("2001:db8::1", 53),
        HostPort("gateway.example.com", 80),
    )
    assert settings.web.listen == HostPort("::1", 0)
    assert str(settings.web.listen) == "[::1]:0"
    assert settings.alerting.alertmanagers == ("http://am.example.com:9093/prefix",)
    assert settings.alerting.external_labels == {"cluster": "eu 1"}


def test_relative_paths_count_from_where_they_are_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the file they count from its folder, in the environment from the working directory."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "work").mkdir()
    path = tmp_path / "etc/posmon.yaml"
    path.write_text("inventory: {path: lists/inventory.csv}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "work")
    settings = load_settings(Path("../etc/posmon.yaml"), {"POSMON_STORAGE__PATH": "journal.db"})
    assert settings.inventory.path.resolve() == tmp_path / "etc/lists/inventory.csv"
    assert settings.storage.path == tmp_path / "work/journal.db"
    assert load_settings(path, {}).storage.path == tmp_path / "etc/posmon.db"


def test_absolute_paths_stay(tmp_path: Path) -> None:
    """An absolute path means itself."""
    settings = load_settings(written(tmp_path, "inventory: {path: /srv/inventory.csv}\n"), {})
    assert settings.inventory.path == Path("/srv/inventory.csv")


def test_environment_is_the_process_own_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an environment given, the variables of the process count."""
    monkeypatch.setenv("POSMON_POLLING__CONCURRENCY", "7")
    assert load_settings(None).polling.concurrency == 7


def test_thresholds_and_times_may_be_equal(tmp_path: Path) -> None:
    """No hysteresis at all, and a poll that may take its whole interval, are choices."""
    text = (
        "polling: {interval: 10s, timeout: 10s, overrides: [{site: x, interval: 5s, timeout: 5s}]}\n"
        "detectors: {BatteryLow: {below: 25}}\n"
    )
    settings = load_settings(written(tmp_path, text), {})
    assert settings.rule_book()["BatteryLow"].limits.below == 25


def test_contradictions_are_told_without_a_file_too() -> None:
    """Settings made from values, as tests make them, are judged and say why they are wrong."""
    with pytest.raises(ValidationError, match="5s is longer than the interval of 1s"):
        Settings.model_validate({"polling": {"interval": "1s"}})


FILES = [
    ("there is no such file", "missing.yaml", "cannot be read: No such file or directory"),
    ("it is a directory", "folder", "cannot be read: Is a directory"),
    ("it is a pipe", "pipe", "is no regular file"),
    ("it is too large", "large", "is larger than 1 MiB"),
    ("it is a device", "/dev/zero", "is no regular file"),
]


@pytest.mark.parametrize(("name", "reason"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_what_is_no_text_file_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    """A path that leads to no readable text is one fault without a line, and nothing hangs."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"#" * (2**20 + 1))
    assert faults_of(tmp_path / name) == [f": {reason}"]


def test_rules_and_their_overrides_reach_the_rule_book(tmp_path: Path) -> None:
    """What `detectors` says becomes rules: for the fleet, and for the terminals an override names."""
    book = load_settings(
        written(
            tmp_path,
            "detectors:\n"
            "  BatteryLow: {below: 15, for: 2m, keep_firing_for: 30s, severity: info, overrides: [\n"
            "    {model: N910, below: 12}, {site: Berlin, enabled: false}]}\n"
            "  UnexpectedRestart: {window: 30m, count: 2}\n",
        ),
        {},
    ).rule_book()
    rule = book["BatteryLow"]
    assert (rule.limits.below, rule.for_s, rule.keep_firing_s, rule.severity) == (15, 120, 30, Severity.INFO)
    assert book["UnexpectedRestart"].limits.window_s == 1800
    other = book.for_terminal(Terminal(terminal_id="1", model="N910")).named("BatteryLow")
    assert other is not None
    assert other.limits.below == 12
    assert other.for_s == 120
    assert book.for_terminal(Terminal(terminal_id="2", site="Berlin")).named("BatteryLow") is None


def test_watchdog_waits_for_slow_polling(tmp_path: Path) -> None:
    """Where one poll in two minutes is normal, two minutes of silence are no alarm, unless configured."""
    settings = load_settings(written(tmp_path, "polling: {interval: 2m}\n"), {})
    assert settings.rule_book()["Watchdog"].limits.stalled_after_s == 250
    settings = load_settings(written(tmp_path, "polling: {interval: 40s}\n"), {})
    assert settings.rule_book()["Watchdog"].limits.stalled_after_s == 120
    text = "polling: {interval: 2m}\ndetectors: {Watchdog: {stalled_after: 3m}}\n"
    assert load_settings(written(tmp_path, text), {}).rule_book()["Watchdog"].limits.stalled_after_s == 180


@pytest.mark.parametrize(
    ("text", "for_s"),
    [
        ("detectors: {TerminalOffline: {for: 4s}}\npolling: {interval: 2s, timeout: 1s}\n", 4),
        ("detectors: {TerminalOffline: {for: 4s}}\npolling: {interval: 10s}\n", 20),
        ("detectors: {TerminalOffline: {for: 4s}}\n", 60),
        ("detectors: {TerminalOffline: {for: 10m}}\n", 60),
        ("", 60),
    ],
)
@pytest.mark.parametrize("outage", ["SiteOffline", "FleetUnreachable", "WrongAnswers"])
def test_outages_hold_back_no_alert_for_longer_than_its_own_time(
    tmp_path: Path, outage: str, text: str, for_s: float
) -> None:
    """Where terminals may page within seconds, an outage that holds them back is not waited for a minute."""
    rule = load_settings(written(tmp_path, text), {}).rule_book()[outage]
    assert (rule.for_s, rule.keep_firing_s) == (for_s, 2 * for_s)


def test_a_given_time_of_an_outage_stays(tmp_path: Path) -> None:
    """What the configuration says of an outage goes before the terminals' own time."""
    given = "SiteOffline: {for: 1m}, FleetUnreachable: {keep_firing_for: 3m}"
    text = f"detectors: {{TerminalOffline: {{for: 2s}}, {given}}}\npolling: {{interval: 1s, timeout: 1s}}\n"
    book = load_settings(written(tmp_path, text), {}).rule_book()
    times = [(book[name].for_s, book[name].keep_firing_s) for name in ("SiteOffline", "FleetUnreachable")]
    assert times == [(60, 4), (2, 180)]


def test_overrides_reach_the_timetable(tmp_path: Path) -> None:
    """What `polling` says becomes the cadence of each terminal, later overrides first."""
    timetable = load_settings(
        written(
            tmp_path,
            "polling: {interval: 1m, backoff_after: 20m, backoff_max: 15m, overrides: [\n"
            "  {model: N910, interval: 2m}, {terminal_id: '00000001', interval: 10s, timeout: 1s}]}\n",
        ),
        {},
    ).timetable()
    cadence = timetable.cadence_of(Terminal(terminal_id="00000001", model="N910"))
    assert (cadence.interval_s, cadence.timeout_s) == (10, 1)
    cadence = timetable.cadence_of(Terminal(terminal_id="00000002", model="N910"))
    assert (cadence.interval_s, cadence.timeout_s) == (120, 5)
    assert (cadence.backoff_after_s, cadence.backoff_max_s) == (1200, 900)


def test_allowed_networks_reach_the_address_policy(tmp_path: Path) -> None:
    """Loopback may be polled once it is allowed, and nothing else then."""
    policy = load_settings(
        written(tmp_path, "polling: {allowed_networks: [127.0.0.0/8]}\n"), {}
    ).address_policy()
    assert policy.refusal("127.0.0.1") is None
    assert policy.refusal("192.0.2.1") is not None
    assert Settings().address_policy().refusal("127.0.0.1") is not None


@given(st.binary(max_size=200))
def test_any_bytes_are_settings_or_faults(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever the file holds, nothing but InvalidConfiguration is raised."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    _load_or_refuse(path)


@given(st.randoms(use_true_random=False))
def test_a_damaged_example_is_settings_or_faults(
    tmp_path_factory: pytest.TempPathFactory, random: Random
) -> None:
    """The example with some of its characters exchanged raises nothing but InvalidConfiguration."""
    text = list((Path(__file__).parents[3] / "config/posmon.example.yaml").read_text("utf-8"))
    for _ in range(5):
        text[random.randrange(len(text))] = random.choice(":{}[]-,#'\"\n\t &*!|0aé\x00")
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    path.write_text("".join(text), encoding="utf-8")
    _load_or_refuse(path)


def _load_or_refuse(path: Path) -> None:
    faults = None
    try:
        load_settings(path, {})
    except InvalidConfiguration as error:
        faults = error.faults
    assert faults is None or (faults and all(str(fault).isprintable() for fault in faults))


def test_a_services_state_goes_where_its_service_manager_wants_it(tmp_path: Path) -> None:
    """The storage path alone, and only where nobody wrote one."""
    path = tmp_path / "posmon.yaml"
    path.write_text("inventory: {path: inventory.csv}\n")
    settings = load_settings(path, {"STATE_DIRECTORY": "/var/lib/posmon:/var/lib/other"})
    assert settings.storage.path == Path("/var/lib/posmon/posmon.db")
    assert settings.inventory.path == tmp_path / "inventory.csv"
    path.write_text("storage: {path: own.db}\n")
    assert load_settings(path, {"STATE_DIRECTORY": "/var/lib/posmon"}).storage.path == tmp_path / "own.db"
