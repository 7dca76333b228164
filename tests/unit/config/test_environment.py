from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.environment import environment_layer, variable_of
from monitor.config.loading import load_settings
from monitor.config.schema import keys_below
from monitor.config.settings import Settings
from monitor.config.values import HostPort
from monitor.domain.errors import InvalidConfiguration


def test_environment_goes_before_the_file(tmp_path: Path) -> None:
    """A variable replaces the file's value, and only that."""
    path = tmp_path / "posmon.yaml"
    path.write_text("polling: {interval: 1m, timeout: 2s}\n", encoding="utf-8")
    polling = load_settings(path, {"POSMON_POLLING__INTERVAL": "10s"}).polling
    assert (polling.interval_s, polling.timeout_s) == (10, 2)


VALUES = [
    ("a number", {"POSMON_POLLING__CONCURRENCY": "50"}, ("polling", "concurrency"), 50),
    ("a fraction", {"POSMON_INVENTORY__MAX_SHRINK": "0.5"}, ("inventory", "max_shrink"), 0.5),
    ("a choice", {"POSMON_METRICS__PER_TERMINAL": "none"}, ("metrics", "per_terminal"), "none"),
    ("any letter case", {"posmon_Polling__interval": "9s"}, ("polling", "interval_s"), 9),
    (
        "a list with commas",
        {"POSMON_ALERTING__ALERTMANAGERS": "http://a:9093, http://b:9093"},
        ("alerting", "alertmanagers"),
        ("http://a:9093", "http://b:9093"),
    ),
    (
        "a list as YAML",
        {"POSMON_ALERTING__ALERTMANAGERS": "[http://a:9093]"},
        ("alerting", "alertmanagers"),
        ("http://a:9093",),
    ),
    (
        "a list of one bracketed address",
        {"POSMON_POLLING__UPLINKS": "[2001:db8::1]:53"},
        ("polling", "uplinks"),
        (HostPort("2001:db8::1", 53),),
    ),
    (
        "a mapping as YAML",
        {"POSMON_ALERTING__EXTERNAL_LABELS": "{cluster: eu, dc: '1'}"},
        ("alerting", "external_labels"),
        {"cluster": "eu", "dc": "1"},
    ),
    (
        "a boolean",
        {"POSMON_DETECTORS__PAPERLOW__ENABLED": "false"},
        ("detectors", "PaperLow", "enabled"),
        False,
    ),
    (
        "digits where text is wanted",
        {"POSMON_DETECTORS__FIRMWAREOUTDATED__MINIMUM": "3.20"},
        ("detectors", "FirmwareOutdated", "minimum"),
        "3.20",
    ),
    ("nothing", {"POSMON_POLLING__INTERVAL": ""}, ("polling", "interval_s"), 30),
]


@pytest.mark.parametrize(
    ("environ", "path", "value"), [case[1:] for case in VALUES], ids=[case[0] for case in VALUES]
)
def test_variable_is_read_as_its_setting_needs(
    environ: dict[str, str], path: tuple[str, ...], value: object
) -> None:
    """The setting decides how its variable is read."""
    found: object = load_settings(None, environ)
    for name in path:
        found = getattr(found, name)
    assert found == value


def test_overrides_can_stand_in_a_variable() -> None:
    """A list of mappings is written as YAML."""
    polling = load_settings(None, {"POSMON_POLLING__OVERRIDES": "[{model: N910, interval: 5m}]"}).polling
    assert [(override.model, override.interval_s) for override in polling.overrides] == [("N910", 300)]


MISTAKES = [
    (
        "a typing error",
        "POSMON_POLLING__INTERVALL",
        "1m",
        "environment: POSMON_POLLING__INTERVALL: unknown setting; did you mean POSMON_POLLING__INTERVAL?",
    ),
    (
        "one underscore only",
        "POSMON_POLLING_INTERVAL",
        "1m",
        "environment: POSMON_POLLING_INTERVAL: unknown setting; did you mean POSMON_POLLING__INTERVAL?",
    ),
    ("nothing like a setting", "POSMON_XYZ", "", "environment: POSMON_XYZ: unknown setting"),
    (
        "a whole section",
        "POSMON_WEB",
        "{}",
        "environment: POSMON_WEB: is a whole section; set its keys one by one, as in POSMON_WEB__LISTEN",
    ),
    (
        "a wrong value",
        "POSMON_POLLING__CONCURRENCY",
        "many",
        "environment: polling.concurrency: write a whole number (POSMON_POLLING__CONCURRENCY)",
    ),
    (
        "broken YAML",
        "POSMON_ALERTING__EXTERNAL_LABELS",
        "{a: b",
        (
            "environment: alerting.external_labels: a comma is missing, or the bracket of line 1 is not "
            "closed (POSMON_ALERTING__EXTERNAL_LABELS)"
        ),
    ),
    (
        "a key twice in YAML",
        "POSMON_ALERTING__EXTERNAL_LABELS",
        "{a: b, a: c}",
        "environment: alerting.external_labels.a: stands here twice (POSMON_ALERTING__EXTERNAL_LABELS)",
    ),
    (
        "an unknown key in YAML",
        "POSMON_POLLING__OVERRIDES",
        "[{model: N910, intervall: 5m}]",
        (
            "environment: polling.overrides[0].intervall: unknown key; did you mean 'interval'? "
            "(POSMON_POLLING__OVERRIDES)"
        ),
    ),
    (
        "bytes that are no text",
        "POSMON_ALERTING__BEARER_TOKEN",
        "\udcff",
        "environment: alerting.bearer_token: is not UTF-8 (POSMON_ALERTING__BEARER_TOKEN)",
    ),
    (
        "control characters in the name",
        "POSMON_\x1b[2J",
        "1",
        "environment: POSMON_\\x1b[2J: unknown setting",
    ),
]


