"""What an alert means and what to do first, in English and Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """`meaning` for on-call, `action` and `action_zh` for whoever stands at the terminal."""

    meaning: str
    action: str
    action_zh: str


_ADVICE = {
    "TerminalOffline": Advice(
        "The terminal's heartbeat endpoint has not given a good answer for a while.",
        "Check that the terminal is switched on and charged, then its cable, Wi-Fi or SIM card; restart it.",
        "检查终端是否开机、有电，再检查网线、Wi-Fi 或 SIM 卡，然后重启终端。",
    ),
    "TerminalFlapping": Advice(
        "The terminal keeps appearing and disappearing; the link or its power is unsteady.",
        "Check the cable or the Wi-Fi reception where the terminal stands, and the power plug.",
        "检查网线是否松动、摆放位置的 Wi-Fi 信号以及电源插头。",
    ),
    "SiteOffline": Advice(
        "Most terminals of the site went silent together: power or the shop's line, not the terminals.",
        "Check the shop's power and router; restart the router; call the line provider if it stays dark.",
        "检查门店供电和路由器并重启路由器；仍无法恢复请联系宽带运营商。",
    ),
    "FleetUnreachable": Advice(
        "Most of the fleet went silent at once: posmon's own link, VPN or APN is the likely culprit.",
        "Nothing to do in the shops. On-call checks posmon's network, VPN and the mobile operator's APN.",
        "门店无需操作。请值班人员检查监控服务器的网络、VPN 和运营商 APN。",
    ),
    "WeakSignal": Advice(
        "Radio reception has been poor for a while; payments will be slow or fail.",
        "Move the terminal nearer to a window or the access point, away from metal.",
        "将终端移到靠近窗户或无线路由器的位置，远离金属物。",
    ),
    "HostUnreachable": Advice(
        "The terminal is on the network but cannot reach the acquirer's host: payments fail.",
        "Take payments on another terminal. On-call checks firewall, DNS and the acquirer's status.",
        "请先使用其他终端收款。值班人员检查防火墙、DNS 和收单机构主机状态。",
    ),
    "BatteryCritical": Advice(
        "The battery is almost empty; the terminal will switch off soon.",
        "Put the terminal on its charger now.",
        "请立即为终端充电。",
    ),
    "BatteryLow": Advice(
        "The battery is running low and the terminal is not charging.",
        "Charge the terminal before the next busy hours.",
        "请在营业高峰前为终端充电。",
    ),
    "PaperOut": Advice(
        "The receipt printer has no paper; many terminals refuse sales without it.",
        "Insert a new roll, printing side towards the print head, and close the cover until it clicks.",
        "装入新纸卷，热敏面朝向打印头，合上纸仓盖直到听到卡扣声。",
    ),
    "PaperLow": Advice(
        "The paper roll is nearly used up.",
        "Keep a spare roll at hand and change it at the next quiet moment.",
        "准备好备用纸卷，空闲时更换。",
    ),
    "PrinterFault": Advice(
        "The printer is jammed, open or broken.",
        "Open the cover, take out crumpled paper, put the roll back straight and close the cover.",
        "打开纸仓盖，取出卡住的纸，重新放正纸卷并合上盖子。",
    ),
    "RegistrationLost": Advice(
        "The acquirer's host no longer accepts this terminal: it is unregistered or suspended.",
        "Sign in again from the terminal's menu; if that is refused, call the acquirer.",
        "在终端菜单中重新签到；若被拒绝，请联系收单机构。",
    ),
    "RegistrationPending": Advice(
        "The terminal has waited for its registration for longer than usual.",
        "Ask the acquirer how far the application is; have the merchant's documents ready.",
        "向收单机构询问办理进度，并准备好商户资料。",
    ),
    "PinPadFault": Advice(
        "The PIN pad reports a fault: card payments with PIN will fail.",
        "Restart the terminal; if the fault stays, use another terminal and ask for a replacement.",
        "重启终端；若故障仍在，请改用其他终端并申请更换。",
    ),
    "CardReaderFault": Advice(
        "The card reader reports a fault.",
        "Clean the slot with a cleaning card and restart; accept contactless meanwhile.",
        "用清洁卡清洁卡槽并重启；期间可使用非接支付。",
    ),
    "DisplayFault": Advice(
        "The display reports a fault.",
        "Restart the terminal; if it stays dark or frozen, ask for a replacement.",
        "重启终端；若屏幕仍无显示或无响应，请申请更换。",
    ),
    "TransactionBacklog": Advice(
        "Transactions pile up on the terminal without being sent; they may be lost with it.",
        "Leave the terminal switched on and connected; do not reset it before the backlog is sent.",
        "保持终端开机联网，在积压交易上送完成前不要复位。",
    ),
    "FirmwareOutdated": Advice(
        "The terminal runs older firmware than it should.",
        "Start the update from the terminal's menu after closing time.",
        "请在营业结束后从终端菜单启动升级。",
    ),
    "ClockSkew": Advice(
        "The terminal's clock is wrong; certificates and settlement may fail.",
        "Let the terminal sign in or fetch the time from the network again.",
        "请重新签到或从网络同步终端时间。",
    ),
    "UnexpectedRestart": Advice(
        "The terminal restarts again and again: battery contact, overheating or software.",
        "Check the battery's seat and the power plug; if it goes on, ask for a replacement.",
        "检查电池是否装好、电源是否松动；若继续重启，请申请更换。",
    ),
    "TerminalTampered": Advice(
        "The tamper switch has tripped and the keys are erased. Treat it as an attack until disproved.",
        "Stop using the terminal, do not open it, keep it in sight and call security.",
        "立即停用该终端，不要拆开，妥善看管并联系安全部门。",
    ),
    "TerminalIdMismatch": Advice(
        "The endpoint answers as a terminal that the inventory does not expect there.",
        "Compare the label on the device with the inventory; stop using it if nobody replaced it.",
        "核对设备标签与设备档案；若无人更换过设备，请停止使用。",
    ),
    "UnknownTerminalId": Advice(
        "The acquirer's host does not know this terminal, or somebody pushes for ids the inventory lacks.",
        "Note the terminal number on the device and call the acquirer; take payments on another terminal.",
        "记下设备上的终端号并联系收单机构；期间请使用其他终端收款。",
    ),
    "TerminalIdConflict": Advice(
        "One terminal id is in use by two devices: a replacement that was not finished, or a clone.",
        "Compare the serial number on the device with the inventory; stop using it if they differ.",
        "核对设备序列号与设备档案；不一致请立即停用。",
    ),
    "TerminalIdProbing": Advice(
        "One source speaks for many terminal ids that nobody knows, as somebody guessing would.",
        "Nothing to do in the shops. On-call blocks the source's token and finds out who holds it.",
        "门店无需操作。请值班人员停用该来源的令牌并查明持有人。",
    ),
    "PinFailuresOnTerminal": Advice(
        "Wrong PINs on many different cards at one terminal: guessing with stolen cards, or a bad keypad.",
        "Stop using the terminal, keep the receipts and call on-call.",
        "立即停用该终端，保留签购单并联系值班人员。",
    ),
    "PinFailuresOnCard": Advice(
        "One card's PIN was wrong again and again.",
        "Ask the cardholder to stop trying and to call the bank; take another means of payment.",
        "请持卡人停止尝试并联系发卡行，改用其他支付方式。",
    ),
    "PinFailuresAcrossTerminals": Advice(
        "One card's PIN was wrong at several terminals within a short time: somebody tries a stolen card.",
        "If the card is presented, decline it politely and tell on-call.",
        "如再次出示该卡，请婉拒交易并通知值班人员。",
    ),
    "PinLockImminent": Advice(
        "One more wrong PIN and the terminal locks itself.",
        "Let the next customer enter the PIN slowly and unseen, or take another means of payment.",
        "请下一位顾客遮挡并缓慢输入密码，或改用其他支付方式。",
    ),
    "TerminalLocked": Advice(
        "The terminal has locked itself, most often after too many wrong PINs.",
        "Use another terminal and have the acquirer's service unlock this one.",
        "请使用其他终端，并联系收单机构解锁本终端。",
    ),
    "PinDataFault": Advice(
        "PINs cannot be read or encrypted: a lost key, a bad keypad or damaged messages, not wrong PINs.",
        "Sign in again from the terminal's menu; if it goes on, use another terminal and call service.",
        "在终端菜单中重新签到；若仍出错，请改用其他终端并报修。",
    ),
    "OperatorLoginFailures": Advice(
        "Operators fail to log in again and again, or somebody unknown logs in.",
        "Check who is at the terminal; reset the operator's password with the manager's card.",
        "确认操作人员身份，由主管重置操作员密码。",
    ),
    "OffHoursTransactions": Advice(
        "There are transactions while the shop is closed.",
        "Check whether somebody works late; if not, stop using the terminal and call on-call.",
        "确认是否有人加班；若无，请停用终端并联系值班人员。",
    ),
    "RepeatedTransactions": Advice(
        "The same amount or the same card comes again and again.",
        "Compare the receipts; refund what was charged twice.",
        "核对签购单，重复扣款请办理退款。",
    ),
    "Watchdog": Advice(
        "Always firing while posmon works. Route it to a dead man's switch.",
        "Nothing to do.",
        "无需操作。",
    ),
}


class AdviceBook:
    """What alerts say to people beside what they found: advice, and where their runbook is read.

    `read_at` gives the address below which runbooks are read, by alert name; until then, and for alerts
    without advice of their own, there is no address.
    """

    def __init__(self, advice: Mapping[str, Advice] | None = None) -> None:
        self._advice = _ADVICE | dict(advice or {})
        self._linked = frozenset(advice or {})
        self._words: dict[str, Mapping[str, str]] = {}
        self.read_at("")

    def read_at(self, url: str) -> None:
        """Take the address of the runbooks, without a final slash; "" when nobody can read them."""
        self._words = {
            alertname: _words(advice) | _address(url if alertname in self._linked else "", alertname)
            for alertname, advice in self._advice.items()
        }

    def words(self, alertname: str) -> Mapping[str, str]:
        """Return the annotations that go with an alert, whatever it found; none when it has no advice."""
        return self._words.get(alertname, {})


def _words(advice: Advice) -> dict[str, str]:
    return {"description": advice.meaning, "action": advice.action, "action_zh": advice.action_zh}


def _address(url: str, alertname: str) -> dict[str, str]:
    return {"runbook_url": f"{url}/{alertname}"} if url else {}
