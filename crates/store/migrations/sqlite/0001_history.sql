-- Append-only history. What names a person stands outside the hash chain, behind a salted commitment, so that it
-- can be erased and the chain stays whole.
CREATE TABLE IF NOT EXISTS history (
    sequence   INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    action     TEXT NOT NULL,
    commitment TEXT NOT NULL,
    previous   TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS history_text (
    sequence INTEGER PRIMARY KEY REFERENCES history (sequence),
    salt     TEXT NOT NULL,
    subject  TEXT,
    purpose  TEXT,
    detail   TEXT
);
CREATE INDEX IF NOT EXISTS history_text_subject ON history_text (subject);
CREATE TRIGGER IF NOT EXISTS history_no_update BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER IF NOT EXISTS history_no_delete BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
-- Short names (R-7, F-2) of ids made from content, in order of first sight.
CREATE TABLE IF NOT EXISTS alias (
    kind   TEXT NOT NULL,
    id     TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (kind, id),
    UNIQUE (kind, number)
);
CREATE TABLE IF NOT EXISTS setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
