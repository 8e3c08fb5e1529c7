-- Perimeters, ranking runs, call lists, contests; long work and requests that may come twice.
-- What is said for good (validations, lists, feedings) is insert and select only for the programs.

CREATE TABLE specialty_groups (
    territory TEXT NOT NULL,
    discipline TEXT NOT NULL,
    pool TEXT NOT NULL,
    CONSTRAINT pk_specialty_groups PRIMARY KEY (territory, discipline)
);

CREATE TABLE perimeters (
    id TEXT NOT NULL,
    territory TEXT NOT NULL,
    profession TEXT NOT NULL,
    pool TEXT DEFAULT '' NOT NULL,
    regime TEXT DEFAULT '' NOT NULL,
    name TEXT NOT NULL,
    adjustment TEXT DEFAULT 'dci' NOT NULL,
    seniority_scope TEXT DEFAULT 'total' NOT NULL,
    CONSTRAINT pk_perimeters PRIMARY KEY (id),
    CONSTRAINT uq_perimeters_territory_profession_pool_regime UNIQUE (territory, profession, pool, regime),
    CONSTRAINT ck_perimeters_profession CHECK (profession IN ('medicine', 'pharmacy', 'odontology')),
    CONSTRAINT ck_perimeters_regime CHECK (regime IN ('', 'OLD', 'BASE', 'ADVANCED', 'CONSOLIDATION')),
    CONSTRAINT ck_perimeters_adjustment CHECK (adjustment IN ('dci', 'imotep')),
    CONSTRAINT ck_perimeters_seniority_scope CHECK (seniority_scope IN ('total', 'phase'))
);

CREATE TABLE choice_validations (
    perimeter TEXT NOT NULL,
    semester TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    who TEXT NOT NULL,
    unserved INTEGER DEFAULT '0' NOT NULL,
    why TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_choice_validations PRIMARY KEY (perimeter, semester),
    CONSTRAINT fk_choice_validations_perimeter_perimeters FOREIGN KEY(perimeter) REFERENCES perimeters (id)
);

CREATE TABLE ranking_runs (
    id TEXT NOT NULL,
    perimeter TEXT NOT NULL,
    semester TEXT NOT NULL,
    n INTEGER NOT NULL,
    stage TEXT NOT NULL,
    adjustment TEXT NOT NULL,
    seniority_scope TEXT NOT NULL,
    late_movement BOOLEAN DEFAULT false NOT NULL,
    changed BOOLEAN DEFAULT false NOT NULL,
    contests_until TIMESTAMP WITH TIME ZONE,
    started_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    started_by TEXT NOT NULL,
    superseded_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_ranking_runs PRIMARY KEY (id),
    CONSTRAINT uq_ranking_runs_perimeter_semester_n UNIQUE (perimeter, semester, n),
    CONSTRAINT ck_ranking_runs_stage CHECK (stage IN ('ties', 'final', 'provisional', 'contests', 'answered', 'frozen')),
    CONSTRAINT ck_ranking_runs_adjustment CHECK (adjustment IN ('dci', 'imotep')),
    CONSTRAINT ck_ranking_runs_seniority_scope CHECK (seniority_scope IN ('total', 'phase')),
    CONSTRAINT fk_ranking_runs_perimeter_perimeters FOREIGN KEY(perimeter) REFERENCES perimeters (id)
);
CREATE UNIQUE INDEX uq_ranking_runs_present ON ranking_runs (perimeter, semester) WHERE superseded_at IS NULL;

CREATE TABLE ranking_rows (
    run TEXT NOT NULL,
    person TEXT NOT NULL,
    place TEXT NOT NULL,
    ranked BOOLEAN NOT NULL,
    position INTEGER NOT NULL,
    tie_order INTEGER,
    call_rank INTEGER,
    removed BOOLEAN DEFAULT false NOT NULL,
    line JSONB NOT NULL,
    CONSTRAINT pk_ranking_rows PRIMARY KEY (run, person, place, ranked),
    CONSTRAINT uq_ranking_rows_run_call_rank UNIQUE (run, call_rank) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_ranking_rows_place CHECK (place IN ('standard', 'leaving', 'entering')),
    CONSTRAINT ck_ranking_rows_call_rank CHECK (call_rank >= 1),
    CONSTRAINT fk_ranking_rows_run_ranking_runs FOREIGN KEY(run) REFERENCES ranking_runs (id),
    CONSTRAINT fk_ranking_rows_person_interns FOREIGN KEY(person) REFERENCES interns (person)
);
CREATE INDEX ix_ranking_rows_person ON ranking_rows (person);

