// Lists and states: what is left out, made up, repeated or out of order, and states that are not those proven.

import type { Entry } from '../../../src/wire/immudb/schema/kv.js';
import { type Expectation, refused } from '../attempt.js';
import { isSigned } from '../modes.js';
import { type Case, DOES_NOT_HOLD, flipped, type Forgery } from './forgery.js';

type List = (entries: Entry[]) => Entry[];

const scan = (change: List): Forgery['lies'] => ({
  Scan: ({ response }) => ({ ...response, entries: change(response.entries) }),
});
const history = (change: List): Forgery['lies'] => ({
  History: ({ response }) => ({ entries: change(response.entries) }),
});
const getAll = (change: List): Forgery['lies'] => ({
  GetAll: ({ response }) => ({ entries: change(response.entries) }),
});

const mismatch = (): Expectation => refused('BINDING_MISMATCH');

/** A list that leaves out what nobody here has seen is shorter, and no more than that. */
const missing =
  (ofHistory = false) =>
  ({ shape, variant }: Case): Expectation | undefined =>
    ofHistory && shape.level === 'repository'
      ? // What is shown is genuine and proven, and moves the state: only the chain of revisions tells that one is missing.
        variant === 'settled'
        ? refused('CHAIN_BROKEN')
        : undefined
      : { kind: 'unprovable', why: 'no server can prove that a list is complete', holds: isShorter };

/** What is there of three is less than three; a tombstone or an absent one counts as nothing. */
function isShorter(result: unknown): boolean {
  if (typeof result === 'number') return result < 3;
  return Array.isArray(result) && (result.length < 3 || result.some((item) => item === undefined));
}

export const LIST_FORGERIES: readonly Forgery[] = [
  { row: 45, name: 'scan: the first key missing', lies: scan((all) => all.slice(1))!, expect: missing() },
  { row: 45, name: 'scan: nothing', lies: scan(() => [])!, expect: missing() },
  { row: 45, name: 'scan: a key twice', lies: scan((all) => [all[0]!, ...all])!, expect: mismatch },
  { row: 45, name: 'scan: backwards', lies: scan((all) => all.toReversed())!, expect: mismatch },
  {
    row: 45,
    name: 'scan: a key from elsewhere',
    lies: scan((all) => [...all, { ...all[0]!, key: Uint8Array.of(0xff, 1) }])!,
    expect: mismatch,
  },
  {
    row: 45,
    name: 'scan: more than was asked for',
    lies: scan((all) =>
      Array.from({ length: 20_000 }, (_, n) => ({
        ...all[0]!,
        key: Uint8Array.of(...all[0]!.key, n >> 8, n & 255),
      })),
    )!,
    expect: mismatch,
  },
  { row: 45, name: 'many: a key missing', lies: getAll((all) => all.slice(1))!, expect: missing() },
  {
    row: 45,
    name: 'many: a key nobody asked for',
    lies: getAll((all) => [...all, { ...all[0]!, key: flipped(all[0]!.key) }])!,
    expect: mismatch,
  },
  {
    row: 45,
    name: 'many: two answers for one key',
    lies: getAll((all) => [...all, { ...all[0]!, tx: all[0]!.tx - 1n }])!,
    expect: mismatch,
  },
  {
    row: 45,
    name: 'history: the first revision missing',
    lies: history((all) => all.slice(1))!,
    expect: missing(true),
  },
  {
    row: 45,
    name: 'history: a revision in the middle missing',
    lies: history((all) => (all.length > 2 ? [all[0]!, ...all.slice(2)] : all.slice(1)))!,
    expect: missing(true),
  },
  {
    row: 45,
    name: 'history: a revision twice',
    lies: history((all) => [all[0]!, ...all])!,
    expect: mismatch,
  },
  { row: 13, name: 'history: backwards', lies: history((all) => all.toReversed())!, expect: mismatch },
  {
    row: 13,
    name: 'history: two revisions with their transactions swapped',
    lies: history((all) => {
      [all[0]!.tx, all[1]!.tx] = [all[1]!.tx, all[0]!.tx];
      return all;
    })!,
    expect: mismatch,
  },
  {
    row: 48,
    name: 'history: values said to have expired',
    lies: history((all) => all.map((entry) => ({ ...entry, value: new Uint8Array(), expired: true })))!,
    expect: mismatch,
  },
  {
    row: 48,
    name: 'many: values said to have expired',
    lies: getAll((all) => all.map((entry) => ({ ...entry, value: new Uint8Array(), expired: true })))!,
    expect: mismatch,
  },
];

/** A state that is not the proven one. */
const state = (
  change: (response: { db: string; txId: bigint; txHash: Uint8Array }) => unknown,
): Forgery['lies'] => ({
  CurrentState: ({ response }) => {
    change(response);
    return response;
  },
});

/** A claim without a proof is refused by its signature, or by the proof that does not come. */
const unproven = ({ mode, shape, variant }: Case): Expectation | undefined => {
  if (isSigned(mode)) return refused('SIGNATURE_INVALID', 'MALFORMED_PROOF', 'BINDING_MISMATCH');
  if (variant === 'settled') return refused('FORK_DETECTED', ...DOES_NOT_HOLD);
  return shape.name === 'verifiedState' ? refused(...DOES_NOT_HOLD) : undefined;
};

