-- ---------------------------------------------------------------------
-- Documents: what the card asks for, and what a case still lacks.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.documents_for(profession text, built_on date, tenant boolean,
        applicant_kind text, on_date date)
    RETURNS TABLE (document_type text, "position" integer, name_ar text, name_en text,
        why_ar text, why_en text, needs_reference boolean, needs_attachment boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
    SELECT r.document_type, min(r.position),
        coalesce(min(t.name_ar), r.document_type), coalesce(min(t.name_en), r.document_type),
        string_agg(DISTINCT r.why_ar, ' '), string_agg(DISTINCT r.why_en, ' '),
        -- of a kind that is not described, both
        coalesce(bool_or(t.needs_reference), true), coalesce(bool_or(t.needs_attachment), true)
    FROM licence_home.document_rule AS r
    LEFT JOIN licence_home.document_type AS t ON t.document_type = r.document_type
        AND licence_home.in_force(t.valid, t.withdrawn_at, documents_for.on_date)
    LEFT JOIN licence_home.profession AS p ON p.code = documents_for.profession
        AND licence_home.in_force(p.valid, p.withdrawn_at, documents_for.on_date)
    WHERE licence_home.in_force(r.valid, r.withdrawn_at, documents_for.on_date)
        -- a condition that cannot be decided holds: the document is asked for
        AND (r.built @> CASE WHEN isfinite(documents_for.built_on) THEN documents_for.built_on END) IS NOT FALSE
        AND (NOT r.certificate_profession OR p.needs_construction_certificate IS NOT FALSE)
        AND (r.tenant = documents_for.tenant) IS NOT FALSE
        AND (r.applicant_kind IS NULL OR r.applicant_kind = documents_for.applicant_kind)
    GROUP BY r.document_type;
END;
COMMENT ON FUNCTION licence_home.documents_for(text, date, boolean, text, date) IS
'Internal: the documents that the rules of a day ask for, one row a kind, with the reasons in both languages. A condition on the building date, the profession or the tenancy that cannot be decided counts as holding; applicant_kind null leaves out what only one kind of applicant must give. Source: service card, section 1.';

CREATE FUNCTION licence_home.case_documents(application_no licence_home.application_no)
    RETURNS TABLE (document_type text, "position" integer, name_ar text, name_en text,
        why_ar text, why_en text, document_id bigint, has_reference boolean, has_attachment boolean,
        given boolean, lacking text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
    SELECT r.document_type, r.position, r.name_ar, r.name_en, r.why_ar, r.why_en,
        d.document_id, coalesce(g.has_reference, false), coalesce(g.has_attachment, false),
        coalesce(g.given, false),
        CASE
            WHEN d.document_id IS NULL THEN 'not given'
            WHEN d.review IN ('missing', 'incorrect') THEN d.review
            WHEN NOT g.given THEN 'not given'
            WHEN d.expires_on < licence_home.today() THEN 'expired'
            WHEN d.issued_on > licence_home.today() THEN 'incorrect'
            WHEN d.review = 'accepted' THEN NULL
            ELSE 'pending'
        END
    FROM licence_home.application AS a
    JOIN licence_home.applicant AS p ON p.applicant_id = a.applicant_id
    CROSS JOIN LATERAL licence_home.documents_for(a.profession, a.built_on, a.tenant, p.kind,
        coalesce(a.judged_on, licence_home.today())) AS r
    LEFT JOIN LATERAL (
        SELECT *
        FROM licence_home.document AS d
        WHERE d.application_no = a.application_no AND d.document_type = r.document_type
        ORDER BY d.document_id DESC
        LIMIT 1
    ) AS d ON true
    CROSS JOIN LATERAL (
        SELECT d.reference_no IS NOT NULL AS has_reference,
            num_nonnulls(d.attachment_locator, d.attachment_sha256) > 0 AS has_attachment,
            d.document_id IS NOT NULL
                AND (d.reference_no IS NOT NULL OR NOT r.needs_reference)
                AND (num_nonnulls(d.attachment_locator, d.attachment_sha256) > 0
                    OR NOT r.needs_attachment) AS given
    ) AS g
    WHERE a.application_no = case_documents.application_no
    ORDER BY r.position, r.document_type;
END;
COMMENT ON FUNCTION licence_home.case_documents(licence_home.application_no) IS
'Internal: the documents that a case needs, under the rules of the day that judges it (today in a draft), with the latest of each kind. given: its reference and attachment are there as the kind needs them. lacking: null where it is accepted and in force today, else not given, pending, missing, incorrect (also where issued_on is in the future), or expired. expires_on is the last day of validity.';

CREATE FUNCTION licence_home.authorities_for(profession text, category text, on_date date)
    RETURNS TABLE (authority text, name_ar text, name_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT r.authority, coalesce(min(t.name_ar), r.authority), coalesce(min(t.name_en), r.authority)
    FROM licence_home.profession_authority AS r
    LEFT JOIN licence_home.authority AS t ON t.authority = r.authority
        AND licence_home.in_force(t.valid, t.withdrawn_at, authorities_for.on_date)
    WHERE licence_home.in_force(r.valid, r.withdrawn_at, authorities_for.on_date)
        AND (r.profession = authorities_for.profession OR r.category = authorities_for.category)
    GROUP BY r.authority;
END;
COMMENT ON FUNCTION licence_home.authorities_for(text, text, date) IS
'Internal: the authorities outside the municipality whose approval a profession (with its category) needs under the rules of a day.';

CREATE FUNCTION licence_home.case_approvals(application_no licence_home.application_no)
    RETURNS TABLE (authority text, name_ar text, name_en text, external_approval_id bigint,
        given boolean, lacking text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT n.authority, n.name_ar, n.name_en, x.external_approval_id,
        coalesce(x.answer IS NOT NULL AND x.reference_no IS NOT NULL, false),
        CASE
            WHEN x.external_approval_id IS NULL THEN 'not given'
            WHEN x.review IN ('missing', 'incorrect') THEN x.review
            WHEN x.answer IS NULL OR x.reference_no IS NULL THEN 'not given'
            WHEN x.review <> 'accepted' THEN 'pending'
            WHEN x.answer = 'refused' THEN 'refused'
            WHEN x.expires_on < licence_home.today() THEN 'expired'
            WHEN x.issued_on > licence_home.today() THEN 'incorrect'
        END
    FROM licence_home.application AS a
    CROSS JOIN LATERAL (
        SELECT f.authority, f.name_ar, f.name_en
        FROM licence_home.profession AS p
        CROSS JOIN LATERAL licence_home.authorities_for(p.code, p.category,
            coalesce(a.judged_on, licence_home.today())) AS f
        WHERE p.code = a.profession
            AND licence_home.in_force(p.valid, p.withdrawn_at, coalesce(a.judged_on, licence_home.today()))
        UNION
        SELECT q.authority, coalesce(t.name_ar, q.authority), coalesce(t.name_en, q.authority)
        FROM licence_home.approval_requirement AS q
        LEFT JOIN licence_home.authority AS t ON t.authority = q.authority
            AND licence_home.in_force(t.valid, t.withdrawn_at, coalesce(a.judged_on, licence_home.today()))
        WHERE q.application_no = a.application_no
    ) AS n
    LEFT JOIN LATERAL (
        SELECT *
        FROM licence_home.external_approval AS x
        WHERE x.application_no = a.application_no AND x.authority = n.authority
        ORDER BY x.external_approval_id DESC
        LIMIT 1
    ) AS x ON true
    WHERE a.application_no = case_approvals.application_no
    ORDER BY n.authority;
END;
COMMENT ON FUNCTION licence_home.case_approvals(licence_home.application_no) IS
'Internal: the authorities whose approval a case needs, by its profession or because the decider asked, with the latest answer of each. given: an answer with a reference is there. lacking: null where it is granted, accepted as genuine and in force today, else not given, pending, missing, incorrect (also where issued_on is in the future), refused, or expired. expires_on is the last day of validity.';

REVOKE EXECUTE ON FUNCTION licence_home.case_documents(licence_home.application_no),
    licence_home.case_approvals(licence_home.application_no) FROM PUBLIC;
