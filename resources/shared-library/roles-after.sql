-- Rights of the other publishers and of readers. Whoever published first, or an administrator, runs it after that publication:
--
--   psql -v name=family -f roles-after.sql
--
-- A publisher writes rows of their own libraries alone: row-level security sees to that.

\set ON_ERROR_STOP on
\set schema hashlens_ :name
\set publishers :name _publishers
\set readers :name _readers

GRANT USAGE ON SCHEMA :"schema" TO :"publishers", :"readers";
GRANT SELECT ON ALL TABLES IN SCHEMA :"schema" TO :"publishers", :"readers";
GRANT INSERT, UPDATE, DELETE ON
  :"schema".libraries, :"schema".folders, :"schema".shares, :"schema".photos, :"schema".codes, :"schema".rows,
  :"schema".thumbnails, :"schema".names TO :"publishers";
