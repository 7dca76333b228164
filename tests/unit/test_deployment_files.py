"""What the container and compose files promise, as far as it can be told without running them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.config.loading import load_settings
from monitor.config.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BROUGHT = ("./secrets/",)
"""Folders that are the operator's, and in no repository."""


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Containerfile, continued lines joined, without comments."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [
        (word.upper(), " ".join(rest.split())) for word, _, rest in (line.partition(" ") for line in joined)
    ]


def faults_of(text: str) -> list[str]:
    """Name what is wrong with a Containerfile."""
    found = instructions(text)
    last_stage = found[max(place for place, (word, _) in enumerate(found) if word == "FROM") :]
    users = [rest for word, rest in last_stage if word == "USER"]
    return [
        *(
            f"no fixed tag: {rest}"
            for word, rest in found
            if word == "FROM" and not re.match(r"[a-z][a-z0-9/-]*:\d[\w.-]*( AS \w+)?$", rest)
        ),
        *(f"not {word}: use COPY" for word, _ in found if word == "ADD"),
        *(
            f"not pinned by hash: {rest}"
            for word, rest in found
            if word == "RUN"
            and "pip install" in rest
            and not re.search("--require-hashes|--no-deps --no-index", rest)
        ),
        *(f"packages without version: {rest}" for word, rest in found if "apt-get" in rest),
        *(
            f"a secret: {rest}"
            for word, rest in found
            if word in {"ARG", "ENV"} and re.search("(?i)passw|token|secret", rest)
        ),
        *(["a link to somewhere else"] if re.search(r"https?://(?!127\.0\.0\.1)", text) else []),
        *([] if users and re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1]) else ["runs as root, or as a name"]),
        *([] if any(word == "HEALTHCHECK" for word, _ in last_stage) else ["no health check"]),
        *([] if sum(word == "FROM" for word, _ in found) > 1 else ["one stage only"]),
        *(
            f"shell form: {rest}"
            for word, rest in found
            if word in {"ENTRYPOINT", "CMD"} and not rest.startswith("[")
        ),
    ]


CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def test_containerfile_keeps_the_rules() -> None:
    """Several stages, pinned by hash, not as root, with a health check, tied to no registry."""
    assert faults_of(CONTAINERFILE) == []


BREACHES = [
    ("python:3.13-slim-bookworm", "python:latest", "no fixed tag"),
    ("FROM python", "FROM registry.example:5000/python", "no fixed tag"),
    ("COPY monitor", "ADD monitor", "not ADD"),
    ("--require-hashes ", "", "not pinned by hash"),
    ("WORKDIR /src", "RUN apt-get install curl", "packages without version"),
    ("WORKDIR /src", "ENV API_TOKEN=x", "a secret"),
    ("WORKDIR /src", "RUN curl https://x.example", "a link"),
    ("USER 10001:10001", "USER root", "runs as root"),
    ("HEALTHCHECK", "LABEL", "no health check"),
    ('ENTRYPOINT ["/opt/posmon/bin/posmon"]', "ENTRYPOINT posmon", "shell form"),
]


@pytest.mark.parametrize(("good", "bad", "fault"), BREACHES)
def test_rule_sees_its_breach(good: str, bad: str, fault: str) -> None:
    """One change for the worse is named."""
    assert good in CONTAINERFILE
    assert any(found.startswith(fault) for found in faults_of(CONTAINERFILE.replace(good, bad)))


def test_what_is_copied_is_there_and_not_ignored() -> None:
    """The build's context holds it."""
    allowed = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line[0] == "!"
    }
    sources = [
        source
        for word, rest in instructions(CONTAINERFILE)
        if word == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    ]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists() or source not in allowed] == []


def test_health_check_asks_where_posmon_listens() -> None:
    """And the command is one list of strings."""
    (check,) = (rest for word, rest in instructions(CONTAINERFILE) if word == "HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    compile(command[2], "healthcheck", "exec")
    listen = load_settings(DEPLOY / "posmon/posmon.yaml", {}).web.listen
    assert f"http://{listen}/-/healthy" in command[2]


@pytest.mark.parametrize("name", SERVICES)
def test_service_has_few_rights(name: str) -> None:
    """Nothing to write to but volumes, no capability, a limit of memory, a fixed image."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert not service.keys() & {"privileged", "cap_add", "devices", "pid", "ipc"}
    assert "build" in service or re.fullmatch(
        r"[a-z]+/[a-z]+:\$\{[A-Z]+_TAG:-v?\d+\.\d+\.\d+\}", service["image"]
    )
    assert "build" in service or re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])


@pytest.mark.parametrize("name", SERVICES)
def test_mounts_are_there_and_not_written_to(name: str) -> None:
    """What comes from the repository is read only; the rest are volumes with names."""
    for mount in SERVICES[name]["volumes"]:
        source, target, *mode = mount.split(":")
        assert target.startswith("/")
        if source.startswith("."):
            assert mode == ["ro"], mount
            assert source.startswith(BROUGHT) or (DEPLOY / source).is_dir(), mount
        else:
            assert source in COMPOSE["volumes"], mount


def test_everything_listens_on_loopback_and_finds_the_others() -> None:
    """They share one network; each is where the others' configuration says."""
    assert {service["network_mode"] for service in SERVICES.values()} == {"host"}
    settings: Settings = load_settings(DEPLOY / "posmon/posmon.yaml", {})
    prometheus = yaml.safe_load((ROOT / "config/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    grafana = yaml.safe_load(
        (ROOT / "dashboards/provisioning/datasources/posmon.yaml").read_text(encoding="utf-8")
    )
    listens = {
        name: argument.partition("=")[2]
        for name, service in SERVICES.items()
        for argument in service.get("command", ())
        if argument.startswith("--web.listen-address=")
    }
    assert listens.keys() == {"prometheus", "alertmanager"}
    assert settings.alerting.alertmanagers == (f"http://{listens['alertmanager']}",)
    assert prometheus["scrape_configs"][0]["static_configs"][0]["targets"] == [str(settings.web.listen)]
    assert prometheus["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] == [
        listens["alertmanager"]
    ]
    assert grafana["datasources"][0]["url"] == f"http://{listens['prometheus']}"
    assert SERVICES["grafana"]["environment"]["GF_SERVER_HTTP_ADDR"] == "127.0.0.1"
    assert all(address.startswith("127.0.0.1:") for address in listens.values())


def test_dashboards_are_mounted_where_they_are_looked_for() -> None:
    """Grafana's provider and the mount name one folder."""
    provider = yaml.safe_load(
        (ROOT / "dashboards/provisioning/dashboards/posmon.yaml").read_text(encoding="utf-8")
    )
    path = provider["providers"][0]["options"]["path"]
    assert f"../dashboards/grafana:{path}:ro" in SERVICES["grafana"]["volumes"]


def test_secrets_of_alertmanager_are_mounted_where_they_are_read() -> None:
    """Every `*_file` of the example is below the mount."""
    text = (ROOT / "config/alertmanager/alertmanager.yml").read_text(encoding="utf-8")
    paths = re.findall(r"_file: (\S+)", text)
    assert paths
    assert all(path.startswith("/run/secrets/alertmanager/") for path in paths)
    assert "./secrets/alertmanager:/run/secrets/alertmanager:ro" in SERVICES["alertmanager"]["volumes"]
