import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Json, readCatalog, writeCatalog } from '../../../src/engine/storage/catalog-file.js';
import { caught } from '../../trust/support/caught.js';
import { temporaryDirectory } from '../../trust/support/temporary-directory.js';
import { diskFailure, endsBeforeCall, withDisk } from './support/disk-faults.js';

const asIs = (value: Json) => value;
const catalog = (version: number): Json => ({ version, databases: ['systemdb', 'defaultdb'] });

async function written(...values: readonly Json[]): Promise<{ directory: string; path: string }> {
  const directory = await temporaryDirectory();
  for (const value of values) await writeCatalog(directory, value);
  return { directory, path: join(directory, 'ledger.json') };
}

describe('the catalog of a folder', () => {
  it('is undefined where there is none', async () => {
    const directory = await temporaryDirectory();
    expect(await readCatalog(directory, asIs)).toBeUndefined();
    expect(await readCatalog(join(directory, 'none'), asIs)).toBeUndefined();
    expect(await readdir(directory)).toEqual([]);
  });

  it.each<Json>([null, 1, 'text', [], {}, { a: [{ b: null }], é: '\n"sha256:' }, { text: 'sha256:\n' }])(
    'gives back %j',
    async (value) => {
      const { directory } = await written(value);
      expect(await readCatalog(directory, asIs)).toEqual(value);
    },
  );

  it('is a text for people, the same for the same value, with its hash below', async () => {
    const { path } = await written({ b: 1, a: { d: [2, { z: 1, y: 2 }], c: true } });
    expect(await readFile(path, 'utf8')).toMatchInlineSnapshot(`
      "{
        "a": {
          "c": true,
          "d": [
            2,
            {
              "y": 2,
              "z": 1
            }
          ]
        },
        "b": 1
      }
      sha256:b7eb6b3324cd1cf8a08dc91596680551385588794a47714f62c9ecb455651653
      "
    `);
    const { path: other } = await written({ a: { c: true, d: [2, { y: 2, z: 1 }] }, b: 1 });
    expect(await readFile(other)).toEqual(await readFile(path));
  });

  it('becomes what the caller makes of it, and what the caller throws is passed on', async () => {
    const { directory } = await written(catalog(3));
    expect(await readCatalog(directory, (value) => (value as { version: number }).version)).toBe(3);
    const refusal = new Error('not this version');
    const refuse = () => {
      throw refusal;
    };
    expect(await caught(readCatalog(directory, refuse))).toBe(refusal);
  });

  it.skipIf(process.platform === 'win32')(
    'is for its owner only, and so is a folder made for it',
    async () => {
      const directory = join(await temporaryDirectory(), 'a', 'b');
      await writeCatalog(directory, catalog(1));
      const modes = ['..', '.', 'ledger.json'].map(async (name) =>
        ((await stat(join(directory, name))).mode & 0o777).toString(8),
      );
      expect(await Promise.all(modes)).toEqual(['700', '700', '600']);
    },
  );

  it('keeps the one before', async () => {
    const { directory, path } = await written(catalog(1), catalog(2));
    const [second, first] = [await readFile(path), await readFile(`${path}.previous`)];
    await rm(path);
    await writeFile(path, first);
    expect(await readCatalog(directory, asIs)).toEqual(catalog(1));
    await writeFile(path, second);
    await writeCatalog(directory, catalog(3));
    expect(await readFile(`${path}.previous`)).toEqual(second);
    expect((await readdir(directory)).sort()).toEqual(['ledger.json', 'ledger.json.previous']);
  });
});

describe('a damaged catalog', () => {
  it('is found wherever a bit is flipped', async () => {
    const { directory, path } = await written(catalog(1));
    const whole = await readFile(path);
    for (let offset = 0; offset < whole.length; offset++) {
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(offset) ^ (1 << (offset % 8)), offset);
      await writeFile(path, flipped);
      expect(await caught(readCatalog(directory, asIs)), `byte ${offset}`).toMatchObject({
        code: 'LEDGER_DAMAGED',
      });
    }
  });

  it('is found wherever it is cut, or goes on', async () => {
    const { directory, path } = await written(catalog(1));
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length += 7) {
      await writeFile(path, whole.subarray(0, length));
      expect(await caught(readCatalog(directory, asIs))).toMatchObject({ code: 'LEDGER_DAMAGED' });
    }
    for (const more of ['\n', ' ', whole.toString()]) {
      await writeFile(path, Buffer.concat([whole, Buffer.from(more)]));
      expect(await caught(readCatalog(directory, asIs))).toMatchObject({ code: 'LEDGER_DAMAGED' });
    }
  });

  it('is named, with the one before if there is one', async () => {
    const { directory, path } = await written(catalog(1));
    await writeFile(path, '{}\n');
    const alone = await caught(readCatalog(directory, asIs));
    expect(alone).toMatchObject({ code: 'LEDGER_DAMAGED', details: { path } });
    expect(alone.message).toMatch(
      /^The file ledger\.json does not match its hash, in .*immurepo verify --path/,
    );
    await writeCatalog(directory, catalog(2));
    await writeCatalog(directory, catalog(3));
    await writeFile(path, '{}\n');
    const error = await caught(readCatalog(directory, asIs));
    expect(error.message).toContain(`${path}.previous holds what it was before the last change`);
  });

  it('does not become the one before when it is written over', async () => {
    const { directory, path } = await written(catalog(1), catalog(2));
    await writeFile(path, '{}\n');
    await writeCatalog(directory, catalog(4));
    expect(await readFile(`${path}.previous`, 'utf8')).toContain('"version": 1');
    expect(await readCatalog(directory, asIs)).toEqual(catalog(4));
  });

  it('is one that is gone while the one before is there', async () => {
    const { directory, path } = await written(catalog(1), catalog(2));
    await rm(path);
    const error = await caught(readCatalog(directory, asIs));
    expect(error).toMatchObject({ code: 'LEDGER_DAMAGED' });
    expect(error.message).toMatch(/ledger\.json is missing; .*previous holds/);
  });
});

