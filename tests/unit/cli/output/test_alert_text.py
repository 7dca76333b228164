from monitor.cli.output.alert_text import in_language, without_subject
from monitor.domain.runbooks.runbook import Language
from tests.documents import alert


def test_summary_without_its_subject() -> None:
    """The name that stands beside a summary anyway is left out of it."""
    assert without_subject(alert("PaperOut")) == "printer: paper out"
    site = alert("SiteOffline", labels={"site": "B\n7"}, annotations={"summary": "B\n7: 3 of 3\x07"})
    assert without_subject(site) == "3 of 3\\x07"
    assert without_subject(alert("PaperOut", annotations={})) == ""


def test_what_an_alert_says_in_chinese() -> None:
    """Chinese where the alert speaks it, English where it does not, nothing where it says nothing."""
    annotations = {
        "summary": "B7: paper out",
        "summary_zh": "B7\N{FULLWIDTH COLON}缺纸",
        "action": "Load a roll.",
    }
    assert in_language(annotations, "summary", Language.ZH) == "B7\N{FULLWIDTH COLON}缺纸"
    assert in_language(annotations, "action", Language.ZH) == "Load a roll."
    assert in_language(annotations, "summary", Language.EN) == "B7: paper out"
    assert in_language(annotations, "evidence", Language.ZH) == ""
    site = alert("SiteOffline", labels={"site": "B7"}, annotations=annotations)
    assert without_subject(site, Language.ZH) == "缺纸"
