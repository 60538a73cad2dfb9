-- People who work here. A password is an argon2id hash in the PHC form.
CREATE TABLE account (
    name     TEXT NOT NULL PRIMARY KEY,
    role     TEXT NOT NULL,
    password TEXT NOT NULL,
    worker   TEXT,
    created  BIGINT NOT NULL,
    disabled BIGINT NOT NULL DEFAULT 0
);
-- Sessions and tokens are kept as digests: who reads this file cannot sign in with it.
CREATE TABLE pass (
    digest  TEXT NOT NULL PRIMARY KEY,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL REFERENCES account (name),
    label   TEXT NOT NULL,
    scopes  TEXT NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX pass_name ON pass (name);
-- Cases, whole, as JSON; the columns beside it are what is asked for.
CREATE TABLE matter (
    number  BIGINT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    version BIGINT NOT NULL,
    body    TEXT NOT NULL
);
CREATE INDEX matter_subject ON matter (subject);
-- Who has opened whom, for what, until when.
CREATE TABLE opening (
    name    TEXT NOT NULL,
    subject TEXT NOT NULL,
    purpose TEXT NOT NULL,
    at      BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (name, subject)
);
-- Answers to requests that bore an idempotency key, so that a second one does nothing and gets the same.
CREATE TABLE reply (
    name    TEXT NOT NULL,
    key     TEXT NOT NULL,
    request TEXT NOT NULL,
    status  BIGINT NOT NULL,
    body    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (name, key)
);
