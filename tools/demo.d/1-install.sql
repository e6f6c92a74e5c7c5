-- What a municipality does once, as a superuser.
--
-- tools/demo runs this file with :url, :user, :password and :box_port of Kannel.

\set ON_ERROR_STOP on
SET client_min_messages = warning;

-- The extension, with PostGIS; Amman's rules; and pg_cron, for the jobs.
CREATE EXTENSION licence_home CASCADE;
SELECT licence_home.load_rules('amman');
CREATE EXTENSION pg_cron;

-- A login for each official, who works with the rights of a group; and one
-- for the portal, which says in each transaction for whom it acts.
CREATE ROLE demo_portal LOGIN IN ROLE licence_home_portal;
CREATE ROLE demo_clerk_huda LOGIN IN ROLE licence_home_clerk;
CREATE ROLE demo_clerk_sami LOGIN IN ROLE licence_home_clerk;
CREATE ROLE demo_inspector_omar LOGIN IN ROLE licence_home_inspector;
CREATE ROLE demo_inspector_rana LOGIN IN ROLE licence_home_inspector;
CREATE ROLE demo_committee_lina LOGIN IN ROLE licence_home_committee;
CREATE ROLE demo_director_yousef LOGIN IN ROLE licence_home_director;
CREATE ROLE demo_cashier LOGIN IN ROLE licence_home_cashier;
CREATE ROLE demo_sender LOGIN IN ROLE licence_home_sender;

-- How the gateway is spoken to, and what its answers mean.  Another one is
-- another row.
INSERT INTO licence_home.sms_gateway
    (gateway, method, url, accepted, retry, credentials, valid, source, certainty)
VALUES ('kannel', 'GET',
    :'url' || '?username={username}&password={password}'
        '&to={to}&text={text}&coding={coding}&charset=UTF-8'
        '&dlr-mask=31&dlr-url=http%3A%2F%2Flicence_home%2F{id}',
    '^202 (0: Accepted|3: Queued)',
    '^(429 |503 Temporal failure|403 Not routable)',
    '^(401 |403 Authorization failed)',
    daterange(licence_home.today(), NULL),
    'Kannel, as tools/demo starts it', 'unknown');
INSERT INTO licence_home.sms_gateway_credential (gateway, name, secret)
VALUES ('kannel', 'username', :'user'), ('kannel', 'password', :'password');

-- What becomes of each message, Kannel tells this database, which is one of
-- its boxes.
INSERT INTO licence_home.kannel_box (box, port) VALUES ('licence_home', :box_port);

-- From the next full minute on, pg_cron sends what steps owe and takes in
-- what is reported.
SELECT licence_home.schedule_jobs('demo_sender');
