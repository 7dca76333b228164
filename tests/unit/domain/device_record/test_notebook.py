from monitor.domain.device_record.notebook import DeviceNotebook
from tests.unit.domain.device_record.test_entry import line


def test_a_line_is_taken_once() -> None:
    """In the order in which the lines were written."""
    notebook = DeviceNotebook()
    notebook.add(line(2.0))
    notebook.add(line(1.0))
    assert [one.at for one in notebook.drain_unsaved()] == [2.0, 1.0]
    assert list(notebook.drain_unsaved()) == []
