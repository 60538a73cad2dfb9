-- A session bears another secret from time to time and stays the same session: what its forms carry hangs on `family`.
-- Those from before have none, and begin anew.
DELETE FROM pass WHERE kind = 'session';
ALTER TABLE pass ADD COLUMN family TEXT COLLATE "C" NOT NULL DEFAULT '';
-- Random, once the session bears another secret: what that one is made with.
ALTER TABLE pass ADD COLUMN turn TEXT COLLATE "C" NOT NULL DEFAULT '';
