// What is run around reads and writes: when, in which order, and what becomes of what it throws.

import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { evidenceOf, ImmuError, isVerified, type Ledger } from 'immurepo';
import { memoryLedger, tamper } from 'immurepo/testing';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from '../any-ledger.js';
import { instead, Leaf, noting, Page, taken, takenWith } from './diary.js';

const CLASSES = [Page, Leaf];
const open = (options: Omit<Parameters<typeof memoryLedger>[0], 'entities'> = {}) =>
  memoryLedger({ entities: CLASSES, ...options });
const page = (ledger: Ledger, id = 'a', text = 'x') => ledger.repository(Page).create({ id, day: 1, text });

afterEach(() => {
  taken();
  for (const name of Object.keys(instead)) Reflect.deleteProperty(instead, name);
});

onEveryBackend('hooks', describeServers, (start) => {
  it('are called around a save, and after a load, of a ledger with plug-ins', async () => {
    const database = await start();
    const audit = { name: 'audit', ...noting('audit ') };
    const ledger = await database.open(CLASSES, { plugins: [audit] });
    const other = await database.open([Page]);
    const pages = ledger.repository(Page);
    let seenByOther = false;
    instead.beforeSave = (entity) => void ((entity as Page).text = 'by a hook');
    instead.afterSave = async () => {
      seenByOther = (await other.client.verifiedGet(evidenceOf(a).key)) !== undefined;
    };
    const a = page(ledger);
    await pages.save(a);
    expect(seenByOther).toBe(true);
    expect(taken()).toEqual(['beforeSave', 'audit beforeSave', 'afterSave', 'audit afterSave']);
    expect((await pages.findOrFail('a')).text).toBe('by a hook');
    expect(taken()).toEqual(['afterLoad', 'audit afterLoad']);
    await ledger.repository(Leaf).save(ledger.repository(Leaf).create({ text: 'l' }));
    expect(taken()).toEqual(['audit beforeSave', 'audit afterSave']);
  });

  it('after saves are called once a transaction was committed, and not by an attempt that was not', async () => {
    const database = await start();
    const [ledger, other] = [await database.open([Page]), await database.open([Page])];
    await ledger.repository(Page).saveMany([page(ledger), page(ledger, 'b')]);
    let attempts = 0;
    taken();
    await ledger.transaction(async (tx) => {
      const [a, b] = await tx.repository(Page).findMany(['a', 'b']);
      a!.text = 'tx';
      await tx.repository(Page).save(a!);
      await tx.repository(Page).delete(b!);
      await tx.repository(Page).insert(page(ledger, 'c'));
      expect(taken()).not.toContain('afterSave');
      if (attempts++ === 0) await other.repository(Page).update('b', { text: 'other' });
      taken();
    });
    expect(attempts).toBe(2);
    const called = takenWith();
    expect(called.map(([name]) => name)).toEqual(['afterSave', 'afterSave']);
    expect(called.map(([, entity]) => isVerified(entity))).toEqual([true, true]);
  });
});

describe('beforeSave', () => {
  it('is told whether anything is stored of the entity, as far as is known', async () => {
    await using ledger = await open();
    const pages = ledger.repository(Page);
    const told = () => takenWith().flatMap(([name, , context]) => (name === 'beforeSave' ? [context] : []));
    await pages.save(page(ledger));
    await pages.save(page(ledger), { force: true });
    await pages.update('a', { text: 'y' });
    await pages.upsert({ id: 'a', day: 1, text: 'z' });
    await pages.upsert({ id: 'b', day: 1, text: 'z' });
    await pages.restore('a', 1n);
    const isNew = [true, true, false, false, true, false];
    expect(told()).toEqual(isNew.map((value) => ({ entity: 'page', isNew: value })));
  });

  it('may take its time, and is awaited entity by entity', async () => {
    await using ledger = await open();
    const ended: string[] = [];
    instead.beforeSave = async (entity) => {
      await delay(Math.random() * 3);
      ended.push((entity as Page).id);
    };
    await ledger.repository(Page).saveMany(['c', 'a', 'b'].map((id) => page(ledger, id)));
    expect(ended).toEqual(['c', 'a', 'b']);
  });

  it('refuses the write by what it throws', async () => {
    await using ledger = await open();
    const reason = new RangeError('no');
    instead.beforeSave = () => Promise.reject(reason);
    await expect(ledger.repository(Page).save(page(ledger))).rejects.toBe(reason);
    await expect(ledger.transaction((tx) => tx.repository(Page).save(page(ledger)))).rejects.toBe(reason);
    expect(taken()).toEqual(['beforeSave', 'beforeSave']);
    expect(await ledger.repository(Page).find('a')).toBeUndefined();
  });

  it('must not change the id', async () => {
    await using ledger = await open();
    instead.beforeSave = (entity) => void ((entity as Page).id = 'other');
    await expect(ledger.repository(Page).save(page(ledger))).rejects.toThrow(
      /^beforeSave of Page changed the id of Page "a"/,
    );
    delete instead.beforeSave;
    expect(await ledger.repository(Page).findMany(['a', 'other'])).toEqual([undefined, undefined]);
  });

  it('is called before validation, of defaults and generated ids', async () => {
    await using ledger = await open({
      validator: (entity) => (Reflect.get(entity, 'text') === 'good' ? [] : [{ message: 'is not good' }]),
      plugins: [{ name: 'better', beforeSave: (entity) => void Reflect.set(entity, 'text', 'good') }],
    });
    const leaf = Object.assign(new Leaf(), { text: 'bad' });
    await ledger.repository(Leaf).save(leaf);
    expect(leaf).toMatchObject({ id: expect.any(String) as string, text: 'good' });
  });

  it('is not called by deletions', async () => {
    await using ledger = await open();
    const saved = await ledger.repository(Page).save(page(ledger));
    taken();
    await ledger.repository(Page).delete(saved);
    expect(taken()).toEqual([]);
  });
});

