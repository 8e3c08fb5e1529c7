-- One commit's head, lines and acceptance in one statement. Compare-and-set: when the head is not at
-- (:term, :after) `head` is empty, nothing is written and no row comes back (architecture.md).
-- `prev_hash` is filled in, and the chain checked, by the journal's own trigger, line by line.

WITH head AS (
    UPDATE offer_heads SET last_seq = :last_seq, head_hash = :head_hash
    WHERE offer = :offer AND term = :term AND last_seq = :after
    RETURNING offer, term
), lines AS (
    INSERT INTO journal (offer, term, seq, at, hash, text)
    SELECT head.offer, head.term, line.seq, line.at, line.hash, line.text
    FROM head, unnest(
        CAST(:seqs AS bigint[]), CAST(:ats AS bigint[]), CAST(:hashes AS text[]),
        CAST(:texts AS text[])
    ) AS line (seq, at, hash, text)
    ORDER BY line.seq
), acceptance AS (
    INSERT INTO command_results (offer, person, id, body, seq)
    SELECT head.offer, :person, :id, :body, :result_seq
    FROM head WHERE CAST(:id AS text) IS NOT NULL
)
SELECT offer FROM head
