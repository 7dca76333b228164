-- Tickets in other systems: a restart makes no second one for the same cause, and closes the first.
CREATE TABLE tickets (
    receiver TEXT NOT NULL,
    ref TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (receiver, ref)
) STRICT, WITHOUT ROWID;
