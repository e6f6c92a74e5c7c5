-- ---------------------------------------------------------------------
-- Amman: profiles of SMS gateways.
--
-- Which gateway the municipality uses is not known.  These are the five kinds
-- that it may meet, written after what their providers print in public.  Each
-- was tried against a server that answers like it (t/060_providers.pl).  Of the
-- real ones, Kannel alone was tried.
--
-- An answer stays out of retry unless the provider says that it refused
-- before sending. Such an answer leaves the message in doubt, and it is not
-- sent twice. An account without money, or a sender that is not registered,
-- concerns every message: it pauses the gateway (credentials) instead of
-- ending messages.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_gateway_profiles() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.sms_gateway_profile
        (profile, base_url, method, path, headers, body, body_encoding, ucs2_part,
         accepted, retry, credentials, permanent, message_id_pattern, valid, source, certainty)
    VALUES
        ('kannel', NULL, 'GET',
         '/cgi-bin/sendsms?username={username}&password={password}&from={from}&to={to}'
            '&text={text}&coding={coding}&charset=UTF-8&dlr-mask=31&dlr-url=http%3A%2F%2Flicence_home%2F{id}',
         '{}', NULL, NULL, 67,
         '^202 (0: Accepted|3: Queued)',
         '^(429 |503 Temporal failure|403 Not routable)',
         '^(401 |403 Authorization failed)',
         '^400 ',
         NULL,
         daterange('2012-01-01', NULL),
         'Kannel 1.4.5, user guide, chapter on sending by HTTP; answers as measured with Debian''s package', 'likely'),

        ('josms', 'https://www.josms.net', 'GET',
         '/SMSServices/Clients/Prof/RestSingleSMS_General/SendSMS?senderid={from}&numbers={to_digits}'
            '&accname={account}&AccPass={password}&msg={text}',
         '{}', NULL, NULL, 62,
         '^200 "?[A-Za-z_ ]+ = [0-9]+',
         '^429 ',
         '^(401|403) ',
         '^400 ',
         ' = ([0-9]+)',
         daterange('2012-01-01', NULL),
         'a bulk gateway in Amman; request and the answer "… = id" as public programs that use it have them '
            '(github.com/samerzmd/go-jormall-sms, 2025); what it answers to a refusal is not known; '
            'ucs2_part: one local gateway is said to count 62',
         'unknown'),

        ('twilio', 'https://api.twilio.com', 'POST',
         '/2010-04-01/Accounts/{account_sid}/Messages.json',
         ARRAY['Authorization: Basic {basic:account_sid:auth_token}', 'Accept: application/json'],
         'To={to}&From={from}&Body={text}', 'form', 67,
         '^201 .*"sid": *"[SM]M[0-9a-f]{32}"',
         '^429 ',
         '^(401 |403 |404 |400 .*"code": *(21212|21603|21606|21659|21660|21661)\y)',
         '^400 ',
         '"sid": *"([SM]M[0-9a-f]{32})"',
         daterange('2012-01-01', NULL),
         'twilio.com/docs/messaging/api/message-resource (dated 2026-03) and /docs/api/errors: 21211, 21606, 20003; '
            '20429, "never processed and always safe to retry"; read in stored copies', 'likely'),

        ('unifonic', 'https://el.cloud.unifonic.com', 'POST',
         '/rest/SMS/messages',
         ARRAY['Content-Type: application/json', 'Accept: application/json'],
         '{"AppSid": {app_sid}, "SenderID": {from}, "Recipient": {to_digits}, "Body": {text}, '
            '"responseType": "JSON", "CorrelationID": {id}}',
         'json', 67,
         '^200 (?=.*"success": *"?true)(?=.*"MessageID": *"?[0-9])',
         '^429 ',
         '^(40[123] |480 |200 .*"errorCode": *"ER-0[18]")',
         '^(4(00|06|10|12|17|21|22|40|49|60|82) |200 .*"errorCode": *"ER-0[2-7]")',
         '"MessageID": *"?([0-9]+)',
         daterange('2012-01-01', NULL),
         'docs.unifonic.com/reference/sms-api, /reference/http-status-codes and the article on reasons of non-delivery '
            '(ER-01 to ER-09; ER-09, a duplicate, stays a doubt), stored copies of 2026', 'likely'),

        ('infobip', NULL, 'POST',
         '/sms/3/messages',
         ARRAY['Authorization: App {api_key}', 'Content-Type: application/json', 'Accept: application/json'],
         '{"messages": [{"sender": {from}, "destinations": [{"to": {to_digits}}], "content": {"text": {text}}}]}',
         'json', 67,
         '^200 .*"groupId": *[013]\y',
         '^(429 |200 .*"REJECTED_(SYSTEM_ERROR|FLOODING_FILTER)")',
         '^(401 |403 |200 .*"REJECTED_(NOT_ENOUGH_CREDITS|PREPAID_PACKAGE_EXPIRED|SENDER|ROUTE_NOT_AVAILABLE)")',
         '^(400 |200 .*"groupId": *[245]\y)',
         '"messageId": *"([^"]+)"',
         daterange('2012-01-01', NULL),
         'infobip.com/docs/developer-resources: quickstart (sms/3/messages, Authorization: App), message status codes '
            '(groups 0 to 5), rate limits; stored copies of 2026', 'likely');
END;
COMMENT ON FUNCTION licence_home.amman_gateway_profiles() IS
'Part of load_rules(''amman''): how five kinds of SMS gateways are spoken to, each with where that is printed.';
CALL licence_home_internal.make_function('licence_home.amman_gateway_profiles()', 'admin');