describe('afterSave', () => {
  it('is told of the revision, before the save resolves', async () => {
    await using ledger = await open();
    const saving = ledger.repository(Page).save(page(ledger));
    instead.afterSave = () => delay(20);
    const saved = await saving;
    const { txId } = evidenceOf(saved);
    expect(takenWith().at(-1)).toEqual(['afterSave', saved, { entity: 'page', revision: 1n, txId }]);
  });

  it('is not called for what was not written', async () => {
    await using ledger = await open();
    const saved = await ledger.repository(Page).save(page(ledger));
    taken();
    await ledger.repository(Page).save(saved);
    expect(taken()).toEqual(['beforeSave']);
    await expect(ledger.repository(Page).insert(page(ledger))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(taken()).toEqual(['beforeSave']);
  });

  it('is called for the own part of a shared transaction', async () => {
    await using ledger = await open({ coalesceSaves: true });
    const pages = ledger.repository(Page);
    const saves = ['a', 'b', 'c'].map(async (id) => pages.save(page(ledger, id)));
    const saved = await Promise.all(saves);
    expect(new Set(saved.map((one) => evidenceOf(one).txId)).size).toBeLessThan(3);
    const called = takenWith().filter(([name]) => name === 'afterSave');
    expect(called.map(([, entity]) => entity)).toEqual(saved);
  });

  it('changes nothing by what it throws: that is told to who listens, or by a warning', async () => {
    const plugin = { name: 'audit', afterSave: () => Promise.reject(new Error('from the plug-in')) };
    await using ledger = await open({ plugins: [plugin] });
    const pages = ledger.repository(Page);
    const error = new Error('too late');
    instead.afterSave = () => {
      throw error;
    };
    const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    try {
      await pages.save(page(ledger));
      const warnings = emitWarning.mock.calls.map(([text]) => text);
      expect(warnings).toEqual([
        expect.stringMatching(/^afterSave of Page failed after the commit, which stands: Error: too late/),
        expect.stringMatching(/^afterSave of the plug-in "audit" failed .* from the plug-in/),
      ]);
      emitWarning.mockClear();
      const events: unknown[] = [];
      ledger.on('hook-failed', (event) => events.push(event));
      const b = await pages.save(page(ledger, 'b'));
      await delay(0);
      const told = { hook: 'afterSave', entity: 'page', key: evidenceOf(b).key };
      expect(events).toEqual([
        { ...told, plugin: undefined, error },
        { ...told, plugin: 'audit', error: new Error('from the plug-in') },
      ]);
      expect(emitWarning).not.toHaveBeenCalled();
    } finally {
      emitWarning.mockRestore();
    }
  });
});

describe('afterLoad', () => {
  const READS: Record<string, (ledger: Ledger) => Promise<unknown>> = {
    find: (ledger) => ledger.repository(Page).find('a'),
    findOrFail: (ledger) => ledger.repository(Page).findOrFail('a'),
    findMany: (ledger) => ledger.repository(Page).findMany(['a']),
    findBy: (ledger) => ledger.repository(Page).findBy({ day: 1 }),
    findOneBy: (ledger) => ledger.repository(Page).findOneBy({ day: 1 }),
    'findBy, select': (ledger) => ledger.repository(Page).findBy({ day: 1 }, { select: ['text'] }),
    page: (ledger) => ledger.repository(Page).page(),
    stream: (ledger) => first(ledger.repository(Page).stream()),
    streamBy: (ledger) => first(ledger.repository(Page).streamBy({ day: 1 })),
    history: (ledger) => ledger.repository(Page).history('a'),
    revisions: (ledger) => first(ledger.repository(Page).revisions('a')),
    at: async (ledger) =>
      ledger
        .repository(Page)
        .at((await ledger.verifyState())!.txId)
        .find('a'),
    restore: (ledger) => ledger.repository(Page).restore('a', 1n),
    update: (ledger) => ledger.repository(Page).update('a', { text: 'new' }),
    upsert: (ledger) => ledger.repository(Page).upsert({ id: 'a', day: 1, text: 'new' }),
    refresh: async (ledger) => ledger.repository(Page).refresh(page(ledger)),
    'a transaction, find': (ledger) => ledger.transaction((tx) => tx.repository(Page).find('a')),
    'a transaction, findBy': (ledger) => ledger.transaction((tx) => tx.repository(Page).findBy({ day: 1 })),
  };
  const loads = () => taken().filter((name) => name === 'afterLoad');

  it.each(Object.entries(READS))(
    'is called once by %s, and refuses it by what it throws',
    async (_, read) => {
      await using ledger = await open();
      await ledger.repository(Page).save(page(ledger));
      taken();
      await read(ledger);
      expect(loads()).toEqual(['afterLoad']);
      const reason = new ImmuError('SERVER_ERROR', 'not this one');
      instead.afterLoad = () => {
        throw reason;
      };
      await expect(read(ledger)).rejects.toBe(reason);
    },
  );

  it('is not called for what is read to be written over or counted', async () => {
    await using ledger = await open();
    const pages = ledger.repository(Page);
    await pages.save(page(ledger));
    taken();
    await pages.count();
    await pages.diff('a', 0n);
    await pages.save(page(ledger, 'a', 'other'));
    await pages.saveMany([page(ledger, 'a', 'more'), page(ledger, 'b')], { force: true });
    await pages.delete('a');
    expect(loads()).toEqual([]);
  });

  it('makes what is not stored, and its entity is as proven', async () => {
    await using ledger = await open();
    const pages = ledger.repository(Page);
    const saved = await pages.save(page(ledger));
    instead.afterLoad = (entity) => void ((entity as Page).title = `Day ${(entity as Page).day}`);
    const found = await pages.findOrFail('a');
    expect(found.title).toBe('Day 1');
    expect(isVerified(found)).toBe(true);
    expect((await pages.refresh(saved)).title).toBe('Day 1');
  });

  it('hides and changes what is selected, which is no longer as proven', async () => {
    await using ledger = await open();
    const pages = ledger.repository(Page);
    await pages.save(page(ledger));
    const select = async () => (await pages.findBy({ day: 1 }, { select: ['day', 'text'] }))[0]!;
    expect(isVerified(await select())).toBe(true);
    instead.afterLoad = (entity) => {
      delete (entity as Page).text;
    };
    const hidden = await select();
    expect(hidden).toEqual({ day: 1 });
    expect(isVerified(hidden)).toBe(false);
    expect(evidenceOf(hidden, { allowModified: true }).revision).toBe(1n);
  });

  it('ends a query by what it throws, though the unreadable are passed over', async () => {
    await using ledger = await open();
    const pages = ledger.repository(Page);
    await pages.save(page(ledger));
    const reason = new ImmuError('UNREADABLE_RECORD', 'says the hook');
    instead.afterLoad = () => {
      throw reason;
    };
    const onUnreadable = vi.fn();
    await expect(first(pages.stream({ onUnreadable }))).rejects.toBe(reason);
    expect(onUnreadable).not.toHaveBeenCalled();
  });

  it('must not be asynchronous', async () => {
    await using ledger = await open();
    await ledger.repository(Page).save(page(ledger));
    const asynchronous: unknown = () => Promise.reject(new Error('unheard'));
    instead.afterLoad = asynchronous as () => void;
    await expect(ledger.repository(Page).find('a')).rejects.toThrow(/^afterLoad of Page is asynchronous/);
  });
});

describe('a proof that fails', () => {
  it('is no load: afterLoad is not called for what was forged', async () => {
    await using ledger = await open();
    await ledger.repository(Page).save(page(ledger));
    await tamper(ledger).forge(Page, 'a', { text: 'forged' });
    taken();
    for (const read of [
      () => ledger.repository(Page).find('a'),
      () => ledger.repository(Page).findMany(['a']),
      () => ledger.repository(Page).findBy({ day: 1 }),
      () => ledger.repository(Page).history('a'),
      () => ledger.transaction((tx) => tx.repository(Page).find('a')),
    ])
      await expect(read()).rejects.toMatchObject({ name: 'VerificationError' });
    expect(taken()).toEqual([]);
  });

  it('is no save: afterSave is not called, and no commit is told', async () => {
    await using ledger = await open();
    const committed: unknown[] = [];
    await ledger.repository(Page).save(page(ledger));
    await tamper(ledger).fork(0n);
    ledger.on('committed', (event) => committed.push(event));
    taken();
    await expect(ledger.repository(Page).save(page(ledger, 'b'))).rejects.toMatchObject({
      name: 'VerificationError',
    });
    await expect(
      ledger.transaction((tx) => tx.repository(Page).insert(page(ledger, 'c'))),
    ).rejects.toBeInstanceOf(Error);
    await delay(0);
    expect(taken()).not.toContain('afterSave');
    expect(committed).toEqual([]);
  });
});

async function first(items: AsyncGenerator): Promise<unknown> {
  for await (const item of items) return item;
  return undefined;
}
