// The harness itself, without any server: that it would notice, and that it asks what it says it asks.
import { describe, expect, it } from 'vitest';
import { u64be, utf8 } from '../../src/bytes.js';
import { ServiceFailure } from '../../src/engine/service-failure.js';
import type { LedgerService } from '../../src/engine/service/service.js';
import { ZAddRequest } from '../../src/wire/immudb/schema/sorted-set.js';
import { EntryTypeAction } from '../../src/wire/immudb/schema/tx.js';
import { comparable } from './comparable.js';
import { differences, show, showDifferences } from './differences.js';
import { cut, frames, payloadsOf } from './frames.js';
import { LEFT_OUT, reasonToLeaveOut } from './random/left-out.js';
import { NEGATIVE_ZERO } from './random/parts.js';
import { Random } from './random/random.js';
import { Memory, step, type Step } from './random/step.js';
import { nextStep, STEP_METHODS } from './random/steps.js';
import type { Outcome } from './rpc-backend.js';
import { runHistory } from './run-history.js';
import { serviceBackend } from './service-backend.js';
import type { Side } from './side.js';

const ok = (message: unknown): Outcome => ({ messages: [message], failure: undefined });
const failed = (text: string, code?: string): Outcome => ({
  messages: [],
  failure: { status: 2, text, code },
});
const pathsOf = (left: Outcome, right: Outcome) =>
  differences(comparable('get', left), comparable('get', right)).map(({ path }) => path);

describe('a difference', () => {
  it.each<[string, Outcome, Outcome, string[]]>([
    ['none', ok({ tx: 1n, key: utf8('a') }), ok({ tx: 1n, key: utf8('a') }), []],
    ['a number', ok({ tx: 1n }), ok({ tx: 2n }), ['.messages[0].tx']],
    ['a number of another kind', ok({ tx: 1n }), ok({ tx: 1 }), ['.messages[0].tx']],
    ['a byte', ok({ key: utf8('a') }), ok({ key: utf8('b') }), ['.messages[0].key']],
    [
      'a message that is absent',
      ok({ metadata: {} }),
      ok({ metadata: undefined }),
      ['.messages[0].metadata'],
    ],
    [
      'an entry more',
      ok({ list: [] }),
      ok({ list: ['x'] }),
      ['.messages[0].list.length', '.messages[0].list[0]'],
    ],
    [
      'a failure',
      ok({}),
      failed('no'),
      ['.messages.length', '.messages[0]', '.failure', '.failure.status', '.failure.text'],
    ],
    ['its text', failed('no'), failed('nay'), ['.failure.text']],
    ['its code', failed('no', '23000'), failed('no'), ['.failure.code']],
    [
      'a signature missing',
      ok({ signature: { signature: utf8('s') } }),
      ok({ signature: undefined }),
      ['.messages[0].signature'],
    ],
    [
      'another signature',
      ok({ signature: { signature: utf8('s') } }),
      ok({ signature: { signature: utf8('t') } }),
      [],
    ],
    ['NaN', ok({ score: NaN }), ok({ score: NaN }), []],
    ['the sign of zero', ok({ score: 0 }), ok({ score: -0 }), []],
  ])('%s', (_, left, right, expected) => {
    expect(pathsOf(left, right)).toEqual(expected);
  });

  it('of streams is one of messages, and of how they are cut', () => {
    const stream = (...lengths: number[]): Outcome => ({
      messages: cut(frames([utf8('key'), utf8('value')]), lengths),
      failure: undefined,
    });
    const found = (left: Outcome, right: Outcome) =>
      differences(comparable('streamGet', left), comparable('streamGet', right)).map(({ path }) => path);
    expect(found(stream(11), stream(11))).toEqual([]);
    expect(found(stream(11), stream(12))).toEqual(['.streamed.chunks[0]', '.streamed.chunks[1]']);
  });

  it('is printed for a person', () => {
    const found = differences({ key: utf8('a'), tx: 1n }, { key: Uint8Array.of(0, 255), tx: undefined });
    expect(showDifferences(found, ['immudb', 'engine'])).toBe(
      [
        '  .key',
        "    immudb  'a'",
        "    engine  x'00ff'",
        '  .tx',
        '    immudb  1n',
        '    engine  absent',
      ].join('\n'),
    );
    expect(show({ score: NEGATIVE_ZERO, list: [1, 'x', true], of: {} })).toBe(
      '{ score: -0, list: [1, "x", true], of: {} }',
    );
  });
});

