-- Run once, by the image of PostgreSQL, when its volume is empty. Nothing here is secret: passwords
-- are read from Docker's secrets, and reach neither an argument nor an environment variable.
--
-- amphi_owner     owns the database and its tables; only `migrate` signs in with it.
-- amphi_app       may do what the migrations grant it; nobody signs in with it.
-- amphi_programs  what the programs sign in with; owns nothing, may become amphi_app, nothing else.

\set ON_ERROR_STOP on
\set owner_password `cat /run/secrets/postgres_owner_password`
\set programs_password `cat /run/secrets/postgres_programs_password`

CREATE ROLE amphi_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE amphi_app NOLOGIN;
CREATE ROLE amphi_programs LOGIN PASSWORD :'programs_password';
GRANT amphi_app TO amphi_owner WITH SET TRUE;
GRANT amphi_app TO amphi_programs WITH INHERIT FALSE, SET TRUE;

CREATE DATABASE amphi OWNER amphi_owner;
REVOKE ALL ON DATABASE amphi FROM PUBLIC;
GRANT CONNECT ON DATABASE amphi TO amphi_programs;
