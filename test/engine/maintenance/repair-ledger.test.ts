// Damaged ledgers repaired, refused, and repaired by processes that are killed.
import { spawn } from 'node:child_process';
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/bytes.js';
import { entriesKey } from '../../../src/engine/database/rows.js';
import { openEngine } from '../../../src/engine/engine.js';
import {
  type LedgerRepair,
  repairLedger,
  type RepairLedgerOptions,
} from '../../../src/engine/maintenance/repair-ledger.js';
import { repairDatabase } from '../../../src/engine/maintenance/repair-database.js';
import { swapRows } from '../../../src/engine/maintenance/swap-rows.js';
import { verifyLedger } from '../../../src/engine/maintenance/verify-ledger.js';
import { acquireWriterLock } from '../../../src/engine/storage/writer-lock.js';
import { diskFailure, endsBeforeCall, withDisk } from '../storage/support/disk-faults.js';
import { bundledScripts, TASK_PROCESS } from './support/bundled.js';
import {
  addTransactions,
  contentsOf,
  damageIndex,
  damageText,
  dataOf,
  ledgerFolder,
  overwriteRow,
  rowsOf,
  temporaryFolder,
} from './support/folders.js';

const KILLS = Number(process.env.IMMUREPO_TEST_KILLS ?? 4);
const repairChild = fileURLToPath(new URL('support/repair-child.ts', import.meta.url));
const bundled = bundledScripts(TASK_PROCESS, repairChild);
const script = () => bundled('task-process');
const repair = (path: string, options: Partial<RepairLedgerOptions> = {}) =>
  repairLedger({ path, script: script(), ...options });
const isWhole = async (path: string) => {
  const { faults, databases } = await verifyLedger({ path, script: script() });
  return faults.length === 0 && databases.every(({ faultCount }) => faultCount === 0);
};
const bankOf = ({ databases }: LedgerRepair) => databases.find(({ database }) => database === 'bank');
const hidden = async (path: string) =>
  (await readdir(join(path, 'databases'))).filter((name) => name.startsWith('.'));

/** All files, by content. */
async function filesOf(path: string): Promise<Map<string, string>> {
  const names = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const files = await Promise.all(
    names.map(
      async ({ parentPath, name }) =>
        [join(parentPath, name), (await readFile(join(parentPath, name))).toString('base64')] as const,
    ),
  );
  // LMDB's notes about who reads.
  return new Map(files.filter(([name]) => !name.endsWith('lock.mdb')));
}

describe('a ledger that is whole', () => {
  it('is left as it is', async () => {
    const path = await ledgerFolder();
    const before = await filesOf(path);
    const { catalog, databases } = await repair(path);
    expect(catalog).toEqual({ restored: false, added: [], marked: [] });
    expect(databases).toMatchObject([
      { database: 'defaultdb', outcome: 'whole', state: { txId: 0n } },
      { database: 'bank', outcome: 'whole', state: { txId: 30n } },
    ]);
    expect(await filesOf(path)).toEqual(before);
  });

  it('is not there, and is not made', async () => {
    const path = await temporaryFolder();
    await expect(repair(path)).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    await expect(repair(join(path, 'none'))).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    expect(await readdir(path)).toEqual([]);
  });
});

