-- ---------------------------------------------------------------------
-- Amman: the documents of the service card.
--
-- The card asks buildings of 1969 to 1979 for neither the assessment
-- certificate nor the occupancy permit.  Whether a home from before 1969 has
-- a construction licence at all is not known: the municipality can replace
-- any of these conditions.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_documents() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.document_type
        (document_type, name_ar, name_en, needs_reference, needs_attachment,
         valid, source, certainty)
    SELECT v.document_type, v.name_ar, v.name_en, v.needs_reference, NOT v.needs_reference,
        daterange('2012-01-01', NULL), v.source, v.certainty
    FROM (VALUES
        ('assessment_certificate', 'شهادة تخمين', 'assessment certificate', false,
            'service card, document 1: attached, no number', 'card'),
        ('title_deed', 'سند ملكية العقار', 'title deed', true,
            'service card, document 2', 'card'),
        ('occupancy_permit', 'إذن الأشغال', 'occupancy permit', true,
            'service card, document 3', 'card'),
        ('construction_licence', 'الرخصة الإنشائية', 'construction licence', true,
            'service card, document 4', 'card'),
        ('construction_licensing_certificate', 'شهادة الترخيص الإنشائي',
            'construction licensing certificate', true,
            'service card, document 5', 'card'),
        ('owner_approval', 'موافقة المالك', 'owner''s approval', false,
            'press: Jordan News 46131, for professional licences in general', 'likely'),
        ('authorisation', 'كتاب تفويض الممثل', 'representative''s authorisation', false,
            'inferred: a business acts through a representative', 'likely')
    ) AS v (document_type, name_ar, name_en, needs_reference, source, certainty);

    INSERT INTO licence_home.document_rule
        (document_type, position, built, certificate_profession, tenant, applicant_kind,
         why_ar, why_en, article, valid, source, certainty)
    SELECT v.document_type, v.position, v.built::daterange, v.certificate_profession, v.tenant,
        v.applicant_kind, v.why_ar, v.why_en, NULL, daterange('2012-01-01', NULL),
        v.source || '; what was asked before 2020 is not known, taken as the same', v.certainty
    FROM (VALUES
        ('assessment_certificate', 1, '(,1969-01-01)', false, NULL::boolean, NULL::text,
            'البناء قائم قبل عام 1969.', 'The building is from before 1969.',
            'service card, document 1', 'card'),
        ('title_deed', 2, NULL, false, NULL, NULL,
            'مطلوب لكل طلب.', 'Every application needs it.',
            'service card, document 2: listed without a condition', 'card'),
        ('occupancy_permit', 3, '[1980-01-01,)', false, NULL, NULL,
            'أُقيم البناء في 1 كانون الثاني 1980 أو بعده.',
            'The building was put up on 1 January 1980 or later.',
            'service card, document 3: in force', 'card'),
        ('construction_licence', 4, NULL, false, NULL, NULL,
            'مطلوبة لكل طلب.', 'Every application needs it.',
            'service card, document 4: listed without a condition; unknown for homes from before 1969', 'card'),
        ('construction_licensing_certificate', 5, NULL, true, NULL, NULL,
            'تحتاج ممارسة هذه المهنة في الموقع إلى هذه الشهادة.',
            'Practising this profession at the site needs it.',
            'service card, document 5', 'card'),
        ('owner_approval', 6, NULL, false, true, NULL,
            'مقدم الطلب ليس المالك المسجل الوحيد.', 'The applicant is not the sole registered owner.',
            'press: Jordan News 46131, for professional licences in general; for home licences likely', 'likely'),
        ('authorisation', 7, NULL, false, NULL, 'business',
            'يتصرف عن المنشأة ممثل لها.', 'A representative acts for the business.',
            'inferred: a business acts through a representative', 'likely')
    ) AS v (document_type, position, built, certificate_profession, tenant, applicant_kind,
        why_ar, why_en, source, certainty);
END;
COMMENT ON FUNCTION licence_home.amman_documents() IS
'Part of load_rules(''amman''): kinds of documents, and when each is required.';
CALL licence_home_internal.make_function('licence_home.amman_documents()', 'admin');
