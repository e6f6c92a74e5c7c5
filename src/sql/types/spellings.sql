-- ---------------------------------------------------------------------
-- How names of land-use classes are compared: a class is written in many
-- ways, سكن (أ), السكن أ, ســكن ا, Residential-A, and means one thing.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.class_key(spelling text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN btrim(regexp_replace(regexp_replace(regexp_replace(
        translate(
            -- presentation forms, and alef with a hamza beside it, become letters
            lower(normalize(class_key.spelling, NFKC) COLLATE "C"),
            'أإآٱؤئىیکةۀ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'ااااوييكهه01234567890123456789'),
        -- tatweel, vowel signs, a hamza on the line, marks of direction and width
        '[\u0621\u0640\u064B-\u065F\u0670\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]', '', 'g'),
        -- brackets, dashes and the like
        '[^a-z0-9\u0622-\u064A]+', ' ', 'g'),
        -- the article
        '(^| )ال(?=[\u0622-\u064A])', '\1', 'g'));
COMMENT ON FUNCTION licence_home.class_key(text) IS
'A spelling of a land-use class without what makes no difference: brackets, the article ال, hamza, tatweel, vowel signs, ة or ه, ى or ي, case, digits of either kind. Two spellings with one key are one class.';
