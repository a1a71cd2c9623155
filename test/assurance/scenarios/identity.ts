// Who the server says it is, which database it serves, how sessions come and go, and what is believed at first contact.

import { readdir } from 'node:fs/promises';
import { ImmuError, VerificationError } from '../../../src/errors.js';
import { judge, meaningOf, refused, same, type Verdict } from '../attempt.js';
import type { TrustMode } from '../modes.js';
import { bytes, freshKey } from '../shapes/client.js';
import { Subject, type SubjectOptions } from '../subject.js';
import type { World } from '../world.js';
import { onSubject, type Scenario, SIGNED, UNSIGNED, verdictOf } from './scenario.js';
import { flipped, rpcsOf } from '../forgeries/forgery.js';
import { FORGERIES } from '../forgeries/all.js';

/** Names a server may give itself, as far as a header can carry them. */
const NAMES: readonly string[] = [
  '../../../etc/passwd',
  '..\\..\\trust',
  'CON',
  '.',
  'x'.repeat(8_000),
  '%2e%2e%2f',
  'c1-%00.json',
];

/** Trust is kept under names from configuration: whatever the server calls itself, nothing is reset and no file moves. */
const renamed = (name: string) =>
  onSubject({}, async (subject) => {
    const honest = meaningOf(await subject.deposits.find('base-0'));
    await subject.client.verifiedState();
    const files = await filesOf(subject);
    subject.proxy.disguise(name);
    const run = async () => {
      const found = await subject.deposits.find('base-0');
      await subject.client.verifiedState();
      const after = await filesOf(subject);
      if (after !== files) throw new Error(`files changed: ${after} from ${files}`);
      return found;
    };
    return { run, honest, expectation: same('names of servers name nothing here'), isLedAway: true };
  });

async function filesOf({ kept: { directory }, world }: Subject): Promise<string> {
  const names = directory === undefined ? [] : await readdir(directory, { recursive: true });
  const around = (await readdir(world.folder)).filter((name) => !name.startsWith('trust-'));
  return [...names, ...around].sort().join(' ');
}

/** Another history under another name is another server; nothing is reset for it. */
const otherServer = onSubject({ place: 'shorter' }, async (subject) => {
  await subject.client.verifiedState();
  subject.proxy.disguise('somebody-else');
  subject.proxy.retarget(subject.world.twin.address);
  return {
    run: () => subject.client.verifiedState(),
    expectation: refused('SERVER_IDENTITY_CHANGED'),
    isLedAway: true,
  };
});

/** A session on another database than the one asked for. */
const otherSession = onSubject({}, (subject) => {
  subject.proxy.swap('OpenSession', (request) => ({ ...request, databaseName: 'other' }));
  subject.proxy.fail('CurrentState', 7, 'session not found', { times: 1 });
  return { run: () => subject.client.verifiedState(), expectation: refused('DATABASE_MISMATCH') };
});

/** An opening that meets a lie, and must be refused with one of these codes. */
const refusedAtOpening =
  (before: NonNullable<SubjectOptions['before']>, ...codes: readonly string[]): Scenario['run'] =>
  (world, mode) =>
    opened(world, mode, before, codes);

async function opened(
  world: World,
  mode: TrustMode,
  before: NonNullable<SubjectOptions['before']>,
  codes: readonly string[],
): Promise<Verdict> {
  const told: Subject['proxy'][] = [];
  const [opening] = await Promise.allSettled([
    Subject.open(world, mode, {
      before: (proxy) => {
        told.push(proxy);
        before(proxy);
      },
    }),
  ]);
  const made = told[0]!.deeds.some(({ changed }) => changed);
  if (!made) return verdictOf('refused', undefined, 'the attack changed nothing: it was never made');
  if (opening.status === 'fulfilled') {
    await opening.value[Symbol.asyncDispose]();
    return verdictOf('refused', undefined, 'ACCEPTED: opened all the same');
  }
  const error: unknown = opening.reason;
  const code = error instanceof VerificationError || error instanceof ImmuError ? error.code : String(error);
  const isVerdict = error instanceof VerificationError && codes.includes(code);
  return verdictOf('refused', code, isVerdict ? undefined : `${code} where ${codes.join(' or ')} is right`);
}

