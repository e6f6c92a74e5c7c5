-- ---------------------------------------------------------------------
-- Copies of the paper.  The first is the licence as it was issued, which no row
-- says; each row is one more, and takes the place of those before it.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.licence_copy (
    licence_no   licence_home.licence_no NOT NULL REFERENCES licence_home.licence,
    copy_no      integer NOT NULL CHECK (copy_no > 1),
    version_no   integer NOT NULL,
    term_no      integer NOT NULL,
    application_no licence_home.application_no NOT NULL UNIQUE REFERENCES licence_home.application,
    case_event   integer NOT NULL,
    issued_at    timestamptz NOT NULL DEFAULT licence_home.now(),
    PRIMARY KEY (licence_no, copy_no),
    FOREIGN KEY (licence_no, version_no) REFERENCES licence_home.licence_version,
    FOREIGN KEY (licence_no, term_no) REFERENCES licence_home.licence_term
);
COMMENT ON TABLE licence_home.licence_copy IS
'Copies of a licence beyond the first. version_no, term_no: the facts and the term that the copy says. A later copy replaces it.';
CALL licence_home_internal.make_case_table('licence_home.licence_copy');
GRANT SELECT ON licence_home.licence_copy TO licence_home_portal, licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director, licence_home_cashier;
