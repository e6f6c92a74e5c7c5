// PostGraphile builds its schema without clashing names, finds the relations,
// and takes the journey by the mutations that it made.
const { createPostGraphileSchema, withPostGraphileContext } = require('postgraphile');
const { graphql } = require('graphql');
const { Pool } = require('pg');

const identityNo = process.argv[2];
const options = { ignoreRBAC: false, includeExtensionResources: true };

async function open(user) {
  const pool = new Pool({ user });
  const schema = await createPostGraphileSchema(pool, ['licence_home'], options);
  return { pool, schema };
}

// One transaction: PostGraphile runs what one request has in one.
async function ask({ pool, schema }, source, variables) {
  const result = await withPostGraphileContext({ pgPool: pool, withPgClient: true },
    (context) => graphql(schema, source, null, context, variables));
  if (result.errors) throw result.errors[0].originalError || result.errors[0];
  return result.data;
}

const fields = (schema, type) => Object.keys(schema.getType(type).getFields());

async function main() {
  // all at once, with every table and function: no two names clash
  const everything = new Pool({ user: process.env.SUPERUSER });
  await createPostGraphileSchema(everything, ['licence_home'], { ...options, ignoreRBAC: true });
  await everything.end();

  const portal = await open('portal_login');
  const clerk = await open('clerk_login');
  const expected = {
    Application: ['applicantByApplicantId', 'documentsByApplicationNo', 'inspectionsByApplicationNo', 'licenceByApplicationNo',
      'applicationEventsByApplicationNo', 'smsMessagesByApplicationNo'],
    ApplicationEvent: ['applicationByApplicationNo'],
    Document: ['applicationByApplicationNo'],
    InspectionFinding: ['inspectionByInspectionId'],
  };
  for (const [type, names] of Object.entries(expected)) {
    for (const name of names) {
      if (!fields(portal.schema, type).includes(name)) console.log('no', type, name);
    }
  }
  // an inspection is one of many of its case
  if (fields(portal.schema, 'Application').includes('inspectionByApplicationNo')) console.log('one inspection');
  for (const type of ['Application', 'Document', 'CaseReport']) {
    const fieldsOf = (portal.schema.getType(type) || clerk.schema.getType(type)).getFields();
    for (const [name, field] of Object.entries(fieldsOf)) {
      if (!field.args.length && !/^nodeId|By/.test(name) && !field.description) console.log('no word about', type, name);
    }
  }

  const registered = await ask(portal, `mutation ($person: ApplicantInput!) {
      createApplicant(input: {applicant: $person}) { applicant { applicantId } }
    }`, { person: { kind: 'citizen', identityNo, nameAr: 'سلمى', nameEn: 'Salma', phone: '079' + identityNo.slice(3) } });
  const { applicantId } = registered.createApplicant.applicant;
  console.log('registered');

  const actFor = `actFor(input: {applicantId: "${applicantId}"}) { clientMutationId }`;
  const drafted = await ask(portal, `mutation ($draft: ApplicationInput!) {
      ${actFor}
      createApplication(input: {application: $draft}) { application { applicationNo state } }
    }`, { draft: { applicantId, profession: 'electronic_marketing', home: 'SRID=4326;POINT(35.84 31.98)', village: '142 اليادودة',
    basin: '5 الحنو', parcel: identityNo, homeAreaM2: '120', workAreaM2: '15', builtOn: '1995-06-01', employees: 0, people: 1,
    tenant: false } });
  const { applicationNo, state } = drafted.createApplication.application;
  console.log(state);
  const submitted = await ask(portal, `mutation ($no: String!) {
      ${actFor}
      a: createDocument(input: {document: {applicationNo: $no, documentType: "title_deed", referenceNo: "2012/1"}}) { clientMutationId }
      b: createDocument(input: {document: {applicationNo: $no, documentType: "occupancy_permit", referenceNo: "1995/2"}}) { clientMutationId }
      c: createDocument(input: {document: {applicationNo: $no, documentType: "construction_licence", referenceNo: "1994/3"}}) { clientMutationId }
      updateApplicationByApplicationNo(input: {applicationNo: $no, applicationPatch: {state: "submitted"}}) { application { state } }
      found: actFor(input: {applicantId: "${applicantId}"}) { query { allApplications(condition: {applicationNo: $no}) { totalCount } } }
    }`, { no: applicationNo });
  console.log(submitted.updateApplicationByApplicationNo.application.state);
  console.log('found', submitted.found.query.allApplications.totalCount);

  const refused = async (source, variables) => {
    try {
      await ask(portal, source, variables);
    } catch (error) {
      console.log('refused', error.code, error.column || '');
    }
  };
  await refused('query ($no: String!) { applicationByApplicationNo(applicationNo: $no) { state } }', { no: 'no number' });
  await refused(`mutation ($id: BigInt!) { ${actFor}
      createApplication(input: {application: {applicantId: $id, profession: "jams", district: 3}}) { clientMutationId } }`,
  { id: applicantId });

  const { allDocuments } = await ask(clerk,
    'query ($no: String!) { allDocuments(condition: {applicationNo: $no}) { nodes { documentId } } }', { no: applicationNo });
  const review = allDocuments.nodes.map(({ documentId }) =>
    `d${documentId}: writeEvidence(input: {tableName: "document", values: "{\\"review\\": \\"accepted\\"}", rowKey: "${documentId}"}) { clientMutationId }`);
  const inspection = JSON.stringify({ application_no: applicationNo, scheduled_for: '2026-03-05T09:30:00+03:00', inspector: identityNo });
  await ask(clerk, `mutation ($no: String!, $inspection: JSON!) { ${review.join('\n')}
      writeEvidence(input: {tableName: "inspection", values: $inspection}) { clientMutationId }
      perform(input: {applicationNo: $no, action: "schedule_inspection"}) { clientMutationId }
    }`, { no: applicationNo, inspection });
  console.log('reviewed', review.length);

  const { read } = await ask(portal, `mutation { read: ${actFor.replace('clientMutationId', `query {
      applicationByApplicationNo(applicationNo: "${applicationNo}") { state workAreaM2 applicantByApplicantId { nameEn } } }`)} }`);
  const row = read.query.applicationByApplicationNo;
  console.log('read', row.state, row.applicantByApplicantId.nameEn, row.workAreaM2);
  await portal.pool.end();
  await clerk.pool.end();
}

main().catch((error) => { console.error(error); process.exit(1); });
