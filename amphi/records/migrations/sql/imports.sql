-- Files brought in (insert and select only for the programs), and the rows of them that wait.

CREATE TABLE imports (
    id TEXT NOT NULL,
    territory TEXT NOT NULL,
    kind TEXT NOT NULL,
    file TEXT NOT NULL,
    digest TEXT NOT NULL,
    counts JSONB NOT NULL,
    warnings JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    who TEXT NOT NULL,
    CONSTRAINT pk_imports PRIMARY KEY (id),
    CONSTRAINT ck_imports_kind CHECK (kind IN ('interns', 'semesters', 'cng-ranks'))
);
CREATE INDEX ix_imports_territory_at ON imports (territory, at);

CREATE TABLE quarantine (
    id TEXT NOT NULL,
    import TEXT NOT NULL,
    line INTEGER NOT NULL,
    cells JSONB NOT NULL,
    faults JSONB NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    settled_by TEXT DEFAULT '' NOT NULL,
    why TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_quarantine PRIMARY KEY (id),
    CONSTRAINT ck_quarantine_state CHECK (state IN ('waiting', 'brought_in', 'discarded')),
    CONSTRAINT ck_quarantine_line CHECK (line >= 1),
    CONSTRAINT fk_quarantine_import_imports FOREIGN KEY(import) REFERENCES imports (id)
);
CREATE INDEX ix_quarantine_import ON quarantine (import);

GRANT SELECT, INSERT ON imports TO amphi_app;
GRANT SELECT, INSERT, UPDATE ON quarantine TO amphi_app;
