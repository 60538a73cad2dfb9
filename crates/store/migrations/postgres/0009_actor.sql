-- Who did something stands in the chain as a salted commitment, the same for all deeds of one name, so that a name can
-- be erased and the chain stays whole.
CREATE TABLE actor (
    mark TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    salt TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL UNIQUE
);
ALTER TABLE actor ALTER COLUMN salt SET STATISTICS 0, ALTER COLUMN name SET STATISTICS 0;
