"""The texts of an alert in a language."""

from collections.abc import Mapping

from monitor.cli.output.text import inert
from monitor.domain.runbooks.runbook import Language
from monitor.views.documents import AlertDocument


def in_language(annotations: Mapping[str, str], key: str, language: Language) -> str:
    """Return an annotation in a language, in English where it is not there in that, "" without any."""
    chinese = annotations.get(f"{key}_zh", "") if language is Language.ZH else ""
    return chinese or annotations.get(key, "")


def without_subject(alert: AlertDocument, language: Language = Language.EN) -> str:
    """Return an alert's summary without the name of the terminal or site that it begins with."""
    summary = in_language(alert.annotations, "summary", language)
    name = alert.labels.get("terminal_id") or alert.labels.get("site") or "posmon"
    return inert(summary.removeprefix(f"{name}: ").removeprefix(f"{name}："))  # noqa: RUF001
