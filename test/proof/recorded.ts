// Answers recorded from a real immudb as objects, each with the check that a client would make of it.

import { fromBase64 } from '../../src/bytes.js';
import {
  type LedgerState,
  parseKeyMetadata,
  parseStateKey,
  type RawImmutableState,
  type RawVerifiableEntry,
  type RawVerifiableTx,
  type VerificationPolicy,
  verifyEntry,
  verifySet,
  verifySetReference,
  verifySortedSetAdd,
  verifyState,
  verifyTx,
} from '../../src/proof/index.js';
import { ImmutableState } from '../../src/wire/immudb/schema/state.js';
import {
  VerifiableEntry,
  VerifiableGetRequest,
  VerifiableReferenceRequest,
  VerifiableSetRequest,
  VerifiableTx,
  VerifiableTxRequest,
  VerifiableZAddRequest,
} from '../../src/wire/immudb/schema/verifiable.js';
import { type ProofFixture, type ProofFixtureName, readProofFixtures } from '../support/proof-fixtures.js';

/** An answer, and the check of what any answer to the same request says. */
export interface Recorded {
  readonly name: string;
  readonly file: ProofFixtureName;
  readonly rpc: string;
  /** A new copy each time. */
  answer(): object;
  /** What the client makes of an answer to the request of this one. */
  check(answer: unknown): unknown;
}

type Checker = (answer: never, trusted: LedgerState | undefined, policy: VerificationPolicy) => unknown;

interface Decoder {
  decode(bytes: Uint8Array): object;
}

/** How a fixture's answer is decoded and checked. */
function checkerOf(rpc: string, request: Uint8Array): [Decoder, Checker] {
  switch (rpc) {
    case 'CurrentState':
      return [
        ImmutableState,
        (answer: RawImmutableState, trusted, policy) => verifyState(answer, trusted, policy),
      ];
    case 'VerifiableGet': {
      const { key, atTx } = VerifiableGetRequest.decode(request).keyRequest!;
      const asked = atTx === 0n ? { key } : { key, atTx };
      return [
        VerifiableEntry,
        (answer: RawVerifiableEntry, trusted, policy) => verifyEntry(asked, answer, trusted, policy),
      ];
    }
    case 'VerifiableTxById': {
      const { tx: txId } = VerifiableTxRequest.decode(request);
      return [
        VerifiableTx,
        (answer: RawVerifiableTx, trusted, policy) => verifyTx({ txId }, answer, trusted, policy),
      ];
    }
    default:
      return [VerifiableTx, writeChecker(rpc, request)];
  }
}

function writeChecker(rpc: string, request: Uint8Array): Checker {
  if (rpc === 'VerifiableSet') {
    const { KVs } = VerifiableSetRequest.decode(request).setRequest!;
    const entries = KVs.map(({ key, value, metadata }) => ({
      key,
      value,
      metadata: parseKeyMetadata(metadata),
    }));
    return (answer: RawVerifiableTx, trusted, policy) => verifySet({ entries }, answer, trusted, policy);
  }
  if (rpc === 'VerifiableSetReference') {
    const asked = VerifiableReferenceRequest.decode(request).referenceRequest!;
    return (answer: RawVerifiableTx, trusted, policy) => verifySetReference(asked, answer, trusted, policy);
  }
  const asked = VerifiableZAddRequest.decode(request).zAddRequest!;
  return (answer: RawVerifiableTx, trusted, policy) => verifySortedSetAdd(asked, answer, trusted, policy);
}

function recorded(file: ProofFixtureName, fixture: ProofFixture, policy: VerificationPolicy): Recorded {
  const trusted =
    fixture.trustedTxId === 0
      ? undefined
      : { txId: BigInt(fixture.trustedTxId), alh: fromBase64(fixture.trustedTxHash)! };
  const [decoder, check] = checkerOf(fixture.rpc, fromBase64(fixture.request)!);
  return {
    name: `${file}: ${fixture.name}`,
    file,
    rpc: fixture.rpc,
    answer: () => decoder.decode(fromBase64(fixture.response)!),
    check: (answer) => check(answer as never, trusted, policy),
  };
}

/** All answers of a recording, with its key pinned. */
export function readRecorded(file: ProofFixtureName): readonly Recorded[] {
  const { database, signingPublicKeyPEM, fixtures } = readProofFixtures(file);
  const policy = { database, keys: [parseStateKey(signingPublicKeyPEM)] };
  return fixtures.map((fixture) => recorded(file, fixture, policy));
}

/** A result as text: equal where and only where everything in it is. */
export function fingerprint(result: unknown): string {
  return JSON.stringify(result, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${String(value)}n`;
    return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  });
}
