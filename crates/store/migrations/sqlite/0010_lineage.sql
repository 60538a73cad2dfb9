-- Who stands behind a short name as of the newest judgement, and how that came to be.
CREATE TABLE lineage (
    kind    TEXT NOT NULL,
    number  INTEGER NOT NULL,
    members TEXT NOT NULL,
    at      INTEGER NOT NULL,
    gone    INTEGER NOT NULL,
    PRIMARY KEY (kind, number)
);
CREATE TABLE lineage_step (
    kind   TEXT NOT NULL,
    number INTEGER NOT NULL,
    turn   INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (kind, number, turn)
);
