-- Who did something stands in the chain as a salted commitment, the same for all deeds of one name, so that a name can
-- be erased and the chain stays whole.
CREATE TABLE actor (
    mark TEXT NOT NULL PRIMARY KEY,
    salt TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE
);