describe('a ledger whose index is damaged', () => {
  it('is rebuilt, and the damaged one kept', async () => {
    const path = await ledgerFolder();
    const contents = await contentsOf(path);
    await damageIndex(path);
    const damaged = await readFile(dataOf(path));
    await expect(contentsOf(path)).rejects.toMatchObject({ code: 'LEDGER_DAMAGED' });

    const repaired = bankOf(await repair(path));
    expect(repaired).toMatchObject({
      outcome: 'rebuilt',
      headLost: false,
      state: { txId: 30n },
      before: { faultCount: expect.any(Number) as unknown },
    });
    expect(await contentsOf(path)).toEqual(contents);
    expect(await isWhole(path)).toBe(true);
    const { kept } = repaired as Extract<typeof repaired, { outcome: 'rebuilt' }>;
    expect(kept.path).toMatch(/databases[/\\]\.damaged\.bank\.\d{8}T\d{6}\.\d{3}Z$/);
    expect(kept.bytes).toBe(damaged.length);
    expect(await readFile(join(kept.path, 'data.mdb'))).toEqual(damaged);
    expect(await hidden(path)).toHaveLength(1);
  });

  it('goes on from there, and what was kept stays when it is opened', async () => {
    const path = await ledgerFolder();
    await damageIndex(path);
    await repair(path);
    await addTransactions(path, 5);
    const engine = await openEngine({ path });
    expect(await engine.isEmpty('bank')).toBe(false);
    await engine.close();
    expect(await hidden(path)).toEqual([expect.stringMatching(/^\.damaged\.bank\./)]);
    expect(await isWhole(path)).toBe(true);
    expect((await contentsOf(path)).at(-1)).toMatch(/^35 /);
  });

  it('is not touched while somebody has it open', async () => {
    const path = await ledgerFolder();
    await damageIndex(path);
    const engine = await openEngine({ path });
    try {
      await expect(repair(path)).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
    } finally {
      await engine.close();
    }
    expect(await hidden(path)).toEqual([]);
    expect(bankOf(await repair(path))).toMatchObject({ outcome: 'rebuilt' });
  });

  it('is given free afterwards, also after a failure', async () => {
    const path = await ledgerFolder();
    await expect(repair(path, { database: 'shop' })).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' });
    await (await acquireWriterLock(path)).release();
  });

  it('is not changed once another process took it over', async () => {
    const path = await ledgerFolder();
    await damageIndex(path);
    const damaged = await readFile(dataOf(path));
    const lock = { path: '', isHeld: false, release: () => Promise.resolve() };
    const work = repairDatabase({ path, name: 'bank', expected: [] }, lock, { script: script() });
    await expect(work).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
    expect(await readFile(dataOf(path))).toEqual(damaged);
    expect(await hidden(path)).toEqual([]);
  });

  it('can be given up half way', async () => {
    const path = await ledgerFolder();
    await damageIndex(path);
    const aborting = new AbortController();
    const given = repair(path, {
      signal: aborting.signal,
      onProgress: () => {
        aborting.abort(new Error('enough'));
      },
    });
    await expect(given).rejects.toThrow('enough');
    expect(await hidden(path)).toEqual([]);
    await (await acquireWriterLock(path)).release();
  });
});

describe('a ledger whose head is', () => {
  it.each<[string, (path: string) => Promise<void>]>([
    ['damaged', (path) => writeFile(join(rowsOf(path), 'head'), Buffer.alloc(5000, 7))],
    ['missing', (path) => rm(join(rowsOf(path), 'head'))],
  ])('%s gets one from its rows, and says that nothing else tells of newer ones', async (_, damage) => {
    const path = await ledgerFolder();
    const contents = await contentsOf(path);
    await damage(path);
    expect(bankOf(await repair(path))).toMatchObject({
      outcome: 'rebuilt',
      headLost: true,
      state: { txId: 30n },
    });
    expect(await contentsOf(path)).toEqual(contents);
    expect(await isWhole(path)).toBe(true);
  });
});