/** Forged first words: every forgery of a transaction or of a state that needs nothing that was trusted before. */
const firstWords: readonly Scenario[] = FORGERIES.filter(
  (forgery) =>
    rpcsOf(forgery).includes('VerifiableTxById') &&
    forgery.lies !== undefined &&
    /^header beside|^transaction: |^no |^a linear proof/.test(forgery.name) &&
    !forgery.name.startsWith('header everywhere'),
).map((forgery): Scenario => ({
  row: 43,
  attack: `first contact: ${forgery.name}`,
  on: 'open',
  run: refusedAtOpening(
    (proxy) => {
      proxy.lie('VerifiableTxById', (exchange) =>
        forgery.lies!.VerifiableTxById!(exchange, undefined as never),
      );
    },
    'MALFORMED_PROOF',
    'PROOF_INVALID',
    'BINDING_MISMATCH',
    'PROOF_TOO_LARGE',
  ),
}));

const EMPTY = Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex');
const saysEmpty = (proxy: Subject['proxy']): void => {
  proxy.lie('CurrentState', ({ response }) => ({
    ...response,
    txId: 0n,
    txHash: EMPTY,
    signature: undefined,
  }));
};

/** A server that says that it is empty is believed where nothing was known: there is nothing yet to be false. */
const emptyAtFirst: Scenario['run'] = async (world, mode) => {
  await using subject = await Subject.open(world, mode, { before: saysEmpty });
  const changed = subject.proxy.deeds.some((deed) => deed.changed);
  subject.proxy.clear();
  await subject.client.verifiedState();
  const after = await subject.client.trustedState();
  const problem = !changed ? 'it was never made' : after === undefined ? 'trusted nothing' : undefined;
  return verdictOf('unprovable', undefined, problem);
};

/** After each reconnect the rules are as before: nothing unsigned passes where a key is pinned. */
async function reconnected(world: World, mode: TrustMode): Promise<Verdict> {
  await using subject = await Subject.open(world, mode);
  let verdict: Verdict = verdictOf('refused', undefined, 'never tried');
  for (let n = 0; n < 20; n++) {
    subject.proxy.cutAll();
    await subject.client.verifiedState();
    subject.proxy.cutAll();
    subject.proxy.lie('VerifiableGet', ({ response }) => ({
      ...response,
      verifiableTx: { ...response.verifiableTx!, signature: undefined },
    }));
    verdict = await judge(subject, {
      run: () => subject.deposits.find('base-0'),
      expectation: refused('SIGNATURE_MISSING'),
      honestCalls: 8,
    });
    if (verdict.problem !== undefined) return verdict;
  }
  return verdict;
}

/** A write was committed, and the server says that the session was lost, or breaks the connection. */
const committedOnce = (lie: (proxy: Subject['proxy']) => void, on: 'insert' | 'save') =>
  onSubject({}, async (subject) => {
    const id = Buffer.from(freshKey('once')).toString();
    const created = subject.deposits.create({ id, owner: 'me', slip: id, amount: 1n });
    if (on === 'save') {
      await subject.deposits.insert(created);
      created.amount = 2n;
    }
    subject.proxy.clear();
    lie(subject.proxy);
    const run = async () => {
      await subject.deposits.save(created);
      const revisions = await subject.deposits.history(id);
      if (revisions.length !== (on === 'save' ? 2 : 1)) throw new Error(`${revisions.length} revisions`);
      return revisions.length;
    };
    return {
      run,
      honest: on === 'save' ? '2' : '1',
      expectation: same('settled by looking for it'),
      honestCalls: 12,
    };
  });

