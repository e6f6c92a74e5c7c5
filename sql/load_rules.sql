-- What load_rules() puts in (sql/install.sql has called it).
SET search_path = licence_home, licence_home_internal, public;
SET datestyle = ISO;
SET client_min_messages = notice;

SELECT load_rules('zarqa');
SELECT load_rules(NULL);
SELECT load_rules('amman');

-- An administrator of rules may load them, all by their own rights.
BEGIN;
SET LOCAL session_replication_role = replica;
SET LOCAL client_min_messages = warning;
DO $$ BEGIN
    EXECUTE 'TRUNCATE ' || (SELECT string_agg(attrelid::regclass::text, ', ') FROM pg_attribute AS a
        JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
        WHERE attname = 'certainty' AND c.relnamespace = 'licence_home'::regnamespace) || ' CASCADE';
END $$;
SET LOCAL session_replication_role = origin;
SET LOCAL ROLE licence_home_admin;
SELECT load_rules('amman');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT count(*) FROM check_workflow('first_issue');
-- and write, correct and discard a draft of a workflow
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('draft', 1, 'مسودة', 'draft', '[2027-01-01,)', 'test', 'likely');
INSERT INTO workflow_state (workflow, version, state, kind, name_ar, name_en, source, certainty)
    VALUES ('draft', 1, 'start', 'start', 'س', 's', 'test', 'likely');
UPDATE workflow_state SET waits_for = 'clerk' WHERE workflow = 'draft';
SELECT discard_workflow('draft', 1);
SELECT count(*) AS drafts FROM workflow WHERE workflow = 'draft';
ROLLBACK;

-- What is loaded, and how much of it nobody here knows.
CREATE TEMP VIEW loaded AS
    SELECT 'application_field' AS rules, illustrative FROM application_field
    UNION ALL SELECT 'authority', illustrative FROM authority
    UNION ALL SELECT 'criterion', illustrative FROM criterion
    UNION ALL SELECT 'district', illustrative FROM district
    UNION ALL SELECT 'document_rule', illustrative FROM document_rule
    UNION ALL SELECT 'document_type', illustrative FROM document_type
    UNION ALL SELECT 'edition', illustrative FROM edition
    UNION ALL SELECT 'fee_adjustment', illustrative FROM fee_adjustment
    UNION ALL SELECT 'fee_rule', illustrative FROM fee_rule
    UNION ALL SELECT 'fee_schedule', illustrative FROM fee_schedule
    UNION ALL SELECT 'holiday', illustrative FROM holiday
    UNION ALL SELECT 'profession', illustrative FROM profession
    UNION ALL SELECT 'profession_authority', illustrative FROM profession_authority
    UNION ALL SELECT 'profession_category', illustrative FROM profession_category
    UNION ALL SELECT 'reason', illustrative FROM reason
    UNION ALL SELECT 'sms_template', illustrative FROM sms_template
    UNION ALL SELECT 'workflow', illustrative FROM workflow
    UNION ALL SELECT 'zone', illustrative FROM zone
    UNION ALL SELECT 'zone_class', illustrative FROM zone_class
    UNION ALL SELECT 'zone_ruling', illustrative FROM zone_ruling;
SELECT rules, count(*), count(*) FILTER (WHERE illustrative) AS illustrative
    FROM loaded GROUP BY rules ORDER BY rules;

-- One edition on every day since 2012.
SELECT edition, valid, max_area_share, max_area_m2, max_employees, max_people,
    max_children, owners_share, edge_tolerance_m, decider, licence_months, certainty
    FROM edition ORDER BY valid;

-- Sign, sale and display changed with the edition of 2020.
SELECT criterion, category, stage, valid, required_en FROM criterion
    WHERE criterion IN ('sign', 'sale_and_display') ORDER BY criterion, valid, category NULLS FIRST;
SELECT stage, array_agg(DISTINCT criterion ORDER BY criterion) FROM criterion GROUP BY stage ORDER BY stage;

-- The documents of the service card.
SELECT document_type, needs_reference, built, certificate_profession, tenant, applicant_kind
    FROM document_rule JOIN document_type USING (document_type) ORDER BY position;