describe('a ledger whose transactions are damaged', () => {
  it.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    [
      'in a value',
      (path) => damageText(dataOf(path), 'value 11'),
      /^Transaction 12 is not whole \(.*does not match its checksum\).*Restore the ledger from a backup\. Nothing was changed\.$/,
    ],
    [
      'in a list of entries',
      (path) => overwriteRow(path, 'log', entriesKey(4n), utf8('?')),
      /^Transaction 4 is not whole/,
    ],
    ['in everything', (path) => writeFile(dataOf(path), Buffer.alloc(100_000)), /./],
    ['by being gone', (path) => rm(dataOf(path)), /The file "data\.mdb" is missing/],
  ])('%s is not changed, and what is lost is named', async (_, damage, text) => {
    const path = await ledgerFolder();
    await damage(path);
    const before = await filesOf(path);
    const repaired = bankOf(await repair(path));
    expect(repaired).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(text) as unknown });
    expect(await filesOf(path)).toEqual(before);
  });

  it('or that fell behind what is known elsewhere', async () => {
    const path = await ledgerFolder();
    await damageIndex(path);
    const before = await filesOf(path);
    for (const txId of [7n, 31n]) {
      const expected = new Map([['bank', [{ source: 'the trust record', txId, alh: new Uint8Array(32) }]]]);
      expect(bankOf(await repair(path, { expected }))).toMatchObject({
        outcome: 'refused',
        reason: expect.stringMatching(
          /does not agree with what is known from elsewhere: .*the trust record/,
        ) as unknown,
      });
    }
    expect(await filesOf(path)).toEqual(before);
  });
});

describe('a ledger whose ledger.json is', () => {
  it.each<[string, (path: string) => Promise<unknown>, boolean]>([
    ['damaged', (path) => damageText(join(path, 'ledger.json'), 'defaultdb'), true],
    ['missing', (path) => rm(join(path, 'ledger.json')), true],
    ['an older one', (path) => rename(join(path, 'ledger.json.previous'), join(path, 'ledger.json')), false],
  ])('%s gets one that fits its databases', async (_, damage, restored) => {
    const path = await ledgerFolder();
    await damage(path);
    await expect(
      openEngine({ path }).then(async (engine) => {
        try {
          await engine.isEmpty('bank');
        } finally {
          await engine.close();
        }
      }),
    ).rejects.toMatchObject({ code: 'LEDGER_DAMAGED' });
    const { catalog } = await repair(path);
    expect(catalog).toMatchObject({ restored, added: [], marked: ['bank'] });
    if (catalog.kept !== undefined)
      expect(await readFile(catalog.kept)).not.toEqual(await readFile(join(path, 'ledger.json')));
    expect(await isWhole(path)).toBe(true);
    const engine = await openEngine({ path });
    expect(await engine.isEmpty('bank')).toBe(false);
    await engine.close();
  });

  it('from before a database was made knows it again', async () => {
    const path = await ledgerFolder();
    await cp(rowsOf(path), rowsOf(path, 'shop'), { recursive: true });
    expect((await repair(path)).catalog).toEqual({ restored: false, added: ['shop'], marked: [] });
    expect(await isWhole(path)).toBe(true);
  });

  it('damaged as the one before it is cannot be made up', async () => {
    const path = await ledgerFolder();
    for (const name of ['ledger.json', 'ledger.json.previous'])
      await damageText(join(path, name), 'defaultdb');
    const before = await filesOf(path);
    await expect(repair(path)).rejects.toThrow(
      /Neither ledger\.json nor ledger\.json\.previous.*Put back.*Nothing was changed/,
    );
    expect(await filesOf(path)).toEqual(before);
  });
});

describe('a swap that fails', () => {
  it.each(['head', 'data.mdb'])('at %s leaves the old rows, under one name', async (file) => {
    const path = await ledgerFolder();
    const fresh = await temporaryFolder();
    await cp(rowsOf(path), fresh, { recursive: true });
    await damageIndex(path);
    const damaged = await readFile(dataOf(path));
    const kept = join(path, 'databases', '.damaged.bank.1');
    const swap = withDisk(
      ({ name, path: from }) => {
        if (name === 'rename' && from.endsWith(file)) throw diskFailure('ENOSPC');
      },
      () => swapRows({ rows: rowsOf(path), by: fresh, kept }),
    );
    await expect(swap).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readFile(dataOf(path))).toEqual(damaged);
    expect(await hidden(path)).toEqual([]);
    expect(bankOf(await repair(path))).toMatchObject({ outcome: 'rebuilt' });
  });

  it('after it is done keeps the old rows', async () => {
    const path = await ledgerFolder();
    const fresh = await temporaryFolder();
    await cp(rowsOf(path), fresh, { recursive: true });
    const kept = join(path, 'databases', '.damaged.bank.1');
    let removals = 0;
    const swap = withDisk(
      ({ name }) => {
        if (name === 'rm' && ++removals === 2) throw diskFailure('EIO');
      },
      () => swapRows({ rows: rowsOf(path), by: fresh, kept }),
    );
    await expect(swap).rejects.toMatchObject({ code: 'EIO' });
    expect((await readdir(kept)).sort()).toEqual(['data.mdb', 'head']);
  });
});

