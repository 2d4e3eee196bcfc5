-- The two roles: one owns the tables and migrates, one serves and owns nothing (row-level security binds it).
-- Set the passwords with \password afterwards, and put them into the two addresses in kundval.env.
CREATE ROLE kundval_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE kundval_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE DATABASE kundval OWNER kundval_owner ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0;
REVOKE ALL ON DATABASE kundval FROM PUBLIC;
GRANT CONNECT ON DATABASE kundval TO kundval_app;
