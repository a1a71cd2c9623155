// Records answers of a real immudb into test/fixtures: `npm run fixtures:record`. Every run makes new keys, times and
// therefore new hashes; nothing in the tests may name one.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { fixturePath, type ProofFixtureFile, type ProofFixtureName } from '../proof-fixtures.js';
import { RawClient } from '../raw-client.js';
import { startServer } from '../real-server.js';
import {
  recordAttributeSets,
  recordGets,
  recordReferences,
  recordSets,
  recordTransactions,
} from './answers.js';
import { Recording } from './recording.js';
import { writeAttributes, writeDocument, writeMixed, writePlain, writeReferences } from './writes.js';

const serverSource = join(import.meta.dirname, '..', '..', 'server');

/** Headers as immudb writes them by default. */
async function recordVersion1(client: RawClient, recording: Recording): Promise<void> {
  await recording.state();
  await writePlain(client, recording);
  await writeReferences(client, recording);
  await writeAttributes(client, recording);
  await writeMixed(client, recording);
  await writeDocument(client, recording);
  await recordSets(recording);
  await recordAttributeSets(recording);
  await recordReferences(recording);
  const last = recording.trustPoints.at(-1)!;
  const keys = ['plain', 'empty', 'unbound', 'bound', 'expiring', 'shown', 'mixed/ref', 'set/expiring'];
  await recordGets(recording, keys, [0, 1, 8, last]);
  await recordGets(recording, ['many/36'], [2, last]);
  await recordGets(recording, ['plain'], [0, 3, 4, last], 4);
  await recordTransactions(recording, [1, 2, 4, 8, 13, 14, 17, last], [0, 1, 2, 3, 8, 16, 17, last]);
  await recordTransactions(recording, [5], [0, 4, 5, 17]);
}

/** Headers without metadata, as immudb wrote them before 1.2: no attributes, and no documents. */
async function recordVersion0(client: RawClient, recording: Recording): Promise<void> {
  await recording.state();
  await writePlain(client, recording);
  await writeReferences(client, recording);
  await writeMixed(client, recording);
  await recordSets(recording);
  await recordReferences(recording);
  const last = recording.trustPoints.at(-1)!;
  await recordGets(recording, ['plain', 'empty', 'unbound', 'bound', 'mixed/ref'], [0, 8, last]);
  await recordGets(recording, ['plain'], [4, last], 4);
  await recordTransactions(recording, [1, 4, 9, 16, last], [0, 1, 8, 9, last]);
  await recordTransactions(recording, [5], [2, last]);
}

async function save(name: ProofFixtureName, file: ProofFixtureFile): Promise<void> {
  const text = `${JSON.stringify(file, null, 1)}\n`;
  await writeFile(fixturePath(`${name}.json`), text);
  console.log(`${name}: ${file.fixtures.length} fixtures, ${text.length} bytes`);
}

/** Values the published store package computes without a server. */
async function recordVectors(): Promise<void> {
  const { stdout } = await promisify(execFile)('go', ['run', './vectors'], { cwd: serverSource });
  await writeFile(fixturePath('vectors.json'), stdout);
  console.log(`vectors: ${stdout.length} bytes`);
}

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
await using server = await startServer({ signingKey: privateKey });
const about = {
  encoding: 'base64 protobuf',
  server: `immudb ${server.version}`,
  serverUUID: server.uuid,
  signingPublicKeyPEM: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
} as const;

const client = await RawClient.open(server.address);
const version1 = new Recording(client);
await recordVersion1(client, version1);
await save('proof-v1', { database: 'defaultdb', ...about, fixtures: version1.fixtures });

const settings = { writeTxHeaderVersion: { value: 0 } };
await client.call(ImmuServiceDefinition.methods.createDatabaseV2, { name: 'headers_v0', settings });
const oldClient = await RawClient.open(server.address, 'headers_v0');
const version0 = new Recording(oldClient);
await recordVersion0(oldClient, version0);
await save('proof-v0', { database: 'headers_v0', ...about, fixtures: version0.fixtures });

await recordVectors();
await Promise.all([client.close(), oldClient.close()]);
