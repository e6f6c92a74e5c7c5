// Compute the reports of licence_home once more, in DuckDB, from rows that were exported.
//
//   node reports.mjs FOLDER DAY...
//
// FOLDER has a CSV file a table (export.sql), with moments in the city's own time. For
// each day it prints each report as of that day: a line "== report day", and a line a
// row, its columns apart by |.  Nothing of the extension is used: events are replayed by
// window functions, where the extension adds up facts.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const modules = process.env.LICENCE_HOME_DUCKDB;
const require = createRequire(pathToFileURL(path.join(modules ?? '.', 'x')));
const { DuckDBInstance } = require('@duckdb/node-api');
const [folder, ...days] = process.argv.slice(2);
const db = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();

// The rows of a query, as lists of texts.
async function rows(sql) {
    const result = await db.runAndReadAll(sql);
    return result.getRowsJson().map((row) => row.map((value) => value === null ? '' : String(value)));
}

for (const table of ['application', 'event', 'deadline', 'told', 'holiday', 'workflow_state', 'profession', 'document',
    'field', 'inspection', 'inspection_finding', 'decision', 'approval', 'line', 'money', 'message', 'licence', 'licence_term', 'version',
    'standing', 'refused']) {
    await db.run(`CREATE TABLE ${table} AS SELECT * FROM read_csv('${folder}/${table}.csv', header = true, nullstr = '\\N', all_varchar = true)`);
}

// --- the calendar: how many working days there were up to each day
await db.run(`
CREATE TABLE calendar AS
SELECT day, working, sum(working::int) OVER (ORDER BY day) AS upto FROM (
    SELECT d.day::date AS day, NOT EXISTS (
        SELECT 1 FROM holiday AS h
        WHERE (h.day::date = d.day::date OR h.weekday::int = dayofweek(d.day))
          AND d.day::date >= coalesce(h.since::date, date '1900-01-01') AND d.day::date < coalesce(h.until::date, date '2999-01-01')) AS working
    FROM generate_series(timestamp '2015-01-01', timestamp '2035-12-31', interval 1 day) AS d (day))`);
await db.run(`CREATE TABLE nth AS SELECT upto, min(day) AS day FROM calendar WHERE working GROUP BY upto`);
// --- cases and events; event 0 is the beginning
await db.run(`
CREATE TABLE cases AS
SELECT a.application_no AS no, a.workflow, a.profession, p.category, a.district::int AS district, a.edition, a.zone_class,
    a.created_at::timestamp AS created_at, a.submitted_at::timestamp AS submitted_at, a.judged_on::date AS judged_on
FROM application AS a
LEFT JOIN profession AS p ON p.code = a.profession AND a.judged_on::date >= coalesce(p.since::date, date '1900-01-01')
    AND a.judged_on::date < coalesce(p.until::date, date '2999-01-01')`);
await db.run(`CREATE TABLE kinds AS SELECT DISTINCT workflow, state, kind, waits_for FROM workflow_state`);
await db.run(`
CREATE TABLE steps AS
SELECT e.application_no AS no, e.case_event::int AS n, e.action, e.from_state, e.to_state, e.actor, e.role,
    e.at::timestamp AS at, e.known_at::timestamp AS known_at
FROM event AS e
UNION ALL
SELECT no, 0, 'begin', NULL, 'draft', NULL, NULL, created_at, created_at FROM cases`);

