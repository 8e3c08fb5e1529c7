-- Journal and audit: insert and select only, for everybody, the owner included. ENABLE ALWAYS: not
-- even session_replication_role = replica goes round it.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert and select only', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER journal_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON public.journal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE public.journal ENABLE ALWAYS TRIGGER journal_is_final;

CREATE TRIGGER audit_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON public.audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE public.audit ENABLE ALWAYS TRIGGER audit_is_final;

-- "The journal is a gapless sequence (offer_id, seq)", and each hash covers the one before it:
-- hash = SHA-256(previous hash, newline, text). The database works it out itself.
CREATE FUNCTION journal_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_seq bigint := 0;
    last_hash text := repeat('0', 64);
BEGIN
    SELECT line.seq, line.hash INTO last_seq, last_hash
        FROM public.journal AS line WHERE line.offer = NEW.offer ORDER BY line.seq DESC LIMIT 1;
    IF NOT FOUND THEN
        last_seq := 0;
        last_hash := repeat('0', 64);
    END IF;
    NEW.prev_hash := coalesce(NEW.prev_hash, last_hash);
    IF NEW.seq <> last_seq + 1 OR NEW.prev_hash <> last_hash
        OR NEW.hash <> encode(sha256(convert_to(last_hash || E'\n' || NEW.text, 'UTF8')), 'hex')
    THEN
        RAISE EXCEPTION 'line % of offer % does not follow line %', NEW.seq, NEW.offer, last_seq
            USING ERRCODE = 'AMPH1';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER journal_follows BEFORE INSERT ON public.journal
    FOR EACH ROW EXECUTE FUNCTION journal_follows();
ALTER TABLE public.journal ENABLE ALWAYS TRIGGER journal_follows;
