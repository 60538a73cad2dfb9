-- The end of the chain, moved by the transaction that appends: entries cut off at the end are missed.
CREATE TABLE head (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    hash     TEXT NOT NULL
);
INSERT INTO head (one, sequence, hash)
SELECT 1, COALESCE(MAX(sequence), 0), COALESCE(
    (SELECT hash FROM history ORDER BY sequence DESC LIMIT 1),
    '0000000000000000000000000000000000000000000000000000000000000000')
FROM history;

CREATE TRIGGER head_no_delete BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER head_by_one BEFORE UPDATE ON head WHEN NEW.sequence <> OLD.sequence + 1
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