@pytest.mark.parametrize(
    ("name", "text", "said"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES]
)
def test_mistake_in_the_environment_is_named(name: str, text: str, said: str) -> None:
    """A variable that is misspelt, or holds what its setting cannot be, is a fault."""
    with pytest.raises(InvalidConfiguration) as caught:
        load_settings(None, {name: text})
    assert [str(fault) for fault in caught.value.faults] == [said]


def test_same_setting_twice_is_a_fault() -> None:
    """Two variables that differ in letter case only cannot both count."""
    with pytest.raises(InvalidConfiguration, match="twice, in different letter case"):
        load_settings(None, {"POSMON_WEB__LISTEN": "127.0.0.1:1", "posmon_web__listen": "127.0.0.1:2"})


def test_fault_is_told_where_it_was_written(tmp_path: Path) -> None:
    """What a variable replaces is blamed on the variable, what it adds to stays the file's."""
    path = tmp_path / "posmon.yaml"
    path.write_text(
        "polling: {allowed_networks: [10.0.0.0/8, 10.0.0.0/8]}\nalerting: {external_labels: {a-b: c}}\n",
        encoding="utf-8",
    )
    environ = {
        "POSMON_POLLING__ALLOWED_NETWORKS": "10.0.0.0/8,intranet",
        "POSMON_ALERTING__EXTERNAL_LABELS": "{x: ''}",
    }
    with pytest.raises(InvalidConfiguration) as caught:
        load_settings(path, environ)
    assert [(fault.source, fault.field) for fault in caught.value.faults] == [
        (str(path), "alerting.external_labels.a-b"),
        ("environment", "polling.allowed_networks[1]"),
        ("environment", "alerting.external_labels.x"),
    ]


OTHERS = ["POSMON_CONFIG", "POSMON_URL", "PATH", "_POSMON_COMPLETE", "POSMONITOR_WEB__LISTEN"]


@pytest.mark.parametrize("name", OTHERS)
def test_other_peoples_variables_are_left_alone(name: str) -> None:
    """The command line's variables and everything that is not posmon's are no settings."""
    assert load_settings(None, {name: "x"}).web == Settings().web


def service_links(service: str, port: int, port_name: str, protocol: str, address: str) -> dict[str, str]:
    """Return what Kubernetes sets for a Service (kubelet, envvars.go makes these names)."""
    name = service.upper().replace("-", "_")
    host = f"[{address}]" if ":" in address else address
    url = f"{protocol.lower()}://{host}:{port}"
    one_port = f"{name}_PORT_{port}_{protocol}"
    return {
        f"{name}_SERVICE_HOST": address,
        f"{name}_SERVICE_PORT": str(port),
        f"{name}_SERVICE_PORT_{port_name.upper().replace('-', '_')}": str(port),
        f"{name}_PORT": url,
        one_port: url,
        f"{one_port}_PROTO": protocol.lower(),
        f"{one_port}_PORT": str(port),
        f"{one_port}_ADDR": address,
    }


LABEL = st.from_regex(r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?", fullmatch=True)
SETTING_LIKE = st.sampled_from(
    ["web--listen", "notify--email", "polling--interval", "url", "config", "web-tls"]
)


@given(
    tail=st.one_of(LABEL, SETTING_LIKE).map(lambda label: f"posmon-{label}") | st.just("posmon"),
    port=st.integers(1, 65535),
    port_name=LABEL,
    protocol=st.sampled_from(["TCP", "UDP", "SCTP"]),
    address=st.one_of(st.ip_addresses().map(str)),
)
def test_service_links_of_any_service_set_nothing(
    tail: str, port: int, port_name: str, protocol: str, address: str
) -> None:
    """Whatever a Service is called, what describes it neither stops posmon nor sets anything."""
    environ = service_links(tail, port, port_name, protocol, address)
    assert load_settings(None, environ) == load_settings(None, {})


DOCKER_LINKS = {
    "POSMON_DB_NAME": "/posmon/posmon-db",
    "POSMON_DB_PORT": "tcp://172.17.0.5:5432",
    "POSMON_DB_PORT_5432_TCP_ADDR": "172.17.0.5",
}


def test_links_of_docker_set_nothing() -> None:
    """What Docker sets for a linked container is no setting."""
    assert load_settings(None, DOCKER_LINKS).web == Settings().web


SLIPS = {
    "POSMON_PORT": "7676",
    "POSMON_WEB_PORT": "7676",
    "POSMON_WEB_PORT_LISTEN": "tcp://127.0.0.1:7676",
    "POSMON_WEB_HOST": "0.0.0.0",  # noqa: S104 - a value, listened on by nobody
    "POSMON_SERVICE_HOST": "posmon.example.com/pos",
    "POSMON_SERVICE_PORT": "http",
    "POSMON_WEB_LISTEN": "127.0.0.1:7676",
    "POSMON_NAME": "posmon",
    "posmon_web_port": "tcp://10.96.0.8:80",
}


@pytest.mark.parametrize("name", SLIPS)
def test_slip_is_no_service_link(name: str) -> None:
    """A variable that only resembles what describes a service is a misspelt setting."""
    with pytest.raises(InvalidConfiguration, match="unknown setting"):
        load_settings(None, {name: SLIPS[name]})


def test_every_setting_has_a_variable_of_its_own() -> None:
    """No two settings share a variable, and each variable reaches its setting."""
    keys = [keys for keys, _ in keys_below(Settings)]
    assert len({variable_of(one) for one in keys}) == len(keys)
    layer = environment_layer(Settings, {variable_of(one): "x" for one in keys})
    assert not [fault for fault in layer.faults if "unknown" in fault.reason]
    assert set(keys) <= set(layer.origins)
