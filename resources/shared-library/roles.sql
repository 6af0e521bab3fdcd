-- Roles of a shared library. An administrator runs it once, before the first publication:
--
--   psql -v name=family -v database=photos -f roles.sql
--
-- `<name>_publishers` may put libraries into the shared library, `<name>_readers` may search it. People get one of them:
--
--   CREATE ROLE anna LOGIN PASSWORD '…' IN ROLE family_publishers;
--   CREATE ROLE ben LOGIN PASSWORD '…' IN ROLE family_readers;
--
-- Readers see the folders that a publisher shares with them or with `<name>_readers`; row-level security hides all others.

\set ON_ERROR_STOP on
\set publishers :name _publishers
\set readers :name _readers

CREATE ROLE :"publishers" NOLOGIN;
CREATE ROLE :"readers" NOLOGIN;
GRANT CONNECT ON DATABASE :"database" TO :"publishers", :"readers";
-- The first publication makes the schema; the script roles-after.sql then opens it to the other publishers.
GRANT CREATE ON DATABASE :"database" TO :"publishers";
-- Only a superuser may make the extension where it is not trusted; without it search is exact by bit_count.
SELECT count(*) > 0 AS available FROM pg_available_extensions WHERE name = 'vector' \gset
\if :available
CREATE EXTENSION IF NOT EXISTS vector;
\endif
