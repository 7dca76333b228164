import csv

from monitor.views.alert_csv import HEADER, alerts_csv
from monitor.views.documents import HoldDocument
from tests.documents import alert


def test_a_row_for_each_alert() -> None:
    """With what holds it back; a spreadsheet finds no formula and no control in it."""
    hold = HoldDocument(
        reason="silence", by="silence s1", words="silenced by ann: x", until="2026-11-21T03:00:00.000Z"
    )
    labels = {"terminal_id": "10000001", "site": "=1+1", "region": "a\r\nb"}
    body = alerts_csv([alert("PaperOut", labels=labels, held=[hold])])
    assert body.startswith(b"\xef\xbb\xbfalertname,")
    header, row = csv.reader(body.decode("utf-8-sig").splitlines())
    said = dict(zip(header, row, strict=True))
    assert tuple(header) == HEADER
    assert (said["site"], said["region"], said["summary"]) == ("'=1+1", "a  b", "printer: paper out")
    assert (said["held_reason"], said["held_until"]) == ("silence", "2026-11-21T03:00:00.000Z")
