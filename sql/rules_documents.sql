-- Documents as the card says: before 1969; from 1 January 1980; between, neither.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
SELECT v.built_on, string_agg(d.document_type, ', ' ORDER BY d.position) AS documents
  FROM (VALUES (date '1968-12-31'), ('1969-01-01'), ('1979-12-31'), ('1980-01-01'), ('2026-02-28'), (NULL)) AS v (built_on)
 CROSS JOIN LATERAL documents_for('knitting', v.built_on, false, 'citizen', '2026-03-01') AS d
 GROUP BY v.built_on ORDER BY v.built_on;
-- by profession, tenancy and kind of applicant; what cannot be decided is asked for
SELECT v.what, string_agg(d.document_type, ', ' ORDER BY d.position) AS documents
  FROM (VALUES
    (1, 'needs a certificate', (SELECT min(code) FROM profession WHERE needs_construction_certificate), false, 'citizen'),
    (2, 'unknown profession', 'astrology', false, 'citizen'),
    (3, 'tenant', 'knitting', true, 'resident'),
    (4, 'nobody said', 'knitting', NULL, 'resident'),
    (5, 'business', 'knitting', false, 'business'),
    (6, 'kind not asked', 'knitting', false, NULL)
  ) AS v (n, what, profession, tenant, kind)
 CROSS JOIN LATERAL documents_for(v.profession, '1975-01-01', v.tenant, v.kind, '2026-03-01') AS d
 GROUP BY v.n, v.what ORDER BY v.n;
SELECT document_type, name_ar, name_en, why_ar, why_en, needs_reference, needs_attachment
  FROM documents_for('knitting', '1960-01-01', true, 'business', '2026-03-01') ORDER BY position;
ROLLBACK;
