-- A gateway's row is refused when it is written, where it can be; profiles
-- make rows; a superuser says where the sender may connect.
SET search_path = licence_home, licence_home_internal, public;
SET datestyle = ISO;
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never

-- What becomes of a row with these columns, others being right: ok, or the
-- SQLSTATE and the detail of the refusal.  All is undone.
CREATE FUNCTION pg_temp.try(columns jsonb, relation text DEFAULT 'sms_gateway') RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    right_one jsonb := CASE relation WHEN 'sms_gateway' THEN
            '{"gateway": "new", "method": "GET", "url": "https://sms.example.jo/send?to={to}&text={text}",
              "headers": [], "accepted": "^200 OK", "retry": "^429 ", "credentials": "^401 ", "permanent": "^400 ",
              "valid": "[2026-01-01,)", "source": "test", "certainty": "unknown"}'::jsonb
        ELSE '{"gateway": "new", "name": "password", "secret": "s3cret"}' END;
    names text := (SELECT string_agg(quote_ident(k), ', ') FROM jsonb_object_keys(right_one || columns) AS k);
    state text;
    message text;
    detail text;
BEGIN
    EXECUTE format('INSERT INTO licence_home.%1$I (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::licence_home.%1$I, $1)',
        relation, names) USING right_one || columns;
    RAISE EXCEPTION 'done' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RETURN CASE WHEN state = 'ZZ000' THEN 'ok' WHEN state LIKE 'LH%' AND detail <> '' THEN state || ' ' || detail
        ELSE state || ' ' || message END;
END $$;

-- The same for a list of values of one column.
CREATE FUNCTION pg_temp.try_each(name text, VARIADIC vals text[]) RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT v || ' -> ' || pg_temp.try(jsonb_build_object(name, CASE name WHEN 'headers' THEN to_jsonb(ARRAY[v]) ELSE to_jsonb(v) END))
    FROM unnest(vals) WITH ORDINALITY AS u (v, n) ORDER BY n $$;

\echo == an error names the column, why, and what to write
DO $$ BEGIN
    INSERT INTO licence_home.sms_gateway (gateway, method, url, accepted, valid, source, certainty)
    VALUES ('new', 'GET', 'https://{host}/send', '^200 ', '[2026-01-01,)', 'test', 'unknown');
EXCEPTION WHEN OTHERS THEN
    DECLARE m text; d text; h text; t text; c text;
    BEGIN
        GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT, t = TABLE_NAME, c = COLUMN_NAME;
        RAISE NOTICE E'%\n%\n%\n%.%', m, d, h, t, c;
    END;
END $$;

\echo == the url: http or https, a host that is written out, no user, nothing that would have to be encoded
SELECT pg_temp.try_each('url',
    'https://sms.example.jo/', 'http://127.0.0.1:13013/cgi-bin/sendsms?to={to}&text={text}', 'https://[2001:db8::1]:8443/send',
    'HTTPS://sms.example.jo/', 'ftp://sms.example.jo/', 'file:///etc/passwd', 'sms.example.jo/', 'https:/sms.example.jo/',
    'https://', 'https:///send', 'https://sms.example.jo:0/', 'https://sms.example.jo:65536/', 'https://sms.example.jo:x/',
    'https://sms example.jo/', 'https://[2001:db8::1/', 'https://sms.example.jo\@evil.example/', 'https://مثال.jo/',
    'https://user@sms.example.jo/', 'https://{username}:{password}@sms.example.jo/',
    'https://{host}/send', 'https://sms.example.jo:{port}/send', '{protocol}://sms.example.jo/',
    'https://sms.example.jo/send me', E'https://sms.example.jo/\r\nHost: evil', 'https://sms.example.jo/#{text}', 'https://sms.example.jo/نص',
    'https://sms.example.jo/100%', 'https://sms.example.jo/?a=%2', 'https://sms.example.jo/?a=%2F');

\echo == placeholders: names in braces, basic with two names, from where there is a sender_id
SELECT pg_temp.try_each('url',
    'https://sms.example.jo/{anything_else}', 'https://sms.example.jo/{To}', 'https://sms.example.jo/{ to }', 'https://sms.example.jo/{to',
    'https://sms.example.jo/to}', 'https://sms.example.jo/{}', 'https://sms.example.jo/{to:digits}', 'https://sms.example.jo/{basic}',
    'https://sms.example.jo/{basic:user}', 'https://sms.example.jo/{basic:user:password}', 'https://sms.example.jo/{from}');
SELECT pg_temp.try('{"url": "https://sms.example.jo/{from}", "sender_id": "GAM"}');

