# ruff: noqa: E501 - what is said is quoted whole
"""What is said of each file in `data`, in order; the file's name stands before each."""

SAID: dict[str, list[str]] = {
    "alertmanager_twice": [":1: alerting.alertmanagers[1]: stands in the list twice"],
    "alertmanager_with_password": [
        ":1: alerting.alertmanagers[0]: not a URL such as http://127.0.0.1:9093: contains user information; credentials belong in basic_auth"
    ],
    "alertmanager_with_api_path": [
        ":3: alerting.alertmanagers[0]: ends in /api/v2/alerts, which posmon adds by itself; write http://127.0.0.1:9093",
        ":4: alerting.alertmanagers[1]: ends in /api/v1/alerts, which posmon adds by itself; write https://am.example/x",
        ":5: alerting.alertmanagers[2]: ends in //api/v2, which posmon adds by itself; write http://am.example",
        ":6: alerting.alertmanagers[3]: ends in /API, which posmon adds by itself; write http://am.example/api/y",
    ],
    "alertmanager_with_query": [":1: alerting.alertmanagers[0]: a query has no place here"],
    "alertmanager_without_scheme": [
        ":1: alerting.alertmanagers[0]: not a URL such as http://127.0.0.1:9093: neither http nor https"
    ],
    "alias": [":1: anchors and aliases (& and *) are not taken; quote the text or write it out"],
    "alias_bomb": [":1: anchors and aliases (& and *) are not taken; quote the text or write it out"],
    "boolean_as_number": [":1: polling.concurrency: write a whole number"],
    "broken_ipv6": [":1: web.listen: what stands in brackets is no IPv6 address"],
    "ca_file_is_no_certificate": [":1: polling.ca_file: holds no certificates in PEM form"],
    "ca_file_missing": [":1: polling.ca_file: no such file"],
    "certificate_is_none": [
        ":1: polling.client_cert: certificate and key are not PEM, not a pair, or the key needs a password"
    ],
    "certificate_without_key": [":1: polling.client_cert: needs client_key as well"],
    "colon_in_value": [":2: a second ': ' on one line; quote the value"],
    "control_character": [":2: character U+0007 is not allowed in YAML"],
    "deep_nesting": [":1: nested too deeply"],
    "duplicate_inner_key": [":4: polling.timeout: stands here again; it came first in line 2"],
    "duplicate_key": [":3: web: stands here again; it came first in line 1"],
    "duration_out_of_bounds": [
        ":1: notify.gather: must be at most 5m",
        ":2: events.max_age: must be at least 1m",
        ":3: storage.journal_kept: must be at least 1h",
    ],
    "duration_without_a_known_unit": [
        ":1: polling.interval: write a duration as a whole number and ms, s, m or h: 250ms, 30s, 5m, 24h"
    ],
    "empty_label": [":1: alerting.external_labels.cluster: is empty"],
    "endless_duration": [":1: polling.backoff_after: longer than a year"],
    "escaped_control_character": [":2: inventory.path: contains a control character or a line break"],
    "fraction_as_whole_number": [":1: polling.concurrency: write a whole number"],
    "fraction_of_a_duration": [
        ":1: polling.interval: write a duration as a whole number and ms, s, m or h: 250ms, 30s, 5m, 24h"
    ],
    "gb18030": [":1: is not UTF-8, it looks like GB18030 (GBK): save it as UTF-8"],
    "indented_too_far": [":3: indented further than the key before it, or that one lacks its ':'"],
    "indented_too_little": [":3: indented otherwise than the keys around it, or no key"],
    "interval_too_short": [
        ":1: polling.interval: must be at least 100ms",
        ":1: polling.timeout: must be at least 100ms",
    ],
    "key_in_a_list": [":4: a ':' is missing, here or in the line before"],
    "key_of_another_section": [":1: interval: unknown key; did you mean 'polling.interval'?"],
    "key_that_is_a_list": [":1: a key must be a word"],
    "key_without_certificate": [":1: polling.client_key: needs client_cert as well"],
    "label_name": [
        ":1: alerting.external_labels.data-centre: not a label name (letters, digits and _, not beginning with a digit or __)"
    ],
    "label_of_posmon": [
        ":1: alerting.external_labels.site: is a label of posmon's own alerts; choose another name"
    ],
    "latin1": [":2: is not UTF-8, it looks like Windows-1252 or Latin-1: save it as UTF-8"],
    "list_as_mapping": [":1: alerting.external_labels: write keys and values, as in {key: value}"],
    "listen_on_a_name": [
        ":1: web.listen: listening beyond loopback needs TLS (web.tls.cert_file and web.tls.key_file) and authentication (web.tokens_file) as well"
    ],
    "listen_on_every_address": [
        ":1: web.listen: listening beyond loopback needs TLS (web.tls.cert_file and web.tls.key_file) and authentication (web.tokens_file) as well"
    ],
    "listen_with_tokens_alone": [
        ":1: web.listen: listening beyond loopback needs TLS (web.tls.cert_file and web.tls.key_file) as well"
    ],
    "listen_without_host": [
        ":1: web.listen: write host:port, an IPv6 address in brackets: 127.0.0.1:7676, [::1]:7676"
    ],
    "merge_key": [":1: merge keys (<<) are not taken; write the keys out"],
    "negative_duration": [
        ":1: polling.backoff_after: write a duration as a whole number and ms, s, m or h: 250ms, 30s, 5m, 24h"
    ],
    "network_with_host_bits": [
        ":4: polling.allowed_networks[1]: an address inside a network, not the network; did you mean '192.168.0.0/16'?"
    ],
    "not_a_mapping": [": must be keys and values, as in 'polling:'"],
    "not_a_network": [
        ":1: polling.allowed_networks[0]: not a network; write it as 10.0.0.0/8 or 2001:db8::/32"
    ],
    "number_as_duration": [
        ":1: polling.interval: write a duration as a whole number and ms, s, m or h: 250ms, 30s, 5m, 24h"
    ],
    "number_as_secret": [
        ":1: alerting.bearer_token: write {file: /path/of/the/secret}, or the secret as text in quotes"
    ],
    "number_as_text": [":2: detectors.FirmwareOutdated.minimum: write text; quote it"],
    "number_too_large": [":1: inventory.max_shrink: must be at most 1"],
    "number_too_small": [":1: polling.concurrency: must be at least 1"],
    "override_for_nobody": [
        ":3: polling.overrides[0]: says for whom? give terminal_id, site, region or model"
    ],
    "override_of_a_site_alert": [
        ":2: detectors.SiteOffline.overrides: only alerts about single terminals have overrides"
    ],
    "override_of_nothing": [
        ":3: polling.overrides[0]: changes nothing; give interval, timeout or keep_alive"
    ],
    "override_with_number_as_id": [":3: polling.overrides[0].terminal_id: write text; quote it"],
    "override_with_short_interval": [
        ":4: polling.overrides[1].timeout: 5s is longer than the interval of 2s; a poll must be over before the next is due"
    ],
    "password_missing": [":2: alerting.basic_auth.password: is missing"],
    "port_too_large": [":1: web.listen: a port is at most 65535"],
    "rule_override_for_nobody": [
        ":3: detectors.PaperLow.overrides[0]: says for whom? give terminal_id, site, region or model"
    ],
    "rule_override_of_nothing": [
        ":3: detectors.PaperLow.overrides[0]: changes nothing; give a setting of this alert"
    ],
    "rule_override_unknown_key": [
        ":5: detectors.PaperLow.overrides[0].foor: unknown key; did you mean 'for'?"
    ],
    "secret_file_is_no_path": [
        ":1: alerting.bearer_token_file: write the path of the file that holds the secret"
    ],
    "secret_file_missing": [
        ":1: alerting.bearer_token: the secret's file cannot be read: No such file or directory"
    ],
    "secret_twice": [
        ":3: alerting.bearer_token_file: cannot stand beside bearer_token",
        ":3: alerting.bearer_token_file: the secret's file cannot be read: No such file or directory",
    ],
    "secret_with_line_break": [":1: alerting.bearer_token: contains a control character or a line break"],
    "secret_with_other_keys": [
        ":1: alerting.bearer_token: write {file: /path/of/the/secret}, or the secret as text in quotes"
    ],
    "section_that_is_a_number": [":1: polling: write keys and values, as in {key: value}"],
    "tab": [":2: YAML is indented with spaces, here is a tab"],
    "tag": [":2: tags (!) are not taken; quote the text"],
    "text_as_list": [":1: polling.uplinks: write a list, as in [a, b]"],
    "text_as_number": [":1: polling.concurrency: write a whole number"],
    "thresholds_crossed": [
        ":2: detectors.BatteryLow.below: 30 is above clear_at (25); the alert would open and clear at once"
    ],
    "thresholds_crossed_in_override": [
        ":4: detectors.ClockSkew.overrides[0].clear: 1m is above over (30s); the alert would open and clear at once"
    ],
    "tls_certificate_is_none": [
        ":1: web.tls.cert_file: certificate and key are not PEM, not a pair, or the key needs a password"
    ],
    "tls_certificate_without_key": [":1: web.tls.cert_file: needs key_file as well"],
    "tls_key_without_certificate": [":1: web.tls.key_file: needs cert_file as well"],
    "timeout_above_interval": [
        ":1: polling.timeout: 11s is longer than the interval of 10s; a poll must be over before the next is due"
    ],
    "two_credentials": [
        ":3: alerting.bearer_token: cannot stand beside basic_auth; a request carries one of them"
    ],
    "two_documents": [":2: a second document begins here; one file holds one"],
    "unclosed_quote": [":4: the quotation mark of line 2 is not closed"],
    "unclosed_bracket": [":3: a comma is missing, or the bracket of line 2 is not closed"],
    "unknown_alert": [":2: detectors.TerminalOfline: unknown alert; did you mean 'TerminalOffline'?"],
    "unknown_choice": [":1: metrics.per_terminal: must be one of all, unhealthy, none"],
    "unknown_key": [":2: polling.intervall: unknown key; did you mean 'interval'?"],
    "unknown_section": [":2: poling: unknown key; did you mean 'polling'?"],
    "unknown_severity": [":2: detectors.PaperLow.severity: must be one of critical, warning, info, none"],
    "unknown_threshold": [
        ":2: detectors.BatteryLow.threshold: unknown key; known are enabled, for, keep_firing_for, severity, owner, below, clear_at, overrides"
    ],
    "uplink_on_port_0": [":1: polling.uplinks[0]: port 0 cannot be connected to"],
    "uplink_without_port": [
        ":1: polling.uplinks[0]: write host:port, an IPv6 address in brackets: 127.0.0.1:7676, [::1]:7676"
    ],
    "user_name_with_colon": [
        ":2: alerting.basic_auth.username: contains a character that is not allowed here"
    ],
    "utf16": [": is UTF-16, not UTF-8: save it as UTF-8"],
    "watchdog_too_nervous": [
        ":3: detectors.Watchdog.stalled_after: 1m can pass between two polls; with this polling interval write at least 305s"
    ],
    "yes_as_boolean": [":2: detectors.PaperLow.enabled: write true or false"],
}
