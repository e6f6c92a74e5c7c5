-- Who may write which evidence in which state: what no row of
-- workflow_evidence allows is refused, whoever asks.
SET licence_home.clock = '2026-03-01 10:00+03';
-- The design, row by row.
CREATE TEMP TABLE design (evidence text, operation text, role text, states text[]);
INSERT INTO design VALUES
    ('application', 'amend', 'portal', '{draft,documents_deficient,correction_required}'),
    ('document', 'insert', 'portal', '{draft,documents_deficient,correction_required}'),
    ('document', 'insert', 'clerk', '{submitted}'),
    ('document', 'review', 'clerk', '{submitted}'),
    ('application_finding', 'insert', 'clerk', '{submitted}'),
    ('application_finding', 'insert', 'inspector', '{inspection_scheduled}'),
    ('inspection', 'insert', 'clerk', '{submitted,inspection_scheduled}'),
    ('inspection', 'cancel', 'clerk', '{submitted,inspection_scheduled}'),
    ('inspection', 'close', 'inspector', '{inspection_scheduled}'),
    ('inspection_finding', 'insert', 'inspector', '{inspection_scheduled}'),
    ('attachment', 'insert', 'inspector', '{inspection_scheduled}'),
    ('decision', 'insert', 'decider', '{committee_review}'),
    ('approval_requirement', 'insert', 'decider', '{committee_review}'),
    ('external_approval', 'insert', 'portal', '{external_approval_pending,approvals_deficient}'),
    ('external_approval', 'review', 'clerk', '{approvals_review}'),
    ('application', 'reassign', 'clerk', '{submitted,inspection_scheduled,committee_review,approvals_review}'),
    ('application_finding', 'take_back', 'clerk', '{submitted}'),
    ('application_finding', 'take_back', 'inspector', '{inspection_scheduled}'),
    ('inspection', 'correct', 'inspector', '{inspection_scheduled}');
(SELECT 'not in the design', evidence, operation, role, state FROM licence_home.workflow_evidence WHERE workflow = 'first_issue'
 EXCEPT SELECT 'not in the design', evidence, operation, role, unnest(states) FROM design)
UNION ALL
(SELECT 'not loaded', evidence, operation, role, unnest(states) FROM design
 EXCEPT SELECT 'not loaded', evidence, operation, role, state FROM licence_home.workflow_evidence WHERE workflow = 'first_issue');
UPDATE design SET role = 'committee' WHERE role = 'decider';
-- an inspector who closes may close as cancelled
INSERT INTO design VALUES ('inspection', 'cancel', 'inspector', '{inspection_scheduled}');

-- A case in each state that has something to write about: an inspection still
-- pending where there may be one, a document and an approval to review.
CREATE TEMP TABLE subject AS
    SELECT s.state, story.new_case_in(s.state, 'home_baking') AS no FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue';
SELECT s.state, a.state FROM subject AS s JOIN licence_home.application AS a ON a.application_no = s.no WHERE a.state <> s.state;
CREATE TEMP TABLE deed (evidence text, operation text, statement text);
INSERT INTO deed VALUES
    ('document', 'insert', 'INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES ($1, ''title_deed'', ''9'')'),
    ('document', 'review', 'UPDATE licence_home.document SET review_note = ''seen'' WHERE application_no = $1'),
    ('application_finding', 'insert', 'INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, ''floor'')'),
    ('inspection', 'insert', 'INSERT INTO licence_home.inspection (application_no, scheduled_for) VALUES ($1, ''2026-04-01 10:00+03'')'),
    ('inspection', 'cancel', 'UPDATE licence_home.inspection SET outcome = ''cancelled'' WHERE application_no = $1'),
    ('inspection', 'close', 'UPDATE licence_home.inspection SET outcome = ''no_access'' WHERE application_no = $1'),
    ('inspection_finding', 'insert', 'INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling)'
        ' VALUES ((SELECT max(inspection_id) FROM licence_home.inspection WHERE application_no = $1), ''nuisance'', ''met'')'),
    ('attachment', 'insert', 'INSERT INTO licence_home.attachment (application_no, inspection_id, attachment_type, attachment_sha256, attachment_locator)'
        ' VALUES ($1, (SELECT max(inspection_id) FROM licence_home.inspection WHERE application_no = $1), ''image/jpeg'', sha256(''x''), ''x'')'),
    ('decision', 'insert', 'INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, ''deferred'')'),
    ('approval_requirement', 'insert', 'INSERT INTO licence_home.approval_requirement (application_no, authority) VALUES ($1, ''social_development'')'),
    ('external_approval', 'insert', 'INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer) VALUES ($1, ''jfda'', ''9'', ''granted'')'),
    ('external_approval', 'review', 'UPDATE licence_home.external_approval SET review_note = ''seen'' WHERE application_no = $1');
SET licence_home.clock = '2026-03-05 10:00+03';     -- when a home may have been inspected
CREATE TEMP TABLE attempt AS
SELECT s.state, e.evidence, e.operation, p.who, t.code, t.rows, t.said,
    EXISTS (SELECT FROM design AS d WHERE d.evidence = e.evidence AND d.operation = e.operation AND d.role = p.who
            AND s.state = ANY (d.states)) AS in_design
FROM subject AS s CROSS JOIN deed AS e
CROSS JOIN unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS p (who)
CROSS JOIN LATERAL story.attempt(p.who, s.no, e.statement) AS t;
SELECT in_design, count(*) AS attempts, count(*) FILTER (WHERE code = '00000' AND rows > 0) AS written FROM attempt GROUP BY in_design ORDER BY in_design;
-- Refused, or there was no row to write to.  (LH008: no inspection to find anything at; LH005: it is closed.)
SELECT state, evidence, operation, who, code, rows, said FROM attempt
WHERE NOT in_design AND code NOT IN ('LH002', 'LH005', 'LH008', 'LH009', '42501') AND (code, rows) <> ('00000', 0)
ORDER BY state, evidence, operation, who;
-- Allowed, but for a second appointment beside the pending one (and in submitted none is pending yet).
SELECT state, evidence, operation, who, code, rows, said FROM attempt
WHERE in_design AND (code <> '00000' OR rows = 0) ORDER BY state, evidence, operation, who;
