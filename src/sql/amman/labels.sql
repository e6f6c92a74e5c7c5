-- ---------------------------------------------------------------------
-- Amman: coded labels that messages and forms use in both languages.
--
-- No message carries free text typed by an official. So a refusal, a wrong
-- attachment or a closure names a code, and a finding names a column.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_labels() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.reason
        (reason, purpose, name_ar, name_en, valid, source, certainty)
    SELECT v.reason, v.purpose, v.name_ar, v.name_en, daterange('2012-01-01', NULL),
        'this project: the service card names no codes', 'likely'
    FROM (VALUES
        ('zone', 'refusal', 'تنظيم الموقع لا يلائم المهنة', 'the zone does not suit the profession'),
        ('area', 'refusal', 'مساحة العمل تزيد على الحد', 'the work area is above the limit'),
        ('people', 'refusal', 'عدد العاملين يزيد على الحد', 'more people work there than allowed'),
        ('nuisance', 'refusal', 'إزعاج المجاورين', 'nuisance to the neighbours'),
        ('hazardous_materials', 'refusal', 'وجود مواد ممنوعة', 'forbidden materials'),
        ('health_environment', 'refusal', 'متطلبات الصحة العامة أو البيئة غير متحققة',
            'a public-health or environment duty is not met'),
        ('building_altered', 'refusal', 'تغيير في البناء', 'the building was altered'),
        ('documents', 'refusal', 'الوثائق لا تثبت المطلوب', 'the documents do not prove what they must'),
        ('owner_objection', 'refusal', 'اعتراض المالك أو الشركاء', 'objection of the owner or a co-owner'),
        ('other_conditions', 'refusal', 'عدم تحقق شروط أخرى في التعليمات',
            'other conditions of the instructions are not met'),
        ('not_attached', 'deficiency', 'غير مرفق', 'not attached'),
        ('unreadable', 'deficiency', 'غير مقروء', 'unreadable'),
        ('expired', 'deficiency', 'منتهي الصلاحية', 'expired'),
        ('wrong_property', 'deficiency', 'لعقار آخر', 'of another property'),
        ('wrong_person', 'deficiency', 'لشخص آخر', 'of another person'),
        ('not_matching', 'deficiency', 'لا يطابق الطلب', 'does not match the application'),
        ('applicant_died', 'closure', 'وفاة مقدم الطلب', 'the applicant died'),
        ('duplicate', 'closure', 'طلب مكرر', 'the application was filed twice'),
        ('opened_in_error', 'closure', 'فُتح الطلب خطأً', 'the application was opened in error'),
        ('home_lost', 'closure', 'لم يعد المنزل قائمًا أو لم يعد مقدم الطلب يسكنه',
            'the home no longer stands, or the applicant no longer lives there')
    ) AS v (reason, purpose, name_ar, name_en);

    -- profession is not among them: another profession is another case.
    INSERT INTO licence_home.application_field
        (field, name_ar, name_en, valid, source, certainty)
    SELECT v.field, v.name_ar, v.name_en, daterange('2012-01-01', NULL),
        'columns of the application', 'likely'
    FROM (VALUES
        ('home', 'موقع المنزل', 'location of the home'),
        ('address', 'العنوان', 'address'),
        ('village', 'القرية', 'village'),
        ('basin', 'الحوض', 'basin'),
        ('neighbourhood', 'الحي', 'neighbourhood'),
        ('parcel', 'رقم القطعة', 'parcel number'),
        ('building_no', 'رقم البناء', 'building number'),
        ('floor', 'الطابق', 'floor'),
        ('unit', 'رقم الشقة', 'flat'),
        ('home_area_m2', 'مساحة المنزل', 'area of the home'),
        ('work_area_m2', 'مساحة العمل', 'work area'),
        ('built_on', 'تاريخ البناء', 'building date'),
        ('employees', 'عدد العاملين من خارج الأسرة', 'employees from outside the household'),
        ('people', 'مجموع العاملين', 'people working'),
        ('children', 'عدد الأطفال', 'children'),
        ('tenant', 'صفة الملكية', 'ownership')
    ) AS v (field, name_ar, name_en);

    INSERT INTO licence_home.holiday
        (weekday, day, name_ar, name_en, valid, source, certainty)
    VALUES
        (5, NULL, 'الجمعة', 'Friday', daterange('2012-01-01', NULL),
            'weekend of public offices', 'likely'),
        (6, NULL, 'السبت', 'Saturday', daterange('2012-01-01', NULL),
            'weekend of public offices', 'likely');

    -- The feasts that follow the moon are announced year by year: the
    -- municipality adds a row for each of their days.
    INSERT INTO licence_home.holiday
        (weekday, day, name_ar, name_en, valid, source, certainty)
    SELECT NULL, make_date(y.year, v.month, v.day), v.name_ar, v.name_en,
        daterange(make_date(y.year, v.month, v.day), make_date(y.year, v.month, v.day) + 1),
        'public holidays with a fixed date', 'likely'
    FROM generate_series(2012, 2035) AS y (year)
    CROSS JOIN (VALUES
        (1, 1, 'رأس السنة الميلادية', 'New Year''s Day'),
        (5, 1, 'عيد العمال', 'Labour Day'),
        (5, 25, 'عيد الاستقلال', 'Independence Day'),
        (12, 25, 'عيد الميلاد المجيد', 'Christmas Day')
    ) AS v (month, day, name_ar, name_en);
END;
COMMENT ON FUNCTION licence_home.amman_labels() IS
'Part of load_rules(''amman''): reasons, names of the application''s columns, weekends and holidays with a fixed date.';
CALL licence_home_internal.make_function('licence_home.amman_labels()', 'admin');
