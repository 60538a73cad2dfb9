-- A copy of a store begins where the other one is: from nothing, and only from nothing, the end may come anywhere.
DROP TRIGGER head_by_one;
CREATE TRIGGER head_by_one BEFORE UPDATE ON head
WHEN NEW.sequence <> OLD.sequence + 1 AND OLD.sequence <> 0
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
