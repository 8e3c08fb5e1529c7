-- What the ARS knows of each intern. Movements are insert and select only for the programs.

CREATE TABLE exams (
    id TEXT NOT NULL,
    profession TEXT NOT NULL,
    exam TEXT NOT NULL,
    cohort INTEGER NOT NULL,
    label TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_exams PRIMARY KEY (id),
    CONSTRAINT uq_exams_profession_exam_cohort_label UNIQUE (profession, exam, cohort, label),
    CONSTRAINT ck_exams_profession CHECK (profession IN ('medicine', 'pharmacy', 'odontology')),
    CONSTRAINT ck_exams_exam CHECK (exam IN ('national', 'european', 'occupational', 'foreign'))
);

CREATE TABLE interns (
    person TEXT NOT NULL,
    territory TEXT NOT NULL,
    profession TEXT NOT NULL,
    discipline TEXT NOT NULL,
    des TEXT NOT NULL,
    regime TEXT NOT NULL,
    exam TEXT NOT NULL,
    entered TEXT NOT NULL,
    state TEXT DEFAULT 'active' NOT NULL,
    choice_status TEXT DEFAULT 'STANDARD' NOT NULL,
    extra_seconds INTEGER DEFAULT '0' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_interns PRIMARY KEY (person),
    CONSTRAINT ck_interns_profession CHECK (profession IN ('medicine', 'pharmacy', 'odontology')),
    CONSTRAINT ck_interns_regime CHECK (regime IN ('OLD', 'BASE', 'ADVANCED', 'CONSOLIDATION')),
    CONSTRAINT ck_interns_state CHECK (state IN ('active', 'archived', 'cancelled')),
    CONSTRAINT ck_interns_choice_status CHECK (choice_status IN ('STANDARD', 'SURNOMBRE_VALIDANT', 'SURNOMBRE_NON_VALIDANT')),
    CONSTRAINT ck_interns_entered CHECK (entered ~ '^[0-9]{4}-(05|11)$'),
    CONSTRAINT ck_interns_extra_seconds CHECK (extra_seconds >= 0),
    CONSTRAINT fk_interns_person_persons FOREIGN KEY(person) REFERENCES persons (id),
    CONSTRAINT fk_interns_exam_exams FOREIGN KEY(exam) REFERENCES exams (id)
);
CREATE INDEX ix_interns_exam ON interns (exam);
CREATE INDEX ix_interns_territory_profession ON interns (territory, profession);

CREATE TABLE intern_semesters (
    person TEXT NOT NULL,
    semester TEXT NOT NULL,
    kind TEXT NOT NULL,
    regime TEXT NOT NULL,
    CONSTRAINT pk_intern_semesters PRIMARY KEY (person, semester),
    CONSTRAINT ck_intern_semesters_kind CHECK (kind IN ('validated', 'not_validated', 'surnombre_non_validant', 'research_year', 'research_leave', 'personal_leave')),
    CONSTRAINT ck_intern_semesters_regime CHECK (regime IN ('OLD', 'BASE', 'ADVANCED', 'CONSOLIDATION')),
    CONSTRAINT ck_intern_semesters_semester CHECK (semester ~ '^[0-9]{4}-(05|11)$'),
    CONSTRAINT fk_intern_semesters_person_interns FOREIGN KEY(person) REFERENCES interns (person)
);

CREATE TABLE out_of_discipline (
    person TEXT NOT NULL,
    semester TEXT NOT NULL,
    discipline TEXT NOT NULL,
    CONSTRAINT pk_out_of_discipline PRIMARY KEY (person, semester),
    CONSTRAINT ck_out_of_discipline_semester CHECK (semester ~ '^[0-9]{4}-(05|11)$'),
    CONSTRAINT fk_out_of_discipline_person_interns FOREIGN KEY(person) REFERENCES interns (person)
);

CREATE TABLE national_ranks (
    person TEXT NOT NULL,
    rc INTEGER,
    rin INTEGER,
    ri3 INTEGER,
    origin TEXT DEFAULT 'cng' NOT NULL,
    CONSTRAINT pk_national_ranks PRIMARY KEY (person),
    CONSTRAINT ck_national_ranks_origin CHECK (origin IN ('cng', 'manual')),
    CONSTRAINT ck_national_ranks_ranks CHECK (least(rc, rin, ri3) >= 1),
    CONSTRAINT fk_national_ranks_person_interns FOREIGN KEY(person) REFERENCES interns (person)
);

CREATE TABLE movements (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    CONSTRAINT pk_movements PRIMARY KEY (id),
    CONSTRAINT ck_movements_kind CHECK (kind IN ('remorse', 'cancellation', 'reactivation', 'archiving', 'restoring')),
    CONSTRAINT fk_movements_person_interns FOREIGN KEY(person) REFERENCES interns (person)
);
CREATE INDEX ix_movements_person ON movements (person);

ALTER TABLE identities DROP CONSTRAINT ck_identities_kind;
ALTER TABLE identities ADD CONSTRAINT ck_identities_kind CHECK (kind IN ('file', 'ine', 'rpps'));

GRANT SELECT, INSERT, UPDATE, DELETE ON
    exams, interns, intern_semesters, out_of_discipline, national_ranks TO amphi_app;
GRANT SELECT, INSERT ON movements TO amphi_app;
