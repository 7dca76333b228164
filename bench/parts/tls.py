"""What TLS to terminals costs; see bench.tls."""

from pathlib import Path

from bench import tls
from bench.figures import Figure
from bench.plan import Plan


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Measure kept connections, whole handshakes and resumed ones, and their memory."""
    return tls.measure(directory, rounds=plan.rounds_of_others)