describe('writing the catalog', () => {
  const MAX_CALLS = 60;

  it('is done or not done when the process ends at any call to the disk', async () => {
    const seen = new Set<string>();
    let ended = false;
    for (let fatal = 1; !ended && fatal < MAX_CALLS; fatal++) {
      const { directory, path } = await written(catalog(1), catalog(2));
      ended = await endsBeforeCall(fatal, () => writeCatalog(directory, catalog(3)));
      const found = (await readCatalog(directory, asIs)) as { version: number };
      const before = /"version": (\d)/.exec(await readFile(`${path}.previous`, 'utf8'))?.[1];
      seen.add(`${before}, ${found.version}`);
      await writeCatalog(directory, catalog(4));
      expect(await readCatalog(directory, asIs)).toEqual(catalog(4));
    }
    expect(ended).toBe(true);
    expect([...seen]).toEqual(['1, 2', '2, 2', '2, 3']);
  });

  it('for the first time is done or not done as well', async () => {
    const seen = new Set<string>();
    let ended = false;
    for (let fatal = 1; !ended && fatal < MAX_CALLS; fatal++) {
      const directory = join(await temporaryDirectory(), 'ledger');
      ended = await endsBeforeCall(fatal, () => writeCatalog(directory, catalog(1)));
      const found = await readCatalog(directory, asIs);
      seen.add(found === undefined ? 'none' : JSON.stringify(found));
    }
    expect(ended).toBe(true);
    expect([...seen]).toEqual(['none', JSON.stringify({ databases: ['systemdb', 'defaultdb'], version: 1 })]);
  });

  it.each(['ENOSPC', 'EIO'])('that fails with %s says so and leaves no litter', async (code) => {
    let calls = Infinity;
    for (let fatal = 1; fatal <= calls; fatal++) {
      const { directory } = await written(catalog(1), catalog(2));
      let count = 0;
      let hit = '';
      const outcome = await withDisk(
        ({ name, path }) => {
          if (++count !== fatal) return;
          hit = `${name} ${path}`;
          throw diskFailure(code);
        },
        () => writeCatalog(directory, catalog(3)).catch((error: unknown) => error),
      );
      if (count < fatal) calls = count;
      else expect(outcome, hit).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', details: { code } });
      expect((await readdir(directory)).sort(), hit).toEqual(['ledger.json', 'ledger.json.previous']);
      expect([2, 3]).toContain(((await readCatalog(directory, asIs)) as { version: number }).version);
    }
    expect(calls).toBeGreaterThan(8);
  });

  it('syncs the file before it has its name, and the folder after', async () => {
    const { directory } = await written(catalog(1));
    const calls: string[] = [];
    await withDisk(
      ({ name, path }) =>
        void calls.push(`${name} ${path.replace(directory, '.').replace(/[0-9a-f]{16}/, '*')}`),
      () => writeCatalog(directory, catalog(2)),
    );
    const order = ['handle.sync ./ledger.json.*.new', 'rename ./ledger.json.*.new'].map((call) =>
      calls.indexOf(call),
    );
    expect(order[0]).toBeGreaterThan(0);
    expect(order[1]).toBeGreaterThan(order[0]!);
    expect(calls.lastIndexOf('handle.sync .')).toBeGreaterThan(order[1]!);
  });

  it('cannot read what it may not', async () => {
    const { directory, path } = await written(catalog(1));
    await chmod(path, 0);
    const error = await caught(
      withDisk(
        ({ name }) => {
          if (name === 'readFile') throw diskFailure('EACCES');
        },
        () => readCatalog(directory, asIs),
      ),
    );
    expect(error).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', details: { path, code: 'EACCES' } });
  });
});