const losses: readonly (readonly [name: string, lie: (proxy: Subject['proxy']) => void])[] = [
  [
    'the connection breaks after the commit',
    (proxy) => {
      proxy.drop('VerifiableSet', 'after', { times: 1 });
    },
  ],
  [
    'the connection breaks before',
    (proxy) => {
      proxy.drop('VerifiableSet', 'before', { times: 1 });
    },
  ],
  [
    '"session not found" after the commit',
    (proxy) => {
      proxy.fail('VerifiableSet', 7, 'session not found', { when: 'after', times: 1 });
    },
  ],
  [
    '"max concurrency limit exceeded" after the commit',
    (proxy) => {
      proxy.fail('VerifiableSet', 2, 'max concurrency limit exceeded', { when: 'after', times: 1 });
    },
  ],
];

/** Bytes written by the server itself instead of the writer's. */
const written = (
  name: string,
  forge: (KVs: { key: Uint8Array; value: Uint8Array }[]) => { key: Uint8Array; value: Uint8Array }[],
  row = 9,
): Scenario => ({
  row,
  attack: name,
  on: 'verifiedSet',
  run: onSubject({}, (subject) => {
    subject.proxy.swap('VerifiableSet', (request) => ({
      ...request,
      setRequest: {
        ...request.setRequest!,
        KVs: forge(request.setRequest!.KVs).map((entry) => ({ metadata: undefined, ...entry })),
      },
    }));
    const entries = [freshKey(), freshKey()].map((key) => ({ key, value: bytes('mine') }));
    return { run: () => subject.client.verifiedSet(entries), expectation: refused('BINDING_MISMATCH') };
  }),
});

export const IDENTITY_SCENARIOS: readonly Scenario[] = [
  ...NAMES.map((name): Scenario => ({
    row: 26,
    attack: `a server that calls itself ${name.slice(0, 24)}`,
    on: 'find',
    run: renamed(name),
  })),
  { row: 27, attack: 'another name, and the same history', on: 'find', run: renamed('another-name') },
  { row: 27, attack: 'another name, and another history', on: 'verifiedState', run: otherServer },
  {
    row: 25,
    attack: 'a session on another database, given in the midst of work',
    on: 'verifiedState',
    run: otherSession,
  },
  {
    row: 25,
    attack: 'a session on another database from the beginning',
    on: 'open',
    run: refusedAtOpening((proxy) => {
      proxy.swap('OpenSession', (request) => ({ ...request, databaseName: 'other' }));
    }, 'DATABASE_MISMATCH'),
  },
  ...firstWords,
  {
    row: 43,
    attack: 'first contact: a state whose hash is not the proven one',
    on: 'open',
    run: refusedAtOpening(
      (proxy) => {
        proxy.lie('CurrentState', ({ response }) => ({ ...response, txHash: flipped(response.txHash) }));
      },
      'BINDING_MISMATCH',
      'SIGNATURE_INVALID',
    ),
  },
  {
    row: 43,
    attack: 'first contact: "the database is empty"',
    on: 'open',
    modes: ['first use'],
    run: emptyAtFirst,
  },
  {
    row: 43,
    attack: '"the database is empty" to who knows better',
    on: 'open',
    modes: [...SIGNED, ...UNSIGNED.filter((mode) => mode !== 'first use')],
    run: refusedAtOpening(saysEmpty, 'ROLLBACK_DETECTED', 'SIGNATURE_MISSING'),
  },
  {
    row: 22,
    attack: 'unsigned answers after each of 20 reconnects',
    on: 'find',
    modes: SIGNED,
    run: reconnected,
  },
  ...losses.flatMap(([name, lie]): Scenario[] =>
    (['insert', 'save'] as const).map((on) => ({ row: 46, attack: name, on, run: committedOnce(lie, on) })),
  ),
  written('another value written', (KVs) => KVs.map((entry) => ({ ...entry, value: flipped(entry.value) }))),
  written('another key written', (KVs) => KVs.map((entry) => ({ ...entry, key: flipped(entry.key) }))),
  written('an entry more written', (KVs) => [...KVs, { ...KVs[0]!, key: flipped(KVs[0]!.key) }], 14),
  written('an entry less written', (KVs) => KVs.slice(1), 14),
  written('entries written in another order', (KVs) => KVs.toReversed(), 14),
];