\echo == headers: a name, a colon and a value on one line; none that says where a request ends or goes
SELECT pg_temp.try_each('headers',
    'X-Api-Key: {key}', 'Authorization: Basic {basic:username:password}', 'Idempotency-Key: {id}', 'Content-Type: text/plain',
    'X-Api-Key', 'X Api: {key}', ': x', 'X-Api-Key:', 'X-Api-Key;',
    'Host: evil.example', 'host: evil.example', 'Content-Length: 0', 'Transfer-Encoding: chunked', 'Connection: close',
    'Expect: 100-continue', 'Accept-Encoding: gzip', 'Proxy-Authorization: x',
    E'X-Api-Key: x\r\nHost: evil.example', E'X-Api-Key: x\nHost: evil.example', E'X-Api-Key: x\ty', 'X-Api-Key: مفتاح',
    'X-Text: {text}', 'X-To: {To}', 'X-To: {to');
SELECT pg_temp.try('{"headers": ["X-Key: 1", "x-key: 2"]}');
SELECT pg_temp.try('{"headers": ["X-Key: 1", null]}');

\echo == the body: what its encoding says, once it is filled in
CREATE FUNCTION pg_temp.try_body(encoding text, VARIADIC bodies text[]) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT b || ' -> ' || pg_temp.try(jsonb_build_object('method', 'POST', 'body', b, 'body_encoding', encoding))
    FROM unnest(bodies) WITH ORDINALITY AS u (b, n) ORDER BY n $$;
SELECT pg_temp.try_body('json', '{"to": {to}, "text": {text}}', '[{"to":{to}}]', '{"n": {"id": {id}}, "s": "a {b} c"}',
    '{"text": "{text}"}', '{"to": {To}}', '{"to": {to}', '{to: {to}}', '{"a": {basic:one}}', '', 'to={to}');
SELECT pg_temp.try_body('xml', '<sms to="{to}"><text>{text}</text></sms>', '<sms>{text}', '{text}', '<sms>{basic:one}</sms>');
SELECT pg_temp.try_body('form', 'To={to}&Body={text}', 'To={to}&Body={Text}', 'To={to}&Body=two words', 'To="{to}"', 'a=%zz');
SELECT pg_temp.try('{"method": "POST"}');
SELECT pg_temp.try('{"method": "PUT"}');

\echo == what an answer means: regular expressions, which cannot take a refusal for an acceptance
SELECT pg_temp.try_each('accepted', '^200 ', '^(200|202) (OK|1701)', '"success": *true', '(', '[', '*', '', 'OK|', '.*', '^\d+ ', '^[245]00 ');
SELECT pg_temp.try_each('retry', '^(429|503) ', '^403 Not routable', '(?<', '.', '^2');
SELECT pg_temp.try_each('credentials', '^(401|403) ', '.');
SELECT pg_temp.try_each('permanent', '^4', 'a{9999}');
SELECT pg_temp.try_each('message_id_pattern', '"id":"([^"]+)"', '((');

\echo == values on one line
SELECT pg_temp.try(jsonb_build_object('sender_id', E'GAM\r\nX: y'));
SELECT pg_temp.try(jsonb_build_object('ucs2_code', E'8\n'));
SELECT pg_temp.try('{"sender_id": "أمانة عمان"}');

\echo == rate, burst, doubt
SELECT pg_temp.try(v) FROM (VALUES (1, '{"rate": 0.5, "burst": 3, "doubt": "resend"}'::jsonb), (2, '{"doubt": "hold"}'), (3, '{"rate": 0}'),
    (4, '{"rate": -1}'), (5, '{"rate": "NaN"}'), (6, '{"rate": "Infinity"}'), (7, '{"burst": 0}'), (8, '{"doubt": "guess"}'),
    (9, '{"doubt_wait": "1 year"}'), (10, '{"doubt_wait": "1000000 years"}')) AS u (n, v) ORDER BY n;

\echo == authorities: certificates in PEM, for https
SELECT pg_temp.try(jsonb_build_object('ca', v)) FROM (VALUES
    (1, E'-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQUJD\n-----END CERTIFICATE-----\n'),
    (2, E'-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQUJD\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\r\nMIIBszCCAVmgAwIBAgIUQUJD\r\n-----END CERTIFICATE-----'),
    (3, 'a certificate'),
    (4, E'-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQUJD\n'),
    (5, E'-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQUJ\n-----END CERTIFICATE-----\n'),
    (6, E'-----BEGIN CERTIFICATE-----\nbm90IERFUiBhdCBhbGw=\n-----END CERTIFICATE-----\n'),
    (7, E'-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQUJD\n-----END CERTIFICATE-----\n and more'),
    (8, E'-----BEGIN PRIVATE KEY-----\nMIIBszCCAVmgAwIBAgIUQUJD\n-----END PRIVATE KEY-----\n')) AS u (n, v) ORDER BY n;
