"""What simulated terminals and shops are called: made-up shops, real makes of terminal."""

from dataclasses import dataclass

from monitor.domain.heartbeat.reading import NetworkType


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One make of terminal. `firmware` is the newest, `old_firmware` one that ought to be updated."""

    vendor: str
    name: str
    firmware: str
    old_firmware: str
    app_version: str
    has_battery: bool
    links: tuple[NetworkType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Where shops stand; `area_code` is the region part of an ISO 8583 DE42 in China."""

    name: str
    chinese_name: str
    region: str
    area_code: str


_MOBILE = (NetworkType.CELLULAR, NetworkType.CELLULAR, NetworkType.WIFI, NetworkType.CELLULAR)
_SHOP = (NetworkType.WIFI, NetworkType.WIFI, NetworkType.CELLULAR, NetworkType.WIFI)
_WIRED = (NetworkType.ETHERNET,)

MODELS = (
    Model(
        vendor="newland",
        name="N910",
        firmware="3.2.1",
        old_firmware="2.8.0",
        app_version="5.1.0",
        has_battery=True,
        links=_MOBILE,
    ),
    Model(
        vendor="pax",
        name="A920",
        firmware="11.1.50",
        old_firmware="7.1.2",
        app_version="5.1.0",
        has_battery=True,
        links=_MOBILE,
    ),
    Model(
        vendor="sunmi",
        name="P2",
        firmware="3.6.22",
        old_firmware="2.2.5",
        app_version="5.0.4",
        has_battery=True,
        links=_SHOP,
    ),
    Model(
        vendor="ingenico",
        name="DESK5000",
        firmware="9.40.2",
        old_firmware="8.11.0",
        app_version="4.9.3",
        has_battery=False,
        links=_WIRED,
    ),
    Model(
        vendor="verifone",
        name="V400m",
        firmware="1.105.1",
        old_firmware="1.72.6",
        app_version="4.9.3",
        has_battery=True,
        links=_SHOP,
    ),
    Model(
        vendor="landi",
        name="APOS-A8",
        firmware="4.0.7",
        old_firmware="3.1.9",
        app_version="5.1.0",
        has_battery=True,
        links=_MOBILE,
    ),
)

CLOUD_MODELS = (
    Model(
        vendor="square",
        name="T2",
        firmware="6.74.0",
        old_firmware="5.41.0",
        app_version="6.74.0",
        has_battery=True,
        links=_SHOP,
    ),
    Model(
        vendor="stripe",
        name="stripe_s700",
        firmware="2.37.2",
        old_firmware="2.19.0",
        app_version="2.37.2",
        has_battery=True,
        links=_SHOP,
    ),
)
"""Makes that only their vendor's cloud knows; a fleet has them where a scenario names them."""

MODEL_BY_NAME = {model.name: model for model in (*MODELS, *CLOUD_MODELS)}

CITIES = (
    City(name="Shanghai", chinese_name="上海", region="华东", area_code="2900"),
    City(name="Beijing", chinese_name="北京", region="华北", area_code="1000"),
    City(name="Shenzhen", chinese_name="深圳", region="华南", area_code="5840"),
    City(name="Chengdu", chinese_name="成都", region="西南", area_code="6510"),
    City(name="Hangzhou", chinese_name="杭州", region="华东", area_code="3310"),
    City(name="Wuhan", chinese_name="武汉", region="华中", area_code="5210"),
    City(name="Xi'an", chinese_name="西安", region="西北", area_code="7910"),
    City(name="Harbin", chinese_name="哈尔滨", region="东北", area_code="2610"),
)
SHOP_NAMES = (
    "福源",
    "瑞丰",
    "百味",
    "新世纪",
    "阳光",
    "金桥",
    "和顺",
    "绿洲",
    "东方",
    "万家",
    "吉祥",
    "永康",
)
TRADES = (
    ("超市", "5411"),
    ("大药房", "5912"),
    ("餐厅", "5812"),
    ("书店", "5942"),
    ("加油站", "5541"),
    ("服饰", "5651"),
    ("酒店", "7011"),
)
"""Kind of shop and its ISO 18245 merchant category code, which is part of a DE42."""

SITE_SIZES = (3, 4, 5, 6, 8, 10, 12, 20)
