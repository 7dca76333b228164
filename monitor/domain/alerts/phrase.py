"""The words of a detector, in both languages."""

from enum import StrEnum
from typing import NamedTuple

from monitor.domain.duration import spoken_duration
from monitor.domain.polling.poll_result import Outcome


class Phrase(NamedTuple):
    """The same in English and in simplified Chinese."""

    en: str
    zh: str


OUTCOMES_ZH = {
    Outcome.OK: "正常",
    Outcome.TIMEOUT: "超时",
    Outcome.REFUSED: "连接被拒绝",
    Outcome.RESET: "连接中断",
    Outcome.DNS: "域名解析失败",
    Outcome.TLS: "加密连接失败",
    Outcome.HTTP_STATUS: "HTTP 错误",
    Outcome.REDIRECT: "被重定向",
    Outcome.PROTOCOL: "协议错误",
    Outcome.SILENT: "未按时上报",
    Outcome.REPORTED_OFFLINE: "来源报告离线",
    Outcome.AWAITED: "暂无消息",
    Outcome.SHED: "未轮询",
}

_STATUSES_ZH = {
    "ok": "正常",
    "fault": "故障",
    "tampered": "被拆动",
    "paper_low": "纸将用完",
    "paper_out": "缺纸",
    "paper_jam": "卡纸",
    "cover_open": "纸仓盖打开",
    "registered": "已登记",
    "pending": "待确认",
    "unregistered": "未登记",
    "suspended": "已停用",
}


def status_phrase(name: Phrase, status: StrEnum | None) -> Phrase:
    """Return a part's name and its status in words."""
    if status is None:
        return Phrase(f"{name.en}: unknown", f"{name.zh}：未知")
    return Phrase(f"{name.en}: {status.value.replace('_', ' ')}", f"{name.zh}：{_STATUSES_ZH[status.value]}")


def span(seconds: float) -> Phrase:
    """Return a window's length in words."""
    return Phrase(*spoken_duration(seconds))
