import pytest

from monitor.domain.diagnosis.id_shape import id_shape

SHAPES = [
    ("10000001", ""),
    ("A1B2C3D4", ""),
    ("", "empty"),
    ("   ", "empty"),
    ("00000000", "default"),
    ("12345678", "default"),
    ("ffffffff", "default"),
    ("1\x002", "garbled"),
]


@pytest.mark.parametrize(("terminal_id", "shape"), SHAPES, ids=[repr(row[0]) for row in SHAPES])
def test_what_is_wrong_with_an_id_is_named(terminal_id: str, shape: str) -> None:
    """What makers put in before set-up is told from what a line garbled, whatever its case."""
    assert id_shape(terminal_id) == shape
