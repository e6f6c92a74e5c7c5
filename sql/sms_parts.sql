-- How many SMS a text needs: 3GPP TS 23.038.
SELECT what, licence_home.sms_parts(body) AS parts
FROM (VALUES
    (1, 'nothing', ''),
    (2, 'GSM-7, 160', pg_catalog.repeat('a', 160)),
    (3, 'GSM-7, 161', pg_catalog.repeat('a', 161)),
    (4, 'GSM-7, 306', pg_catalog.repeat('a', 306)),
    (5, 'GSM-7, 307', pg_catalog.repeat('a', 307)),
    (6, 'extension table, 80 pairs', pg_catalog.repeat('€', 80)),
    (7, 'extension table, 80 pairs and one', pg_catalog.repeat('€', 80) || 'a'),
    (8, 'a pair across the end of a part', pg_catalog.repeat('a', 152) || '€' || pg_catalog.repeat('a', 152)),
    (9, 'UCS-2, 70', pg_catalog.repeat('ع', 70)),
    (10, 'UCS-2, 71', pg_catalog.repeat('ع', 71)),
    (11, 'UCS-2, 134', pg_catalog.repeat('ع', 134)),
    (12, 'UCS-2, 135', pg_catalog.repeat('ع', 135)),
    (13, 'one letter beyond GSM-7', pg_catalog.repeat('a', 70) || 'ç'),
    (14, 'the backquote is not in GSM-7', pg_catalog.repeat('a', 70) || '`'),
    (15, 'surrogate pairs, 35', pg_catalog.repeat('😀', 35)),
    (16, 'surrogate pairs, 36', pg_catalog.repeat('😀', 36)),
    (17, 'surrogate pairs, 66: 33 a part', pg_catalog.repeat('😀', 66)),
    (18, 'surrogate pairs, 67', pg_catalog.repeat('😀', 67))
) AS t (no, what, body)
ORDER BY no;

-- 71 of each letter of GSM-7 fit in one message, those of its extension table too.
SELECT c AS not_in_gsm7
FROM pg_catalog.unnest(pg_catalog.regexp_split_to_array(
    '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&''()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\[~]|€', '')) AS c
WHERE licence_home.sms_parts(pg_catalog.repeat(c, 71)) > 1
ORDER BY c COLLATE "C";

-- A gateway that counts 62.
SELECT licence_home.sms_parts(pg_catalog.repeat('ع', 70), 62) AS alone,
       licence_home.sms_parts(pg_catalog.repeat('ع', 124), 62) AS two,
       licence_home.sms_parts(pg_catalog.repeat('ع', 125), 62) AS three;
SELECT licence_home.sms_parts('a', 0);
