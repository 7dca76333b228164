"""The sides posmon is measured against. Each measures one window and returns CPU µs per poll."""

import shutil
import subprocess
import time
from contextlib import ExitStack

import yaml

from bench import fleet
from bench.processes import (
    NotMeasured,
    children_cpu_s,
    cpu_us_per_poll,
    free_port,
    python,
    running,
    wait_until_answers,
)
from bench.terminals import Terminals

PLUGIN_PATH = "/usr/lib/nagios/plugins"


def client_cpu_us(
    module: str, polled: Terminals, *, fresh: bool, rate: float, window_s: float, cpu: int | None = None
) -> float:
    """Measure a client of this package, on processor `cpu` alone when one is given."""
    arguments = ["--count", polled.count, "--rate", rate, *(["--fresh"] if fresh else [])]
    command = python(module, "--port", polled.closed if fresh else polled.kept, *arguments)
    with running(command, log=polled.directory / f"{module}.log", cpu=cpu) as process:
        time.sleep(1.0 + polled.count / rate)  # every terminal once: connections and caches are warm
        return cpu_us_per_poll([process.pid], polled.answers, window_s=window_s, rate=rate)


def _prometheus_configuration(polled: Terminals, *, interval_s: int, exporter: int) -> str:
    urls = [fleet.endpoint(index, polled.kept) for index in range(polled.count)]
    job = {
        "job_name": "terminals",
        "metrics_path": "/probe",
        "params": {"module": ["heartbeat"]},
        "static_configs": [{"targets": urls}],
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "__param_target"},
            {"source_labels": ["__param_target"], "target_label": "instance"},
            {"target_label": "__address__", "replacement": f"127.0.0.1:{exporter}"},
        ],
    }
    timing = {"scrape_interval": f"{interval_s}s", "scrape_timeout": "5s"}
    return yaml.safe_dump({"global": timing, "scrape_configs": [job]})


def prometheus_cpu_us(polled: Terminals, *, interval_s: int, window_s: float) -> float:
    """Measure Debian's Prometheus asking blackbox_exporter about every terminal each `interval_s`."""
    for program in ("prometheus", "prometheus-blackbox-exporter"):
        if shutil.which(program) is None:
            raise NotMeasured(f"{program} is not installed")
    directory = polled.directory / "prometheus"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    web, exporter = free_port(), free_port()
    modules = {"heartbeat": {"prober": "http", "http": {"preferred_ip_protocol": "ip4"}}}
    (directory / "blackbox.yml").write_text(yaml.safe_dump({"modules": modules}))
    (directory / "prometheus.yml").write_text(
        _prometheus_configuration(polled, interval_s=interval_s, exporter=exporter)
    )
    commands = {
        exporter: [
            "prometheus-blackbox-exporter",
            f"--config.file={directory}/blackbox.yml",
            f"--web.listen-address=127.0.0.1:{exporter}",
            "--log.level=error",
        ],
        web: [
            "prometheus",
            f"--config.file={directory}/prometheus.yml",
            f"--storage.tsdb.path={directory}/data",
            f"--web.listen-address=127.0.0.1:{web}",
            "--log.level=error",
        ],
    }
    with ExitStack() as stack:
        pids = []
        for port, command in commands.items():
            process = stack.enter_context(running(command, log=directory / f"{command[0]}.log"))
            wait_until_answers(process, port, "/-/healthy", within_s=20)
            pids.append(process.pid)
        time.sleep(interval_s + 2)  # scrapes start spread over the first interval
        rate = polled.count / interval_s
        return cpu_us_per_poll(pids, polled.answers, window_s=window_s, rate=rate)


def plugin_cpu_us(polled: Terminals, *, runs: int) -> float:
    """Measure check_http of the monitoring plugins, one process for each check."""
    plugin = shutil.which("check_http", path=PLUGIN_PATH)
    if plugin is None:
        raise NotMeasured("check_http is not installed")
    used = children_cpu_s()
    for index in range(runs):
        address = ["-I", fleet.host(index), "-p", str(polled.closed), "-u", fleet.path(index)]
        subprocess.run([plugin, *address], check=True, stdout=subprocess.DEVNULL)
    return (children_cpu_s() - used) / runs * 1e6
