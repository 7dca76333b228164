-- What receivers were told, what was held back and why, and the summaries that were sent.
CREATE TABLE told (
    at_wall REAL NOT NULL,
    receiver TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (at_wall, receiver)
) STRICT, WITHOUT ROWID;

CREATE TABLE held (
    began_wall REAL NOT NULL,
    alertname TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    ended_wall REAL,
    PRIMARY KEY (began_wall, alertname, subject, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE sent_digests (
    name TEXT PRIMARY KEY,
    until_wall REAL NOT NULL
) STRICT, WITHOUT ROWID;
