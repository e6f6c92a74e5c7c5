-- ---------------------------------------------------------------------
-- check_installation(): what a DBA should look at.  A new topic is a branch here,
-- a row in doc/security.md, and a case in sql/check_installation.sql that makes
-- it so.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.library_version() RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_library_version' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.library_version() IS
'Internal: the version of the library that runs.';
CALL licence_home_internal.make_function('licence_home_internal.library_version()');

-- (the setting is a superuser's to read)
CREATE FUNCTION licence_home_internal.signs_record() RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_signs_record' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.signs_record() IS
'Internal: whether licence_home.record_key_file names a key.';
CALL licence_home_internal.make_function('licence_home_internal.signs_record()');

CREATE FUNCTION licence_home_internal.login_duties()
    RETURNS TABLE (login name, duty text, of_many boolean, named boolean)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT r.rolname, g.duty,
            EXISTS (SELECT FROM licence_home.official AS c WHERE r.rolname = ANY (c.claimed_by)
                AND licence_home.in_force(c.valid, c.withdrawn_at, licence_home.today())),
            o.roles IS NOT NULL
        FROM pg_roles AS r
        CROSS JOIN unnest(ARRAY['portal', 'clerk', 'inspector', 'committee', 'director', 'cashier', 'admin']) AS g (duty)
        LEFT JOIN LATERAL (
            SELECT c.roles
            FROM licence_home.official AS c
            WHERE c.login = r.rolname AND licence_home.in_force(c.valid, c.withdrawn_at, licence_home.today())
            LIMIT 1) AS o ON true
        WHERE r.rolcanlogin AND NOT r.rolsuper AND pg_has_role(r.oid, 'licence_home_' || g.duty, 'USAGE')
          AND (o.roles IS NULL OR g.duty = 'portal' OR g.duty = ANY (o.roles));
    END;
COMMENT ON FUNCTION licence_home_internal.login_duties() IS
'Internal: what each login may do, within the roles of its official. of_many: the login may claim to be many officials. named: it is one official''s.';
CALL licence_home_internal.make_function('licence_home_internal.login_duties()');

-- How many rows of each rule table are in force and illustrative.
CREATE FUNCTION licence_home_internal.illustrative_rules() RETURNS TABLE (rule_table text, row_count bigint)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.relname::text AS name FROM pg_class AS c
        WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
          AND (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND NOT a.attisdropped
              AND a.attname IN ('illustrative', 'valid', 'withdrawn_at')) = 3
        ORDER BY c.relname COLLATE "C"
    LOOP
        rule_table := found.name;
        EXECUTE format('SELECT count(*) FROM licence_home.%I AS r WHERE r.illustrative '
            'AND licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today())', found.name) INTO row_count;
        IF row_count > 0 THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION licence_home_internal.illustrative_rules() IS
'Internal: the rule tables that have examples in force today, and how many.';
CALL licence_home_internal.make_function('licence_home_internal.illustrative_rules()');

CREATE FUNCTION licence_home_internal.installation_findings()
    RETURNS TABLE (severity text, topic text, what_en text, what_ar text, do_en text, do_ar text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH last_run AS (
            SELECT DISTINCT ON (j.job) j.job, j.started_at, j.ended_at, j.failed FROM licence_home.job_run AS j ORDER BY j.job, j.started_at DESC
        ), setting AS (
            SELECT s.name, s.setting, s.source FROM pg_settings AS s
        )
        -- jobs
        SELECT 'warning', 'not armed', 'this database does not send messages', 'هذه القاعدة لا ترسل الرسائل',
            'if it is the one that should: SELECT licence_home.arm_sender()', 'إن كانت هي المقصودة: arm_sender()'
        WHERE NOT licence_home.sender_armed()
        UNION ALL
        SELECT 'warning', 'jobs', 'no job is scheduled', 'لم تُجدول أي مهمة',
            'SELECT licence_home.schedule_jobs(a login of licence_home_sender)', 'schedule_jobs()'
        WHERE NOT EXISTS (SELECT FROM licence_home.sender_identity AS i WHERE i.jobs_since IS NOT NULL)
        UNION ALL
        SELECT 'critical', 'jobs', format('the job "%s" fails, or did not end', r.job), format('المهمة "%s" تفشل أو لم تنته', r.job),
            'see licence_home.job_failure and cron.job_run_details', 'راجعوا job_failure'
        FROM last_run AS r
        WHERE r.failed > 0 OR r.ended_at IS NULL AND r.started_at < pg_catalog.now() - interval '3 hours'
        UNION ALL
        -- (a job that nobody runs any more leaves no error; the moments are the machine's)
        SELECT 'critical', 'jobs', format('the job "%s" has not ended well since %s', e.job,
                coalesce(to_char(r.last_well, 'YYYY-MM-DD HH24:MI'), 'it was scheduled')),
            format('لم تنته المهمة "%s" بسلام منذ %s', e.job, coalesce(to_char(r.last_well, 'YYYY-MM-DD HH24:MI'), 'جدولتها')),
            'see cron.job_run_details; is pg_cron in shared_preload_libraries?', 'راجعوا cron.job_run_details'
        FROM (SELECT j.run AS job, make_interval(hours => j.patience) AS patience FROM licence_home_internal.jobs() AS j WHERE j.run IS NOT NULL) AS e
        CROSS JOIN (SELECT max(i.jobs_since) AS jobs_since FROM licence_home.sender_identity AS i) AS i
        CROSS JOIN LATERAL (SELECT max(j.ended_at) AS last_well FROM licence_home.job_run AS j WHERE j.job = e.job AND j.failed = 0) AS r
        WHERE greatest(i.jobs_since, r.last_well) < pg_catalog.now() - e.patience
        UNION ALL
        SELECT 'critical', 'jobs', format('the sender was last seen at %s', coalesce(to_char(r.last_seen, 'YYYY-MM-DD HH24:MI'), 'no time')),
            format('آخر ظهور للمرسل %s', coalesce(to_char(r.last_seen, 'YYYY-MM-DD HH24:MI'), 'لم يظهر')),
            'see licence_home.sms_health and cron.job_run_details', 'راجعوا sms_health'
        FROM (SELECT max(i.jobs_since) AS jobs_since FROM licence_home.sender_identity AS i) AS i
        CROSS JOIN (SELECT max(s.seen_at) AS last_seen FROM licence_home.sms_run AS s) AS r
        WHERE greatest(i.jobs_since, r.last_seen) < pg_catalog.now() - interval '15 minutes'
        UNION ALL
        -- breaches
        SELECT CASE WHEN b.overdue THEN 'critical' ELSE 'warning' END, 'breach',
            format('breach %s: %s persons are to be told within %s hours, the authority within %s', b.breach_id,
                b.on_the_way + b.to_print, coalesce(b.persons_hours_left::text, '(done)'), coalesce(b.authority_hours_left::text, '(done)')),
            format('الخرق %s: يُخطر %s أشخاص خلال %s ساعة، والجهة المختصة خلال %s', b.breach_id,
                b.on_the_way + b.to_print, coalesce(b.persons_hours_left::text, '(تم)'), coalesce(b.authority_hours_left::text, '(تم)')),
            'licence_home.breach_letters() for a clerk to print; licence_home.authority_told()', 'breach_letters() و authority_told()'
        FROM licence_home_internal.breach_state() AS b
        WHERE b.on_the_way + b.to_print > 0 OR b.authority_told_at IS NULL
        UNION ALL
        -- people
        SELECT 'critical', 'two duties', format('the login %s has the duties %s and %s, and these are kept apart', d.login, d.duty, o.duty),
            format('حساب الدخول %s يجمع %s و%s وهما منفصلان', d.login, d.duty, o.duty),
            'take one group role away, or enter an official with one of the roles', 'اسحبوا أحد الدورين'
        FROM licence_home_internal.login_duties() AS d
        JOIN licence_home_internal.login_duties() AS o ON o.login = d.login AND o.duty > d.duty
        WHERE NOT d.of_many AND EXISTS (
            SELECT FROM licence_home.workflow_separation AS s
            JOIN licence_home.workflow AS w ON w.workflow = s.workflow AND w.version = s.version
            JOIN (VALUES ('review', 'clerk'), ('inspect', 'inspector'), ('decide', 'committee'), ('decide', 'director'),
                ('receive', 'cashier')) AS a (deed, duty) ON a.deed = s.deed
            JOIN (VALUES ('review', 'clerk'), ('inspect', 'inspector'), ('decide', 'committee'), ('decide', 'director'),
                ('receive', 'cashier')) AS b (deed, duty) ON b.deed = s.other
            WHERE licence_home.in_force(w.valid, w.withdrawn_at, licence_home.today())
              AND (a.duty, b.duty) IN ((d.duty, o.duty), (o.duty, d.duty)))
        UNION ALL
        SELECT 'warning', 'nobody''s login', format('the login %s may work (%s), and no official is named for it', d.login, string_agg(d.duty, ', ' ORDER BY d.duty)),
            format('حساب الدخول %s يعمل بلا موظف مسمى', d.login),
            'enter the official with this login in licence_home.official, or the login in claimed_by', 'سجلوا الموظف في official'
        FROM licence_home_internal.login_duties() AS d
        WHERE d.duty <> 'portal' AND NOT d.of_many AND NOT d.named
        GROUP BY d.login
        UNION ALL
        -- rules
        SELECT 'warning', 'superuser''s rules', format('%s entries of rule_journal are a superuser''s, the last of %s', count(*), to_char(max(j.known_at), 'YYYY-MM-DD')),
            format('%s من قيود السجل بيد مستخدم خارق', count(*)),
            'compare licence_home.rule_journal with what was decided', 'قارنوا السجل بالقرارات'
        FROM licence_home.rule_journal AS j
        WHERE j.standing = 'superuser' AND j.known_at > licence_home.now() - interval '90 days'
        HAVING count(*) > 0
        UNION ALL
        SELECT 'critical', 'emergencies', format('%s rules of an emergency wait for a second person', count(*)),
            format('%s من قواعد الطوارئ بانتظار شخص ثان', count(*)),
            'another administrator calls licence_home.confirm_emergency(entry_no)', 'confirm_emergency()'
        FROM licence_home.emergency_rules AS e
        HAVING count(*) > 0
        UNION ALL
        SELECT 'warning', 'examples in force', format('%s rows of %s are illustrative', i.row_count, i.rule_table),
            format('%s من صفوف %s أمثلة', i.row_count, i.rule_table),
            'publish the office''s own rows in their place', 'انشروا قواعدكم مكانها'
        FROM licence_home_internal.illustrative_rules() AS i
        UNION ALL
        -- settings
        SELECT 'critical', 'settings', 'licence_home.four_eyes is off: one person publishes rules and erases', 'إعداد four_eyes متوقف',
            'ALTER DATABASE … RESET licence_home.four_eyes', 'أعيدوه'
        FROM setting AS s WHERE s.name = 'licence_home.four_eyes' AND s.setting = 'off'
        UNION ALL
        SELECT 'critical', 'settings', format('licence_home.clock is set: %s', s.setting), format('ساعة النظام مضبوطة: %s', s.setting),
            'remove it, but for tests', 'أزيلوه إلا للتجربة'
        FROM setting AS s WHERE s.name = 'licence_home.clock' AND s.setting <> ''
        UNION ALL
        SELECT 'warning', 'settings', 'licence_home.portal_key is not set: a portal is believed for whom it acts', 'إعداد portal_key غير مضبوط',
            'see doc/security.md, portal tokens', 'راجعوا security.md'
        FROM setting AS s
        WHERE s.name = 'licence_home.portal_key' AND s.setting = ''
          AND EXISTS (SELECT FROM licence_home_internal.login_duties() AS d WHERE d.duty = 'portal')
        UNION ALL
        SELECT 'notice', 'settings', 'licence_home.record_key_file is not set: the record of a day is not signed', 'إعداد record_key_file غير مضبوط',
            'see doc/security.md, the record of a day', 'راجعوا security.md'
        WHERE NOT licence_home_internal.signs_record()
        UNION ALL
        SELECT 'warning', 'settings', format('the login %s has no idle_in_transaction_session_timeout', d.login),
            format('حساب الدخول %s بلا idle_in_transaction_session_timeout', d.login),
            format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''1min''', d.login), 'ALTER ROLE … SET'
        FROM (SELECT DISTINCT x.login FROM licence_home_internal.login_duties() AS x) AS d
        WHERE NOT EXISTS (
                SELECT FROM pg_db_role_setting AS s CROSS JOIN unnest(s.setconfig) AS c (entry)
                WHERE c.entry ~ '^idle_in_transaction_session_timeout=.*[1-9]'
                  AND (s.setrole = 0 OR s.setrole = (SELECT r.oid FROM pg_roles AS r WHERE r.rolname = d.login))
                  AND (s.setdatabase = 0 OR s.setdatabase = (SELECT b.oid FROM pg_database AS b WHERE b.datname = current_database())))
          AND NOT EXISTS (SELECT FROM setting AS s WHERE s.name = 'idle_in_transaction_session_timeout'
              AND s.setting <> '0' AND s.source IN ('configuration file', 'command line', 'environment variable'))
        UNION ALL
        -- restores and retention
        SELECT 'critical', 'restore', format('the database was restored from a dump of %s, and nobody has accepted that', to_char(max(r.dumped_at), 'YYYY-MM-DD')),
            'استُعيدت القاعدة ولم يقر أحد بسلامتها',
            'SELECT licence_home.accept_restore(), which verify_restore() must find whole', 'accept_restore()'
        FROM licence_home.restored_rows AS r
        HAVING count(*) > 0
        UNION ALL
        SELECT 'warning', 'retention', format('%s persons are due for erasure', count(*)), format('%s أشخاص انتهت مدة حفظ بياناتهم', count(*)),
            'CALL licence_home.erase_due(), after a look at due_for_erasure()', 'erase_due()'
        FROM licence_home_internal.due_persons(licence_home.today()) AS d WHERE NOT d.illustrative
        HAVING count(*) > 0
        UNION ALL
        -- versions
        SELECT 'critical', 'versions', format('the extension is %s, the library %s', e.extversion, licence_home_internal.library_version()),
            format('الإضافة %s والمكتبة %s', e.extversion, licence_home_internal.library_version()),
            'ALTER EXTENSION licence_home UPDATE', 'ALTER EXTENSION … UPDATE'
        FROM pg_extension AS e WHERE e.extname = 'licence_home' AND e.extversion <> licence_home_internal.library_version()
        UNION ALL
        SELECT 'warning', 'versions', format('PostGIS is %s, its library %s', e.extversion, a.default_version),
            format('‏PostGIS %s ومكتبتها %s', e.extversion, a.default_version), 'SELECT postgis_extensions_upgrade()', 'postgis_extensions_upgrade()'
        FROM pg_extension AS e
        JOIN pg_available_extensions AS a ON a.name = e.extname
        WHERE e.extname = 'postgis' AND e.extversion <> a.default_version
        UNION ALL
        -- the cluster
        SELECT 'warning', 'secrets in dumps', format('a dump has the credentials of %s gateways', count(DISTINCT c.gateway)),
            format('النسخ الاحتياطي يحوي أسرار %s بوابات', count(DISTINCT c.gateway)),
            'keep dumps as you keep secrets, or dump with --exclude-table-data=licence_home.sms_gateway_credential', 'احفظوا النسخ كالأسرار'
        FROM licence_home.sms_gateway_credential AS c
        HAVING count(*) > 0
        UNION ALL
        SELECT 'notice', 'cluster', format('everybody who may log in may connect to the database %s', d.datname),
            format('الاتصال بالقاعدة %s متاح للجميع', d.datname),
            format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', d.datname), 'REVOKE CONNECT'
        FROM pg_database AS d
        WHERE d.datname = current_database() AND (d.datacl IS NULL OR EXISTS (
            SELECT FROM aclexplode(d.datacl) AS a WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT'))
        UNION ALL
        SELECT 'warning', 'cluster', format('the database %s has the same group roles: who is a clerk there is a clerk here', d.datname),
            format('القاعدة %s تشارك الأدوار نفسها', d.datname),
            'give it a cluster of its own, or REVOKE CONNECT there from who works here', 'اعزلوها في خادم آخر'
        FROM pg_database AS d
        WHERE d.datname <> current_database() AND EXISTS (
            SELECT FROM pg_shdepend AS s WHERE s.dbid = d.oid AND s.refclassid = 'pg_authid'::regclass
                AND s.refobjid = (SELECT r.oid FROM pg_roles AS r WHERE r.rolname = 'licence_home_owner'));
    END;
COMMENT ON FUNCTION licence_home_internal.installation_findings() IS
'Internal: what check_installation() gives, for the owner.';
CALL licence_home_internal.make_function('licence_home_internal.installation_findings()');

CREATE FUNCTION licence_home.check_installation()
    RETURNS TABLE (severity text, topic text, what_en text, what_ar text, do_en text, do_ar text)
    AS 'MODULE_PATHNAME', 'licence_home_check_installation' LANGUAGE C STABLE;
COMMENT ON FUNCTION licence_home.check_installation() IS
'What a DBA should look at, the worst first: jobs, breaches, logins and duties, rules of a superuser, of an emergency or illustrative, settings. Also restores, retention, versions, secrets in dumps, the cluster. severity: critical, warning or notice. No row where all is well.';
CALL licence_home_internal.make_function('licence_home.check_installation()', 'admin, monitor');

CREATE FUNCTION licence_home.accept_restore() RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_accept_restore' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.accept_restore() IS
'Says that a restored database is whole: forgets what its dump said of itself, so that check_installation() is content. LH009 where verify_restore() finds a defect. How many tables the dump had counted.';
CALL licence_home_internal.make_function('licence_home.accept_restore()', 'admin');