describe('frames', () => {
  const payloads = [utf8('key'), new Uint8Array(0), utf8('a longer value')];
  it.each([[[]], [[1, 1, 1]], [[8, 3, 8]], [[9, 100]]])('cut at %j carry the same', (lengths: number[]) => {
    expect(payloadsOf(cut(frames(payloads), lengths))).toEqual(payloads);
  });

  it.each([1, 7, 9, 12])('that end after %i bytes are no stream', (length) => {
    expect(() => payloadsOf([{ content: frames(payloads).subarray(0, length) }])).toThrow(/^the stream ends/);
  });
});

describe('random steps', () => {
  function steps(seed: number, count: number): Step[] {
    const memory = new Memory();
    const source = { random: new Random(seed), memory };
    return Array.from({ length: count }, () => {
      const made = nextStep(source);
      if (made.writes) memory.note(memory.head + 1n, made.writes);
      return made;
    });
  }

  it('are the same for the same seed, and others for another', () => {
    expect(show(steps(7, 300))).toBe(show(steps(7, 300)));
    expect(show(steps(7, 20))).not.toBe(show(steps(8, 20)));
  });

  it('are of all kinds', () => {
    expect(new Set(steps(1, 3000).map(({ method }) => method))).toEqual(new Set(STEP_METHODS));
  });

  it('send a score of minus zero as that', () => {
    const bytes = ZAddRequest.encode(ZAddRequest.create({ score: NEGATIVE_ZERO })).finish();
    expect(Object.is(ZAddRequest.decode(bytes).score, -0)).toBe(true);
  });
});

describe('what is left out', () => {
  const chunk = (...payloads: string[]) => [{ content: frames(payloads.map(utf8)) }];
  const since = (sinceTx: bigint) => ({ sinceTx });
  const resolved = {
    tx: 1n,
    ...since(1n),
    entriesSpec: { kvEntriesSpec: { action: EntryTypeAction.RESOLVE } },
  };

  it.each<[string, Step, number]>([
    ['a cut stream', { method: 'streamSet', requests: [{ content: u64be(5n) }] }, 0],
    ['an empty value in between', { method: 'streamSet', requests: chunk('a', '', 'b', 'v') }, 1],
    ['an empty key', { method: 'streamVerifiableSet', requests: chunk('12345678', '', 'v') }, 1],
    ['an empty message', { method: 'streamExecAll', requests: chunk('\u0001', 'a', '') }, 2],
    ['a low floor of a scan', step('scan', since(1n)), 3],
    ['a low floor of resolved entries', step('txById', resolved), 3],
  ])('%s', (_, made, index) => {
    expect(reasonToLeaveOut(made, 5n)).toBe(LEFT_OUT[index]?.what);
  });

  it.each<[string, Step]>([
    ['an empty value at the end', { method: 'streamSet', requests: chunk('a', '') }],
    ['a floor at the head', step('scan', since(5n))],
    ['a low floor of a key', step('get', { key: utf8('a'), ...since(1n) })],
    ['a low floor of digests', step('txById', { tx: 1n, ...since(1n) })],
  ])('is not %s', (_, made) => {
    expect(reasonToLeaveOut(made, 5n)).toBeUndefined();
  });
});

