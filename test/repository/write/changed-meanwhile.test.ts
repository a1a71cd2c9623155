// What the application, a hook or a validator does to an entity while it is being saved is never stored unseen, nor under
// the key of another.

import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Entity, Id, type Ledger, Property } from 'immurepo';
import { memoryLedger, MemoryServer } from 'immurepo/testing';

/** Done to what is saved, in its turn. */
const during: { hook?: (note: Note) => void; validator?: (note: Note) => void | Promise<void> } = {};

@Entity<Note>({
  name: 'note',
  hooks: { beforeSave: (note) => during.hook?.(note) },
  validate: async (note) => {
    await during.validator?.(note);
    return note.text === 'bad' ? [{ message: 'is bad' }] : [];
  },
})
class Note {
  @Id() id!: string;
  @Property() text!: string;
}

/** The same, of an application that knows more of it. */
@Entity({ name: 'note' })
class WiderNote {
  @Id() id!: string;
  @Property() text!: string;
  @Property() more!: string;
}

/** Nothing is run around its saves. */
@Entity({ name: 'plain' })
class Plain {
  @Id() id!: Uint8Array;
  @Property() text!: string;
}

const open = () => memoryLedger({ entities: [Note, Plain] });
const note = (ledger: Ledger, id = 'a', text = 'good') => ledger.repository(Note).create({ id, text });
const OTHER_ID = /^The id of Note "\w" was changed while it was being saved/;
const CHANGED = /^Note "a" was changed while it was being saved/;

/** @returns how many notes there are, each of which can be read */
async function readable(ledger: Ledger): Promise<number> {
  const page = await ledger.repository(Note).page();
  return page.items.length;
}

async function once<R>(doing: typeof during, run: () => Promise<R>): Promise<R> {
  Object.assign(during, doing);
  try {
    return await run();
  } finally {
    delete during.hook;
    delete during.validator;
  }
}

describe('an id that changes after the key was settled', () => {
  it('by a validator refuses the write', async () => {
    await using ledger = await open();
    const validator = (one: Note) => void (one.id = 'z');
    const saving = once({ validator }, () => ledger.repository(Note).save(note(ledger)));
    await expect(saving).rejects.toThrow(TypeError);
    expect(await readable(ledger)).toBe(0);
  });

  it('by the hook of another entity refuses the batch', async () => {
    await using ledger = await open();
    const [a, b] = [note(ledger), note(ledger, 'b')];
    const hook = (one: Note) => {
      if (one === b) a.id = 'z';
    };
    const saving = once({ hook }, () => ledger.repository(Note).saveMany([a, b]));
    await expect(saving).rejects.toThrow(OTHER_ID);
    expect(await readable(ledger)).toBe(0);
  });

  it('by the application refuses the write, in place or not', async () => {
    await using ledger = await open();
    const plains = ledger.repository(Plain);
    const plain = plains.create({ id: Uint8Array.of(1), text: 'x' });
    const saving = plains.save(plain);
    plain.id[0] = 2;
    await expect(saving).rejects.toThrow(/^The id of Plain .* was changed while it was being saved/);
    expect((await plains.page()).items).toEqual([]);
  });
});

describe('what validators have not seen', () => {
  it.each([
    ['save', (ledger: Ledger, one: Note) => ledger.repository(Note).save(one)],
    ['insert', (ledger: Ledger, one: Note) => ledger.repository(Note).insert(one)],
    ['a forced save', (ledger: Ledger, one: Note) => ledger.repository(Note).save(one, { force: true })],
    [
      'a transaction',
      (ledger: Ledger, one: Note) => ledger.transaction((tx) => tx.repository(Note).save(one)),
    ],
  ])('is not stored by %s', async (_, save) => {
    await using ledger = await open();
    const one = note(ledger);
    const validator = async () => {
      await delay(1);
      one.text = 'bad';
    };
    // Asked before it was bad, or after: refused either way, and here it is the validator that sees it.
    await expect(once({ validator }, () => save(ledger, one))).rejects.toThrow('is bad');
    one.text = 'good';
    const unseen = () => {
      setImmediate(() => (one.text = 'unseen'));
      return delay(5);
    };
    await expect(once({ validator: unseen }, () => save(ledger, one))).rejects.toThrow(CHANGED);
    expect(await readable(ledger)).toBe(0);
  });

  it('is not stored where it was changed while what is there was read', async () => {
    await using ledger = await open();
    const one = note(ledger);
    let saving: Promise<Note> | undefined;
    await new Promise<void>((resolve) => {
      saving = once(
        {
          validator: () => {
            resolve();
          },
        },
        () => ledger.repository(Note).save(one),
      );
      saving.catch(() => undefined);
    });
    // The validators are through, and the base is on its way.
    for (let turns = 0; turns < 20; turns++) await Promise.resolve();
    one.text = 'bad';
    await expect(saving).rejects.toThrow(CHANGED);
    expect(await readable(ledger)).toBe(0);
  });

  it('is not what the class does not declare, nor what was changed between two saves', async () => {
    await using server = await MemoryServer.start();
    await using wider = await server.open({ entities: [WiderNote] });
    const wide = wider.repository(WiderNote);
    await wide.save(wide.create({ id: 'a', text: 'good', more: 'kept' }));
    await using ledger = await server.open({ entities: [Note] });
    const notes = ledger.repository(Note);
    await notes.update('a', { text: 'better' });
    await notes.upsert({ id: 'a', text: 'best' });
    await notes.restore('a', 1n);
    await ledger.transaction(async (tx) => {
      const found = (await tx.repository(Note).find('a'))!;
      for (const text of ['first', 'second']) await tx.repository(Note).save(Object.assign(found, { text }));
    });
    expect(await wide.findOrFail('a')).toEqual({ id: 'a', text: 'second', more: 'kept' });
  });
});

it('what an update was refused for is not found in the transaction', async () => {
  await using ledger = await open();
  await ledger.transaction(async (tx) => {
    const notes = tx.repository(Note);
    await notes.save(note(ledger));
    await expect(notes.update('a', { text: 'bad' })).rejects.toThrow('is bad');
    expect((await notes.find('a'))?.text).toBe('good');
  });
  expect((await ledger.repository(Note).findOrFail('a')).text).toBe('good');
});
