-- ---------------------------------------------------------------------
-- Text as people and keyboards write it (src/text/): one folding, of four
-- strengths, for whatever is compared. And one domain for a text that can be
-- seen. doc/design.md says which strength fits what.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.fold_plain(value text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_fold_plain' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.fold_plain(text) IS
'A number as it is stored: digits of every keyboard as ASCII ones, dashes of one kind, without blanks, marks and what is invisible. Letters stay. Null where nothing is left.';
CALL licence_home_internal.make_function('licence_home.fold_plain(text)', 'everyone');

CREATE FUNCTION licence_home.fold_reference(value text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_fold_reference' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.fold_reference(text) IS
'What is compared of a reference or a media type: fold_plain() with small letters, and Arabic letters without hamza and as Arabic keyboards have them.';
CALL licence_home_internal.make_function('licence_home.fold_reference(text)', 'everyone');

CREATE FUNCTION licence_home.fold_place(value text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_fold_place' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.fold_place(text) IS
'What is compared of a village, basin, parcel, building, floor or unit. It is fold_reference() without the article, brackets, quotes and commas; a blank counts between two digits. Null where no letter and no digit is left, as of a dash.';
CALL licence_home_internal.make_function('licence_home.fold_place(text)', 'everyone');

CREATE FUNCTION licence_home.fold_name(value text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_fold_name' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.fold_name(text) IS
'What is compared of a name: its words without the article and without punctuation, one blank between two (and after "Abd" in Abdallah). Letters and digits as in fold_reference(). For a part of a name, take the blanks out of both. Null where nothing is left.';
CALL licence_home_internal.make_function('licence_home.fold_name(text)', 'everyone');

CREATE FUNCTION licence_home.class_key(spelling text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_fold_name' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.class_key(text) IS
'fold_name() of a spelling of a land-use class, which is written in many ways: سكن (أ), السكن أ, ســكن ا, Residential-A. Two spellings with one key are one class.';
CALL licence_home_internal.make_function('licence_home.class_key(text)', 'everyone');

CREATE FUNCTION licence_home.parcel_key(village text, basin text, parcel text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_parcel_key' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.parcel_key(text, text, text) IS
'What is compared of a parcel: fold_place() of village, basin and parcel number, with | between them. Null unless each of the three says something.';
CALL licence_home_internal.make_function('licence_home.parcel_key(text, text, text)', 'everyone');

CREATE FUNCTION licence_home_internal.words_of(value text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'licence_home_words_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.words_of(text) IS
'Internal: the words of fold_name(), at most 64.';
CALL licence_home_internal.make_function('licence_home_internal.words_of(text)', 'everyone');

CREATE FUNCTION licence_home_internal.beginnings_of(value text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'licence_home_beginnings_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.beginnings_of(text) IS
'Internal: words_of() as name_keys() marks beginnings of words, by which what begins so is found; a word of one or two letters as it is.';
CALL licence_home_internal.make_function('licence_home_internal.beginnings_of(text)', 'everyone');

CREATE FUNCTION licence_home_internal.name_keys(value text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'licence_home_name_keys' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.name_keys(text) IS
'Internal: what is indexed of a name: words_of() it, the beginnings of each of 3 to 12 letters, marked ^, and two of them with & between.';
CALL licence_home_internal.make_function('licence_home_internal.name_keys(text)', 'everyone');

CREATE FUNCTION licence_home_internal.pairs_of(value text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'licence_home_pairs_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.pairs_of(text) IS
'Internal: what name_keys() has of a name that has all words of this one: pairs of words, or the word where it is one.';
CALL licence_home_internal.make_function('licence_home_internal.pairs_of(text)', 'everyone');

CREATE FUNCTION licence_home_internal.places_of(value text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'licence_home_places_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.places_of(text) IS
'Internal: what place_keys() has of an address with all words and numbers of this one: pairs of a word and a number; none where it has not both.';
CALL licence_home_internal.make_function('licence_home_internal.places_of(text)', 'everyone');

CREATE FUNCTION licence_home_internal.place_keys(address text, village text, basin text, neighbourhood text, parcel text,
        building_no text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'licence_home_place_keys' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.place_keys(text, text, text, text, text, text) IS
'Internal: what is indexed of the place of a home. words_of() each text but those that only name a part of an address (street, parcel), each word with each number of the address, & between, and the number of the parcel, marked =. Null where nothing is said.';
CALL licence_home_internal.make_function('licence_home_internal.place_keys(text, text, text, text, text, text)', 'everyone');

CREATE FUNCTION licence_home.is_visible(value text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_is_visible' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.is_visible(text) IS
'Whether a text has a character that can be seen. Blanks of all kinds, marks without a letter, tatweel, marks of direction and controls alone are none.';
CALL licence_home_internal.make_function('licence_home.is_visible(text)', 'everyone');

CREATE FUNCTION licence_home_internal.is_one_word(value text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_is_one_word' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.is_one_word(text) IS
'Internal: whether a text is read as one word. It can be seen, and has no blank, line end, control character or mark that cannot be seen.';
CALL licence_home_internal.make_function('licence_home_internal.is_one_word(text)', 'everyone');

-- (No CHECK: a domain's error cannot say which column of which table it is about.
-- The trigger a_bounds of each table keeps it, by src/rules/bounds.c.)
CREATE DOMAIN licence_home.visible_text AS text;
COMMENT ON DOMAIN licence_home.visible_text IS
'A text in which something can be seen: what counts as a name, as evidence or as a reason. A blank of any kind is none; what is not given is null. The domain has no CHECK, since its error names no column: the trigger a_bounds of each table asks is_visible() of its columns of this domain.';
