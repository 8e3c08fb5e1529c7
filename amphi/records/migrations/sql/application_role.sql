-- The programs run as amphi_app, which owns nothing: they sign in with their own name and
-- take this role with each new connection. Roles belong to the whole cluster, so another
-- database's migration may be making it at the same time.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'amphi_app') THEN
        CREATE ROLE amphi_app NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- the other one was quicker
END $$;

DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'amphi_app', 'SET') THEN
        EXECUTE format('GRANT amphi_app TO %I', current_user);
    END IF;
END $$;

GRANT USAGE ON SCHEMA public, jobs TO amphi_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    campaigns, offers, posts, persons, identities, accounts, operators, login_sessions,
    amphis, choice_sessions, call_list_entries, proxies, status_requests, mails TO amphi_app;
GRANT SELECT, INSERT, UPDATE ON offer_heads, assignments TO amphi_app;
GRANT SELECT, INSERT ON journal, audit, command_results TO amphi_app;
GRANT SELECT ON alembic_version TO amphi_app;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA jobs TO amphi_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA jobs TO amphi_app;
