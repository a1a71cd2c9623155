// Servers with another history: rolled back, forked, shown to one client and not to another, or to one operation only.

import { evidenceOf } from 'immurepo';
import { sign } from 'node:crypto';
import { stateSignaturePayload } from 'immurepo/proof';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { VerificationError } from '../../../src/errors.js';
import { failed, judge, refused, type Verdict } from '../attempt.js';
import { Deposit } from '../deposit.js';
import type { TrustMode } from '../modes.js';
import { keptStore, Subject } from '../subject.js';
import type { Place, World } from '../world.js';
import { type Operation, OPERATIONS } from './operations.js';
import { onSubject, type Scenario, SIGNED, verdictOf } from './scenario.js';
import { flipped } from '../forgeries/forgery.js';

const { currentState, verifiableGet } = ImmuServiceDefinition.methods;

/** The client trusted the honest server, and is then led to the twin. */
const ledAway = (place: Place, { run }: Operation, codes: Parameters<typeof refused>): Scenario['run'] =>
  onSubject({ place }, async (subject) => {
    await subject.client.verifiedState();
    if (place === 'longer') await outgrow(subject);
    subject.proxy.retarget(subject.world.twin.address);
    return { run: () => run(subject), expectation: refused(...codes), isLedAway: true, honestCalls: 12 };
  });

/** Lets the twin make as many transactions more as it takes to be ahead. */
async function outgrow({ world, place, client }: Subject): Promise<void> {
  const twin = world.twinWriter(place);
  const trusted = (await client.trustedState())!.txId;
  const deposits = twin.repository(Deposit);
  for (let n = 0; ((await twin.client.verifiedState())?.txId ?? 0n) <= trusted; n++) {
    const id = `more-${Date.now()}-${n}`;
    await deposits.insert(deposits.create({ id, owner: 'twin', slip: id, amount: 0n }));
  }
}

/** A process that begins anew with the trust that was stored, at another server. */
async function begunAnew(world: World, mode: TrustMode, place: Place, code: string): Promise<Verdict> {
  const store = keptStore(world, mode);
  const first = await Subject.open(world, mode, { place, store });
  const before = await first.trusted();
  if (place === 'longer') await outgrow(first);
  await first[Symbol.asyncDispose]();
  const [second] = await Promise.allSettled([
    Subject.open(world, mode, {
      place,
      store,
      before: (proxy) => {
        proxy.retarget(world.twin.address);
      },
    }),
  ]);
  if (second.status === 'fulfilled') {
    await second.value[Symbol.asyncDispose]();
    return verdictOf('refused', undefined, 'ACCEPTED: opened on another history');
  }
  const found = second.reason instanceof VerificationError ? second.reason.code : String(second.reason);
  const again = await store.store.load({ ledgerId: 'assurance', database: place });
  const kept = before.inMemory.includes(Buffer.from(again!.head.alh).toString('hex'));
  const latch = (again!.latch !== undefined) === (code === 'FORK_DETECTED');
  const problem = found !== code ? found : kept ? (latch ? undefined : 'latch') : 'the stored state moved';
  return verdictOf('refused', found, problem);
}

/** Client options by which it trusts the moment at which the twin was copied, and nothing after. */
const atTheParting = (place: Place, world: World) => ({
  place,
  before: (proxy: Subject['proxy']) => {
    proxy.lie('CurrentState', () => structuredClone(world.baseState.get(place)!));
  },
});

async function keyBy(world: World, place: Place, by: 'honest' | 'twin'): Promise<Uint8Array> {
  const ledger = by === 'honest' ? world.writer(place) : world.twinWriter(place);
  return evidenceOf(await ledger.repository(Deposit).findOrFail(`${by}-0`)).key;
}

/** Two answers under way at once, from two histories that both continue what is trusted. */
async function bothAtOnce(world: World, mode: TrustMode): Promise<Verdict> {
  await using subject = await Subject.open(world, mode, atTheParting('level', world));
  const [mine, theirs] = [await keyBy(world, 'level', 'honest'), await keyBy(world, 'level', 'twin')];
  const twin = await world.raw('level', 'twin');
  subject.proxy.clear();
  // The honest server knows nothing of the other key, and is asked for one it knows.
  subject.proxy.swap('VerifiableGet', (request) => ({
    ...request,
    keyRequest: { ...request.keyRequest!, key: mine },
  }));
  subject.proxy.lie('VerifiableGet', ({ request, response }) =>
    Buffer.compare(request.keyRequest!.key, theirs) === 0 ? twin.call(verifiableGet, request) : response,
  );
  return await judge(subject, {
    run: () => Promise.all([subject.client.verifiedGet(mine), subject.client.verifiedGet(theirs)]),
    expectation: refused('FORK_DETECTED'),
    several: true,
    isLedAway: true,
    honestCalls: 4,
  });
}

