from pathlib import Path

import pytest

from monitor.config.loading import load_settings
from monitor.domain.calendars.escalation_policy import EscalationPolicy
from monitor.domain.errors import InvalidConfiguration


def policies(folder: Path, text: str) -> tuple[EscalationPolicy, ...]:
    """Return the policies of a configuration."""
    (folder / "posmon.yaml").write_text(f"escalation:\n{text}\n", encoding="utf-8")
    return load_settings(folder / "posmon.yaml", {}).plans().escalation


def test_policies_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Durations are seconds."""
    text = """\
  - {match: {severity: critical, owner: [network, field]}, unattended: [15m, 45m]}
  - {match: {}, unattended: [2h]}"""
    assert policies(tmp_path, text) == (
        EscalationPolicy(
            match={"severity": ("critical",), "owner": ("network", "field")}, after_s=(900.0, 2700.0)
        ),
        EscalationPolicy(match={}, after_s=(7200.0,)),
    )


@pytest.mark.parametrize(
    ("entry", "field", "reason"),
    [
        ("{match: {sevrity: critical}, unattended: [1m]}", "match.sevrity", "not a key of a match"),
        ("{match: {severity: loud}, unattended: [1m]}", "match.severity", "not a value of severity"),
        ("{match: {owner: boss}, unattended: [1m]}", "match.owner", "not a value of owner"),
        ("{match: {}, unattended: []}", "unattended", "names no level"),
        ("{match: {}, unattended: [10m, 5m]}", "unattended", "does not rise from level to level"),
        ("{match: {}, unattended: [500ms]}", "unattended", "has a level below 1s"),
        ("{match: {}}", "unattended", "is missing"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, entry: str, field: str, reason: str) -> None:
    """And its key."""
    with pytest.raises(InvalidConfiguration) as caught:
        policies(tmp_path, f"  - {entry}")
    (fault,) = caught.value.faults
    assert (fault.line, fault.field) == (2, f"escalation[0].{field}")
    assert reason in fault.reason