describe('a process that ends', () => {
  it('at any step of the swap leaves the old or the new rows in place', { timeout: 120_000 }, async () => {
    const path = await ledgerFolder();
    const contents = await contentsOf(path);
    const fresh = await temporaryFolder();
    await cp(rowsOf(path), fresh, { recursive: true });
    await damageIndex(path);
    const seen = new Set<string>();
    let ended = false;
    for (let fatal = 1; !ended && fatal < 100; fatal++) {
      const at = await temporaryFolder();
      await cp(path, join(at, 'ledger'), { recursive: true });
      await cp(fresh, join(at, 'fresh'), { recursive: true });
      const ledger = join(at, 'ledger');
      ended = await endsBeforeCall(fatal, () =>
        swapRows({
          rows: rowsOf(ledger),
          by: join(at, 'fresh'),
          kept: join(ledger, 'databases', '.damaged.bank.1'),
        }),
      );
      const found = await contentsOf(ledger).catch((error: unknown) => (error as { code: string }).code);
      if (typeof found === 'string') expect(found).toBe('LEDGER_DAMAGED');
      else expect(found).toEqual(contents);
      seen.add(typeof found === 'string' ? 'old' : 'new');
      // Whatever it was, it can be written to and repaired.
      await addTransactions(ledger, 1).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'LEDGER_DAMAGED' });
      });
      if (fatal % 7 === 0)
        expect(bankOf(await repair(ledger))?.outcome).toBe(typeof found === 'string' ? 'rebuilt' : 'whole');
    }
    expect(ended).toBe(true);
    expect([...seen]).toEqual(['old', 'new']);
  });

  it(
    `by a kill, in ${KILLS} rounds, leaves a ledger that can be repaired`,
    { timeout: 600_000 },
    async () => {
      const pristine = await ledgerFolder(300);
      const contents = await contentsOf(pristine);
      await damageIndex(pristine);
      const outcomes = new Set<string>();
      let durationMs = 0;
      for (let round = 0; round <= KILLS; round++) {
        const path = join(await temporaryFolder(), 'ledger');
        await cp(pristine, path, { recursive: true });
        const child = spawn(process.execPath, [bundled('repair-child'), path], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const closed = new Promise((resolve) => child.once('close', resolve));
        await new Promise((resolve) => child.stdout.once('data', resolve));
        const begun = performance.now();
        // The first is left alone, to know how long it takes.
        if (round > 0) await sleep(((round - Math.random() / 2) / KILLS) * durationMs);
        else await closed;
        durationMs ||= performance.now() - begun;
        child.kill('SIGKILL');
        await closed;
        const left = await contentsOf(path).catch((error: unknown) => (error as { code: string }).code);
        outcomes.add(typeof left === 'string' ? left : 'new');
        if (typeof left !== 'string') expect(left).toEqual(contents);
        const repaired = bankOf(await repair(path));
        expect(repaired?.outcome).toBe(typeof left === 'string' ? 'rebuilt' : 'whole');
        expect(await contentsOf(path)).toEqual(contents);
        expect((await hidden(path)).filter((name) => !name.startsWith('.damaged.'))).toEqual([]);
      }
      expect(outcomes).toContain('LEDGER_DAMAGED');
      console.log(`${KILLS} killed repairs left: ${[...outcomes].join(', ')}`);
    },
  );
});
