-- ---------------------------------------------------------------------
-- What the jobs did.  Written by src/job_log.c, piece by piece, so that it
-- stays when a job fails.  Moments are the machine's: they tell whether jobs run.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.job_run (
    run_no       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job          text NOT NULL,
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    run_by       text NOT NULL,
    done         bigint NOT NULL DEFAULT 0,
    skipped      bigint NOT NULL DEFAULT 0,
    failed       bigint NOT NULL DEFAULT 0
);
CREATE INDEX job_run_of_job ON licence_home.job_run (job, started_at);
COMMENT ON TABLE licence_home.job_run IS
'Runs of the daily jobs: when each began and ended (null: it runs, or it died), and as whom. done, skipped (somebody had them in hand), failed (see job_failure): how many cases or pieces of work. Kept for 400 days. The sender has sms_run.';
CALL licence_home_internal.make_table('licence_home.job_run');
GRANT SELECT ON licence_home.job_run TO licence_home_clerk, licence_home_director, licence_home_admin,
    licence_home_sender, licence_home_monitor;

CREATE TABLE licence_home.job_failure (
    failure_no   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_no       bigint NOT NULL,
    application_no licence_home.application_no,
    about        text,
    at           timestamptz NOT NULL,
    sqlstate     text NOT NULL,
    message      text NOT NULL,
    detail       text,
    hint         text
);
CREATE INDEX job_failure_of_run ON licence_home.job_failure (run_no);
COMMENT ON TABLE licence_home.job_failure IS
'Errors of the daily jobs: the case (application_no) or other thing (about) that failed, and the error. The job went on with the others.';
CALL licence_home_internal.make_table('licence_home.job_failure');
GRANT SELECT ON licence_home.job_failure TO licence_home_clerk, licence_home_director, licence_home_admin,
    licence_home_sender;
