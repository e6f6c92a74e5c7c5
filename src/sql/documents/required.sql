-- ---------------------------------------------------------------------
-- Documents: what the card asks for, and what a case still lacks.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.documents_where(profession text, category text, certificate_profession boolean, built_on date, tenant boolean,
        applicant_kind text, on_date date)
    RETURNS TABLE (document_type text, "position" integer, name_ar text, name_en text,
        why_ar text, why_en text, needs_reference boolean, needs_attachment boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
    SELECT r.document_type, r."position", coalesce(t.name_ar, r.document_type),
        coalesce(t.name_en, r.document_type), r.why_ar, r.why_en,
        -- of a kind that is not described, both
        coalesce(t.needs_reference, true), coalesce(t.needs_attachment, true)
    FROM (
        SELECT r.document_type, min(r."position") AS "position",
            string_agg(DISTINCT r.why_ar, ' ') AS why_ar, string_agg(DISTINCT r.why_en, ' ') AS why_en
        FROM licence_home.document_rule AS r
        WHERE licence_home.in_force(r.valid, r.withdrawn_at, documents_where.on_date)
            -- a condition that cannot be decided holds: the document is asked for
            AND (r.built @> CASE WHEN isfinite(documents_where.built_on) THEN documents_where.built_on END) IS NOT FALSE
            AND (NOT r.certificate_profession OR documents_where.certificate_profession IS NOT FALSE)
            AND (r.profession = documents_where.profession) IS NOT FALSE
            AND (r.category = documents_where.category) IS NOT FALSE
            AND (r.tenant = documents_where.tenant) IS NOT FALSE
            AND (r.applicant_kind IS NULL OR r.applicant_kind = documents_where.applicant_kind)
        GROUP BY r.document_type
    ) AS r
    LEFT JOIN LATERAL (
        SELECT DISTINCT ON (t.document_type) t.name_ar, t.name_en, t.needs_reference, t.needs_attachment
        FROM licence_home.document_type AS t
        WHERE t.document_type = r.document_type
            AND licence_home.in_force(t.valid, t.withdrawn_at, documents_where.on_date)
    ) AS t ON true;
END;
COMMENT ON FUNCTION licence_home_internal.documents_where(text, text, boolean, date, boolean, text, date) IS
'Internal: the documents that the rules of a day ask for, one row a kind, with the reasons in both languages. profession, category: what is practised. certificate_profession: it needs the construction licensing certificate. A condition on the building date, the profession or the tenancy that cannot be decided (null) counts as holding. applicant_kind null leaves out what only one kind of applicant must give. Source: service card, section 1.';
CALL licence_home_internal.make_function('licence_home_internal.documents_where(text, text, boolean, date, boolean, text, date)',
    'everyone');

CREATE FUNCTION licence_home_internal.documents_for(profession text, built_on date, tenant boolean,
        applicant_kind text, on_date date)
    RETURNS TABLE (document_type text, "position" integer, name_ar text, name_en text,
        why_ar text, why_en text, needs_reference boolean, needs_attachment boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
    SELECT d.document_type, d."position", d.name_ar, d.name_en, d.why_ar, d.why_en,
        d.needs_reference, d.needs_attachment
    FROM (SELECT) AS once
    LEFT JOIN LATERAL licence_home_internal.profession_on(documents_for.profession, documents_for.on_date) AS p ON true
    CROSS JOIN LATERAL licence_home_internal.documents_where(documents_for.profession, p.category, p.needs_construction_certificate,
        documents_for.built_on, documents_for.tenant, documents_for.applicant_kind, documents_for.on_date) AS d;
END;
COMMENT ON FUNCTION licence_home_internal.documents_for(text, date, boolean, text, date) IS
'Internal: documents_where() by the name of the profession.';
CALL licence_home_internal.make_function('licence_home_internal.documents_for(text, date, boolean, text, date)',
    'everyone');

CREATE FUNCTION licence_home_internal.document_lacking(document_id bigint, given boolean, review text,
        issued_on date, expires_on date, on_day date) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN document_lacking.document_id IS NULL THEN 'not given'
        WHEN document_lacking.review IN ('missing', 'incorrect') THEN document_lacking.review
        WHEN NOT document_lacking.given THEN 'not given'
        WHEN document_lacking.expires_on < document_lacking.on_day THEN 'expired'
        WHEN document_lacking.issued_on > document_lacking.on_day THEN 'incorrect'
        WHEN document_lacking.review = 'accepted' THEN NULL
        ELSE 'pending'
    END;
COMMENT ON FUNCTION licence_home_internal.document_lacking(bigint, boolean, text, date, date, date) IS
'Internal: what a document lacks on a day. Null where it is accepted and in force, else not given, pending, missing, incorrect (also where issued_on is still to come), or expired. expires_on is the last day of validity.';
CALL licence_home_internal.make_function('licence_home_internal.document_lacking(bigint, boolean, text, date, date, date)',
    'everyone');

CREATE FUNCTION licence_home_internal.documents_of(application_no licence_home.application_no,
        profession text, category text, certificate_profession boolean, built_on date, tenant boolean, applicant_kind text, on_date date, as_of date)
    RETURNS TABLE (document_type text, "position" integer, name_ar text, name_en text,
        why_ar text, why_en text, document_id bigint, has_reference boolean, has_attachment boolean,
        given boolean, lacking text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
    SELECT r.document_type, r.position, r.name_ar, r.name_en, r.why_ar, r.why_en,
        d.document_id, coalesce(g.has_reference, false), coalesce(g.has_attachment, false),
        coalesce(g.given, false),
        licence_home_internal.document_lacking(d.document_id, g.given, d.review, d.issued_on, d.expires_on,
            documents_of.as_of)
    FROM licence_home_internal.documents_where(documents_of.profession, documents_of.category,
        documents_of.certificate_profession, documents_of.built_on,
        documents_of.tenant, documents_of.applicant_kind, documents_of.on_date) AS r
    LEFT JOIN LATERAL (
        -- (one that carries over is older than any of the case's own)
        SELECT DISTINCT ON (d.document_type) d.document_id, d.reference_no, d.attachment_locator,
            d.attachment_sha256, d.review, d.issued_on, d.expires_on
        FROM (
            SELECT d.document_type, d.document_id, d.reference_no, d.attachment_locator, d.attachment_sha256, d.review,
                d.issued_on, d.expires_on
            FROM licence_home.document AS d
            WHERE d.application_no = documents_of.application_no AND d.document_type = r.document_type
            UNION ALL
            SELECT d.document_type, d.document_id, d.reference_no, d.attachment_locator, d.attachment_sha256, d.review,
                d.issued_on, d.expires_on
            FROM licence_home.carried_evidence AS c
            JOIN licence_home.document AS d ON d.document_id = c.evidence_id
            WHERE c.application_no = documents_of.application_no AND c.kind = 'document' AND c.code = r.document_type AND c.counts
        ) AS d
        ORDER BY d.document_type, d.document_id DESC
    ) AS d ON true
    CROSS JOIN LATERAL (
        SELECT d.reference_no IS NOT NULL AS has_reference,
            num_nonnulls(d.attachment_locator, d.attachment_sha256) > 0 AS has_attachment,
            d.document_id IS NOT NULL
                AND (d.reference_no IS NOT NULL OR NOT r.needs_reference)
                AND (num_nonnulls(d.attachment_locator, d.attachment_sha256) > 0
                    OR NOT r.needs_attachment) AS given
    ) AS g;
END;
COMMENT ON FUNCTION licence_home_internal.documents_of(licence_home.application_no, text, text, boolean, date, boolean, text, date, date) IS
'Internal: the documents that the rules of a day ask of a case (named with what they depend on). With the latest of each kind and what it lacks on a day (as_of; see document_lacking). given: its reference and attachment are there as the kind needs them.';
CALL licence_home_internal.make_function(
    'licence_home_internal.documents_of(licence_home.application_no, text, text, boolean, date, boolean, text, date, date)');

CREATE FUNCTION licence_home_internal.case_documents(application_no licence_home.application_no)
    RETURNS TABLE (document_type text, "position" integer, name_ar text, name_en text,
        why_ar text, why_en text, document_id bigint, has_reference boolean, has_attachment boolean,
        given boolean, lacking text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
    SELECT d.*
    FROM licence_home.application AS a
    JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
    CROSS JOIN LATERAL (SELECT coalesce(a.judged_on, licence_home.today()) AS day OFFSET 0) AS t
    LEFT JOIN LATERAL licence_home_internal.profession_on(a.profession, t.day) AS p ON true
    CROSS JOIN LATERAL licence_home_internal.documents_of(a.application_no, a.profession, p.category, p.needs_construction_certificate,
        a.built_on, a.tenant, n.kind, t.day, licence_home.today()) AS d
    WHERE a.application_no = case_documents.application_no
    ORDER BY d."position", d.document_type;
END;
COMMENT ON FUNCTION licence_home_internal.case_documents(licence_home.application_no) IS
'Internal: the documents that a case needs, under the rules of the day that judges it (today in a draft). With the latest of each kind and what it lacks today.';
CALL licence_home_internal.make_function('licence_home_internal.case_documents(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.authority_names(authority text, on_date date)
    RETURNS TABLE (name_ar text, name_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT coalesce(t.name_ar, o.authority), coalesce(t.name_en, o.authority)
    FROM (SELECT authority_names.authority) AS o
    LEFT JOIN LATERAL (
        -- an authority that the decider asked may have come later
        SELECT DISTINCT ON (t.authority) t.name_ar, t.name_en
        FROM licence_home.authority AS t
        WHERE t.authority = o.authority AND t.withdrawn_at IS NULL
        ORDER BY t.authority, t.valid @> authority_names.on_date DESC NULLS LAST, lower(t.valid) DESC
    ) AS t ON true;
END;
COMMENT ON FUNCTION licence_home_internal.authority_names(text, date) IS
'Internal: the names of an authority on a day; its code where it has none.';
CALL licence_home_internal.make_function('licence_home_internal.authority_names(text, date)', 'everyone');

-- It reads rules alone, which all may read: assess() is for everybody.
CREATE FUNCTION licence_home_internal.authorities_ruled(profession text, category text, on_date date)
    RETURNS TABLE (authority text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT DISTINCT r.authority
    FROM licence_home.profession_authority AS r
    WHERE licence_home.in_force(r.valid, r.withdrawn_at, authorities_ruled.on_date)
        AND (r.profession = authorities_ruled.profession OR r.category = authorities_ruled.category);
END;
COMMENT ON FUNCTION licence_home_internal.authorities_ruled(text, text, date) IS
'Internal: the authorities outside the municipality whose approval a profession (with its category) needs under the rules of a day. Both are null where the profession is not on the list.';
CALL licence_home_internal.make_function('licence_home_internal.authorities_ruled(text, text, date)', 'everyone');

CREATE FUNCTION licence_home_internal.authorities_for(profession text, category text, on_date date,
        application_no licence_home.application_no)
    RETURNS TABLE (authority text, name_ar text, name_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT n.authority, t.name_ar, t.name_en
    FROM (
        SELECT r.authority
        FROM licence_home.profession_authority AS r
        WHERE licence_home.in_force(r.valid, r.withdrawn_at, authorities_for.on_date)
            AND (r.profession = authorities_for.profession OR r.category = authorities_for.category)
        UNION
        SELECT q.authority
        FROM licence_home.approval_requirement AS q
        WHERE q.application_no = authorities_for.application_no
            AND q.ended_at_event IS NULL
    ) AS n
    CROSS JOIN LATERAL licence_home_internal.authority_names(n.authority, authorities_for.on_date) AS t;
END;
COMMENT ON FUNCTION licence_home_internal.authorities_for(text, text, date, licence_home.application_no) IS
'Internal: the authorities outside the municipality whose approval a profession (with its category) needs under the rules of a day. Also those that the decider of a case asked. Both are null where the profession is not on the list.';
CALL licence_home_internal.make_function('licence_home_internal.authorities_for(text, text, date, licence_home.application_no)',
    'everyone');

CREATE FUNCTION licence_home_internal.approval_lacking(external_approval_id bigint, answer text, reference_no text,
        review text, issued_on date, expires_on date, on_day date) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN approval_lacking.external_approval_id IS NULL THEN 'not given'
        WHEN approval_lacking.review IN ('missing', 'incorrect') THEN approval_lacking.review
        WHEN approval_lacking.answer IS NULL OR approval_lacking.reference_no IS NULL THEN 'not given'
        WHEN approval_lacking.review <> 'accepted' THEN 'pending'
        WHEN approval_lacking.answer = 'refused' THEN 'refused'
        WHEN approval_lacking.expires_on < approval_lacking.on_day THEN 'expired'
        WHEN approval_lacking.issued_on > approval_lacking.on_day THEN 'incorrect'
    END;
COMMENT ON FUNCTION licence_home_internal.approval_lacking(bigint, text, text, text, date, date, date) IS
'Internal: what the answer of an authority lacks on a day. Null where it is granted, accepted as genuine and in force, else not given, pending, missing, incorrect (also where issued_on is still to come), refused, or expired. expires_on is the last day of validity.';
CALL licence_home_internal.make_function('licence_home_internal.approval_lacking(bigint, text, text, text, date, date, date)',
    'everyone');

CREATE FUNCTION licence_home_internal.approvals_of(application_no licence_home.application_no, profession text,
        category text, on_date date, as_of date)
    RETURNS TABLE (authority text, name_ar text, name_en text, external_approval_id bigint,
        given boolean, lacking text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT n.authority, n.name_ar, n.name_en, x.external_approval_id,
        coalesce(x.answer IS NOT NULL AND x.reference_no IS NOT NULL, false),
        licence_home_internal.approval_lacking(x.external_approval_id, x.answer, x.reference_no, x.review,
            x.issued_on, x.expires_on, approvals_of.as_of)
    FROM licence_home_internal.authorities_for(approvals_of.profession, approvals_of.category,
        approvals_of.on_date, approvals_of.application_no) AS n
    LEFT JOIN LATERAL (
        SELECT DISTINCT ON (x.authority) x.external_approval_id, x.answer, x.reference_no, x.review,
            x.issued_on, x.expires_on
        FROM (
            SELECT x.authority, x.external_approval_id, x.answer, x.reference_no, x.review, x.issued_on, x.expires_on
            FROM licence_home.external_approval AS x
            WHERE x.application_no = approvals_of.application_no AND x.authority = n.authority
            UNION ALL
            SELECT x.authority, x.external_approval_id, x.answer, x.reference_no, x.review, x.issued_on, x.expires_on
            FROM licence_home.carried_evidence AS c
            JOIN licence_home.external_approval AS x ON x.external_approval_id = c.evidence_id
            WHERE c.application_no = approvals_of.application_no AND c.kind = 'approval' AND c.code = n.authority AND c.counts
        ) AS x
        ORDER BY x.authority, x.external_approval_id DESC
    ) AS x ON true;
END;
COMMENT ON FUNCTION licence_home_internal.approvals_of(licence_home.application_no, text, text, date, date) IS
'Internal: the authorities whose approval a case needs (see authorities_for). With the latest answer of each and what it lacks on a day (as_of; see approval_lacking). given: an answer with a reference is there.';
CALL licence_home_internal.make_function(
    'licence_home_internal.approvals_of(licence_home.application_no, text, text, date, date)');

CREATE FUNCTION licence_home_internal.case_approvals(application_no licence_home.application_no)
    RETURNS TABLE (authority text, name_ar text, name_en text, external_approval_id bigint,
        given boolean, lacking text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT x.*
    FROM licence_home.application AS a
    CROSS JOIN LATERAL (SELECT coalesce(a.judged_on, licence_home.today()) AS day OFFSET 0) AS d
    LEFT JOIN LATERAL licence_home_internal.profession_on(a.profession, d.day) AS p ON true
    CROSS JOIN LATERAL licence_home_internal.approvals_of(a.application_no, p.code, p.category, d.day,
        licence_home.today()) AS x
    WHERE a.application_no = case_approvals.application_no
    ORDER BY x.authority;
END;
COMMENT ON FUNCTION licence_home_internal.case_approvals(licence_home.application_no) IS
'Internal: the authorities whose approval a case needs. By its profession under the rules of the day that judges it (today in a draft), or because the decider asked. With the latest answer of each and what it lacks today.';
CALL licence_home_internal.make_function('licence_home_internal.case_approvals(licence_home.application_no)');

REVOKE EXECUTE ON FUNCTION licence_home_internal.case_documents(licence_home.application_no),
    licence_home_internal.case_approvals(licence_home.application_no) FROM PUBLIC;
