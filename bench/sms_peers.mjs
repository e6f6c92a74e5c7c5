// Part of sms.sh: the job queues of others, each message a job whose handler
// sends it by an HTTP call of its own, as their users write it.
//
//   NODE_PEERS=folder node sms_peers.mjs graphile|graphile-batch|boss URL
//
// takes the messages of licence_home.sms_message_text, puts all of them into the
// queue, works them off, and fails unless each was done once.  node_modules of
// NODE_PEERS has graphile-worker, pg-boss and pg.  "versions" prints theirs.

import http from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.NODE_PEERS}/`);
const connectionString = `postgres://${process.env.PGUSER}@/${process.env.PGDATABASE}?host=${process.env.PGHOST}&port=${process.env.PGPORT}`;
const [peer, url] = process.argv.slice(2);
const CONNECTIONS = 64;
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let sent = 0;

// Send one message; the faster of the two ways that Node has (the other is fetch).
function send({ id, to, text }) {
  return new Promise((resolve, reject) => {
    http.get(`${url}?${new URLSearchParams({ id, to, text })}`, { agent }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece) => (body += piece));
      answer.on('end', () => {
        if (answer.statusCode !== 200 || !body.startsWith('0: ')) return reject(new Error(`refused: ${body}`));
        sent++;
        resolve();
      });
    }).on('error', reject);
  });
}

// Wait until something is true.
async function until(isTrue) {
  while (!(await isTrue())) await new Promise((wake) => setTimeout(wake, 20));
}

async function withGraphile(pool, messages, options) {
  const { run, runMigrations, Logger } = require('graphile-worker');
  const logger = new Logger(() => (level, message) => level === 'error' && console.error(message));

  await runMigrations({ pgPool: pool, logger });
  await pool.query(`TRUNCATE graphile_worker._private_jobs`);
  await pool.query(
    `SELECT count(*) FROM graphile_worker.add_jobs((SELECT array_agg(
        json_populate_record(NULL::graphile_worker.job_spec, json_build_object('identifier', 'send', 'payload', m)))
      FROM json_array_elements($1) AS m))`, [JSON.stringify(messages)]);
  await pool.query('VACUUM ANALYZE graphile_worker._private_jobs');
  const runner = await run({
    connectionString, logger, noHandleSignals: true,
    taskList: { send },
    preset: { worker: { concurrentJobs: CONNECTIONS, maxPoolSize: CONNECTIONS + 2, ...options } },
  });
  await until(() => sent >= messages.length);
  await runner.stop();
  return (await pool.query('SELECT count(*)::integer AS n FROM graphile_worker._private_jobs')).rows[0].n;
}

async function withBoss(pool, messages) {
  const PgBoss = require('pg-boss');
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false });

  boss.on('error', (error) => console.error(error.message));
  await boss.start();
  await boss.deleteQueue('send').catch(() => {});
  await boss.createQueue('send');
  for (let i = 0; i < messages.length; i += 10000)
    await boss.insert(messages.slice(i, i + 10000).map((data) => ({ name: 'send', data })));
  await pool.query('VACUUM ANALYZE pgboss.job');
  await boss.work('send', { batchSize: 2000, pollingIntervalSeconds: 0.5 }, (jobs) =>
    Promise.all(jobs.map((job) => send(job.data))).then(() => {}));
  const left = async () => (await pool.query(
    `SELECT count(*)::integer AS n FROM pgboss.job WHERE name = 'send' AND state <> 'completed'`)).rows[0].n;
  await until(() => sent >= messages.length);
  for (let tries = 0; tries < 100 && (await left()) > 0; tries++) await new Promise((wake) => setTimeout(wake, 50));
  const rest = await left();
  await boss.stop({ graceful: false });
  return rest;
}

if (peer === 'versions') {
  const version = (name) => require(`${name}/package.json`).version;
  console.log(`graphile-worker ${version('graphile-worker')}, pg-boss ${version('pg-boss')}, Node ${process.versions.node}`);
  process.exit(0);
}

const { Pool } = require('pg');
const pool = new Pool({ connectionString });
pool.on('error', () => {});
pool.on('connect', (client) => client.on('error', () => {}));
const messages = (await pool.query(
  'SELECT message_id::text AS id, phone::text AS to, body AS text FROM licence_home.sms_message_text ORDER BY message_id')).rows;
const left = peer === 'boss' ? await withBoss(pool, messages)
  : await withGraphile(pool, messages, peer === 'graphile-batch' ?
    { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } : {});
if (left > 0 || sent !== messages.length) {
  console.error(`${peer}: ${sent} sent of ${messages.length}, ${left} jobs left`);
  process.exit(1);
}
process.exit(0);
