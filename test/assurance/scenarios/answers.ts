// Genuine answers in the wrong place: of before, of an older revision, of another question, or "there is none".

import { KeyRequest } from '../../../src/wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import type { UnaryName } from '../../support/lying-proxy.js';
import { type Expectation, failed, judge, refused, type Verdict } from '../attempt.js';
import { SHAPES } from '../forgeries/all.js';
import type { TrustMode } from '../modes.js';
import { freshKey, writeThree, bytes } from '../shapes/client.js';
import type { Prepared, Shape } from '../shapes/shape.js';
import { Subject } from '../subject.js';
import type { World } from '../world.js';
import { onSubject, type Scenario } from './scenario.js';

const NOT_FOUND = 'tbtree: key not found';
const UNSEEN =
  'of what nobody here has seen, no server can prove that it is the latest, or that there is none';

const shapeNamed = (name: string): Shape => SHAPES.find((shape) => shape.name === name)!;

/** A subject with an operation prepared, which has seen what it is about, or has not. */
const onShape = (
  name: string,
  { seen }: { readonly seen: boolean },
  arrange: (subject: Subject, prepared: Prepared) => Promise<Expectation> | Expectation,
): Scenario['run'] => {
  const shape = shapeNamed(name);
  return onSubject({ warm: shape.warm === true }, async (subject) => {
    const prepared = await shape.prepare(subject);
    if (seen) {
      await prepared.run();
      await subject.client.verifiedState();
    }
    subject.proxy.clear();
    return { run: prepared.run, expectation: await arrange(subject, prepared), honestCalls: 8 };
  });
};

/** The server answers as of an older transaction: genuine, and proven. */
async function answerOlder({ world, place, proxy }: Subject, { key, earlierTx }: Prepared): Promise<void> {
  const raw = await world.raw(place, 'server');
  const atTx = earlierTx!;
  const isIt = (asked: Uint8Array) => Buffer.compare(asked, key!) === 0;
  const older = <Asked extends { key: Uint8Array }>(asked: Asked) =>
    isIt(asked.key) ? { ...asked, atTx } : asked;
  proxy.swap('Get', older, { compare: true });
  proxy.swap('VerifiableGet', (request) => ({ ...request, keyRequest: older(request.keyRequest!) }), {
    compare: true,
  });
  const entry = await raw.call(ImmuServiceDefinition.methods.get, KeyRequest.create({ key: key!, atTx }));
  proxy.lie('GetAll', ({ response }) => ({
    entries: response.entries.map((shown) => (isIt(shown.key) ? entry : shown)),
  }));
  proxy.lie('History', ({ response }) => ({ entries: response.entries.filter(({ tx }) => tx <= atTx) }));
}

function answerNothing({ proxy }: Subject): void {
  for (const rpc of ['Get', 'VerifiableGet', 'History'] as const) proxy.fail(rpc, 2, NOT_FOUND);
  proxy.lie('GetAll', () => ({ entries: [] }));
}

const READS = [
  'verifiedGet',
  'verifiedGet again',
  'verifiedGetAll',
  'find',
  'find again',
  'findMany',
] as const;
const HISTORIES = ['verifiedHistory', 'history'] as const;
const isMissing = (result: unknown): boolean =>
  result === undefined || (Array.isArray(result) && (result.length === 0 || result.includes(undefined)));

const staleness: readonly Scenario[] = [
  ...READS.map((name): Scenario => ({
    row: 6,
    attack: 'an older revision of what was seen here',
    on: name,
    run: onShape(name, { seen: true }, async (subject, prepared) => {
      await answerOlder(subject, prepared);
      return refused('STALE_READ');
    }),
  })),
  ...HISTORIES.map((name): Scenario => ({
    row: 6,
    attack: 'a history that ends before what was seen here',
    on: name,
    run: onShape(name, { seen: true }, async (subject, prepared) => {
      await answerOlder(subject, prepared);
      return refused('OMISSION_DETECTED');
    }),
  })),
  ...(['verifiedGet', 'verifiedGetAll', 'find', 'findMany', 'verifiedHistory', 'history'] as const).map(
    (name): Scenario => ({
      row: 6,
      attack: 'an older revision of what nobody here has seen',
      on: name,
      run: onShape(name, { seen: false }, async (subject, prepared) => {
        await answerOlder(subject, prepared);
        return { kind: 'unprovable', why: UNSEEN };
      }),
    }),
  ),
  ...[...READS, ...HISTORIES].map((name): Scenario => ({
    row: 7,
    attack: '"there is none", of what was seen here',
    on: name,
    run: onShape(name, { seen: true }, (subject) => {
      answerNothing(subject);
      return refused('OMISSION_DETECTED');
    }),
  })),
  ...(['verifiedGet', 'verifiedGetAll', 'verifiedHistory', 'find', 'findMany', 'history'] as const).map(
    (name): Scenario => ({
      row: 7,
      attack: '"there is none", of what nobody here has seen',
      on: name,
      run: onShape(name, { seen: false }, (subject) => {
        answerNothing(subject);
        return { kind: 'unprovable', why: UNSEEN, holds: isMissing };
      }),
    }),
  ),
  {
    row: 7,
    attack: '"there is none", of what was seen here, to a transaction that reads it',
    on: 'transaction',
    run: onShape('transaction', { seen: true }, (subject) => {
      answerNothing(subject);
      return refused('OMISSION_DETECTED');
    }),
  },
  {
    row: 6,
    attack: 'an older revision of what was seen here, to a transaction that reads it',
    on: 'transaction',
    run: onShape('transaction', { seen: true }, async (subject, prepared) => {
      await answerOlder(subject, prepared);
      return refused('STALE_READ');
    }),
  },
];

