// Answers recorded from a real immudb, with what the asking client trusted. `npm run fixtures:record` makes new ones.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One request and its answer, as they are on the wire. */
export interface ProofFixture {
  readonly name: string;
  /** A method of the main service. */
  readonly rpc: string;
  /** Fully qualified message name. */
  readonly requestType: string;
  /** Base64. */
  readonly request: string;
  /** Fully qualified message name. */
  readonly responseType: string;
  /** Base64. */
  readonly response: string;
  /** The transaction the client trusted; 0 for none. */
  readonly trustedTxId: number;
  /** Its alh in base64; empty for none. */
  readonly trustedTxHash: string;
}

/** All fixtures of one database. */
export interface ProofFixtureFile {
  readonly database: string;
  readonly encoding: 'base64 protobuf';
  readonly server: string;
  readonly serverUUID: string;
  /** The key every state of the file is signed with. */
  readonly signingPublicKeyPEM: string;
  readonly fixtures: readonly ProofFixture[];
}

/** The files there are, by header version. */
export type ProofFixtureName = 'proof-v0' | 'proof-v1';

/** Where a file of test/fixtures is. */
export function fixturePath(name: string): string {
  return join(import.meta.dirname, '..', 'fixtures', name);
}

/** Reads a recording. */
export function readProofFixtures(name: ProofFixtureName): ProofFixtureFile {
  return JSON.parse(readFileSync(fixturePath(`${name}.json`), 'utf8')) as ProofFixtureFile;
}
