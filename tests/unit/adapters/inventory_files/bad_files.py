# ruff: noqa: E501 - what is said is quoted whole
"""What is said of each file in `data`, in order; the file's name stands before each."""

SAID: dict[str, list[str]] = {
    "alias.yaml": [":1: anchors and aliases (& and *) are not taken; quote the text or write it out"],
    "bad_cells.yaml": [
        ":2: endpoint: begins with none of http:, https:, zvt:, nexo+https:, escpos:, tcp:, push:",
        ":3: status: not a status; known are in_service, spare, maintenance, retired",
        ":4: terminal_id: stands in line 1 already",
        ":5: terminal_id: is missing",
    ],
    "bad_dialect.csv": [
        ":2: dialect: not a dialect; did you mean 'unionpay'?",
        ":3: dialect: not a dialect; known are unionpay, visa, mastercard, gicc, iso8583-1993",
    ],
    "bad_endpoint.csv": [
        ":2: endpoint: begins with none of http:, https:, zvt:, nexo+https:, escpos:, tcp:, push:",
        ":3: endpoint: begins with none of http:, https:, zvt:, nexo+https:, escpos:, tcp:, push:",
        ":4: endpoint: no host",
        ":5: endpoint: not a URL",
        ":6: endpoint: port 0",
        ":7: endpoint: contains user information",
        ":8: endpoint: contains a fragment",
        ":9: endpoint: contains a space, backslash or control character",
        ":10: endpoint: this address may not be polled: not an IP address",
    ],
    "bad_id.csv": [
        ":2: terminal_id: must be 1 to 64 of A-Z a-z 0-9 . _ : -",
        ":3: terminal_id: must be 1 to 64 of A-Z a-z 0-9 . _ : -",
        ":4: terminal_id: is longer than 64 characters",
        ":5: terminal_id: must be 1 to 64 of A-Z a-z 0-9 . _ : -",
    ],
    "bad_status.csv": [
        ":2: status: not a status; did you mean 'in_service'?",
        ":3: status: not a status; did you mean 'in_service'?",
        ":4: status: not a status; known are in_service, spare, maintenance, retired",
    ],
    "capital_column.csv": [
        ":1: Terminal ID: unknown column; did you mean 'terminal_id'?",
        ":1: there is no column 'terminal_id'",
    ],
    "capitals_only.csv": [
        ":1: TERMINAL ID;SITE: unknown column; did you mean 'terminal_id'?",
        ":1: there is no column 'terminal_id'",
    ],
    "card_in_header.csv": [
        ":1: (a number): unknown column; known are terminal_id, endpoint, merchant_id, merchant_name, site, region, serial_number, vendor, model, status, dialect, contact, opening_hours, timezone, calendar, parents, printer",
        ":1: \\x1b[2J: unknown column; known are terminal_id, endpoint, merchant_id, merchant_name, site, region, serial_number, vendor, model, status, dialect, contact, opening_hours, timezone, calendar, parents, printer",
    ],
    "card_number.csv": [
        ":2: terminal_id: looks like a card number, which must not be kept here",
        ":3: merchant_name: looks like a card number, which must not be kept here",
        ":4: site: looks like a card number, which must not be kept here",
        ":5: contact: looks like a card number, which must not be kept here",
        ":6: merchant_id: looks like a card number, which must not be kept here",
        ":9: merchant_name: looks like a card number, which must not be kept here",
        ":10: site: looks like a card number, which must not be kept here",
    ],
    "duplicate_column.csv": [":1: site: two columns have this name, number 2 and 4"],
    "duplicate_id.csv": [
        ":4: terminal_id: stands in line 2 already",
        ":5: terminal_id: stands in line 2 already",
    ],
    "duplicate_key.yaml": [":3: site: stands in this entry twice"],
    "empty.csv": [
        ": is empty; the first row must name the columns: terminal_id, endpoint, merchant_id, merchant_name, site, region, serial_number, vendor, model, status, dialect, contact, opening_hours, timezone, calendar, parents, printer"
    ],
    "every_fault.csv": [
        ":1: colour: unknown column; known are terminal_id, endpoint, merchant_id, merchant_name, site, region, serial_number, vendor, model, status, dialect, contact, opening_hours, timezone, calendar, parents, printer",
        ":2: terminal_id: must be 1 to 64 of A-Z a-z 0-9 . _ : -",
        ":2: endpoint: begins with none of http:, https:, zvt:, nexo+https:, escpos:, tcp:, push:",
        ":2: status: not a status; known are in_service, spare, maintenance, retired",
        ":2: dialect: not a dialect; known are unionpay, visa, mastercard, gicc, iso8583-1993",
        ":3: endpoint: this address may not be polled: loopback, not in polling.allowed_networks",
        ":4: has 1 of 5 cells; some spreadsheets leave out empty cells at the end: put a column that is always filled last",
    ],
    "fault_behind_fault.yaml": [
        ":1: terminal_id: must be 1 to 64 of A-Z a-z 0-9 . _ : -",
        ":3: site: stands in this entry twice",
    ],
    "forbidden_address.csv": [
        ":2: endpoint: this address may not be polled: loopback, not in polling.allowed_networks",
        ":3: endpoint: this address may not be polled: link-local",
        ":4: endpoint: this address may not be polled: multicast",
        ":5: endpoint: this address may not be polled: loopback, not in polling.allowed_networks",
        ":6: endpoint: this address may not be polled: loopback, not in polling.allowed_networks",
        ":7: endpoint: this address may not be polled: unspecified",
    ],
    "gbk.csv": [
        ":2: is not UTF-8, it looks like GB18030 (GBK): in Excel choose Save As and 'CSV UTF-8 (Comma delimited)'"
    ],
    "gbk.yaml": [":1: is not UTF-8, it looks like GB18030 (GBK): save it as UTF-8"],
    "inventory": [": the name must end in .csv or .yaml, which tells how to read it"],
    "inventory.xlsx": [": the name must end in .csv or .yaml, which tells how to read it"],
    "invisible.csv": [
        ":2: site: contains the invisible character U+200B",
        ":3: site: contains the invisible character U+202E",
        ":4: site: contains the invisible character U+0007",
        ":5: site: contains the invisible character U+000A",
        ":5: contact: contains the invisible character U+001B",
        ":7: contact: contains the invisible character U+2028",
    ],
    "item_is_text.yaml": [":2: must be a mapping: 'terminal_id: ...'"],
    "latin1.csv": [
        ":2: is not UTF-8, it looks like Windows-1252 or Latin-1: in Excel choose Save As and 'CSV UTF-8 (Comma delimited)'"
    ],
    "list_value.yaml": [":2: contact: must be text, not a list or mapping"],
    "long_row.csv": [":2: has 4 cells for 3 columns; quote cells that hold a delimiter"],
    "mapping.yaml": [":1: must be a list of mappings: '- terminal_id: ...'"],
    "missing_id.csv": [":2: terminal_id: is missing"],
    "nameless_column.csv": [":1: column 2 has no name"],
    "no_header.csv": [
        ":1: the first row must name the columns: terminal_id, endpoint, merchant_id, merchant_name, site, region, serial_number, vendor, model, status, dialect, contact, opening_hours, timezone, calendar, parents, printer"
    ],
    "no_terminal_id.csv": [":1: there is no column 'terminal_id'"],
    "nul.csv": [":3: contains a NUL byte: the file is damaged"],
    "only_blank_rows.csv": [
        ": is empty; the first row must name the columns: terminal_id, endpoint, merchant_id, merchant_name, site, region, serial_number, vendor, model, status, dialect, contact, opening_hours, timezone, calendar, parents, printer"
    ],
    "open_quote.csv": [":3: a quotation mark opened in this row is not closed"],
    "quote_inside_quotes.csv": [":2: a quotation mark inside a quoted cell must be written twice"],
    "scientific.csv": [
        ":2: terminal_id: a spreadsheet shortened this number; format the column as text and enter it again",
        ":3: terminal_id: a spreadsheet shortened this number; format the column as text and enter it again",
        ":4: merchant_id: a spreadsheet shortened this number; format the column as text and enter it again",
        ":5: serial_number: a spreadsheet shortened this number; format the column as text and enter it again",
    ],
    "short_row.csv": [
        ":3: has 2 of 3 cells; some spreadsheets leave out empty cells at the end: put a column that is always filled last"
    ],
    "spreadsheet_error.csv": [
        ":2: site: is a spreadsheet's error, not a value",
        ":3: site: is a spreadsheet's error, not a value",
        ":4: site: is a spreadsheet's error, not a value",
    ],
    "too_long.csv": [
        ":2: merchant_id: is longer than 64 characters",
        ":2: merchant_name: is longer than 200 characters",
        ":2: site: is longer than 100 characters",
    ],
    "truncated.csv": [
        ":3: has 2 of 3 cells; some spreadsheets leave out empty cells at the end: put a column that is always filled last"
    ],
    "two_line_text.yaml": [":2: contact: contains the invisible character U+000A"],
    "unclosed.yaml": [":3: the quotation mark of line 2 is not closed"],
    "unknown_column.csv": [
        ":1: endpont: unknown column; did you mean 'endpoint'?",
        ":1: colour: unknown column; known are terminal_id, endpoint, merchant_id, merchant_name, site, region, serial_number, vendor, model, status, dialect, contact, opening_hours, timezone, calendar, parents, printer",
    ],
    "unknown_key.yaml": [
        ":2: colour: unknown key; known are terminal_id, endpoint, merchant_id, merchant_name, site, region, serial_number, vendor, model, status, dialect, contact, opening_hours, timezone, calendar, parents, printer",
        ":3: sites: unknown key; did you mean 'site'?",
    ],
    "utf16.csv": [": is UTF-16, not UTF-8: in Excel choose Save As and 'CSV UTF-8 (Comma delimited)'"],
}
