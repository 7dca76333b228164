import pytest

from monitor.domain.errors import (
    Fault,
    InvalidConfiguration,
    InvalidDocument,
    InvalidInventory,
    InvalidScenario,
)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(source="a.yaml", reason="is empty"), "a.yaml: is empty"),
        (Fault(source="a.yaml", field="interval", reason="is no number"), "a.yaml: interval: is no number"),
        (Fault(source="a.csv", line=7, reason="has 3 columns"), "a.csv:7: has 3 columns"),
        (Fault(source="a.csv", line=7, field="site", reason="is empty"), "a.csv:7: site: is empty"),
    ],
)
def test_a_fault_names_file_line_field_and_reason(fault: Fault, words: str) -> None:
    """It leaves out what is not known."""
    assert str(fault) == words


@pytest.mark.parametrize("error", [InvalidConfiguration, InvalidInventory, InvalidScenario])
def test_a_document_s_faults_are_reported_together(error: type[InvalidDocument]) -> None:
    """Each has a line of its own, in the order of the document; an iterator of faults is read once."""
    faults = [Fault(source="a.csv", line=line, reason="is bad") for line in (2, 9)]
    raised = error(iter(faults))
    assert raised.faults == tuple(faults)
    assert str(raised) == "a.csv:2: is bad\na.csv:9: is bad"
    assert isinstance(raised, InvalidDocument)