/** A service that answers unary calls with an empty message of the method, and fails a few. */
function toyService(unary: LedgerService['unary']): LedgerService {
  return {
    uuid: 'toy',
    unary,
    async *stream(call, requests) {
      const received: unknown[] = [];
      for await (const request of requests) received.push(request);
      if (call.path.endsWith('streamSet')) throw new ServiceFailure(3, 'refused', '22023');
      yield { content: utf8(String(received.length)), metadata: new Map() };
      throw new ServiceFailure(2, 'half way');
    },
  };
}

describe('a service of this process as a backend', () => {
  it('gets and gives what would be on the wire', async () => {
    const calls: unknown[] = [];
    const service = toyService((call, request) => {
      calls.push(call, request);
      return Promise.resolve({ tx: 7n, key: utf8('a'), value: utf8('v'), expired: false, revision: 1n });
    });
    const caller = serviceBackend('toy', service).withHeaders({ sessionid: 's' });
    const { message } = await caller.ask('get', { key: utf8('a') });
    expect(calls).toEqual([
      { path: '/immudb.schema.ImmuService/Get', headers: { sessionid: 's' } },
      { key: utf8('a'), atTx: 0n, sinceTx: 0n, noWait: false, atRevision: 0n },
    ]);
    expect(message).toMatchObject({ tx: 7n, metadata: undefined, referencedBy: undefined });
  });

  it('tells failures with their codes, and streams up to them', async () => {
    const service = toyService(() => Promise.reject(new ServiceFailure(9, 'precondition failed', '23000')));
    const caller = serviceBackend('toy', service).withHeaders({});
    expect(await caller.ask('set', {})).toEqual({
      failure: { status: 9, text: 'precondition failed', code: '23000' },
    });
    expect((await caller.stream('streamSet', [{}, {}])).failure).toEqual({
      status: 3,
      text: 'refused',
      code: '22023',
    });
    const { messages, failure } = await caller.stream('streamGet', [{}]);
    expect(messages).toEqual([{ content: utf8('1'), metadata: new Map() }]);
    expect(failure).toEqual({ status: 2, text: 'half way', code: undefined });
  });

  it.each([
    ['throws', new RangeError('bug')],
    [
      'wraps what it throws',
      Object.assign(new ServiceFailure(13, 'internal'), { cause: new RangeError('bug') }),
    ],
  ])('rejects where the service breaks, if it %s: that is no answer', async (_, error) => {
    const service = toyService(() => Promise.reject(error));
    await expect(serviceBackend('toy', service).withHeaders({}).ask('get', {})).rejects.toThrow('bug');
  });
});

describe('a history on two sides', () => {
  /** Refuses everything, except that the n-th call is handed over. */
  function side(name: string, nth = Infinity, instead: () => Outcome = () => failed('no')): Side {
    let calls = 0;
    const exchange = (): Promise<Outcome> => {
      calls++;
      return Promise.resolve().then(() => (calls === nth ? instead() : failed('no')));
    };
    const untouched = () => Promise.reject(new Error('histories use exchange alone'));
    const caller = { ask: untouched, stream: untouched, exchange };
    return { name, caller, end: () => Promise.resolve() };
  }
  const run = (judged: Side) => runHistory(42, 10, side('immudb'), judged);

  it('passes where they agree', async () => {
    await run(side('engine'));
  });

  it.each<[string, () => Outcome, RegExp]>([
    ['another text', () => failed('nay'), /\.failure\.text\n {4}immudb {2}"no"\n {4}engine {2}"nay"/],
    ['an answer', () => ok({}), /\.messages\.length/],
    [
      'a crash',
      () => {
        throw new RangeError('bug');
      },
      /engine crashed: RangeError: bug/,
    ],
  ])('tells %s, with the seed, the step and those before', async (_, instead, text) => {
    const error = await run(side('engine', 3, instead)).then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error?.message).toMatch(/^history 42 diverges at step 3\. IMMUREPO_SEED=42 /);
    expect(error?.message).toMatch(text);
    expect(error?.message).toContain('The step:\n  txScan { initialTx: 1n }');
    expect(error?.message).toContain('Steps before:\n  1. currentState {} -> no\n  2. scan {} -> no');
  });
});
