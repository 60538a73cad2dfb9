-- What is to leave, until its receiver has it.
CREATE TABLE letter (
    receiver TEXT NOT NULL,
    matter   BIGINT NOT NULL,
    digest   TEXT NOT NULL,
    body     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    tries    BIGINT NOT NULL,
    due      BIGINT NOT NULL,
    PRIMARY KEY (receiver, matter)
);
-- The state of each case that a receiver was told last, or is to be told.
CREATE TABLE posted (
    receiver TEXT NOT NULL,
    matter   BIGINT NOT NULL,
    digest   TEXT NOT NULL,
    PRIMARY KEY (receiver, matter)
);
CREATE TABLE receiver (
    name    TEXT NOT NULL PRIMARY KEY,
    arrived BIGINT NOT NULL,
    last    BIGINT,
    trouble TEXT
);
-- Accounts of people whom an OpenID provider vouches for: issuer and subject, never the name alone.
CREATE TABLE identity (
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    name    TEXT NOT NULL REFERENCES account (name),
    created BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
