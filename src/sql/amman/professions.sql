-- ---------------------------------------------------------------------
-- Amman: the catalogue of home professions, and the authorities whose
-- approval some of them need.
--
-- The list changed: 47 professions in 2012, 59 in 2017 (four groups), 71 in
-- 2019, 53 since the amendment of 2020 (six groups).  These are the names
-- that were found.  A name of which no year is known is taken to hold since
-- 2012; those of earlier lists end with the edition of 2020.  The ISIC codes
-- (revision 4) are this project's mapping.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_professions() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.profession_category
        (category, name_ar, name_en, valid, source, certainty)
    VALUES
        ('intellectual', 'مهن فكرية', 'intellectual professions',
            daterange('2012-01-01', NULL), 'press: Alghad 2017 and 2020', 'press'),
        ('handicraft', 'حرف يدوية', 'handicrafts',
            daterange('2012-01-01', NULL), 'press 2013; Alghad 2017 and 2020', 'press'),
        ('food', 'إعداد الأغذية', 'food preparation',
            daterange('2012-01-01', NULL), 'press 2013; Alghad 2017 and 2020', 'press'),
        ('home_service', 'خدمات المنازل', 'home services',
            daterange('2017-01-01', NULL), 'press: Alghad 2017, the list with four groups', 'press'),
        ('guest_house', 'بيوت الضيافة', 'guest houses',
            daterange('2020-02-01', NULL), 'press: Alghad, the amendment of 2020 with six groups', 'press'),
        ('child_care', 'رعاية الطفولة', 'child care',
            daterange('2020-02-01', NULL), 'press: Alghad, the amendment of 2020 with six groups', 'press');

    INSERT INTO licence_home.profession
        (code, category, name_ar, name_en, isic, needs_construction_certificate,
         takes_children, valid, source, certainty)
    SELECT v.code, v.category, v.name_ar, v.name_en, v.isic,
        v.category IN ('guest_house', 'child_care'), v.category = 'child_care',
        daterange(c.from_day, CASE WHEN v.source = 'earlier' THEN date '2020-02-01' END),
        CASE v.source
            WHEN 'found' THEN 'lists of home professions that were found'
            WHEN 'earlier' THEN 'earlier lists; whether the list of 2020 keeps it is not known'
            WHEN 'press' THEN 'press 2013'
            WHEN 'likely' THEN 'second-hand lists'
            ELSE 'press: Alghad, the amendment of 2020; that it needs the construction licensing certificate is illustrative'
        END,
        CASE v.source
            WHEN 'press' THEN 'press'
            WHEN 'amendment' THEN 'unknown'
            ELSE 'likely'
        END
    FROM (VALUES
        ('maritime_consulting', 'intellectual', 'الاستشارات البحرية', 'maritime consulting', '7490', 'found'),
        ('management_consulting', 'intellectual', 'خدمات الاستشارات الإدارية', 'management consulting', '7020', 'found'),
        ('insurance_consulting', 'intellectual', 'استشاري تأمين', 'insurance consultant', '6629', 'found'),
        ('social_research', 'intellectual', 'البحث والتطوير في العلوم الاجتماعية',
            'research and development in the social sciences', '7220', 'found'),
        ('scientific_research', 'intellectual', 'البحث والتطوير في العلوم الطبية والطبيعية والهندسية',
            'research and development in medicine, natural sciences and engineering', '7210', 'found'),
        ('environmental_consulting', 'intellectual', 'الاستشارات البيئية', 'environmental consulting', '7490', 'found'),
        ('agricultural_consulting', 'intellectual', 'استشارات الهندسة الزراعية',
            'agricultural-engineering consulting', '7110', 'found'),
        ('electronic_marketing', 'intellectual', 'أنشطة التسويق الإلكتروني', 'electronic marketing', '7310', 'found'),
        ('specialised_design', 'intellectual', 'أنشطة التصميم المتخصصة', 'specialised design', '7410', 'found'),
        ('financial_services', 'intellectual', 'الخدمات المالية للسوق المحلي',
            'financial services for the local market', '6612', 'found'),
        ('typing_secretarial', 'intellectual', 'الطباعة وأعمال السكرتارية', 'typing and secretarial work', '8219', 'found'),
        ('marketing_consulting', 'intellectual', 'الاستشارات التسويقية', 'marketing consulting', '7020', 'earlier'),
        ('nutrition_consulting', 'intellectual', 'استشارات التغذية', 'nutrition consulting', '8690', 'earlier'),
        ('graphic_design', 'intellectual', 'التصميم الجرافيكي', 'graphic design', '7410', 'earlier'),
        ('translation', 'intellectual', 'الترجمة', 'translation', '7490', 'earlier'),
        ('accounts_auditing', 'intellectual', 'تدقيق الحسابات', 'accounts auditing', '6920', 'earlier'),
        ('interior_design', 'intellectual', 'التصميم الداخلي', 'interior design', '7410', 'earlier'),
        ('knitting', 'handicraft', 'الحياكة', 'knitting', '1430', 'press'),
        ('embroidery', 'handicraft', 'التطريز', 'embroidery', '1399', 'press'),
        ('pottery', 'handicraft', 'الخزف', 'pottery', '2393', 'press'),
        ('soap_making', 'handicraft', 'صناعة الصابون', 'soap making', '2023', 'likely'),
        ('candle_making', 'handicraft', 'صناعة الشموع', 'candle making', '3290', 'likely'),
        ('leather_work', 'handicraft', 'المشغولات الجلدية', 'leather work', '1512', 'likely'),
        ('jams', 'food', 'المربيات', 'jams', '1030', 'press'),
        ('home_baking', 'food', 'المخبوزات المنزلية', 'home baking', '1071', 'press'),
        ('pickles', 'food', 'الكبيس', 'pickles', '1030', 'press'),
        ('jameed', 'food', 'الجميد', 'jameed', '1050', 'likely'),
        ('vegetable_preparation', 'food', 'تحضير الخضار', 'vegetable preparation', '1030', 'likely'),
        ('herbs_legumes', 'food', 'الأعشاب والبقوليات', 'herbs and legumes', '1079', 'likely'),
        ('electrical_repair', 'home_service', 'إصلاح الأجهزة الكهربائية', 'electrical repair', '9522', 'likely'),
        ('home_maintenance', 'home_service', 'الصيانة المنزلية', 'home maintenance', '9529', 'likely'),
        ('cleaning', 'home_service', 'خدمات التنظيف', 'cleaning', '8121', 'likely'),
        ('home_nursing', 'home_service', 'التمريض المنزلي', 'home nursing', '8690', 'likely'),
        ('guest_house', 'guest_house', 'بيت ضيافة', 'guest house', '5510', 'amendment'),
        ('home_nursery', 'child_care', 'الحضانة المنزلية', 'home nursery', '8890', 'amendment')
    ) AS v (code, category, name_ar, name_en, isic, source)
    JOIN (SELECT pc.category, lower(pc.valid) AS from_day
          FROM licence_home.profession_category AS pc) AS c ON c.category = v.category;

    INSERT INTO licence_home.authority
        (authority, name_ar, name_en, valid, source, certainty)
    VALUES
        ('jfda', 'المؤسسة العامة للغذاء والدواء', 'the Jordan Food and Drug Administration',
            daterange('2012-01-01', NULL), 'press: Jordan Times 2020-02-01', 'press'),
        ('tourism_antiquities', 'وزارة السياحة والآثار', 'the Ministry of Tourism and Antiquities',
            daterange('2012-01-01', NULL), 'lists of home professions that were found', 'likely'),
        ('social_development', 'وزارة التنمية الاجتماعية', 'the Ministry of Social Development',
            daterange('2012-01-01', NULL), 'lists of home professions that were found', 'likely'),
        ('professional_association', 'النقابة المهنية المختصة', 'the profession''s own association',
            daterange('2012-01-01', NULL), 'some intellectual professions need it; which ones is not known', 'unknown');

    -- Which professions need their own association's approval is unknown, so no
    -- row guesses: the decider may ask for it.
    INSERT INTO licence_home.profession_authority
        (category, authority, valid, source, certainty)
    VALUES
        ('food', 'jfda', daterange('2012-01-01', '2020-02-01'),
            'inferred: printed in 2020, taken to hold before', 'likely'),
        ('food', 'jfda', daterange('2020-02-01', NULL),
            'press: Jordan Times 2020-02-01, before the licence', 'press'),
        ('guest_house', 'tourism_antiquities', daterange('2020-02-01', NULL),
            'lists of home professions that were found', 'likely'),
        ('child_care', 'social_development', daterange('2020-02-01', NULL),
            'lists of home professions that were found', 'likely');
END;
COMMENT ON FUNCTION licence_home.amman_professions() IS
'Part of load_rules(''amman''): categories, professions, authorities and who needs which.';
CALL licence_home_internal.make_function('licence_home.amman_professions()', 'admin');
