"""Why posmon asks whether a match is meant, in words."""

import re

from monitor.domain.runbooks.runbook import Language

_ADVICE = re.compile(r"; confirm it with .*")
_PART = re.compile(r"it concerns ([0-9]+) of ([0-9]+) terminals")
_CHINESE = {
    "an empty match concerns every alert": "涉及全部告警",
    "it matches no terminal and no open alert; is it spelt right?": "没有符合的终端和告警，拼写是否正确？",  # noqa: RUF001
}


def reach_question(reason: str, language: Language) -> str:
    """Return the reason of a fault of the field `confirm` for people, without the advice for programs.

    What has no Chinese words stays as the daemon says it.
    """
    said = _ADVICE.sub("", reason)
    if language is Language.EN:
        return said
    if part := _PART.fullmatch(said):
        return f"涉及 {part[2]} 台终端中的 {part[1]} 台"
    return _CHINESE.get(said, said)
