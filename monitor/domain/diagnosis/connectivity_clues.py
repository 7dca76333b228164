"""Why terminals do not answer: how the last poll ended, what was known before, and who else is silent.

The weights are ours (unsourced): a clear fact weighs 3 or more, a common one 1.
"""

from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.diagnosis.clue import Clue, Table
from monitor.domain.heartbeat.reading import NetworkType
from monitor.domain.polling.poll_result import Outcome

LINK, SITE_LINE, POWER, APPLICATION, ENDPOINT, TLS = (
    Cause.OWN_LINK,
    Cause.SITE_LINE,
    Cause.POWER,
    Cause.APPLICATION,
    Cause.WRONG_ENDPOINT,
    Cause.TLS_SETUP,
)
ASLEEP = Cause.ASLEEP
UPDATE, PROXY = Cause.BROKEN_UPDATE, Cause.PROXY
POWER_CUT, OPERATOR, WIDE = Cause.POWER_CUT, Cause.MOBILE_OPERATOR, Cause.WIDE_OUTAGE

EMPTY_PERCENT = 15.0
FULL_PERCENT = 40.0
MANY_SITES = 3
"""So many other sites of a region do not go dark together by chance."""
_HOST_SILENT = frozenset({"host unreachable", "host down", "network unreachable", "network down"})


def _is_silent(case: Case) -> bool:
    is_lost_on_the_way = case.outcome is Outcome.REFUSED and case.detail in _HOST_SILENT
    return case.outcome in (Outcome.TIMEOUT, Outcome.SILENT) or is_lost_on_the_way


def _is_refused(case: Case) -> bool:
    return case.outcome is Outcome.REFUSED and case.detail not in _HOST_SILENT


def _is_path_unknown(case: Case) -> bool:
    return case.outcome is Outcome.REDIRECT or (
        case.outcome is Outcome.HTTP_STATUS and case.detail.endswith("404")
    )


def _is_server_error(case: Case) -> bool:
    return case.outcome is Outcome.HTTP_STATUS and not case.detail.endswith("404")


def _battery_was_low(case: Case) -> bool:
    is_low = case.battery_percent is not None and case.battery_percent <= EMPTY_PERCENT
    return is_low and not case.is_charging


def _battery_was_full(case: Case) -> bool:
    return case.battery_percent is not None and case.battery_percent >= FULL_PERCENT


def _went_to_sleep(case: Case) -> bool:
    return case.was_asleep and _is_silent(case)


OFFLINE = Table(
    causes=(LINK, SITE_LINE, POWER, APPLICATION, ENDPOINT, TLS, ASLEEP),
    priors={"TerminalOffline": {ASLEEP: -6.0}},
    clues=(
        Clue(
            name="silence",
            holds=_is_silent,
            weights={LINK: 2, SITE_LINE: 1, POWER: 2, TLS: -3, APPLICATION: -1},
            words="nothing answers at its address",
            words_zh="其地址没有任何响应",
        ),
        Clue(
            name="refused",
            holds=_is_refused,
            weights={APPLICATION: 4, LINK: -2, SITE_LINE: -2, POWER: -2},
            words="the device is there but refuses the connection",
            words_zh="设备在线但拒绝连接",
        ),
        Clue(
            name="connection_drops",
            holds=lambda case: case.outcome is Outcome.RESET,
            weights={APPLICATION: 2, LINK: 1.5},
            words="the connection is dropped without an answer",
            words_zh="连接被中断且无应答",
        ),
        Clue(
            name="name_is_not_found",
            holds=lambda case: case.outcome is Outcome.DNS,
            weights={ENDPOINT: 5, POWER: -2},
            words="its name is not resolved",
            words_zh="域名无法解析",
        ),
        Clue(
            name="tls_fails",
            holds=lambda case: case.outcome is Outcome.TLS,
            weights={TLS: 6, LINK: -6, POWER: -6, SITE_LINE: -6},
            words="the connection fails at TLS",
            words_zh="TLS 握手失败",
        ),
        Clue(
            name="path_is_unknown",
            holds=_is_path_unknown,
            weights={ENDPOINT: 4, APPLICATION: 2, LINK: -6, POWER: -6, SITE_LINE: -6},
            words="something else answers at that address and path",
            words_zh="该地址和路径由其他服务应答",
        ),
        Clue(
            name="server_error",
            holds=_is_server_error,
            weights={APPLICATION: 4, LINK: -6, POWER: -6, SITE_LINE: -6},
            words="its application answers with an error",
            words_zh="终端应用返回错误",
        ),
        Clue(
            name="answer_is_no_heartbeat",
            holds=lambda case: case.outcome is Outcome.PROTOCOL,
            weights={APPLICATION: 4, ENDPOINT: 2, LINK: -6, POWER: -6, SITE_LINE: -6},
            words="what answers is no heartbeat",
            words_zh="应答内容不是心跳数据",
        ),
        Clue(
            name="never_answered",
            holds=lambda case: case.has_answered is False,
            weights={ENDPOINT: 2, POWER: 0.5},
            words="it has never answered yet",
            words_zh="从未应答过",
        ),
        Clue(
            name="has_answered",
            holds=lambda case: case.has_answered is True,
            weights={ENDPOINT: -1},
            words="it used to answer",
            words_zh="此前应答正常",
        ),
        Clue(
            name="battery_was_low",
            holds=_battery_was_low,
            weights={POWER: 5},
            words="its battery was nearly empty",
            words_zh="失联前电量将尽",
        ),
        Clue(
            name="battery_was_full",
            holds=_battery_was_full,
            weights={POWER: -1},
            words="its battery was charged",
            words_zh="失联前电量充足",
        ),
        Clue(
            name="was_asleep",
            holds=_went_to_sleep,
            weights={ASLEEP: 11},
            words="it said that it sleeps",
            words_zh="失联前处于休眠状态",
        ),
        Clue(
            name="signal_was_weak",
            holds=lambda case: case.is_signal_weak,
            weights={LINK: 2},
            words="its signal was weak",
            words_zh="失联前信号弱",
        ),
        Clue(
            name="comes_and_goes",
            holds=lambda case: 0.1 <= case.failed_polls_share < 0.9,
            weights={LINK: 1},
            words="it came and went before",
            words_zh="此前时断时续",
        ),
        Clue(
            name="neighbours_are_silent",
            holds=lambda case: case.neighbours > 0 and case.down_neighbours * 2 >= case.neighbours,
            weights={SITE_LINE: 4, POWER: -1, APPLICATION: -1},
            words="most of its neighbours at the site are silent too",
            words_zh="同店多数终端也失联",
        ),
        Clue(
            name="it_is_alone",
            holds=lambda case: case.neighbours > 0 and not case.down_neighbours,
            weights={SITE_LINE: -4, LINK: 1, POWER: 0.5},
            words="its neighbours at the site answer",
            words_zh="同店其他终端正常",
        ),
        Clue(
            name="shares_the_line",
            holds=lambda case: case.down_neighbours > 0 and case.link is not NetworkType.CELLULAR,
            weights={SITE_LINE: 1},
            words="it uses the site's line",
            words_zh="使用门店线路",
        ),
    ),
)
"""For TerminalOffline."""

