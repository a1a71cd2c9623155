// Honest answers put together wrongly: the answer to another request, or parts of two. Whatever is accepted must say
// what the ledger really holds, and be about what was asked for.

import { describe, expect, it, vi } from 'vitest';
import type { CheckedState, ProvenEntries, ProvenKeyValue, ProvenReference } from '../../src/proof/index.js';
import { refusalOf } from './expect-refused.js';
import { fingerprint, readRecorded, type Recorded } from './recorded.js';

Error.stackTraceLimit = 0;
vi.setConfig({ testTimeout: 120_000 });

type Result = CheckedState | ProvenEntries | ProvenKeyValue | ProvenReference;

/** What the ledger holds, as far as honest answers told. */
class Truth {
  readonly #alhs = new Map<bigint, string>();
  readonly #transactions = new Map<bigint, string>();
  readonly #entries = new Map<string, string>();

  learn(result: Result): void {
    if ('relation' in result) {
      this.#alhs.set(result.state.txId, fingerprint(result.state.alh));
      return;
    }
    this.#alhs.set(result.header.id, fingerprint(result.alh));
    this.#transactions.set(result.header.id, fingerprint([result.header, result.entries]));
    if ('kind' in result) this.#entries.set(nameOf(result), contentOf(result));
  }

  holds(result: Result): boolean {
    const { txId, alh } = result.state;
    if (this.#alhs.get(txId) !== fingerprint(alh)) return false;
    if ('relation' in result) return true;
    const { header, entries } = result;
    if (this.#transactions.get(header.id) !== fingerprint([header, entries])) return false;
    return !('kind' in result) || this.#entries.get(nameOf(result)) === contentOf(result);
  }
}

function nameOf({ key, header }: ProvenKeyValue | ProvenReference): string {
  return fingerprint([key, header.id]);
}

function contentOf(result: ProvenKeyValue | ProvenReference): string {
  const { key, index, metadata } = result;
  const content = result.kind === 'value' ? result.value : [result.target, result.atTx];
  return fingerprint([result.kind, key, index, metadata, content]);
}

function learned(all: readonly Recorded[]): Truth {
  const truth = new Truth();
  for (const recorded of all) truth.learn(recorded.check(recorded.answer()) as Result);
  return truth;
}

const recordings = { 'proof-v0': readRecorded('proof-v0'), 'proof-v1': readRecorded('proof-v1') };

/** Whether the client of `asked` accepts `answer`; fails if it does and should not. */
function accepts(asked: Recorded, answer: object, truth: Truth, what: string): boolean {
  let result: unknown;
  if (refusalOf(() => (result = asked.check(answer))) !== undefined) return false;
  const own = asked.check(asked.answer()) as Result;
  if (!truth.holds(result as Result)) expect.fail(`${asked.name}: accepted a lie: ${what}`);
  if ('kind' in own) {
    const { key } = result as ProvenKeyValue;
    if (fingerprint(key) !== fingerprint(own.key))
      expect.fail(`${asked.name}: accepted another key: ${what}`);
  } else if ('entries' in own && fingerprint((result as ProvenEntries).header) !== fingerprint(own.header)) {
    // Two requests for one transaction may share an answer; two writes never do.
    expect.fail(`${asked.name}: accepted another transaction: ${what}`);
  }
  return true;
}

function sameCall(all: readonly Recorded[]): [string, Recorded[]][] {
  const groups = new Map<string, Recorded[]>();
  for (const recorded of all) groups.set(recorded.rpc, [...(groups.get(recorded.rpc) ?? []), recorded]);
  return [...groups];
}

describe.each(['proof-v0', 'proof-v1'] as const)('%s', (file) => {
  const all = recordings[file];
  const truth = learned(all);

  it.each(sameCall(all))('%s: the whole answer to another request', (_, answers) => {
    for (const asked of answers) {
      for (const other of answers) {
        const accepted = accepts(asked, other.answer(), truth, `the answer of ${other.name}`);
        if (asked === other) expect(accepted).toBe(true);
      }
    }
  });

  it.each(sameCall(all).filter(([rpc]) => rpc !== 'CurrentState'))(
    '%s: one part of another answer',
    (_, answers) => {
      // Each with half a dozen others, beginning elsewhere each time, so that all relations between two answers occur.
      const step = Math.ceil(answers.length / 6);
      answers.forEach((asked, first) => {
        for (const other of answers.filter((_other, i) => (i + first) % step === 0)) {
          for (const [part, answer] of spliced(asked, other))
            accepts(asked, answer, truth, `${part} of ${other.name}`);
        }
      });
    },
  );
});

type Parts = Record<string, unknown>;

/** The own answer with one part of another's, on each level. */
function* spliced(asked: Recorded, other: Recorded): Generator<readonly [string, object]> {
  const paths = [
    [],
    ['verifiableTx'],
    ['dualProof'],
    ['verifiableTx', 'dualProof'],
    ['tx'],
    ['verifiableTx', 'tx'],
  ];
  for (const path of paths) {
    const donor = at(other.answer(), path);
    if (donor === undefined) continue;
    for (const part of Object.keys(donor)) {
      const answer = asked.answer();
      const into = at(answer, path);
      if (into === undefined) continue;
      into[part] = donor[part];
      yield [[...path, part].join('.'), answer];
    }
  }
}

function at(answer: object, path: readonly string[]): Parts | undefined {
  let found: unknown = answer;
  for (const name of path) found = (found as Parts | undefined)?.[name];
  return found as Parts | undefined;
}

describe('two databases of one name, signed with one key or another', () => {
  it('no answer of the one passes for the other', () => {
    const [old, current] = [recordings['proof-v0'], recordings['proof-v1']];
    for (const [asker, donors] of [
      [old, current],
      [current, old],
    ] as const) {
      for (const asked of asker) {
        for (const other of donors) {
          if (asked.rpc !== other.rpc) continue;
          expect(
            refusalOf(() => asked.check(other.answer())),
            `${asked.name} by ${other.name}`,
          ).toBeDefined();
        }
      }
    }
  });
});
