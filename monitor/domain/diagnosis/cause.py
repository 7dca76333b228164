"""The causes that a diagnosis distinguishes, with their names for people."""

from enum import StrEnum


class Cause(StrEnum):
    """One possible cause. Of two that are equally likely, the one listed first here is named first."""

    CARDHOLDER_ERROR = "cardholder_error"
    CARD_ATTACK = "card_attack"
    TERMINAL_ATTACK = "terminal_attack"
    KEY_FAULT = "key_fault"
    HOST_NETWORK = "host_network"

    REPLACED_DEVICE = "replaced_device"
    UPGRADED_SYSTEM = "upgraded_system"
    CHANGED_PROVIDER = "changed_provider"
    WRONG_REGISTRATION = "wrong_registration"
    HARDWARE_FAULT = "hardware_fault"
    CLONED_TERMINAL = "cloned_terminal"
    WRITTEN_DIFFERENTLY = "written_differently"

    OWN_LINK = "own_link"
    SITE_LINE = "site_line"
    POWER = "power"
    APPLICATION = "application"
    WRONG_ENDPOINT = "wrong_endpoint"
    TLS_SETUP = "tls_setup"
    POWER_CUT = "power_cut"
    MOBILE_OPERATOR = "mobile_operator"
    WIDE_OUTAGE = "wide_outage"
    BROKEN_UPDATE = "broken_update"
    PROXY = "proxy"
    CLOSED = "closed"
    ASLEEP = "asleep"

    @property
    def words(self) -> str:
        """Its name in English."""
        return _WORDS[self][0]

    @property
    def words_zh(self) -> str:
        """Its name in Chinese."""
        return _WORDS[self][1]


_WORDS = {
    Cause.CARDHOLDER_ERROR: ("a cardholder's mistake", "持卡人输错密码"),
    Cause.CARD_ATTACK: ("somebody guesses the PIN of a card", "有人在猜测某张卡的密码"),
    Cause.TERMINAL_ATTACK: ("somebody tries many cards at this terminal", "有人在本终端用多张卡试密码"),
    Cause.KEY_FAULT: ("keypad damaged or key lost", "密码键盘故障或密钥丢失"),
    Cause.HOST_NETWORK: ("the network to the host", "到主机的网络故障"),
    Cause.REPLACED_DEVICE: ("the device was replaced", "设备已更换"),
    Cause.UPGRADED_SYSTEM: ("an upgrade of its system", "系统升级所致"),
    Cause.CHANGED_PROVIDER: ("merchant or provider changed", "商户号或服务商已变更"),
    Cause.WRONG_REGISTRATION: ("registered wrongly or not at all", "终端登记错误或未登记"),
    Cause.HARDWARE_FAULT: ("a hardware fault", "硬件故障"),
    Cause.CLONED_TERMINAL: ("a cloned or rogue terminal", "克隆终端或非法终端"),
    Cause.WRITTEN_DIFFERENTLY: ("the inventory writes it differently", "档案中的写法不同"),
    Cause.OWN_LINK: ("the terminal's own link", "终端自身网络连接"),
    Cause.SITE_LINE: ("the site's line or router", "门店线路或路由器"),
    Cause.POWER: ("switched off or battery empty", "终端关机或电量耗尽"),
    Cause.APPLICATION: ("its application does not run or is broken", "终端应用未运行或异常"),
    Cause.WRONG_ENDPOINT: (
        "a wrong name, address or path in the inventory",
        "设备档案中的域名、地址或路径有误",
    ),
    Cause.TLS_SETUP: ("certificates or TLS settings", "证书或 TLS 配置"),
    Cause.POWER_CUT: ("a power cut at the site", "门店停电"),
    Cause.MOBILE_OPERATOR: ("the mobile operator or APN", "移动运营商或 APN"),
    Cause.WIDE_OUTAGE: (
        "an outage wider than the shop (line provider, power grid)",
        "门店以外的大范围故障（线路运营商或电网）",
    ),
    Cause.BROKEN_UPDATE: ("an update that broke what the terminals answer", "升级后终端的应答出错"),
    Cause.ASLEEP: ("it sleeps and does not wake", "终端休眠后没有唤醒"),
    Cause.CLOSED: ("the shop is closed", "门店已打烊"),
    Cause.PROXY: (
        "a proxy, portal or firewall that answers in their place",
        "代理、认证门户或防火墙代为应答",
    ),
}
