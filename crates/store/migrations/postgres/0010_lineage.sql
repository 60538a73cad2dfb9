-- Who stands behind a short name as of the newest judgement, and how that came to be.
CREATE TABLE lineage (
    kind    TEXT COLLATE "C" NOT NULL,
    number  BIGINT NOT NULL,
    members TEXT NOT NULL,
    at      BIGINT NOT NULL,
    gone    BIGINT NOT NULL,
    PRIMARY KEY (kind, number)
);
CREATE TABLE lineage_step (
    kind   TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    turn   BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (kind, number, turn)
);
