"""The words of the commands of people on call, in English and Chinese."""

from collections.abc import Mapping

_WORDS: Mapping[str, tuple[str, str]] = {
    "repeat": ("{said}\nRepeat it with --yes if that is meant.", "{said}\n确认无误请加 --yes 重试。"),
    "meant": ("{said}. Is that meant?", "{said}。确定吗？"),  # noqa: RUF001
    "nothing done": ("Nothing was changed.", "未作任何更改。"),
    "silence": ("Silence {id} until {until}", "静默 {id}，至 {until}"),  # noqa: RUF001
    "window": ("Window {id}", "窗口 {id}"),
    "one match": ("1 open alert matches now", "现有 1 条告警符合"),
    "matches": ("{n} open alerts match now", "现有 {n} 条告警符合"),
    "ended": ("{id} is ended.", "{id} 已结束。"),
    "acknowledged": ("Acknowledged: {alert} ({id})", "已确认：{alert}（{id}）"),  # noqa: RUF001
    "with alert": ("ends with the alert", "随告警结束"),
    "until": ("until {until}", "至 {until}"),
    "begins": ("begins {begin}", "{begin} 开始"),
    "flexible": (", {length} from the first failure", "，自首次故障起 {length}"),  # noqa: RUF001
    "next": ("next on {start}", "下一次 {start}"),
    "configuration": ("configuration", "配置文件"),
    "elsewhere": ("made in {origin}", "来自 {origin}"),
    "no silences": ("No silence is in force.", "没有生效的静默。"),
    "no windows": ("No window is planned.", "没有计划窗口。"),
    "no acks": ("No alert is acknowledged.", "没有已确认的告警。"),
    "no actions": ("Nobody has done anything yet.", "尚无操作记录。"),
    "ENDS": ("ENDS", "剩余"),
    "SILENCE": ("SILENCE", "静默"),
    "WINDOW": ("WINDOW", "窗口"),
    "FOR": ("FOR", "已持续"),
    "ACKNOWLEDGED": ("ACKNOWLEDGED", "已确认的告警"),
    "WHEN": ("WHEN", "时间"),
    "WHO": ("WHO", "操作人"),
    "WHAT": ("WHAT", "操作"),
    "silence.add": ("silenced", "静默"),
    "silence.end": ("silence ended", "静默结束"),
    "ack.add": ("acknowledged", "确认"),
    "ack.end": ("acknowledgement ended", "确认结束"),
    "window.add": ("window planned", "计划窗口"),
    "written": ("Written into the device record of {terminal}.", "已记入 {terminal} 的设备档案。"),
    "no record": ("Nothing is written down yet.", "暂无记录。"),
    "note": ("note", "备注"),
    "purchase": ("purchase", "采购"),
    "deployment": ("deployment", "上线"),
    "inspection": ("inspection", "巡检"),
    "repair": ("repair", "维修"),
    "swap": ("swap", "更换"),
    "change": ("change", "变更"),
    "window.end": ("window ended", "窗口结束"),
}


def in_words(lang: str, key: str) -> str:
    """Return a text in a language, the key itself when there is none."""
    english, chinese = _WORDS.get(key, (key, key))
    return chinese if lang == "zh" else english