-- The texts: each in both languages, with the same placeholders.
SELECT template, language, max_parts, body FROM sms_template ORDER BY template, language DESC;
SELECT template FROM sms_template
    GROUP BY template
    HAVING count(DISTINCT (SELECT coalesce(array_agg(m[1] ORDER BY m[1]), '{}')
        FROM regexp_matches(body, '\{([a-z_]+)\}', 'g') AS m)) <> 1;

-- Fees stay inside the ranges of the press, and a band includes its upper edge.
SELECT schedule, min(amount), max(amount) FROM fee_rule GROUP BY schedule ORDER BY schedule;
SELECT category, area_m2, amount FROM fee_rule
    WHERE schedule = '2019' AND category IN ('food', 'intellectual') ORDER BY category, area_m2;
SELECT adjustment, valid @> date '2022-01-01' AS was_in_force, upper(valid) FROM fee_adjustment;

-- Districts tile the outline, zones tile the districts.
SELECT round(sum(ST_Area(geom))::numeric, 6) AS districts, bool_and(ST_IsValid(geom)) FROM district;
SELECT round(sum(ST_Area(geom))::numeric, 6) AS zones, bool_and(ST_IsValid(geom)) FROM zone;
SELECT d.district, z.class FROM district AS d, zone AS z
    WHERE ST_Contains(d.geom, ST_SetSRID(ST_MakePoint(35.8950, 31.9600), 4326))
      AND ST_Contains(z.geom, ST_SetSRID(ST_MakePoint(35.8950, 31.9600), 4326));
SELECT r.ruling, array_agg(r.class ORDER BY r.class) FROM zone_ruling AS r GROUP BY r.ruling ORDER BY r.ruling;
SELECT class FROM zone_class EXCEPT SELECT class FROM zone ORDER BY class;

-- Every field that a finding may name is a column of application.
SELECT field FROM application_field
    WHERE field NOT IN (SELECT attname FROM pg_attribute
        WHERE attrelid = 'licence_home.application'::regclass AND attnum > 0);

-- Nothing is nameless, and what is flagged illustrative says so in its source.
SELECT 'criterion' AS rules, criterion FROM criterion
    WHERE '' IN (met_ar, met_en, not_met_ar, not_met_en, not_proven_ar, not_proven_en,
        remedy_ar, remedy_en, label_ar, label_en, article)
        OR (stage IN ('I', 'L') AND num_nulls(condition_ar, condition_en, required_ar, required_en) > 0);
SELECT DISTINCT source FROM zone WHERE illustrative
    UNION SELECT DISTINCT source FROM zone_ruling WHERE illustrative
    UNION SELECT DISTINCT source FROM fee_rule WHERE illustrative
    UNION SELECT DISTINCT source FROM profession WHERE illustrative ORDER BY 1;

-- The workflow of the service card, published.
SELECT workflow, version, valid, published_at IS NOT NULL AS published FROM workflow ORDER BY workflow;
SELECT state, kind, waits_for, target_days, grace_days, deadline_template, certainty
    FROM workflow_state WHERE workflow = 'first_issue' ORDER BY kind DESC, state;
SELECT action, from_state, to_state, role, preconditions, effects, messages
    FROM workflow_transition WHERE workflow = 'first_issue' ORDER BY action, from_state, to_state, role;
-- Those of a licence's life: what differs from it.
SELECT workflow, string_agg(fact, ', ' ORDER BY fact) AS changes FROM workflow_change GROUP BY workflow ORDER BY workflow;
SELECT workflow, string_agg(other || ' ' || ruling, ', ' ORDER BY other) AS beside FROM workflow_conflict GROUP BY workflow ORDER BY workflow;
SELECT t.workflow, t.action, t.from_state, t.to_state, t.role, t.preconditions, t.effects, t.messages
    FROM workflow_transition AS t
    WHERE t.workflow <> 'first_issue' AND NOT EXISTS (SELECT FROM workflow_transition AS f WHERE f.workflow = 'first_issue'
        AND (f.action, f.from_state, f.to_state, f.role, f.preconditions, f.effects, f.messages)
            = (t.action, t.from_state, t.to_state, t.role, t.preconditions, t.effects, t.messages))
    ORDER BY t.workflow, t.action, t.from_state, t.to_state, t.role;
SELECT w.workflow, c.* FROM workflow AS w CROSS JOIN LATERAL check_workflow(w.workflow) AS c;