export const STATE_FORGERIES: readonly Forgery[] = [
  {
    row: 2,
    name: 'state: another hash',
    lies: state((s) => (s.txHash = flipped(s.txHash)))!,
    expect: unproven,
  },
  {
    row: 31,
    name: 'state: a hash of 31 bytes',
    lies: state((s) => (s.txHash = s.txHash.slice(1)))!,
    expect: () => refused('MALFORMED_PROOF'),
  },
  {
    row: 25,
    name: 'state: of another database, by its name',
    lies: state((s) => (s.db = 'other'))!,
    expect: () => refused('DATABASE_MISMATCH'),
  },
  {
    row: 25,
    name: 'state: of no database',
    lies: state((s) => (s.db = ''))!,
    expect: () => refused('DATABASE_MISMATCH'),
  },
  {
    row: 52,
    name: 'state: transaction 2^63',
    lies: state((s) => (s.txId = 2n ** 63n))!,
    expect: () => refused('MALFORMED_PROOF'),
  },
  {
    row: 52,
    name: 'state: transaction 2^64 - 1',
    lies: state((s) => (s.txId = 2n ** 64n - 1n))!,
    expect: () => refused('MALFORMED_PROOF'),
  },
  {
    row: 1,
    name: 'state: an earlier transaction',
    lies: { CurrentState: ({ request: _ }, { world, place }) => world.baseState.get(place)! },
    expect: () => refused('ROLLBACK_DETECTED'),
  },
  {
    row: 43,
    name: 'state: of an empty database',
    lies: state((s) => {
      s.txId = 0n;
      s.txHash = Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex');
    })!,
    expect: ({ mode }) =>
      isSigned(mode) ? refused('SIGNATURE_INVALID', 'ROLLBACK_DETECTED') : refused('ROLLBACK_DETECTED'),
  },
];

/** What stands in the place of a reference. */
export const REFERENCE_FORGERIES: readonly Forgery[] = [
  ...(
    [
      ['another target', (r) => (r.key = flipped(r.key))],
      ['bound to another transaction', (r) => (r.atTx += 1n)],
      ['of another transaction', (r) => (r.tx -= 1n)],
      ['of transaction 2^63', (r) => (r.tx = 2n ** 63n)],
    ] as readonly (readonly [string, (reference: { key: Uint8Array; atTx: bigint; tx: bigint }) => unknown])[]
  ).map(([name, change]): Forgery => ({
    row: 11,
    name: `reference: ${name}`,
    lies: {
      VerifiableGet: ({ response }) => {
        const { referencedBy } = response.entry!;
        if (referencedBy !== undefined) change(referencedBy);
        return response;
      },
    },
    expect: ({ shape }) => (shape.name.includes('reference') ? refused(...DOES_NOT_HOLD) : undefined),
  })),
  {
    row: 11,
    name: 'reference: another value behind it',
    lies: {
      VerifiableGet: ({ response }) => {
        if (response.entry!.referencedBy === undefined)
          response.entry!.value = flipped(response.entry!.value);
        return response;
      },
    },
    expect: ({ shape }) => (shape.name.includes('reference') ? refused(...DOES_NOT_HOLD) : undefined),
  },
  {
    row: 11,
    name: 'reference: another target behind it, freshly proven',
    swaps: {
      VerifiableGet: (request, { key, otherKey }) => {
        const asked = request.keyRequest!;
        const isReference = Buffer.compare(asked.key, key!) === 0;
        return isReference ? request : { ...request, keyRequest: { ...asked, key: otherKey! } };
      },
    },
    expect: ({ shape }) => (shape.name.includes('reference') ? refused(...DOES_NOT_HOLD) : undefined),
  },
  {
    row: 11,
    name: 'reference: bound to one transaction, shown as of another',
    swaps: {
      VerifiableGet: (request) => {
        const asked = request.keyRequest!;
        return asked.atTx === 0n ? request : { ...request, keyRequest: { ...asked, atTx: 0n } };
      },
    },
    expect: ({ shape }) => (shape.name.includes('bound') ? refused(...DOES_NOT_HOLD) : undefined),
  },
  {
    row: 11,
    name: 'reference: passed off as a plain entry',
    lies: {
      VerifiableGet: ({ response }) => ({
        ...response,
        entry: { ...response.entry!, referencedBy: undefined },
      }),
    },
    expect: ({ shape }) => (shape.name.includes('reference') ? refused(...DOES_NOT_HOLD) : undefined),
  },
  {
    row: 11,
    name: 'reference: a plain entry passed off as one',
    lies: {
      VerifiableGet: ({ response }, { otherKey }) => {
        const { entry } = response;
        const referencedBy = { tx: entry!.tx, key: entry!.key, atTx: 0n, metadata: undefined, revision: 0n };
        return { ...response, entry: { ...entry!, key: otherKey!, referencedBy } };
      },
    },
    expect: ({ shape }) =>
      ['verifiedGet', 'verifiedGet atTx', 'find'].includes(shape.name)
        ? refused(...DOES_NOT_HOLD)
        : undefined,
  },
];
