-- Part of sms.sh: the one gateway, and what it wants to know.
\set ON_ERROR_STOP on
SET session_replication_role = replica;
DELETE FROM licence_home.sms_gateway;
DELETE FROM licence_home.sms_gateway_credential;
DELETE FROM licence_home.sms_gateway_pause;
INSERT INTO licence_home.sms_gateway (gateway, method, url, accepted, retry, credentials, permanent,
    connections, valid, source, certainty)
VALUES ('bench', 'GET', :'url', '^(200 0|202 [03]): ', '^(429|503) ', '^403 Authorization failed', '^400 ',
    :connections, '[2020-01-01,)', 'bench', 'unknown');
INSERT INTO licence_home.sms_gateway_credential VALUES ('bench', 'username', :'username'), ('bench', 'password', :'password');