CREATE TABLE call_lists (
    id TEXT NOT NULL,
    run TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    made_by TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_call_lists PRIMARY KEY (id),
    CONSTRAINT uq_call_lists_run_version UNIQUE (run, version),
    CONSTRAINT ck_call_lists_state CHECK (state IN ('provisional', 'frozen')),
    CONSTRAINT fk_call_lists_run_ranking_runs FOREIGN KEY(run) REFERENCES ranking_runs (id)
);

CREATE TABLE call_list_lines (
    call_list TEXT NOT NULL,
    call_rank INTEGER NOT NULL,
    person TEXT NOT NULL,
    place TEXT NOT NULL,
    line JSONB NOT NULL,
    CONSTRAINT pk_call_list_lines PRIMARY KEY (call_list, call_rank),
    CONSTRAINT ck_call_list_lines_place CHECK (place IN ('standard', 'leaving', 'entering')),
    CONSTRAINT fk_call_list_lines_call_list_call_lists FOREIGN KEY(call_list) REFERENCES call_lists (id),
    CONSTRAINT fk_call_list_lines_person_interns FOREIGN KEY(person) REFERENCES interns (person)
);
CREATE INDEX ix_call_list_lines_person ON call_list_lines (person);

CREATE TABLE contests (
    id TEXT NOT NULL,
    run TEXT NOT NULL,
    person TEXT NOT NULL,
    says TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    answered_by TEXT DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_contests PRIMARY KEY (id),
    CONSTRAINT ck_contests_state CHECK (state IN ('open', 'accepted', 'rejected')),
    CONSTRAINT fk_contests_run_ranking_runs FOREIGN KEY(run) REFERENCES ranking_runs (id),
    CONSTRAINT fk_contests_person_interns FOREIGN KEY(person) REFERENCES interns (person)
);
CREATE INDEX ix_contests_person ON contests (person);
CREATE INDEX ix_contests_run ON contests (run);

CREATE TABLE session_plans (
    call_list TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    planned_seconds INTEGER NOT NULL,
    round_to INTEGER NOT NULL,
    session_size INTEGER NOT NULL,
    turn_seconds INTEGER NOT NULL,
    last_ranks INTEGER[],
    CONSTRAINT pk_session_plans PRIMARY KEY (call_list),
    CONSTRAINT ck_session_plans_positive CHECK (least(planned_seconds, round_to, session_size, turn_seconds) >= 1),
    CONSTRAINT fk_session_plans_call_list_call_lists FOREIGN KEY(call_list) REFERENCES call_lists (id)
);

CREATE TABLE amphi_feedings (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    amphi TEXT NOT NULL,
    amphi_version INTEGER NOT NULL,
    call_list TEXT NOT NULL,
    fed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    fed_by TEXT NOT NULL,
    CONSTRAINT pk_amphi_feedings PRIMARY KEY (id),
    CONSTRAINT fk_amphi_feedings_amphi_amphis FOREIGN KEY(amphi) REFERENCES amphis (id),
    CONSTRAINT fk_amphi_feedings_call_list_call_lists FOREIGN KEY(call_list) REFERENCES call_lists (id)
);
CREATE INDEX ix_amphi_feedings_amphi ON amphi_feedings (amphi, amphi_version);
CREATE INDEX ix_amphi_feedings_call_list ON amphi_feedings (call_list);

CREATE TABLE job_reports (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    territory TEXT NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT 'queued' NOT NULL,
    percent INTEGER DEFAULT '0' NOT NULL,
    asked JSONB NOT NULL,
    counts JSONB DEFAULT '{}' NOT NULL,
    report JSONB DEFAULT '{}' NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_job_reports PRIMARY KEY (id),
    CONSTRAINT ck_job_reports_state CHECK (state IN ('queued', 'running', 'done', 'refused', 'failed')),
    CONSTRAINT ck_job_reports_percent CHECK (percent BETWEEN 0 AND 100)
);

CREATE TABLE accepted_requests (
    person TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_accepted_requests PRIMARY KEY (person, key)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON
    specialty_groups, perimeters, ranking_runs, ranking_rows, contests, session_plans, job_reports,
    accepted_requests TO amphi_app;
GRANT SELECT, INSERT ON choice_validations, call_lists, call_list_lines, amphi_feedings TO amphi_app;