SELECT pg_temp.try(jsonb_build_object('url', 'http://127.0.0.1/', 'ca', E'-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQUJD\n-----END CERTIFICATE-----\n'));

\echo == a credential is one line, and its refusal shows nothing of the row
SELECT pg_temp.try(v, 'sms_gateway_credential') FROM (VALUES (1, '{"secret": "p\u00e4ss wörd"}'::jsonb), (2, '{"secret": "a\r\nHost: evil"}'), (3, '{"secret": "a\tb"}'),
    (4, '{"secret": ""}'), (5, '{"secret": null}'), (6, '{"name": "S3cret!"}'), (7, '{"name": null}'), (8, '{"gateway": "S3cret!"}'),
    (9, '{"gateway": null}'), (10, '{"name": "text"}'), (11, '{"name": "from"}'), (12, '{"name": "basic"}')) AS u (n, v) ORDER BY n;

\echo == a profile makes a gateway, and says which credentials are lacking
SET SESSION AUTHORIZATION regress_admin;
SELECT profile, base_url, certainty, illustrative FROM licence_home.sms_gateway_profile ORDER BY profile COLLATE "C";
BEGIN;
SELECT licence_home.add_gateway('smsbox', 'kannel', 'http://127.0.0.1:13013/', sender_id => 'GAM');
SELECT licence_home.add_gateway('trunk', 'twilio', sender_id => '+15005550006', valid => '[2026-04-01,)');
SELECT gateway, method, url, headers, body, sender_id, ucs2_part, valid, certainty FROM licence_home.sms_gateway ORDER BY gateway COLLATE "C";
SELECT licence_home.missing_credentials('smsbox'), licence_home.missing_credentials('trunk'), licence_home.missing_credentials('nobody');
INSERT INTO licence_home.sms_gateway_credential VALUES ('smsbox', 'username', 'licence');
SELECT licence_home.missing_credentials('smsbox');
INSERT INTO licence_home.sms_gateway_credential VALUES ('smsbox', 'password', 'change me');
SELECT licence_home.missing_credentials('smsbox');
RESET SESSION AUTHORIZATION;
SET LOCAL licence_home.clock = '2026-04-02 10:00+03';
SELECT licence_home.missing_credentials('trunk');
ROLLBACK;
SET SESSION AUTHORIZATION regress_admin;
SELECT licence_home.add_gateway('smsbox', 'kannel', sender_id => 'GAM');
SELECT licence_home.add_gateway('smsbox', 'kanel', 'http://127.0.0.1:13013');
SELECT licence_home.add_gateway('smsbox', 'kannel', 'http://127.0.0.1:13013');
SELECT licence_home.add_gateway('smsbox', 'kannel', 'http://u:p@127.0.0.1:13013', 'GAM');
-- of one name one at a time
\set VERBOSITY terse
SELECT licence_home.add_gateway(g, 'kannel', 'http://127.0.0.1:13013', 'GAM') FROM unnest('{smsbox,smsbox}'::text[]) AS g;
\set VERBOSITY default
-- the administrator writes credentials and reads none
SELECT secret FROM licence_home.sms_gateway_credential;
SELECT * FROM licence_home.sms_gateway_credential;
UPDATE licence_home.sms_gateway_credential SET name = secret;
DELETE FROM licence_home.sms_gateway_credential WHERE secret = 'x';
INSERT INTO licence_home.sms_gateway_credential VALUES ('g', 'n', 's') RETURNING secret;
RESET SESSION AUTHORIZATION;

\echo == no role reads them; the sending code does so as the owner
SELECT r.rolname, has_column_privilege(r.oid, 'licence_home.sms_gateway_credential', 'secret', 'SELECT') AS reads
FROM pg_roles AS r WHERE r.rolname LIKE 'licence\_home\_%' AND r.rolname <> 'licence_home_owner' ORDER BY r.rolname COLLATE "C";
BEGIN;
INSERT INTO licence_home.sms_gateway_credential VALUES ('g', 'n', 's3cret');
SET LOCAL SESSION AUTHORIZATION regress_sender;
SELECT name FROM licence_home.sms_gateway_credential WHERE gateway = 'g';
SELECT secret FROM licence_home.sms_gateway_credential;
ROLLBACK;
SET SESSION AUTHORIZATION regress_clerk;
SELECT count(*) FROM licence_home.sms_gateway_credential;
RESET SESSION AUTHORIZATION;
BEGIN;
CREATE ROLE regress_reader IN ROLE pg_read_all_data;
INSERT INTO licence_home.sms_gateway_credential VALUES ('g', 'n', 's3cret');
SET LOCAL SESSION AUTHORIZATION regress_reader;
SELECT count(*) FROM licence_home.sms_gateway_credential;
ROLLBACK;

