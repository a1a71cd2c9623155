// Random histories: whatever an honest ledger answers is accepted and says what was written; whatever one lie about it
// says is refused.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseStateKey, type RawKeyMetadata, verifyEntry, verifyTx } from '../../src/proof/index.js';
import { refusalOf } from './expect-refused.js';
import { bitMutants } from './mutate.js';
import { type NaiveEntry, NaiveLedger, newSigningKey } from './naive-ledger.js';
import { fingerprint } from './recorded.js';

Error.stackTraceLimit = 0;
vi.setConfig({ testTimeout: 120_000 });

const seed = Number(process.env.PROOF_SEED ?? Date.now() % 1_000_000_007);
const signer = newSigningKey();
const policy = { database: 'defaultdb', keys: [parseStateKey(signer.publicKey)] };

const metadata: fc.Arbitrary<RawKeyMetadata> = fc.record({
  deleted: fc.constant(false),
  nonIndexable: fc.boolean(),
  expiration: fc.option(fc.record({ expiresAt: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }), {
    nil: undefined,
  }),
});

const stored = (max: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: 1, maxLength: max }).map((content) => new Uint8Array([0, ...content]));

/** A transaction with distinct keys, in either format; the older has no metadata. */
const transaction = fc
  .tuple(fc.constantFrom(0 as const, 1 as const), fc.integer({ min: -5, max: 2 ** 31 }))
  .chain(([version, ts]) =>
    fc
      .uniqueArray(
        fc.tuple(
          stored(24),
          stored(40),
          version === 0 ? fc.constant(undefined) : fc.option(metadata, { nil: undefined }),
        ),
        {
          minLength: 1,
          maxLength: 9,
          selector: ([key]) => Buffer.from(key).toString('hex'),
        },
      )
      .map((entries) => ({
        header: { version, ts: BigInt(ts) },
        entries: entries.map(([key, value, md]): NaiveEntry =>
          md === undefined ? { key, value } : { key, value, metadata: md },
        ),
      })),
  );

interface History {
  readonly ledger: NaiveLedger;
  readonly written: readonly (readonly NaiveEntry[])[];
}

const history: fc.Arbitrary<History> = fc
  .array(transaction, { minLength: 1, maxLength: 24 })
  .map((transactions) => {
    const ledger = new NaiveLedger({ signingKey: signer.privateKey });
    for (const { entries, header } of transactions) ledger.commit(entries, header);
    return { ledger, written: transactions.map(({ entries }) => entries) };
  });

/** A history, a transaction and an entry of it to ask for, and a state to trust (0: none). */
const question = fc.tuple(history, fc.nat(), fc.nat(), fc.nat()).map(([{ ledger, written }, a, b, c]) => {
  const id = 1 + (a % ledger.size);
  return {
    ledger,
    id,
    entries: written[id - 1]!,
    index: b % written[id - 1]!.length,
    since: c % (ledger.size + 1),
  };
});

function trustedOf(ledger: NaiveLedger, since: number) {
  return since === 0 ? undefined : ledger.state(since);
}

describe(`random histories (PROOF_SEED=${seed})`, () => {
  it('are proven as they were written, in either format and mixed', () => {
    fc.assert(
      fc.property(question, ({ ledger, id, entries, index, since }) => {
        const trusted = trustedOf(ledger, since);
        const tx = verifyTx({ txId: BigInt(id) }, ledger.verifiableTx(id, since), trusted, policy);
        expect(tx.alh).toEqual(ledger.state(id).alh);
        expect(tx.state).toEqual(ledger.state(Math.max(id, since)));
        expect(tx.nextRoot).toEqual(ledger.root(Math.max(id, since)));
        expect(tx.entries.map(({ key }) => key)).toEqual(entries.map(({ key }) => key));
        const { key, value, metadata: written } = entries[index]!;
        const asked = { key: key.slice(1) };
        const entry = verifyEntry(asked, ledger.verifiableEntry(id, index, since), trusted, policy);
        expect(entry).toMatchObject({ kind: 'value', key: asked.key, value: value.slice(1), index });
        expect(entry.metadata?.expiresAt).toBe(written?.expiration?.expiresAt);
        expect(entry.metadata?.nonIndexable ?? false).toBe(written?.nonIndexable ?? false);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('with one bit flipped are refused, or say the same', () => {
    const unproven = /vLen|publicKey/;
    fc.assert(
      fc.property(question, fc.infiniteStream(fc.nat()), ({ ledger, id, entries, index, since }, random) => {
        const answer = ledger.verifiableEntry(id, index, since);
        const check = () =>
          verifyEntry({ key: entries[index]!.key.slice(1) }, answer, trustedOf(ledger, since), policy);
        const honest = fingerprint(check());
        const oneBit = (count: number) => (count === 0 ? [] : [random.next().value! % count]);
        for (const mutant of bitMutants(answer, oneBit)) {
          const undo = mutant.apply();
          let result: unknown;
          const refusal = refusalOf(() => (result = check()));
          undo();
          if (refusal === undefined && (fingerprint(result) !== honest || !unproven.test(mutant.field))) {
            expect.fail(`${mutant.field} ${mutant.change} was accepted`);
          }
        }
      }),
      { seed, numRuns: 25 },
    );
  });

  it('with another history from some transaction on are forks to whoever trusts a later one', () => {
    fc.assert(
      fc.property(history, transaction, fc.nat(), ({ ledger, written }, { entries, header }, at) => {
        const from = 1 + (at % ledger.size);
        const other = new NaiveLedger({ signingKey: signer.privateKey });
        for (const [i, kept] of written.slice(0, from - 1).entries()) {
          const { version, ts } = ledger.verifiableTx(i + 1).tx!.header!;
          other.commit(kept, { version, ts });
        }
        for (let id = from; id <= ledger.size; id++)
          other.commit(entries, { ...header, ts: header.ts + 2n ** 40n });
        for (let since = 1; since <= ledger.size; since++) {
          const verify = () =>
            verifyTx(
              { txId: BigInt(ledger.size) },
              other.verifiableTx(ledger.size, since),
              ledger.state(since),
              policy,
            );
          const refusal = refusalOf(verify);
          if (since < from) expect(refusal).toBeUndefined();
          else expect(refusal?.code).toBe('FORK_DETECTED');
        }
      }),
      { seed, numRuns: 30 },
    );
  });
});

describe('a ledger that changed its format', () => {
  const ledger = new NaiveLedger({ signingKey: signer.privateKey });
  for (let id = 1; id <= 12; id++) {
    ledger.commit([{ key: Uint8Array.of(0, id), value: Uint8Array.of(0, id) }], { version: id < 7 ? 0 : 1 });
  }

  it('is proven across the change, in both directions', () => {
    for (let id = 1; id <= 12; id++) {
      for (let since = 0; since <= 12; since++) {
        const answer = ledger.verifiableEntry(id, 0, since);
        const proven = verifyEntry({ key: Uint8Array.of(id) }, answer, trustedOf(ledger, since), policy);
        expect(proven.header.version).toBe(id < 7 ? 0 : 1);
      }
    }
  });

  it('takes each transaction’s format from its own header, never from the other one of the proof', () => {
    for (const [id, since] of [
      [3, 9],
      [9, 3],
    ] as const) {
      const answer = ledger.verifiableEntry(id, 0, since);
      answer.verifiableTx!.tx!.header = ledger.verifiableTx(since).tx!.header;
      const verify = () => verifyEntry({ key: Uint8Array.of(id) }, answer, ledger.state(since), policy);
      expect(refusalOf(verify)?.code).toBe('BINDING_MISMATCH');
    }
  });
});