SITE = Table(
    causes=(SITE_LINE, POWER_CUT, OPERATOR, WIDE),
    priors={"SiteOffline": {SITE_LINE: 1.0}},
    clues=(
        Clue(
            name="only_cellular_goes_on",
            holds=lambda case: case.wired_down >= 2 and case.cellular_up >= 1 and not case.cellular_down,
            weights={SITE_LINE: 3, POWER_CUT: -2, OPERATOR: -3},
            words="terminals on mobile data go on, those on the site's line are silent",
            words_zh="使用移动数据的终端正常，使用门店线路的终端失联",
        ),
        Clue(
            name="only_the_line_is_used",
            holds=lambda case: case.wired_down >= 2 and not case.cellular_down + case.cellular_up,
            weights={SITE_LINE: 1.5, OPERATOR: -3},
            words="all silent terminals are on the site's line",
            words_zh="失联终端全部使用门店线路",
        ),
        Clue(
            name="both_links_are_silent",
            holds=lambda case: case.wired_down >= 1 and case.cellular_down >= 1,
            weights={POWER_CUT: 3, OPERATOR: -1, SITE_LINE: -1},
            words="terminals on the site's line and on mobile data are silent alike",
            words_zh="门店线路和移动数据的终端同时失联",
        ),
        Clue(
            name="only_mobile_data_is_silent",
            holds=lambda case: case.cellular_down >= 2 and not case.wired_down,
            weights={OPERATOR: 3, SITE_LINE: -3},
            words="all silent terminals are on mobile data",
            words_zh="失联终端全部使用移动数据",
        ),
        Clue(
            name="wired_goes_on",
            holds=lambda case: case.wired_up >= 1 and not case.wired_down,
            weights={OPERATOR: 2, POWER_CUT: -2, SITE_LINE: -2},
            words="terminals on the site's line go on",
            words_zh="使用门店线路的终端正常",
        ),
        Clue(
            name="silence",
            holds=_is_silent,
            weights={SITE_LINE: 1, POWER_CUT: 1, OPERATOR: 1, WIDE: 1},
            words="nothing answers at their addresses",
            words_zh="其地址没有任何响应",
        ),
        Clue(
            name="something_answers",
            holds=lambda case: case.outcome is not None and not _is_silent(case),
            weights={SITE_LINE: 1, POWER_CUT: -3},
            words="something still answers at their addresses, though not the terminals",
            words_zh="其地址仍有响应，但不是终端",
        ),
        Clue(
            name="all_are_silent",
            holds=lambda case: case.members > 0 and case.down == case.members,
            weights={POWER_CUT: 0.5, SITE_LINE: 0.5, WIDE: 0.5},
            words="no terminal of the site answers",
            words_zh="门店所有终端均失联",
        ),
        Clue(
            name="others_are_dark",
            holds=lambda case: case.dark_sites >= MANY_SITES,
            weights={WIDE: 6, SITE_LINE: -2, POWER_CUT: -1},
            words="other sites of its region fell silent with it",
            words_zh="同区域其他门店同时失联",
        ),
        Clue(
            name="no_other_is_dark",
            holds=lambda case: case.members > 0 and not case.dark_sites,
            weights={WIDE: -6},
            words="no other site of its region fell silent with it",
            words_zh="同区域没有其他门店同时失联",
        ),
    ),
)
"""For SiteOffline."""

