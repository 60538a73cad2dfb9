-- Versions of the weights, as they were learned; none is changed, and one may be applied.
CREATE TABLE weights (
    number BIGINT NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    body   TEXT   NOT NULL,
    -- when its fairness table passed first; nothing while it never did
    passed BIGINT
);
-- People drawn at random among those whom nothing flagged, with what could look at them and what was found.
CREATE TABLE drawn (
    draw    BIGINT NOT NULL,
    subject TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL
);