/** What the server answered once is answered again, after the trusted state has moved. */
async function replayed(
  world: World,
  mode: TrustMode,
  name: string,
  rpc: 'VerifiableGet' | 'VerifiableTxById' | 'VerifiableSet',
): Promise<Verdict> {
  await using subject = await Subject.open(world, mode);
  const prepared = await shapeNamed(name).prepare(subject);
  const answers: unknown[] = [];
  subject.proxy.lie(rpc, ({ response }) => {
    answers.push(structuredClone(response));
    return response;
  });
  await prepared.run();
  subject.proxy.clear();
  await writeThree(subject);
  await subject.client.verifiedState();
  const again = rpc === 'VerifiableSet' ? await shapeNamed(name).prepare(subject) : prepared;
  subject.proxy.clear();
  subject.proxy.lie(rpc, () => structuredClone(answers.shift()) as never);
  return await judge(subject, {
    run: again.run,
    expectation: refused('BINDING_MISMATCH', 'PROOF_INVALID'),
    honestCalls: 8,
  });
}

const REPLAYS: readonly (readonly [name: string, rpc: Parameters<typeof replayed>[3]])[] = [
  ['verifiedGet', 'VerifiableGet'],
  ['verifiedGet atTx', 'VerifiableGet'],
  ['verifiedGetAll', 'VerifiableTxById'],
  ['verifiedHistory', 'VerifiableTxById'],
  ['verifiedTx', 'VerifiableTxById'],
  ['verifiedSet', 'VerifiableSet'],
  ['find', 'VerifiableGet'],
  ['findMany', 'VerifiableTxById'],
  ['history', 'VerifiableTxById'],
  ['insert', 'VerifiableSet'],
];

/** Two calls of one kind under way at once, each given the answer of the other. */
function crossed(subject: Subject, rpc: UnaryName): void {
  const held: { answer: unknown; give: (answer: unknown) => void }[] = [];
  subject.proxy.lie(rpc, ({ response }) => {
    return new Promise((give) => {
      held.push({ answer: response, give: give as (answer: unknown) => void });
      const [one, other] = held;
      if (one === undefined || other === undefined) return;
      one.give(other.answer);
      other.give(one.answer);
    });
  });
}

const bothRefused = (outcomes: readonly PromiseSettledResult<unknown>[]): never => {
  const accepted = outcomes.filter(({ status }) => status === 'fulfilled');
  if (accepted.length > 0) throw new Error(`${accepted.length} of two crossed answers were ACCEPTED`);
  throw (outcomes[0] as PromiseRejectedResult).reason;
};

const crossings: readonly Scenario[] = [
  {
    row: 47,
    attack: 'the answers to two reads crossed',
    on: 'verifiedGet',
    run: onSubject({}, async (subject) => {
      const [one, other] = (await writeThree(subject)).keys;
      await subject.client.verifiedState();
      crossed(subject, 'VerifiableGet');
      const run = async () =>
        bothRefused(
          await Promise.allSettled([subject.client.verifiedGet(one!), subject.client.verifiedGet(other!)]),
        );
      return { run, expectation: refused('BINDING_MISMATCH', 'PROOF_INVALID'), several: true };
    }),
  },
  {
    row: 47,
    attack: 'the answers to two writes crossed',
    on: 'verifiedSet',
    run: onSubject({}, (subject) => {
      crossed(subject, 'VerifiableSet');
      const write = () => subject.client.verifiedSet([{ key: freshKey(), value: bytes('mine') }]);
      const run = async () => bothRefused(await Promise.allSettled([write(), write()]));
      return { run, expectation: refused('BINDING_MISMATCH', 'PROOF_INVALID'), several: true };
    }),
  },
  {
    row: 47,
    attack: 'the answers to two writes crossed',
    on: 'insert',
    run: onSubject({}, async (subject) => {
      const entries = await Promise.all([
        shapeNamed('insert').prepare(subject),
        shapeNamed('insert').prepare(subject),
      ]);
      crossed(subject, 'VerifiableSet');
      const run = async () => bothRefused(await Promise.allSettled(entries.map((entry) => entry.run())));
      return { run, expectation: refused('BINDING_MISMATCH', 'PROOF_INVALID'), several: true };
    }),
  },
];

const HOSTILE = `\u001b[2J\r\nroot: \u202eevil ${'x'.repeat(5_000)}`;

/** What the server says is quoted, and neither moves a cursor nor fills a log. */
const errorText = onSubject({}, (subject) => {
  subject.proxy.fail('VerifiableGet', 2, HOSTILE);
  const run = async () => {
    try {
      await subject.deposits.find('base-0');
    } catch (error) {
      const { message } = error as Error;
      // eslint-disable-next-line no-control-regex
      if (message.length > 1_000 || /[\u0000-\u001f\u202e]/.test(message))
        throw new RangeError('hostile text was repeated', { cause: error });
      throw error;
    }
  };
  return { run, expectation: failed('SERVER_ERROR') };
});

export const ANSWER_SCENARIOS: readonly Scenario[] = [
  ...staleness,
  ...REPLAYS.map(([name, rpc]): Scenario => ({
    row: 5,
    attack: 'its own earlier answer, after the trusted state has moved',
    on: `${name} (${rpc})`,
    run: (world, mode) => replayed(world, mode, name, rpc),
  })),
  ...crossings,
  { row: 42, attack: 'an error text that moves the cursor and never ends', on: 'find', run: errorText },
];
