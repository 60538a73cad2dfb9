-- A copy of a store begins where the other one is: from nothing, and only from nothing, the end may come anywhere.
DROP TRIGGER head_by_one ON head;
CREATE TRIGGER head_by_one BEFORE UPDATE ON head
FOR EACH ROW WHEN (NEW.sequence <> OLD.sequence + 1 AND OLD.sequence <> 0) EXECUTE FUNCTION history_is_append_only();
ALTER TABLE head ENABLE ALWAYS TRIGGER head_by_one;
