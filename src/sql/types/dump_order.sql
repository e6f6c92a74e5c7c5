-- ---------------------------------------------------------------------
-- What must exist before a sort or a group, for pg_upgrade.
--
-- pg_upgrade dumps each object of an extension by itself, in an order that
-- follows from pg_depend.  A view or a body (BEGIN ATOMIC) that sorts, groups
-- or compares rows depends there on the operators of a type, and not on its
-- operator classes.  Without these the server refuses "SELECT DISTINCT
-- application_no", and without the one for hashing it keeps for good that the
-- column can only be sorted.
--
-- The key of a partitioned table does depend on operator classes. So there
-- are two, which never have a partition or a row. A CHECK on each table with
-- a column of these types names the second one's row (make_table). So do
-- views and bodies, by the tables that they read:
--
--   body, view --> table --> CHECK --> types_hashed --> CHECK --> types_sorted
--                                           |                          |
--                                     hash classes              B-tree classes
--
-- Rows written into pg_depend by hand would be lost at the first upgrade.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home_internal.types_sorted (
    application_no licence_home.application_no,
    licence_no     licence_home.licence_no,
    phone_number   licence_home.phone_number,
    national_no    licence_home.national_no
) PARTITION BY RANGE (application_no, licence_no, phone_number, national_no);
COMMENT ON TABLE licence_home_internal.types_sorted IS
'Holds nothing. For pg_dump: what names its row comes after the B-tree operator classes of the four types.';
ALTER TABLE licence_home_internal.types_sorted OWNER TO licence_home_owner;

CREATE TABLE licence_home_internal.types_hashed (
    application_no licence_home.application_no,
    licence_no     licence_home.licence_no,
    phone_number   licence_home.phone_number,
    national_no    licence_home.national_no,
    CONSTRAINT types_hashed_types_first CHECK (NULL::licence_home_internal.types_sorted IS NULL)
) PARTITION BY HASH (application_no, licence_no, phone_number, national_no);
COMMENT ON TABLE licence_home_internal.types_hashed IS
'Holds nothing. For pg_dump: what names its row comes after all operator classes of the four types.';
ALTER TABLE licence_home_internal.types_hashed OWNER TO licence_home_owner;
