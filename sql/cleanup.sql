-- The people and helpers of sql/support.sql leave: roles belong to the cluster.
SET client_min_messages = warning;
DROP SCHEMA story CASCADE;
DROP ROLE regress_portal, regress_clerk, regress_inspector, regress_committee, regress_director,
    regress_cashier, regress_analyst, regress_admin, regress_sender, regress_nobody;