/** Two clients that share their trust, each shown another history from the same moment on. */
async function twoClients(world: World, mode: TrustMode): Promise<Verdict> {
  const store = keptStore(world, mode);
  const options = { ...atTheParting('level', world), store };
  await using first = await Subject.open(world, mode, options);
  await using second = await Subject.open(world, mode, options);
  first.proxy.clear();
  second.proxy.clear();
  await first.client.verifiedGet(await keyBy(world, 'level', 'honest'));
  second.proxy.retarget(world.twin.address);
  const theirs = await keyBy(world, 'level', 'twin');
  return await judge(second, {
    run: () => second.client.verifiedGet(theirs),
    expectation: refused('FORK_DETECTED'),
    several: true,
    isLedAway: true,
    honestCalls: 4,
  });
}

/** Whoever has the key signs two states of one transaction. */
const twoSignedStates = onSubject({}, async (subject) => {
  const { world, place, client } = subject;
  const { txId, alh } = (await client.verifiedState())!;
  const other = flipped(alh);
  const signature = sign('sha256', stateSignaturePayload(place, { txId, alh: other }), world.signingKey);
  subject.proxy.lie('CurrentState', ({ response }) => ({
    ...response,
    txId,
    txHash: other,
    signature: { publicKey: new Uint8Array(), signature },
  }));
  return { run: () => client.verifiedState(), expectation: refused('FORK_DETECTED') };
});

/** What is trusted begins at the twin: nothing contradicts it before the honest server is seen. */
async function firstContactElsewhere(world: World, mode: TrustMode): Promise<Verdict> {
  const away = (proxy: Subject['proxy']) => {
    proxy.retarget(world.twin.address);
  };
  await using subject = await Subject.open(world, mode, { place: 'level', before: away });
  await subject.client.verifiedState();
  subject.proxy.retarget(world.server.address);
  return await judge(subject, {
    run: () => subject.client.verifiedState(),
    expectation: refused('FORK_DETECTED', 'ROLLBACK_DETECTED'),
    isLedAway: true,
    honestCalls: 8,
  });
}

/** An error says that the server is behind, and its state says that it is not. */
const saysItIsBehind = onSubject({ timeoutMs: 1_500 }, (subject) => {
  subject.proxy.fail('VerifiableGet', 3, 'illegal state');
  return {
    run: () => subject.deposits.find('base-0'),
    expectation: failed('SERVER_BEHIND'),
    honestCalls: 40,
  };
});

const FROZEN = 'a server that shows nothing new is not told from one to which nothing was written';
const frozen = onSubject({}, async (subject) => {
  const raw = await subject.world.raw(subject.place, 'server');
  const now = await raw.call(currentState, {});
  await subject.client.verifiedState();
  const writer = subject.world.writer(subject.place).repository(Deposit);
  const id = `later-${Date.now()}`;
  await writer.insert(writer.create({ id, owner: 'later', slip: id, amount: 0n }));
  subject.proxy.lie('CurrentState', () => structuredClone(now));
  return { run: () => subject.client.verifiedState(), expectation: { kind: 'unprovable', why: FROZEN } };
});

export const HISTORY_SCENARIOS: readonly Scenario[] = [
  ...OPERATIONS.flatMap((operation): Scenario[] => [
    {
      row: 1,
      attack: 'a server restored from an older copy',
      on: operation.name,
      run: ledAway('rolled', operation, ['ROLLBACK_DETECTED']),
    },
    {
      row: 2,
      attack: 'a server with another history, longer than the one known',
      on: operation.name,
      run: ledAway('longer', operation, ['FORK_DETECTED']),
    },
    {
      row: 2,
      attack: 'a server with another history, shorter than the one known',
      on: operation.name,
      run: ledAway('shorter', operation, ['ROLLBACK_DETECTED', 'FORK_DETECTED']),
    },
  ]),
  {
    row: 1,
    attack: 'a server restored from an older copy, met by the next process',
    on: 'open',
    run: (world, mode) => begunAnew(world, mode, 'rolled', 'ROLLBACK_DETECTED'),
  },
  {
    row: 2,
    attack: 'a server with another history, met by the next process',
    on: 'open',
    run: (world, mode) => begunAnew(world, mode, 'longer', 'FORK_DETECTED'),
  },
  { row: 1, attack: 'an error saying that the server is behind', on: 'find', run: saysItIsBehind },
  {
    row: 3,
    attack: 'two histories for two clients that share their trust',
    on: 'verifiedGet',
    run: twoClients,
  },
  { row: 4, attack: 'two histories for two operations at once', on: 'verifiedGet', run: bothAtOnce },
  { row: 8, attack: 'a server that shows nothing new', on: 'verifiedState', run: frozen },
  {
    row: 18,
    attack: 'two signed states of one transaction',
    on: 'verifiedState',
    modes: SIGNED,
    run: twoSignedStates,
  },
  {
    row: 24,
    attack: 'a first contact with another server of the same key and name',
    on: 'open',
    run: firstContactElsewhere,
  },
];