\echo == a credential belongs to the host that it was entered for
BEGIN;
SET SESSION AUTHORIZATION regress_admin;
INSERT INTO licence_home.sms_gateway_credential VALUES ('smsbox', 'username', 'too early');
SELECT licence_home.add_gateway('smsbox', 'kannel', 'https://sms.example.jo', 'GAM') AS missing;
INSERT INTO licence_home.sms_gateway_credential VALUES ('smsbox', 'password', 'change me');
SELECT licence_home.missing_credentials('smsbox');
UPDATE licence_home.sms_gateway_credential SET secret = 'now' WHERE name = 'username';
SELECT licence_home.missing_credentials('smsbox');
SELECT name, host FROM licence_home.sms_gateway_credential WHERE gateway = 'smsbox' ORDER BY name;
-- the same host, written otherwise
RESET SESSION AUTHORIZATION;
SELECT u, licence_home_internal.sms_host(u) FROM unnest('{https://SMS.example.jo:443/send,https://sms.example.jo:8443,http://sms.example.jo:443/,http://[::1]:80/x,none}'::text[]) AS u;
SET SESSION AUTHORIZATION regress_admin;
-- the gateway is moved, the credential renamed, the host written: it goes nowhere else
SELECT licence_home.add_gateway('evil', 'kannel', 'https://evil.example', 'GAM') AS missing;
SAVEPOINT s;
UPDATE licence_home.sms_gateway_credential SET gateway = 'evil', host = 'https://evil.example' WHERE gateway = 'smsbox';
SELECT gateway, name, host FROM licence_home.sms_gateway_credential WHERE gateway = 'evil' ORDER BY name;
SELECT licence_home.missing_credentials('evil');
ROLLBACK TO s;
INSERT INTO licence_home.sms_gateway_credential VALUES ('evil', 'username', 'x', 'https://sms.example.jo');
ROLLBACK TO s;
UPDATE licence_home.sms_gateway SET withdrawn_at = licence_home.now() WHERE gateway = 'smsbox';
SELECT licence_home.add_gateway('smsbox', 'kannel', 'http://sms.example.jo', 'GAM') AS missing;
SELECT licence_home.remove_credential('smsbox', 'password ');
ROLLBACK TO s;
UPDATE licence_home.sms_gateway SET withdrawn_at = licence_home.now() WHERE gateway = 'smsbox';
SELECT licence_home.add_gateway('smsbox', 'kannel', 'http://sms.example.jo', 'GAM') AS missing;
SELECT licence_home.remove_credential('smsbox', 'username');
INSERT INTO licence_home.sms_gateway_credential VALUES ('smsbox', 'username', 'anew');
SELECT licence_home.missing_credentials('smsbox');
ROLLBACK;
RESET SESSION AUTHORIZATION;

\echo == where the sender may connect: addresses and networks, by a superuser
SET licence_home.sms_gateway_addresses = '127.0.0.1', '10.20.0.0/16', '::1', '2001:db8::/32', '::ffff:10.0.0.0/104';
SHOW licence_home.sms_gateway_addresses;
SET licence_home.sms_gateway_addresses = ' 127.0.0.1 10.0.0.0/8,, ::1 ';
SET licence_home.sms_gateway_addresses = '';
SET licence_home.sms_gateway_addresses = 'sms.example.jo';
SET licence_home.sms_gateway_addresses = '10.20.0.1/16';
SET licence_home.sms_gateway_addresses = '10.20.0.0/33';
SET licence_home.sms_gateway_addresses = '10.20.0.0/';
SET licence_home.sms_gateway_addresses = '10.20.0.0/x';
SET licence_home.sms_gateway_addresses = '10.20';
SET licence_home.sms_gateway_addresses = '1.2.3.4, 2001:db8::1/32';
SET licence_home.sms_gateway_addresses = '::ffff:10.1.0.0/104';
SET SESSION AUTHORIZATION regress_admin;
SET licence_home.sms_gateway_addresses = '127.0.0.1';
RESET SESSION AUTHORIZATION;
