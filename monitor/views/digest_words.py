"""The words of summaries, in English and Chinese."""

from collections.abc import Mapping

from monitor.domain.runbooks.runbook import Language

_WORDS: Mapping[str, tuple[str, str]] = {
    "daily": ("Daily summary", "日报"),
    "weekly": ("Weekly summary", "周报"),
    "summary": ("Summary", "摘要"),
    "period": ("{since} to {until}", "{since} 至 {until}"),
    "title": ("{name} {day}: {fired}, {overlooked}", "{name} {day}：{fired}，{overlooked}"),  # noqa: RUF001
    "alerts": ("alerts {n}", "告警 {n} 条"),
    "overlooked": ("nobody acted on {n}", "无人处理 {n} 条"),
    "fired": (
        "Alerts: {fired}, still firing: {open}. Told on-call: {told}, shops: {shop_told}. Held back: {held}.",
        "共 {fired} 条告警，{open} 条仍在持续；已通知值班 {told} 条、门店 {shop_told} 条；暂缓 {held} 条。",  # noqa: RUF001
    ),
    "deeds": (
        "Acknowledged: {acks}, silences: {silences}, windows of planned work: {windows}.",
        "人员确认 {acks} 次，静默 {silences} 次，计划窗口 {windows} 个。",  # noqa: RUF001
    ),
    "quiet": ("Nothing fired.", "没有告警。"),
    "Nobody acted on": ("Nobody acted on", "无人处理"),
    "none overlooked": (
        "Everything critical was attended to, or over within a quarter of an hour.",
        "所有严重告警均有人处理，或在一刻钟内恢复。",  # noqa: RUF001
    ),
    "Noisiest rules": ("Noisiest rules", "最频繁的规则"),
    "Recurs": ("What recurs", "反复出现"),
    "Told": ("Who was told", "通知情况"),
    "none told": ("No receiver was told anything.", "未通知任何接收者。"),
    "Held": ("What was held back", "暂缓情况"),
    "alert": ("Alert", "告警"),
    "about": ("About", "对象"),
    "since": ("Since", "开始"),
    "unattended": ("Unattended", "无人处理时长"),
    "state": ("State", "状态"),
    "open": ("still fires", "仍在持续"),
    "over": ("over", "已恢复"),
    "owner": ("Owner", "负责方"),
    "count": ("Fired", "次数"),
    "told": ("Told", "已通知"),
    "held": ("Held", "暂缓"),
    "attended": ("Acted on", "已处理"),
    "longest": ("Longest", "最长"),
    "suggestion": ("Suggestion", "建议"),
    "times": ("Times", "次数"),
    "receiver": ("Receiver", "接收者"),
    "way": ("By", "方式"),
    "messages": ("Messages", "消息"),
    "new": ("Alerts", "告警"),
    "critical": ("Critical", "严重"),
    "resolved": ("Ended", "恢复"),
    "reason": ("Reason", "原因"),
    "more": ("and {n} more", "另有 {n} 条"),
    "colon": (": ", "："),  # noqa: RUF001
    "comma": (", ", "，"),  # noqa: RUF001
    "alertmanager": ("Alertmanager", "Alertmanager"),
    "mail": ("mail", "邮件"),
    "messenger": ("messenger", "即时消息"),
    "webhook": ("webhook", "Webhook"),
    "shop": ("shop", "门店"),
    "field": ("field", "现场服务"),
    "network": ("network", "网络"),
    "acquirer": ("acquirer", "收单"),
    "security": ("security", "安全"),
    "monitoring": ("monitoring", "监控"),
    "status": ("status in the inventory", "档案状态"),
    "fleet": ("fleet out of reach", "整体中断"),
    "site": ("site outage", "整店中断"),
    "parent": ("what it hangs on is down", "上级中断"),
    "source": ("source cannot be asked", "来源中断"),
    "conflict": ("terminal id conflict", "终端号冲突"),
    "flapping": ("comes and goes", "时通时断"),
    "closed": ("shop closed", "已打烊"),
    "window": ("planned work", "计划窗口"),
    "silence": ("silence", "静默"),
    "acknowledged": ("acknowledged", "已确认"),
    "days": ("{d} d {h} h", "{d} 天 {h} 小时"),
    "hours": ("{h} h {m:02} min", "{h} 小时 {m:02} 分"),
    "minutes": ("{m} min", "{m} 分钟"),
    "seconds": ("{s} s", "{s} 秒"),
}

_THINGS: Mapping[str, str] = {
    "site": "门店",
    "region": "区域",
    "fleet": "全部终端",
    "card": "卡",
    "source": "来源",
    "terminal_source": "来源",
    "unattended": "无人处理",
}
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


def digest_word(key: str, language: Language, **values: object) -> str:
    """Return a word or sentence; a key that is none is said as it is."""
    english, chinese = _WORDS.get(key, (key, key))
    said = english if language is Language.EN else chinese
    return said.format(**values) if values else said


def length(seconds: float, language: Language) -> str:
    """Return a length of time in its two largest units: `3 h 05 min`."""
    whole = int(max(0.0, seconds))
    days, hours, minutes = whole // _DAY_S, whole % _DAY_S // _HOUR_S, whole % _HOUR_S // _MINUTE_S
    if days:
        return digest_word("days", language, d=days, h=hours)
    if hours:
        return digest_word("hours", language, h=hours, m=minutes)
    if minutes:
        return digest_word("minutes", language, m=minutes)
    return digest_word("seconds", language, s=whole)


def about(subject: str, language: Language) -> str:
    """Return what an alert is about, for people: `site Harbour Row`; a terminal by its id."""
    if not subject.startswith("/"):
        return subject
    kind, _, name = subject[1:].partition("/")
    spoken = kind.replace("_", " ") if language is Language.EN else _THINGS.get(kind, kind)
    return f"{spoken} {name}".rstrip()
