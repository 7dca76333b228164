-- The fleet once a minute, unix time: watched terminals by health, those offline, and alerts that fired.
CREATE TABLE trend (
    at_wall REAL PRIMARY KEY,
    ok INTEGER NOT NULL,
    warning INTEGER NOT NULL,
    critical INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    offline INTEGER NOT NULL,
    firing INTEGER NOT NULL
) STRICT;
