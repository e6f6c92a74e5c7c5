-- ---------------------------------------------------------------------
-- Amman: what people call the professions.  No list of such words was found:
-- these are everyday ones, as examples, for the municipality to go on from.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_profession_words() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.profession_word (profession, word, valid, source, certainty)
    SELECT v.profession, w.word, p.valid, 'this project: an everyday word, illustrative', 'unknown'
    FROM (VALUES
        ('home_baking', '{خبز,كيك,حلويات,معجنات,كعك,بسكويت,مناقيش,cakes,bread,sweets,pastry,cookies}'::text[]),
        ('jams', '{مربى,تطلي,jam,marmalade}'),
        ('pickles', '{مخلل,مخللات,مكدوس,زيتون,pickle,olives}'),
        ('jameed', '{لبن,ألبان,كشك,yoghurt,dairy}'),
        ('vegetable_preparation', '{ملوخية,تجميد الخضار,محاشي,frozen vegetables,stuffed vegetables}'),
        ('herbs_legumes', '{زعتر,بهارات,ميرمية,بقول,عدس,thyme,spices,sage,lentils}'),
        ('knitting', '{صوف,كروشيه,تريكو,خياطة,crochet,wool,sewing}'),
        ('embroidery', '{مطرزات,ثوب,غرزة,stitching,dress}'),
        ('pottery', '{فخار,سيراميك,ceramics,clay}'),
        ('soap_making', '{صابون,soap}'),
        ('candle_making', '{شمع,candles,wax}'),
        ('leather_work', '{جلد,شنط,حقائب,bags}'),
        ('electronic_marketing', '{تسويق,إعلانات,سوشال ميديا,بيع أونلاين,متجر إلكتروني,online shop,advertising,social media}'),
        ('specialised_design', '{تصميم,مصمم,ديكور,design,designer,decoration}'),
        ('typing_secretarial', '{طباعة,سكرتيرة,typist,secretary}'),
        ('management_consulting', '{إدارة,مستشار,business advice}'),
        ('electrical_repair', '{كهربائي,تصليح,غسالات,ثلاجات,electrician,fridge,washing machine}'),
        ('home_maintenance', '{صيانة,سباكة,دهان,plumber,painter}'),
        ('cleaning', '{تنظيف,cleaner}'),
        ('home_nursing', '{ممرضة,رعاية المسنين,nurse,care of the elderly}'),
        ('guest_house', '{ضيافة,استضافة سياح,غرف للإيجار,tourists,bed and breakfast,rooms}'),
        ('home_nursery', '{حضانة,أطفال,جليسة,children,babysitter,day care}')
    ) AS v (profession, words)
    CROSS JOIN LATERAL unnest(v.words) AS w (word)
    JOIN (SELECT p.code, daterange(min(lower(p.valid)), NULL) AS valid
          FROM licence_home.profession AS p WHERE upper_inf(p.valid) GROUP BY p.code) AS p ON p.code = v.profession;
END;
COMMENT ON FUNCTION licence_home.amman_profession_words() IS
'Part of load_rules(''amman''): everyday words for the professions, all illustrative.';
CALL licence_home_internal.make_function('licence_home.amman_profession_words()', 'admin');