CLOSED = Table(
    causes=(Cause.CLOSED, POWER, LINK),
    clues=(
        Clue(
            name="shop_is_closed",
            holds=lambda case: case.is_closed,
            weights={Cause.CLOSED: 4},
            words="its shop is closed now",
            words_zh="门店现在不营业",
        ),
        Clue(
            name="went_off_around_closing",
            holds=lambda case: case.is_closed,
            weights={Cause.CLOSED: 1},
            words="it went off no earlier than an hour before closing",
            words_zh="打烊前一小时之内或之后关机",
        ),
        Clue(
            name="battery_was_low",
            holds=_battery_was_low,
            weights={POWER: 3},
            words="its battery was nearly empty",
            words_zh="失联前电量将尽",
        ),
    ),
)
"""For TerminalOffline, of a terminal that is expected to be off."""

_IN_BETWEEN = ("401", "403", "407", "511")
"""Statuses of proxies and portals, but for 401 and 403, which a terminal may give as well."""

_ABSENT = ("404", "405", "410", "501")


def _has_status(case: Case, statuses: tuple[str, ...]) -> bool:
    return case.outcome is Outcome.HTTP_STATUS and case.detail.endswith(statuses)


WRONG = Table(
    causes=(UPDATE, PROXY, APPLICATION, TLS, ENDPOINT),
    clues=(
        Clue(
            name="is_redirected",
            holds=lambda case: case.outcome is Outcome.REDIRECT,
            weights={PROXY: 4, UPDATE: 1, ENDPOINT: 1},
            words="they are redirected elsewhere",
            words_zh="应答为重定向",
        ),
        Clue(
            name="access_is_refused",
            holds=lambda case: _has_status(case, _IN_BETWEEN),
            weights={PROXY: 3, UPDATE: 2},
            words="access is refused",
            words_zh="访问被拒绝",
        ),
        Clue(
            name="path_is_gone",
            holds=lambda case: _has_status(case, _ABSENT),
            weights={UPDATE: 3, ENDPOINT: 3, PROXY: 1},
            words="what answers does not know the path",
            words_zh="应答方没有该路径",
        ),
        Clue(
            name="applications_fail",
            holds=lambda case: (
                case.outcome is Outcome.HTTP_STATUS and not _has_status(case, _IN_BETWEEN + _ABSENT)
            ),
            weights={APPLICATION: 3, UPDATE: 2},
            words="their applications answer with an error",
            words_zh="终端应用返回错误",
        ),
        Clue(
            name="answers_are_no_heartbeats",
            holds=lambda case: case.outcome is Outcome.PROTOCOL,
            weights={UPDATE: 3, PROXY: 2},
            words="what answers is no heartbeat",
            words_zh="应答内容不是心跳数据",
        ),
        Clue(
            name="tls_fails_alike",
            holds=lambda case: case.outcome is Outcome.TLS,
            weights={TLS: 5, PROXY: 1},
            words="the connections fail at TLS",
            words_zh="TLS 握手失败",
        ),
        Clue(
            name="one_model",
            holds=lambda case: case.wrong_models == 1 and case.well_models >= 1,
            weights={UPDATE: 2, APPLICATION: 1, PROXY: -1},
            words="all of them are of one model",
            words_zh="均为同一型号",
        ),
        Clue(
            name="several_models",
            holds=lambda case: case.wrong_models >= 2,
            weights={PROXY: 2, UPDATE: -1, APPLICATION: -1},
            words="they are of several models",
            words_zh="涉及多种型号",
        ),
        Clue(
            name="one_place",
            holds=lambda case: case.wrong_places == 1,
            weights={PROXY: 2, UPDATE: -1},
            words="all of them stand at one site",
            words_zh="均在同一门店",
        ),
        Clue(
            name="several_places",
            holds=lambda case: case.wrong_places >= 2,
            weights={UPDATE: 1, APPLICATION: 0.5},
            words="they stand at several sites",
            words_zh="分布在多家门店",
        ),
        Clue(
            name="used_to_answer",
            holds=lambda case: case.has_answered is True,
            weights={ENDPOINT: -2},
            words="they used to answer",
            words_zh="此前应答正常",
        ),
        Clue(
            name="never_did_answer",
            holds=lambda case: case.has_answered is False,
            weights={ENDPOINT: 3, UPDATE: -2},
            words="none of them has answered yet",
            words_zh="从未应答过",
        ),
    ),
)
"""For WrongAnswers."""
