"""What holds an alert back, in words."""

from monitor.domain.runbooks.runbook import Language
from monitor.views.documents import HoldDocument

_CHINESE = {
    "status": "档案状态",
    "fleet": "上级中断",
    "site": "整店中断",
    "parent": "上级中断",
    "source": "来源中断",
    "conflict": "终端号冲突",
    "flapping": "时通时断",
    "closed": "已打烊",
    "window": "计划窗口",
    "silence": "静默",
    "acknowledged": "已确认",
}


def hold_words(hold: HoldDocument, language: Language) -> str:
    """Return who or what holds an alert back; comments stay in the language in which they were written."""
    if language is Language.EN:
        return hold.words
    reason = _CHINESE.get(hold.reason, hold.reason)
    who = hold.author or hold.by.removeprefix(f"{hold.reason} ")
    said = f"\N{FULLWIDTH COLON}{hold.comment}" if hold.comment else ""
    return f"{reason}\N{FULLWIDTH LEFT PARENTHESIS}{who}\N{FULLWIDTH RIGHT PARENTHESIS}{said}"
