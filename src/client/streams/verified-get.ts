// Verified reads whose values come as streams. A value is proven when all of it is here and has the proven hash: until then it
// is provisional, and its type says so.

import { createHash } from 'node:crypto';
import { equalBytes } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import type { KeyMetadata, ProvenReference, ProvenValueHash } from '../../proof/index.js';
import { scopeOf } from '../call.js';
import type { CallScope } from '../call-scope.js';
import { printableKey } from '../printable-key.js';
import type { VerifiedContext } from '../verified/context.js';
import type { VerifiedEntry, VerifiedReference } from '../verified/evidence.js';
import { checked } from '../verified/failures.js';
import { assertNotStale, type Floor } from '../verified/floors.js';
import { confirmAbsent } from '../verified/get.js';
import { hasExpired } from '../verified/member.js';
import { digestsOf } from '../verified/proven-cache.js';
import { readProof } from '../verified/read-proof.js';
import { settle } from '../verified/settle.js';
import { type OpenedValue, openVerified, secondStep, type StreamedRead } from './open-verified.js';

const NAME = 'verifiedGet';

/** What is proven of a value that came as a stream: everything about it, now that all of it came. */
export interface VerifiedStream extends Omit<VerifiedEntry, 'value'> {
  /** How many bytes the value has. */
  readonly length: number;
  /** The reference it was reached through; undefined for a plain key. */
  readonly via: VerifiedReference | undefined;
}

/** A value that is about to come, and what it is held against. */
export interface PendingValue {
  readonly length: number;
  readonly metadata: KeyMetadata | undefined;
  /** Its bytes as they come, unproven. Ends only where they are proven. @throws VerificationError at the end */
  chunks(): AsyncGenerator<Uint8Array, VerifiedStream, undefined>;
  /** Gives it up. */
  close(): Promise<void>;
}

/** A reference that was proven on the way. */
interface Step {
  readonly reference: ProvenReference;
  /** Whether it was asked for as the latest. */
  readonly latest: boolean;
}

/**
 * Begins a verified read.
 *
 * @returns undefined if the server says the key is absent, which it cannot prove, or where what is there has expired
 */
export async function pendingGet(
  context: VerifiedContext,
  read: StreamedRead,
): Promise<PendingValue | undefined> {
  return checked(context, NAME, async () => {
    const floor = context.floors.of(read.key);
    const opened = await openVerified(context, read, context.keeper.head);
    if (opened === undefined) return absent(context, read, floor);
    if (!('kind' in opened)) return pendingOf(context, read, opened, floor);
    if (read.atTx === undefined) assertNotStale(read.key, opened.header.id, floor);
    return throughReference(context, read, opened);
  });
}

async function throughReference(
  context: VerifiedContext,
  read: StreamedRead,
  reference: ProvenReference,
): Promise<PendingValue | undefined> {
  const { target } = reference;
  const bound = reference.atTx > 0n ? reference.atTx : undefined;
  const next: StreamedRead = { ...read, key: target, atTx: bound };
  const floor = context.floors.of(target);
  const opened = await openVerified(context, next, context.keeper.head);
  if (opened === undefined) return absent(context, next, floor);
  if ('kind' in opened) throw secondStep(read.key, target);
  return pendingOf(context, next, opened, floor, { reference, latest: read.atTx === undefined });
}

function absent(
  context: VerifiedContext,
  { key, atTx, options }: StreamedRead,
  floor: Floor | undefined,
): Promise<undefined> {
  return confirmAbsent(context, { key, atTx, floor, scope: scopeOf(context.connection, NAME, options) });
}

async function pendingOf(
  context: VerifiedContext,
  read: StreamedRead,
  opened: OpenedValue,
  floor: Floor | undefined,
  step?: Step,
): Promise<PendingValue | undefined> {
  const { proven, frame, reader } = opened;
  try {
    if (read.atTx === undefined) assertNotStale(read.key, proven.header.id, floor);
  } catch (error) {
    await reader.close();
    throw error;
  }
  if (hasExpired(proven.metadata)) {
    await reader.close();
    return undefined;
  }
  return {
    length: frame.length,
    metadata: proven.metadata,
    close: () => reader.close(),
    chunks: async function* () {
      try {
        // Before a plain value as it is stored.
        const hash = createHash('sha256').update(Uint8Array.of(0x00));
        for await (const piece of frame.chunks()) {
          // What the program does to the bytes it is given comes too late for the hash.
          hash.update(piece);
          yield piece;
        }
        await reader.end();
        const found = new Uint8Array(hash.digest());
        return await checked(context, NAME, async () => {
          if (!equalBytes(found, proven.hValue)) throw anotherValue(proven, found);
          const scope = scopeOf(context.connection, NAME, read.options);
          return released(context, read, { ...opened, step }, scope);
        });
      } finally {
        await reader.close();
      }
    },
  };
}

function anotherValue({ key, header, hValue }: ProvenValueHash, found: Uint8Array): VerificationError {
  return new VerificationError(
    'PROOF_INVALID',
    `The value that came for key ${printableKey(key)} is not the one that transaction ${String(header.id)} wrote: its hash is another. ` +
      'Nothing of it may be used.',
    { details: { key, txId: header.id, expected: hValue, found } },
  );
}

/** The value is proven: the trusted state moves, and what is known of the key is remembered. */
async function released(
  context: VerifiedContext,
  { key, atTx }: StreamedRead,
  { proven, frame, step }: OpenedValue & { readonly step: Step | undefined },
  scope: CallScope,
): Promise<VerifiedStream> {
  const { header, metadata, index } = proven;
  if (step !== undefined) await settle(context, step.reference, scope);
  await settle(context, proven, scope);
  context.cache.add(digestsOf(proven));
  if (step?.latest === true) {
    const { reference } = step;
    context.floors.raise(reference.key, { txId: reference.header.id, metadata: reference.metadata });
  }
  if (atTx === undefined) context.floors.raise(key, { txId: header.id, metadata });
  return {
    key,
    length: frame.length,
    metadata,
    txId: header.id,
    index,
    serverTime: header.ts,
    proof: readProof(context, proven, index, proven.trusted ?? proven.state),
    via: step === undefined ? undefined : viaOf(context, step.reference),
  };
}

function viaOf(context: VerifiedContext, reference: ProvenReference): VerifiedReference {
  const { key, header, atTx, index } = reference;
  const proof = readProof(context, reference, index, reference.trusted ?? reference.state);
  return { key, txId: header.id, atTx, proof };
}
