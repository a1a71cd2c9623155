// Writes that only the proof part knows as yet: references and sorted sets, checked by it on real answers.

import { type LedgerState, verifySetReference, verifySortedSetAdd, verifyTx } from 'immurepo/proof';
import { VerificationError } from '../../../src/errors.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { isSigned, MODES, type TrustMode } from '../modes.js';
import { freshKey, writeThree } from '../shapes/client.js';
import { Subject } from '../subject.js';
import type { World } from '../world.js';
import { type Scenario, verdictOf } from './scenario.js';
import { parseStateKey } from 'immurepo/proof';

const { verifiableSetReference, verifiableTxById, verifiableZAdd } = ImmuServiceDefinition.methods;

/** A moment of the database, proven, and the policy of a mode. */
async function since({ world, place, mode }: Subject) {
  const raw = await world.raw(place, 'server');
  const client = world.writer(place).client;
  const { txId } = (await client.verifiedState())!;
  const policy = {
    database: place,
    ...(isSigned(mode) ? { keys: [parseStateKey(world.publicKeyPem)] } : {}),
  };
  const answer = await raw.call(verifiableTxById, {
    tx: txId,
    proveSinceTx: txId,
    keepReferencesUnresolved: true,
  });
  const trusted: LedgerState = verifyTx({ txId }, answer, undefined, policy).state;
  return { raw, policy, trusted };
}

/** Refused, where what is asked is not what was written. */
function refusal(check: () => unknown) {
  try {
    check();
    return verdictOf('refused', undefined, 'ACCEPTED');
  } catch (error) {
    const problem = error instanceof VerificationError ? undefined : String(error);
    return verdictOf('refused', error instanceof VerificationError ? error.code : String(error), problem);
  }
}

type Change<Request> = readonly [name: string, change: (request: Request) => Request];

const SORTED: readonly Change<{ set: Uint8Array; score: number; key: Uint8Array; atTx: bigint }>[] = [
  ['another score', (r) => ({ ...r, score: 8 })],
  ['the negative score', (r) => ({ ...r, score: -r.score })],
  ['another member', (r) => ({ ...r, key: freshKey() })],
  ['another set', (r) => ({ ...r, set: freshKey('set') })],
  ['bound to a transaction', (r) => ({ ...r, atTx: 1n })],
];

const REFERENCES: readonly Change<{ key: Uint8Array; referencedKey: Uint8Array; atTx: bigint }>[] = [
  ['another target', (r) => ({ ...r, referencedKey: freshKey() })],
  ['under another key', (r) => ({ ...r, key: freshKey() })],
  ['bound to a transaction', (r) => ({ ...r, atTx: 1n })],
];

async function sortedSet(world: World, mode: TrustMode, [, change]: (typeof SORTED)[number]) {
  await using subject = await Subject.open(world, mode);
  const { keys } = await writeThree(subject);
  const { raw, policy, trusted } = await since(subject);
  const asked = { set: freshKey('set'), score: 7, key: keys[0]!, atTx: 0n };
  const answer = await raw.call(verifiableZAdd, {
    zAddRequest: { ...asked, boundRef: false },
    proveSinceTx: trusted.txId,
  });
  verifySortedSetAdd(asked, answer, trusted, policy);
  return refusal(() => verifySortedSetAdd(change(asked), answer, trusted, policy));
}

async function reference(world: World, mode: TrustMode, [, change]: (typeof REFERENCES)[number]) {
  await using subject = await Subject.open(world, mode);
  const { keys } = await writeThree(subject);
  const { raw, policy, trusted } = await since(subject);
  const asked = { key: freshKey('reference'), referencedKey: keys[0]!, atTx: 0n };
  const answer = await raw.call(verifiableSetReference, {
    referenceRequest: { ...asked, boundRef: false },
    proveSinceTx: trusted.txId,
  });
  verifySetReference(asked, answer, trusted, policy);
  return refusal(() => verifySetReference(change(asked), answer, trusted, policy));
}

export const PROOF_SCENARIOS: readonly Scenario[] = [
  ...SORTED.map((change): Scenario => ({
    row: 12,
    attack: `sorted set: ${change[0]} written than asked for`,
    on: 'verifySortedSetAdd',
    modes: MODES,
    run: (world, mode) => sortedSet(world, mode, change),
  })),
  ...REFERENCES.map((change): Scenario => ({
    row: 11,
    attack: `reference: ${change[0]} written than asked for`,
    on: 'verifySetReference',
    run: (world, mode) => reference(world, mode, change),
  })),
];
