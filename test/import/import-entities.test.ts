// Imports as a program makes them, on every backend: what is stored, what is refused, and what a second run does.

import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { Entity, Id, type Ledger, Property } from 'immurepo';
import type { EntityClass } from 'immurepo/extend';
import { t } from '../../src/entity/types/t.js';
import { importEntities, type ImportOptions, type RefusedRow } from '../../src/import/index.js';
import {
  type AnyOptions,
  atEnd,
  endAll,
  onEngine,
  onEveryBackend,
  type Start,
} from '../repository/any-ledger.js';
import { describeServers } from '../support/describe-servers.js';
import { Account, Entry } from './entities.js';
import { fileOf, ndjson } from './files.js';

const opened = async (start: Start) => (await start()).open([Account, Entry]);

/** An import, and the rows it refused as `line: message`. */
async function imported(
  ledger: Ledger,
  entity: typeof Account | typeof Entry,
  file: string,
  options: ImportOptions = {},
) {
  const refused: RefusedRow[] = [];
  const onRefused = (row: RefusedRow) => void refused.push(row);
  const report = await importEntities<Account | Entry>(ledger, entity, file, { ...options, onRefused });
  return { report, refused: refused.map(({ line, message }) => `${line}: ${message}`), rows: refused };
}

const entries = (count: number) => ndjson(Array.from({ length: count }, (_, n) => ({ text: `e${n}` })));

const people = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({
    id: `a${from + n}`,
    email: `${from + n}@x`,
    balance: String(10n ** 20n + BigInt(n)),
  }));

onEveryBackend('importEntities', describeServers, (start) => {
  it('stores what a file holds, once, in somebody’s name', async () => {
    const ledger = await opened(start);
    const file = await fileOf('accounts.ndjson', ndjson(people(25)));
    const run = () =>
      ledger.as({ actor: 'ada', reason: 'moved' }, () => imported(ledger, Account, file, { batch: 10 }));
    const first = await run();
    expect(first.report).toMatchObject({
      ...{ rows: 25, imported: 25, skipped: 0, refused: 0, transactions: 3, batch: 10 },
      ...{ resumed: false, complete: true },
    });
    const accounts = ledger.repository(Account);
    expect(await accounts.findOneBy({ email: '24@x' })).toMatchObject({
      id: 'a24',
      balance: 10n ** 20n + 24n,
    });
    expect(await accounts.history('a0')).toMatchObject([{ actor: 'ada', reason: 'moved' }]);
    const before = (await ledger.client.currentState()).txId;
    expect((await run()).report).toMatchObject({ imported: 0, skipped: 25, transactions: 0, resumed: true });
    expect((await ledger.client.currentState()).txId).toBe(before);
  });

  it('refuses rows by what is stored, in the file twice, or of no type, and writes nothing', async () => {
    const ledger = await opened(start);
    const accounts = ledger.repository(Account);
    await accounts.insert(accounts.create({ id: 'old', email: 'old@x', balance: 1n }));
    const rows = [
      { id: 'a', email: 'a@x', balance: 1 },
      { id: 'old', balance: 1 },
      { id: 'b', email: 'old@x', balance: 1 },
      { id: 'a', balance: 1 },
      { id: 'c', email: 'a@x', balance: 1 },
      { id: 'd', balance: 'much' },
      { balance: 1 },
    ];
    const file = await fileOf('accounts.jsonl', ndjson(rows));
    const { report, refused } = await imported(ledger, Account, file);
    expect(refused).toEqual([
      expect.stringMatching(/^2: Account "old" was stored before, last in transaction \d+\./),
      expect.stringMatching(/^3: Account "old" has this email, which must be unique\./),
      '4: Its id is that of line 1.',
      '5: It has the same email as line 1, which must be unique.',
      expect.stringMatching(/^6: .*balance.*bigint/),
      expect.stringMatching(/^7: .*id/),
    ]);
    expect(report).toMatchObject({ rows: 7, imported: 0, refused: 6, complete: false });
    expect(await accounts.exists('a')).toBe(false);

    const valid = await imported(ledger, Account, file, { acceptValid: true });
    expect(valid.report).toMatchObject({ imported: 1, refused: 6, complete: true });
    expect(valid.rows[0]).toMatchObject({ line: 2, raw: '{"id":"old","balance":1}' });
    expect(await accounts.exists('a')).toBe(true);
    // The second time the same rows are told, of those that were left out by what the ledger holds.
    const again = await imported(ledger, Account, file, { acceptValid: true });
    expect(again.report).toMatchObject({ imported: 0, skipped: 1, refused: 6 });
    expect(again.refused[0]).toMatch(/^2: It was left out when the rows around it were imported/);
  });

  it('goes on where it was broken off, cut as it was begun', async () => {
    const ledger = await opened(start);
    const file = await fileOf('entries.ndjson', entries(30));
    const stopping = new AbortController();
    const stop = imported(ledger, Entry, file, {
      batch: 7,
      signal: stopping.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'writing' && done >= 14) stopping.abort(new Error('enough'));
      },
    });
    await expect(stop).rejects.toThrow('enough');
    const { report } = await imported(ledger, Entry, file, { batch: 100 });
    expect(report).toMatchObject({ batch: 7, imported: 16, skipped: 14, transactions: 3, resumed: true });
    const texts = new Set<string>();
    for await (const { text } of ledger.repository(Entry).stream()) texts.add(text);
    expect(await ledger.repository(Entry).count()).toBe(30);
    expect(texts.size).toBe(30);
  });
});

