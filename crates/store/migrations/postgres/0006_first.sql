-- What SQLite's first six shapes make, on PostgreSQL. Texts are ordered byte by byte, as SQLite orders them. Indexes
-- that a check fills hash ids of people, for those may be longer than a page of a tree holds. No statistics are
-- kept over columns that tell of people: they would be copies that erasing does not reach.

-- Append-only history. What names a person stands outside the hash chain, behind a salted commitment.
CREATE TABLE history (
    sequence   BIGINT NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    action     TEXT COLLATE "C" NOT NULL,
    commitment TEXT COLLATE "C" NOT NULL,
    previous   TEXT COLLATE "C" NOT NULL,
    hash       TEXT COLLATE "C" NOT NULL UNIQUE
);
CREATE TABLE history_text (
    sequence BIGINT NOT NULL PRIMARY KEY REFERENCES history (sequence),
    salt     TEXT COLLATE "C" NOT NULL,
    subject  TEXT COLLATE "C",
    purpose  TEXT COLLATE "C",
    detail   TEXT COLLATE "C"
);
CREATE INDEX history_text_subject ON history_text USING hash (subject);
ALTER TABLE history_text
    ALTER COLUMN salt SET STATISTICS 0, ALTER COLUMN subject SET STATISTICS 0,
    ALTER COLUMN purpose SET STATISTICS 0, ALTER COLUMN detail SET STATISTICS 0;

-- The end of the chain, moved by the transaction that appends: entries cut off at the end are missed.
CREATE TABLE head (
    one      BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    sequence BIGINT NOT NULL,
    hash     TEXT COLLATE "C" NOT NULL
);
INSERT INTO head (one, sequence, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$;
CREATE TRIGGER history_no_update BEFORE UPDATE ON history
FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER history_no_delete BEFORE DELETE ON history
FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER history_no_truncate BEFORE TRUNCATE ON history
FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER head_no_delete BEFORE DELETE ON head
FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER head_no_truncate BEFORE TRUNCATE ON head
FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER head_by_one BEFORE UPDATE ON head
FOR EACH ROW WHEN (NEW.sequence <> OLD.sequence + 1) EXECUTE FUNCTION history_is_append_only();
-- also for sessions that claim to copy from another server
ALTER TABLE history ENABLE ALWAYS TRIGGER history_no_update, ENABLE ALWAYS TRIGGER history_no_delete,
    ENABLE ALWAYS TRIGGER history_no_truncate;
ALTER TABLE head ENABLE ALWAYS TRIGGER head_no_delete, ENABLE ALWAYS TRIGGER head_no_truncate,
    ENABLE ALWAYS TRIGGER head_by_one;

-- Short names (R-7, F-2) of ids made from content, in order of first sight.
CREATE TABLE alias (
    kind   TEXT COLLATE "C" NOT NULL,
    id     TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (kind, id),
    UNIQUE (kind, number)
);
ALTER TABLE alias ALTER COLUMN id SET STATISTICS 0;
CREATE TABLE setting (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

-- People who work here. A password is an argon2id hash in the PHC form.
CREATE TABLE account (
    name     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    role     TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C" NOT NULL,
    worker   TEXT COLLATE "C",
    created  BIGINT NOT NULL,
    disabled BIGINT NOT NULL DEFAULT 0
);
ALTER TABLE account ALTER COLUMN password SET STATISTICS 0, ALTER COLUMN worker SET STATISTICS 0;
-- Sessions and tokens are kept as digests: who reads this table cannot sign in with it.
CREATE TABLE pass (
    digest  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind    TEXT COLLATE "C" NOT NULL,
    name    TEXT COLLATE "C" NOT NULL REFERENCES account (name),
    label   TEXT COLLATE "C" NOT NULL,
    scopes  TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX pass_name ON pass (name);
-- Cases, whole, as JSON; the columns beside it are what is asked for.
CREATE TABLE matter (
    number  BIGINT NOT NULL PRIMARY KEY,
    subject TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    body    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX matter_subject ON matter USING hash (subject);
ALTER TABLE matter ALTER COLUMN subject SET STATISTICS 0, ALTER COLUMN body SET STATISTICS 0;
-- Who has opened whom, for what, until when.
CREATE TABLE opening (
    name    TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (name, subject)
);
ALTER TABLE opening ALTER COLUMN subject SET STATISTICS 0, ALTER COLUMN purpose SET STATISTICS 0;
-- Answers to requests that bore an idempotency key, so that a second one does nothing and gets the same.
CREATE TABLE reply (
    name    TEXT COLLATE "C" NOT NULL,
    key     TEXT COLLATE "C" NOT NULL,
    request TEXT COLLATE "C" NOT NULL,
    status  BIGINT NOT NULL,
    body    TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (name, key)
);
ALTER TABLE reply ALTER COLUMN body SET STATISTICS 0;

-- What is to leave, until its receiver has it.
CREATE TABLE letter (
    receiver TEXT COLLATE "C" NOT NULL,
    matter   BIGINT NOT NULL,
    digest   TEXT COLLATE "C" NOT NULL,
    body     TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    tries    BIGINT NOT NULL,
    due      BIGINT NOT NULL,
    PRIMARY KEY (receiver, matter)
);
ALTER TABLE letter ALTER COLUMN body SET STATISTICS 0;
-- The state of each case that a receiver was told last, or is to be told.
CREATE TABLE posted (
    receiver TEXT COLLATE "C" NOT NULL,
    matter   BIGINT NOT NULL,
    digest   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (receiver, matter)
);
CREATE TABLE receiver (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    arrived BIGINT NOT NULL,
    last    BIGINT,
    trouble TEXT COLLATE "C"
);
-- Accounts of people whom an OpenID provider vouches for: issuer and subject, never the name alone.
CREATE TABLE identity (
    issuer  TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    name    TEXT COLLATE "C" NOT NULL REFERENCES account (name),
    created BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

-- Versions of the weights, as they were learned; none is changed, and one may be applied.
CREATE TABLE weights (
    number BIGINT NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    body   TEXT COLLATE "C" NOT NULL,
    -- when its fairness table passed first; nothing while it never did
    passed BIGINT
);
-- People drawn at random among those whom nothing flagged, with what could look at them and what was found.
CREATE TABLE drawn (
    draw    BIGINT NOT NULL,
    subject TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT COLLATE "C" NOT NULL
);
ALTER TABLE drawn ALTER COLUMN subject SET STATISTICS 0, ALTER COLUMN body SET STATISTICS 0;
-- The public half of keys that authenticators hold.
CREATE TABLE passkey (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name    TEXT COLLATE "C" NOT NULL REFERENCES account (name),
    label   TEXT COLLATE "C" NOT NULL,
    public  TEXT COLLATE "C" NOT NULL,
    count   BIGINT NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT
);
CREATE INDEX passkey_name ON passkey (name);