for (const day of days) {
    // what was known by the end of the day
    const until = `(date '${day}' + interval 1 day)`;
    await db.run(`CREATE OR REPLACE TEMP TABLE seen AS SELECT * FROM steps WHERE steps.at < ${until} AND known_at < ${until}`);
    // the moves into another state, each with the one that follows
    await db.run(`CREATE OR REPLACE TEMP TABLE stay AS
        SELECT s.no, s.n, s.to_state AS state, s.at, lead(s.n) OVER w AS left_n, lead(s.at) OVER w AS left_at, lead(s.to_state) OVER w AS whither,
            k.kind, k.waits_for
        FROM seen AS s JOIN cases AS c USING (no) JOIN kinds AS k ON k.workflow = c.workflow AND k.state = s.to_state
        WHERE s.from_state IS DISTINCT FROM s.to_state
        WINDOW w AS (PARTITION BY s.no ORDER BY s.n)`);
    await db.run(`CREATE OR REPLACE TEMP TABLE place AS
        SELECT c.*, c.submitted_at < ${until} AS is_in FROM cases AS c`);
    // deadlines: the newest of the stay before it ended, by what was told until then
    await db.run(`CREATE OR REPLACE TEMP TABLE term AS
        WITH ends AS (
            SELECT s.no, s.n, s.state, coalesce(s.left_n, 1000000) AS before_n,
                coalesce((SELECT x.known_at FROM seen AS x WHERE x.no = s.no AND x.n = s.left_n), ${until}) AS known
            FROM stay AS s WHERE s.kind = 'open'),
        newest AS (
            SELECT e.*, d.deadline_no, d.case_event::int AS case_event, d.entered_event::int AS entered_event, d.began_on::date AS began_on,
                d.working_days::int AS days, d.to_be_told = 't' AS to_be_told
            FROM ends AS e JOIN deadline AS d ON d.application_no = e.no AND d.case_event::int < e.before_n AND d.known_at::timestamp < e.known
            QUALIFY row_number() OVER (PARTITION BY e.no, e.n ORDER BY d.case_event::int DESC) = 1),
        siblings AS (
            SELECT n.no, n.n, d.case_event::int AS case_event, d.cause, d.date_named::date AS date_named,
                (SELECT min(t.at::timestamp) FROM told AS t
                 WHERE d.to_be_told = 't' AND t.deadline_no = d.deadline_no AND t.outcome <> 'failed' AND t.at::timestamp < n.known) AS told_at,
                n.case_event AS newest
            FROM newest AS n JOIN deadline AS d ON d.application_no = n.no AND d.entered_event::int = n.entered_event AND d.case_event::int <= n.case_event),
        summed AS (
            SELECT s.no, s.n, max(s.date_named) FILTER (WHERE s.told_at IS NOT NULL) AS date_told,
                min(s.told_at) FILTER (WHERE s.case_event >= p.period) AS period_told
            FROM siblings AS s
            JOIN (SELECT no, n, max(case_event) FILTER (WHERE cause <> 'moved') AS period FROM siblings GROUP BY 1, 2) AS p USING (no, n)
            GROUP BY 1, 2)
        SELECT w.no, w.n, greatest(x.day, s.date_told) AS due_on
        FROM newest AS w JOIN summed AS s USING (no, n)
        JOIN deadline AS d ON d.deadline_no = w.deadline_no AND d.state = w.state
        JOIN calendar AS b ON b.day = CASE WHEN w.to_be_told THEN greatest(w.began_on, s.period_told::date) ELSE w.began_on END
        JOIN nth AS x ON x.upto = b.upto + w.days`);

    const reports = {
        caseload: `SELECT s.state, CASE WHEN p.is_in THEN p.district END AS district, count(*)
            FROM stay AS s JOIN place AS p USING (no) WHERE s.left_n IS NULL GROUP BY 1, 2`,
        // the last week is that of the day
        flow: `WITH moves AS (
                SELECT date_trunc('week', s.at + interval 1 day)::date - 1 AS week, s.state, s.kind, b.kind AS was, b.state AS from_state
                FROM stay AS s JOIN stay AS b ON b.no = s.no AND b.left_n = s.n),
            weeks AS (SELECT w.week::date AS week FROM (SELECT min(week) AS first, date_trunc('week', date '${day}' + interval 1 day)::date - 1 AS last
                    FROM moves WHERE kind <> was) AS e, generate_series(e.first::timestamp, e.last::timestamp, interval 7 day) AS w (week))
            SELECT w.week, count(*) FILTER (WHERE m.was = 'start' AND m.kind = 'open' AND m.week = w.week),
                count(*) FILTER (WHERE m.state = 'issued' AND m.was <> 'end' AND m.week = w.week),
                count(*) FILTER (WHERE m.state = 'rejected' AND m.was <> 'end' AND m.week = w.week),
                count(*) FILTER (WHERE m.kind = 'end' AND m.was = 'open' AND m.state NOT IN ('issued', 'rejected') AND m.week = w.week),
                count(*) FILTER (WHERE m.kind = 'open' AND m.was <> 'open') - count(*) FILTER (WHERE m.was = 'open' AND m.kind <> 'open')
            FROM weeks AS w JOIN moves AS m ON m.week <= w.week GROUP BY 1`,
        funnel: `WITH last_end AS (SELECT b.no, b.state AS from_state, s.state AS whither FROM stay AS s JOIN stay AS b ON b.no = s.no AND b.left_n = s.n
                WHERE s.kind = 'end' AND s.left_n IS NULL)
            SELECT st.state, (SELECT count(DISTINCT s.no) FROM stay AS s WHERE s.state = st.state),
                (SELECT count(*) FROM stay AS s WHERE s.state = st.state AND s.left_n IS NULL),
                (SELECT count(*) FROM last_end AS l WHERE l.from_state = st.state AND l.whither = 'rejected'),
                (SELECT count(*) FROM last_end AS l WHERE l.from_state = st.state AND l.whither = 'withdrawn'),
                (SELECT count(*) FROM last_end AS l WHERE l.from_state = st.state AND l.whither = 'lapsed'),
                (SELECT count(*) FROM last_end AS l WHERE l.from_state = st.state AND l.whither = 'closed'),
                (SELECT count(*) FROM last_end AS l WHERE l.from_state = st.state AND l.whither = 'issued')
            FROM (SELECT DISTINCT state FROM stay) AS st`,
        stays: `WITH ended AS (
                SELECT s.state, x.upto - b.upto AS days, t.due_on, s.left_at::date <= t.due_on AS on_time
                FROM stay AS s JOIN calendar AS b ON b.day = s.at::date JOIN calendar AS x ON x.day = s.left_at::date
                LEFT JOIN term AS t USING (no, n)
                WHERE s.left_n IS NOT NULL AND s.kind <> 'end')
            SELECT state, count(*), quantile_disc(days, 0.5), quantile_disc(days, 0.9), count(due_on), count(*) FILTER (WHERE on_time)
            FROM ended GROUP BY 1`,
        overdue: `WITH o AS (
                SELECT s.state, s.waits_for, p.district, CASE WHEN t.due_on < date '${day}' THEN x.upto - b.upto END AS late
                FROM stay AS s JOIN place AS p USING (no) LEFT JOIN term AS t USING (no, n)
                LEFT JOIN calendar AS b ON b.day = t.due_on LEFT JOIN calendar AS x ON x.day = date '${day}'
                WHERE s.left_n IS NULL AND s.kind = 'open')
            SELECT state, waits_for, district, count(*), count(late), quantile_disc(late, 0.5), max(late) FROM o GROUP BY 1, 2, 3`,
        deficiencies: `WITH back AS (SELECT b.no, b.n AS stay_n, b.left_n FROM stay AS b JOIN stay AS s ON s.no = b.no AND s.n = b.left_n
                WHERE b.kind = 'open' AND s.waits_for = 'applicant'),
            found AS (
                SELECT b.no, 'document' AS kind, d.document_type AS code, d.review FROM back AS b JOIN document AS d ON d.application_no = b.no
                    AND d.review IN ('missing', 'incorrect') AND d.reviewed_at_event::int >= b.stay_n AND d.reviewed_at_event::int < b.left_n
                UNION ALL
                SELECT b.no, 'approval', d.authority, d.review FROM back AS b JOIN approval AS d ON d.application_no = b.no
                    AND d.review IN ('missing', 'incorrect') AND d.reviewed_at_event::int >= b.stay_n AND d.reviewed_at_event::int < b.left_n
                UNION ALL
                SELECT DISTINCT b.no, 'field', f.field, 'incorrect' FROM back AS b JOIN field AS f ON f.application_no = b.no
                    AND f.at_event::int >= b.stay_n AND f.at_event::int < b.left_n AND coalesce(f.settled_at_event::int >= b.left_n, true))
            SELECT kind, code, count(*) FILTER (WHERE review = 'missing'), count(*) FILTER (WHERE review = 'incorrect'), count(DISTINCT no)
            FROM found GROUP BY 1, 2`,
        findings: `SELECT f.criterion, count(*), count(DISTINCT b.no) FROM stay AS b
            JOIN inspection AS i ON i.application_no = b.no AND i.outcome IN ('failed', 'not_correctable')
                AND i.closed_at_event::int >= b.n AND i.closed_at_event::int < b.left_n
            JOIN (SELECT * FROM inspection_finding QUALIFY row_number() OVER (PARTITION BY inspection_id, criterion ORDER BY inspection_finding_id::bigint DESC) = 1) AS f
                ON f.inspection_id = i.inspection_id AND f.ruling = 'not_met'
            WHERE b.kind = 'open' GROUP BY 1`,
        decisions: `SELECT p.profession, p.zone_class, count(*) FILTER (WHERE d.outcome = 'approved'), count(*) FILTER (WHERE d.outcome = 'refused'),
                count(*) FILTER (WHERE d.outcome = 'deferred')
            FROM stay AS b JOIN place AS p USING (no)
            JOIN decision AS d ON d.application_no = b.no AND d.at_event::int >= b.n AND d.at_event::int < b.left_n
            WHERE b.kind = 'open' GROUP BY 1, 2`,
        refusals: `SELECT 'submit', u.criterion, count(*), count(DISTINCT u.no) FROM (
                SELECT r.application_no AS no, unnest(string_split(r.criteria, ' ')) AS criterion FROM refused AS r
                WHERE r.at::timestamp < ${until} AND r.recorded_at::timestamp < ${until}) AS u GROUP BY 2
            UNION ALL
            SELECT 'decision', d.reason, count(*), count(DISTINCT b.no) FROM stay AS b JOIN stay AS s ON s.no = b.no AND s.n = b.left_n AND s.kind = 'end'
            JOIN decision AS d ON d.application_no = b.no AND d.at_event::int >= b.n AND d.at_event::int < b.left_n AND d.outcome = 'refused'
            WHERE b.kind = 'open' GROUP BY 2
            UNION ALL
            SELECT 'authority', d.authority, count(*), count(DISTINCT b.no) FROM stay AS b JOIN stay AS s ON s.no = b.no AND s.n = b.left_n AND s.kind = 'end'
            JOIN approval AS d ON d.application_no = b.no AND d.answer = 'refused' AND d.review = 'accepted'
                AND d.reviewed_at_event::int >= b.n AND d.reviewed_at_event::int < b.left_n
            WHERE b.kind = 'open' GROUP BY 2`,
        fees: `WITH m AS (SELECT *, date_trunc('month', money.at::timestamp)::date AS month FROM money WHERE money.at::timestamp < ${until}),
            lines AS (SELECT invoice_no, sum(amount::decimal(18,3)) FILTER (WHERE amount::decimal(18,3) > 0) AS gross,
                -sum(amount::decimal(18,3)) FILTER (WHERE amount::decimal(18,3) < 0) AS waived FROM line GROUP BY 1)
            SELECT m.month, split_part(l.rule, ', fee_rule', 1), count(*) FILTER (WHERE m.kind = 'bill'),
                coalesce(sum(g.gross) FILTER (WHERE m.kind = 'bill'), 0)::decimal(18,3),
                (coalesce(sum(g.waived) FILTER (WHERE m.kind = 'bill'), 0) + coalesce(sum(m.amount::decimal(18,3)) FILTER (WHERE m.kind = 'waiver'), 0))::decimal(18,3),
                coalesce(sum(m.amount::decimal(18,3)) FILTER (WHERE m.kind = 'cancel'), 0)::decimal(18,3),
                coalesce(sum(m.amount::decimal(18,3)) FILTER (WHERE m.kind = 'payment'), 0)::decimal(18,3),
                coalesce(sum(m.amount::decimal(18,3)) FILTER (WHERE m.kind = 'reversal'), 0)::decimal(18,3),
                coalesce(sum(m.amount::decimal(18,3)) FILTER (WHERE m.kind = 'refund'), 0)::decimal(18,3)
            FROM m LEFT JOIN line AS l ON l.invoice_no = m.account AND l.line_no = '1' LEFT JOIN lines AS g ON g.invoice_no = m.source_no AND m.kind = 'bill'
            GROUP BY 1, 2`,
        messages: `WITH m AS (
                SELECT template, gateway, parts::int AS parts,
                    CASE WHEN delivered_at::timestamp < ${until} THEN 'delivered' WHEN status = 'failed' AND accepted_at::timestamp < ${until} THEN 'failed'
                        WHEN accepted_at::timestamp < ${until} THEN 'accepted' WHEN accepted_at IS NOT NULL THEN 'waiting' ELSE status END AS outcome,
                    CASE WHEN accepted_at::timestamp < ${until} THEN round(epoch(accepted_at::timestamp - created_at::timestamp))::int END AS accept,
                    CASE WHEN delivered_at::timestamp < ${until} THEN round(epoch(delivered_at::timestamp - created_at::timestamp))::int END AS deliver
                FROM message WHERE created_at::timestamp < ${until})
            SELECT template, gateway, outcome, count(*), sum(parts)::bigint, quantile_disc(accept, 0.5), quantile_disc(accept, 0.9),
                quantile_disc(deliver, 0.5), quantile_disc(deliver, 0.9) FROM m GROUP BY 1, 2, 3`,
        work: `SELECT actor, replace(role, 'licence_home_', ''), action, count(*), count(DISTINCT no), count(DISTINCT seen.at::date)
            FROM seen WHERE n > 0 AND role NOT IN ('licence_home_portal', 'licence_home_sender') GROUP BY 1, 2, 3`,
        licences: `WITH on_day AS (
                SELECT l.licence_no, t.term_no::int AS term_no, t.ends::date <= date '${day}' AS expired, v.district::int AS district, s.standing
                FROM licence AS l
                JOIN (SELECT * FROM licence_term WHERE starts::date <= date '${day}' AND known_at::timestamp < ${until}
                    QUALIFY row_number() OVER (PARTITION BY licence_no ORDER BY term_no::int DESC) = 1) AS t USING (licence_no)
                JOIN (SELECT * FROM version WHERE known_at::timestamp < ${until} AND coalesce(from_day::date <= date '${day}', true)
                    AND coalesce(to_day::date > date '${day}', true)
                    QUALIFY row_number() OVER (PARTITION BY licence_no ORDER BY version_no::int DESC) = 1) AS v USING (licence_no)
                JOIN (SELECT * FROM standing WHERE known_at::timestamp < ${until} AND coalesce(from_day::date <= date '${day}', true)
                    AND coalesce(to_day::date > date '${day}', true)
                    QUALIFY row_number() OVER (PARTITION BY licence_no ORDER BY standing_no::int DESC) = 1) AS s USING (licence_no)
                WHERE l.issued_at::timestamp < ${until})
            SELECT district, count(*) FILTER (WHERE standing = 'in_force' AND NOT expired),
                count(*) FILTER (WHERE standing = 'in_force' AND NOT expired AND term_no > 1),
                count(*) FILTER (WHERE standing = 'suspended' AND NOT expired),
                count(*) FILTER (WHERE standing IN ('in_force', 'suspended') AND expired),
                count(*) FILTER (WHERE standing NOT IN ('in_force', 'suspended'))
            FROM on_day GROUP BY 1`,
        rule_effect: `WITH spans AS (SELECT 'before' AS span, (date '${day}' - interval 1 year)::date AS a, date '${day}' - 1 AS b
                UNION ALL SELECT 'after', date '${day}', (date '${day}' + interval 1 year)::date - 1),
            moves AS (SELECT s.no, s.at::date AS day, s.state, s.kind, b.kind AS was FROM
                (SELECT x.*, lag(x.n) OVER (PARTITION BY x.no ORDER BY x.n) AS prev FROM (
                    SELECT s.no, s.n, s.to_state AS state, s.at, k.kind FROM steps AS s JOIN cases AS c USING (no)
                    JOIN kinds AS k ON k.workflow = c.workflow AND k.state = s.to_state WHERE s.from_state IS DISTINCT FROM s.to_state) AS x) AS s
                JOIN (SELECT s.no, s.n, k.kind FROM steps AS s JOIN cases AS c USING (no)
                    JOIN kinds AS k ON k.workflow = c.workflow AND k.state = s.to_state) AS b ON b.no = s.no AND b.n = s.prev)
            SELECT p.span, p.a, p.b,
                (SELECT count(*) FROM moves AS m WHERE m.day BETWEEN p.a AND p.b AND m.was = 'start' AND m.kind = 'open'),
                (SELECT count(*) FROM refused AS r WHERE r.at::date BETWEEN p.a AND p.b AND r.recorded_at::date <= current_date),
                (SELECT count(*) FROM moves AS m WHERE m.day BETWEEN p.a AND p.b AND m.state = 'issued' AND m.was <> 'end'),
                (SELECT count(*) FROM moves AS m WHERE m.day BETWEEN p.a AND p.b AND m.state = 'rejected' AND m.was <> 'end'),
                (SELECT quantile_disc(x.upto - b.upto, 0.5) FROM moves AS m JOIN cases AS c USING (no) JOIN calendar AS b ON b.day = c.judged_on
                    JOIN calendar AS x ON x.day = m.day WHERE m.day BETWEEN p.a AND p.b AND m.state = 'issued' AND m.was <> 'end')
            FROM spans AS p`
    };
    for (const [name, sql] of Object.entries(reports)) {
        console.log(`== ${name} ${day}`);
        (await rows(sql)).map((row) => row.join('|')).sort((a, b) => a < b ? -1 : 1).forEach((line) => console.log(line));
    }
}