/** A ledger in memory, and others on the same. */
async function inMemory(entities: readonly EntityClass[] = [Account, Entry], options: AnyOptions = {}) {
  const opening = await onEngine();
  const open = async () => {
    const ledger = await opening(entities, options);
    atEnd(() => ledger.close());
    return ledger;
  };
  return { open, ledger: await open() };
}

describe('importEntities (in memory)', () => {
  afterEach(endAll);

  it('takes a file from two processes at once, and stores each row once', async () => {
    const { open, ledger } = await inMemory();
    const file = await fileOf('entries.ndjson', entries(60));
    const ledgers = [ledger, await open()];
    const runs = await Promise.allSettled(ledgers.map((one) => imported(one, Entry, file, { batch: 3 })));
    for (const run of runs)
      if (run.status === 'rejected') expect(run.reason).toMatchObject({ code: 'CONFLICT' });
    expect((await imported(ledger, Entry, file)).report).toMatchObject({ imported: 0, skipped: 60 });
    expect(await ledger.repository(Entry).count()).toBe(60);
  });

  it('updates by id, with the properties a row has', async () => {
    const { ledger } = await inMemory();
    const accounts = ledger.repository(Account);
    await accounts.insertMany([
      accounts.create({ id: 'a', email: 'a@x', balance: 1n, note: 'kept' }),
      accounts.create({ id: 'b', email: 'b@x', balance: 2n }),
    ]);
    const file = await fileOf('accounts.csv', 'id,email,balance\na,,5\nb,b@x,2\nc,c@x,3\n');
    const { report } = await imported(ledger, Account, file, { update: true });
    expect(report).toMatchObject({ imported: 2, unchanged: 1, transactions: 1 });
    expect(await accounts.findMany(['a', 'b', 'c'])).toMatchObject([
      { email: 'a@x', balance: 5n, note: 'kept' },
      { email: 'b@x', balance: 2n },
      { balance: 3n },
    ]);
    expect(await accounts.history('b')).toHaveLength(1);
    expect((await imported(ledger, Account, file, { update: true })).report).toMatchObject({ skipped: 3 });
    const noId = await fileOf('entries.csv', 'text\nx\n');
    expect((await imported(ledger, Entry, noId, { update: true })).refused).toEqual([
      '2: Entry.id is missing, and an update goes by the id.',
    ]);
  });

  it('asks hooks and validators first, and says where they refuse', async () => {
    const saved: string[] = [];
    @Entity({
      name: 'guarded',
      validate: (one: object) =>
        Reflect.get(one, 'size') === 13 ? [{ message: 'is unlucky', path: ['size'] }] : undefined,
      hooks: {
        beforeSave: (one: object) => {
          Reflect.set(one, 'stamped', true);
          if (Reflect.get(one, 'size') === 0) throw new Error('is nothing');
        },
        afterSave: (one: object) => void saved.push(String(Reflect.get(one, 'id'))),
      },
    })
    class Guarded {
      @Id() id!: string;
      @Property() size!: number;
      @Property() stamped?: boolean;
    }
    const { ledger } = await inMemory([Guarded]);
    const file = await fileOf('guarded.ndjson', ndjson([13, 1, 0].map((size) => ({ id: `g${size}`, size }))));
    const refused: string[] = [];
    const onRefused = ({ line, message }: RefusedRow) => void refused.push(`${line}: ${message}`);
    const report = await importEntities(ledger, Guarded, file, { onRefused, acceptValid: true });
    expect(refused).toEqual(['1: size: is unlucky', '3: is nothing']);
    expect(report).toMatchObject({ imported: 1, refused: 2 });
    expect(saved).toEqual(['g1']);
    expect(await ledger.repository(Guarded).find('g1')).toMatchObject({ stamped: true });
  });

  it('does not take for imported what was judged otherwise by the code of then', async () => {
    let most = 2;
    @Entity({
      name: 'judged',
      validate: (one: object) =>
        (Reflect.get(one, 'size') as number) > most ? [{ message: 'is too large' }] : undefined,
    })
    class Judged {
      @Id({ generate: 'ulid' }) id!: string;
      @Property() size!: number;
    }
    const { ledger } = await inMemory([Judged]);
    const file = await fileOf('judged.ndjson', ndjson([1, 2, 3].map((size) => ({ size }))));
    const run = () => importEntities(ledger, Judged, file, { acceptValid: true });
    expect(await run()).toMatchObject({ imported: 2, refused: 1 });
    expect(await run()).toMatchObject({ imported: 0, skipped: 2, refused: 1 });
    most = 3;
    await expect(run()).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      message: expect.stringMatching(/lines 1 to 3, 2 rows were imported .* and 3 would be now/) as unknown,
    });
    expect(await ledger.repository(Judged).count()).toBe(2);
  });

  it('names the line where another writer is first after all', async () => {
    const { ledger } = await inMemory();
    const accounts = ledger.repository(Account);
    const file = await fileOf('accounts.ndjson', ndjson(people(20)));
    let other: Promise<unknown> | undefined;
    const run = imported(ledger, Account, file, {
      batch: 10,
      onProgress: ({ phase, done }) => {
        if (phase === 'checking' && done === 20)
          other = accounts.insert(accounts.create({ id: 'a12', balance: 1n }));
      },
    });
    await expect(run).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/^Line 13: Account "a12" was to be new/) as unknown,
      details: { firstLine: 11, lastLine: 20, lines: [13] },
    });
    await other;
    expect(await accounts.exists('a9')).toBe(true);
    expect(await accounts.exists('a10')).toBe(false);
  });

  /** Rows with ids, of which those with an odd `n` are valid only where `mayBeOdd`; and what runs before one is looked at. */
  function numbered(mayBeOdd: boolean, before: () => Promise<void> | undefined = () => undefined) {
    @Entity({
      name: 'numbered',
      validate: async (one: object) => {
        await before();
        return !mayBeOdd && (Reflect.get(one, 'n') as number) % 2 === 1 ? [{ message: 'is odd' }] : undefined;
      },
    })
    class Numbered {
      @Id() id!: string;
      @Property() n!: number;
    }
    return Numbered;
  }

  const numbers = (count: number) => ndjson(Array.from({ length: count }, (_, n) => ({ id: `n${n}`, n })));

  /** A run that has looked at all of the file when another one imports it, judging otherwise. */
  async function overtaken(acceptValid: boolean) {
    const file = await fileOf('numbered.ndjson', numbers(20));
    const server = await onEngine();
    const Strict = numbered(false);
    let asked = 0;
    let isBegun = false;
    const Loose = numbered(true, async () => {
      // The file was looked at, and the first batch is about to be written.
      if (isBegun && ++asked === 21)
        await importEntities(strict, Strict, file, { batch: 5, acceptValid: true });
    });
    const [strict, loose] = [await server([Strict], {}), await server([Loose], {})];
    atEnd(() => strict.close());
    atEnd(() => loose.close());
    const stopping = new AbortController();
    // Begun, and nothing imported of it.
    const beginning = importEntities(loose, Loose, file, {
      batch: 5,
      signal: stopping.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'checking' && done === 20)
          queueMicrotask(() => {
            stopping.abort(new Error('enough'));
          });
      },
    });
    await expect(beginning).rejects.toThrow('enough');
    isBegun = true;
    const refused: number[] = [];
    const onRefused = ({ line }: RefusedRow) => void refused.push(line);
    const run = importEntities(loose, Loose, file, { batch: 5, acceptValid, onRefused });
    return { run, refused, count: () => loose.repository(Loose).count() };
  }

  it('tells of rows that another process leaves out meanwhile, and takes them for stored no more', async () => {
    const { run, refused, count } = await overtaken(true);
    expect(await run).toMatchObject({ imported: 0, skipped: 10, refused: 10, complete: true });
    expect(refused).toEqual(Array.from({ length: 10 }, (_, n) => 2 * n + 2));
    expect(await count()).toBe(10);
    const strict = await overtaken(false);
    await expect(strict.run).rejects.toMatchObject({
      ...{ code: 'CONFLICT', message: expect.stringMatching(/left out 2 of lines 1 to 5/) as unknown },
    });
  });

  it('counts what another process has imported meanwhile as skipped', async () => {
    const file = await fileOf('numbered.ndjson', numbers(10));
    const server = await onEngine();
    let asked = 0;
    const Other = numbered(true);
    const Numbered = numbered(true, async () => {
      if (++asked === 16) await importEntities(other, Other, file);
    });
    const [other, ledger] = [await server([Other], {}), await server([Numbered], {})];
    atEnd(() => other.close());
    atEnd(() => ledger.close());
    expect(await importEntities(ledger, Numbered, file, { batch: 5 })).toMatchObject({
      ...{ imported: 5, skipped: 5, transactions: 1, refused: 0, complete: true },
    });
    expect(await ledger.repository(Numbered).count()).toBe(10);
  });

  it('asks validators of what an update makes of an entity, and not of its row', async () => {
    @Entity({
      name: 'mailed',
      validate: (one: object) =>
        Reflect.get(one, 'email') === undefined || Reflect.get(one, 'size') === 13
          ? [{ message: 'is not sound' }]
          : undefined,
      hooks: {
        afterLoad: (one: object) => {
          if (Reflect.get(one, 'size') === 99) throw new Error('is not to be loaded');
        },
      },
    })
    class Mailed {
      @Id() id!: string;
      @Property() email?: string;
      @Property({ type: t.optional(t.number()) }) size?: number;
    }
    const { ledger } = await inMemory([Mailed]);
    const mailed = ledger.repository(Mailed);
    await mailed.insertMany(
      ['a', 'b', 'c'].map((id) => mailed.create({ id, email: `${id}@x`, size: id === 'c' ? 99 : 1 })),
    );
    const file = await fileOf('mailed.csv', 'id,size\na,2\nb,13\nnew,1\nc,4\n');
    const refused: string[] = [];
    const onRefused = ({ line, message }: RefusedRow) => void refused.push(`${line}: ${message}`);
    const report = await importEntities(ledger, Mailed, file, { update: true, acceptValid: true, onRefused });
    expect(refused).toEqual(['3: is not sound', '4: is not sound', '5: is not to be loaded']);
    expect(report).toMatchObject({ imported: 1, refused: 3 });
    expect(await mailed.find('a')).toMatchObject({ email: 'a@x', size: 2 });
  });

  it('refuses cells that would lose digits', async () => {
    @Entity({ name: 'exact' })
    class Exact {
      @Id() id!: string;
      @Property({ type: t.optional(t.number()) }) n?: number;
      @Property({ type: t.optional(t.array(t.number())) }) all?: number[];
    }
    const { ledger } = await inMemory([Exact]);
    const rows = ['a,9007199254740993,', 'b,,[9007199254740993]', 'c,12345678901234567.0,', 'd,1e23,[1e+23]'];
    const file = await fileOf('exact.csv', `id,n,all\n${rows.join('\n')}\n`);
    const refused: string[] = [];
    const onRefused = ({ line, message }: RefusedRow) => void refused.push(`${line}: ${message}`);
    await importEntities(ledger, Exact, file, { onRefused, check: true });
    expect(refused).toEqual([
      expect.stringMatching(/^2: Exact.n .*9007199254740993 would be rounded to 9007199254740992/),
      expect.stringMatching(/^3: Exact.all .*9007199254740993/),
      expect.stringMatching(/^4: Exact.n .*would be rounded/),
    ]);
  });

  it('notices a file that is changed between the passes', async () => {
    const { ledger } = await inMemory();
    const file = await fileOf('entries.ndjson', entries(10));
    const run = imported(ledger, Entry, file, {
      onProgress: ({ phase }) => {
        if (phase === 'checking') writeFileSync(file, entries(10).replace('e7', 'E7'));
      },
    });
    await expect(run).rejects.toMatchObject({
      ...{ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/was changed while/) as unknown },
    });
    expect(await ledger.repository(Entry).count()).toBe(0);
  });

  it('refuses what it could not go on with, or does not understand', async () => {
    const { ledger } = await inMemory();
    const file = await fileOf('entries.txt', entries(1));
    const run = (source: string, options: ImportOptions = {}) =>
      importEntities(ledger, Entry, source, options);
    await expect(run('-')).rejects.toThrow(/through a pipe/);
    await expect(run('/dev/null', { format: 'csv' })).rejects.toThrow(/it is no file/);
    await expect(run(`${file}.csv`)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(run(file)).rejects.toThrow(/does not tell its format/);
    await expect(run(file, { format: 'xml' as never })).rejects.toThrow(/ndjson or csv/);
    await expect(run(file, { format: 'ndjson', batch: 0 })).rejects.toThrow(/at least 1/);
    await expect(run(file, { format: 'ndjson', batch: 5000 })).rejects.toThrow(/takes 1023 of Entry/);
    await expect(run(file, { format: 'ndjson', chek: true } as never)).rejects.toThrow(/"chek" is not known/);
    await expect(
      importEntities(Object.create(null) as Ledger, Entry, file, { format: 'csv' }),
    ).rejects.toThrow(/A ledger/);
    expect(await run(file, { format: 'ndjson' })).toMatchObject({ imported: 1 });
    const strict = await inMemory([Entry], { requireActor: true });
    await expect(importEntities(strict.ledger, Entry, file, { format: 'ndjson' })).rejects.toMatchObject({
      code: 'ACTOR_REQUIRED',
    });
  });

  it('imports nothing of a file that cannot be read to its end, whatever is accepted', async () => {
    const { ledger } = await inMemory();
    const file = await fileOf('entries.csv', 'text\na\n"b\nc\n');
    const { report, refused } = await imported(ledger, Entry, file, { acceptValid: true });
    expect(report).toMatchObject({ rows: 2, imported: 0, refused: 1, complete: false });
    expect(refused).toEqual([expect.stringMatching(/^3: .*never closed/)]);
    expect(await ledger.repository(Entry).count()).toBe(0);
  });
});
