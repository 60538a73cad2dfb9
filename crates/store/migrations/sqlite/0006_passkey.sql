-- The public half of keys that authenticators hold.
CREATE TABLE passkey (
    id      TEXT NOT NULL PRIMARY KEY,
    name    TEXT NOT NULL REFERENCES account (name),
    label   TEXT NOT NULL,
    public  TEXT NOT NULL,
    count   BIGINT NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT
);
CREATE INDEX passkey_name ON passkey (name);
