// The trust commands that need no server.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { directoryName } from '../../src/trust/file-layout.js';
import { FileTrustStore } from '../../src/trust/file-store.js';
import type { TrustId } from '../../src/trust/trust-id.js';
import { bank, draftAt, hashOf, latch, stateAt } from '../trust/support/records.js';
import { temporaryDirectory } from '../trust/support/temporary-directory.js';
import { immurepo } from './support/cli.js';

const shop = { ledgerId: 'shop', database: 'orders' };

async function twoLedgers() {
  const directory = await temporaryDirectory();
  const store = new FileTrustStore({ directory });
  await store.create(bank, draftAt(7n, { keyId: 'ab'.repeat(32) }));
  await store.replace(bank, 1, draftAt(9n, { keyId: 'ab'.repeat(32) }));
  await store.create(shop, draftAt(3n, { origin: 'first-use', serverUuid: undefined }));
  const fileOf = (epoch: number) => join(directory, directoryName(bank), `rec.${epoch}`);
  return { directory, store, fileOf, at: ['--directory', directory] };
}

describe('trust show', () => {
  it('shows what is trusted, to people', async () => {
    const { at } = await twoLedgers();
    const ran = await immurepo(['trust', 'show', ...at]);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toBe(
      [
        'bank, database defaultdb',
        '  head      transaction 9',
        `  alh       ${toHex(hashOf(9n))}`,
        `  origin    pinned, key ${'ab'.repeat(32)}`,
        '  epoch     2, observed 2026-01-02T03:04:05.678Z',
        '  server    calls itself c8b2k1c3q5o0',
        '',
        'shop, database orders',
        '  head      transaction 3',
        `  alh       ${toHex(hashOf(3n))}`,
        '  origin    first-use',
        '  epoch     1, observed 2026-01-02T03:04:05.678Z',
        '  server    unknown',
      ].join('\n'),
    );
  });

  it('shows the same in colours', async () => {
    const { at } = await twoLedgers();
    const plain = await immurepo(['trust', 'show', ...at]);
    const colored = await immurepo(['trust', 'show', ...at], { color: true });
    expect(colored.out).not.toBe(plain.out);
    expect(stripVTControlCharacters(colored.out)).toBe(plain.out);
  });

  it('shows what is trusted, to programs', async () => {
    const { at, directory } = await twoLedgers();
    const ran = await immurepo(['trust', 'show', ...at, '--json']);
    expect(ran.out).not.toContain('\n');
    expect(ran.json()).toMatchObject({
      directory,
      records: [
        { ...bank, epoch: 2, head: { txId: '9', alh: toHex(hashOf(9n)) }, origin: 'pinned' },
        { ...shop, epoch: 1, head: { txId: '3' }, origin: 'first-use' },
      ],
    });
  });

  it('shows latches and recoveries', async () => {
    const { at, store } = await twoLedgers();
    await store.recover(shop, draftAt(1n), 'disk \u001b[2Jfailure');
    await store.replace(bank, 2, { ...draftAt(9n), latch });
    const { out } = await immurepo(['trust', 'show', ...at]);
    expect(out).toContain(
      'latched   2026-01-02T03:04:06.000Z: FORK_DETECTED: The server showed two histories.',
    );
    expect(out).toContain(`trusted   transaction 7, alh ${toHex(hashOf(7n))}`);
    expect(out).toContain(`offered   transaction 7, alh ${toHex(hashOf(7n, 1))}`);
    expect(out).toMatch(/recovered 20.*Z: disk \\u\{1b\}\[2Jfailure \(gave up transaction 3, alh/);
  });

  it('lets no name, server or path move the cursor of whoever looks', async () => {
    const evil = '\u001b[2J\u009b1m\u202e';
    const directory = join(await temporaryDirectory(), `dir${evil}`);
    const store = new FileTrustStore({ directory });
    const id = { ledgerId: `ledger${evil}`, database: `db${evil}` };
    await store.create(id, draftAt(7n, { serverUuid: `uuid${evil}` }));
    const withEvil = { ...latch, code: `code${evil}`, message: `message${evil}` };
    await store.replace(id, 1, { ...draftAt(7n, { serverUuid: `uuid${evil}` }), latch: withEvil });
    await store.create(bank, draftAt(1n));
    await writeFile(join(directory, directoryName(bank), 'rec.1'), 'damaged');
    const at = ['--directory', directory];
    const named = ({ ledgerId, database }: TrustId) => ['--ledger', ledgerId, '--database', database];
    const ran = await immurepo(['trust', 'show', ...named(id), ...at]);
    const damaged = await immurepo(['trust', 'show', ...named(bank), ...at]);
    const failed = await immurepo(['trust', 'recover', '--reason', 'x', '--epoch', '9', ...named(id), ...at]);
    for (const word of ['ledger', 'db', 'uuid', 'code', 'message']) {
      expect(ran.out).toContain(`${word}\\u{1b}[2J\\u{9b}1m\\u{202e}`);
    }
    expect(damaged.out).toContain('TRUST_CORRUPT');
    expect(failed.code).toBe(1);
    // eslint-disable-next-line no-control-regex
    for (const { out, err } of [ran, damaged, failed]) expect(out + err).not.toMatch(/[\u001b\u009b\u202e]/);
  });

  it.each([
    [['--ledger', 'bank'], ['bank']],
    [['--database', 'orders'], ['shop']],
    [['--ledger', 'shop', '--database', 'orders'], ['shop']],
  ])('shows only what %j names', async (words, names) => {
    const { at } = await twoLedgers();
    const { records } = (await immurepo(['trust', 'show', '--json', ...words, ...at])).json() as {
      records: { ledgerId: string }[];
    };
    expect(records.map(({ ledgerId }) => ledgerId)).toEqual(names);
  });

  it.each([
    ['--ledger', 'none'],
    ['--ledger', 'bank', '--database', 'orders'],
  ])('fails where there is no such record (%s %s)', async (...words) => {
    const { at } = await twoLedgers();
    const ran = await immurepo(['trust', 'show', ...words, ...at]);
    expect(ran.code).toBe(1);
    expect(ran.out + ran.err).toContain('TRUST_MISSING');
  });

  it('shows the others beside a damaged one, and fails', async () => {
    const { at, fileOf } = await twoLedgers();
    await writeFile(fileOf(2), 'damaged');
    const ran = await immurepo(['trust', 'show', ...at]);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain(`TRUST_CORRUPT: Trust record ${fileOf(2)} is damaged`);
    expect(ran.out).toContain('shop, database orders');
    const json = (await immurepo(['trust', 'show', '--json', ...at])).json();
    expect(json).toMatchObject({ records: [{ ...bank, error: { code: 'TRUST_CORRUPT' } }, shop] });
  });

  it('fails where a record is too damaged to tell its name', async () => {
    const { at, fileOf } = await twoLedgers();
    for (const epoch of [1, 2]) await writeFile(fileOf(epoch), 'damaged');
    const ran = await immurepo(['trust', 'show', ...at]);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain(`TRUST_CORRUPT: Trust record ${fileOf(2)}`);
    const json = (await immurepo(['trust', 'show', '--json', ...at])).json();
    expect(json).toMatchObject({ error: { code: 'TRUST_CORRUPT' } });
  });

  it('says where it looked', async () => {
    expect((await immurepo(['trust', 'show', '--directory', '/nowhere'])).out).toBe(
      'There are no trust records in /nowhere.',
    );
  });
});

describe('trust recover', () => {
  const reason = ['--reason', 'restored from backup'];
  const theBank = ['--ledger', 'bank', '--database', 'defaultdb'];

  it('goes back to a record that was kept', async () => {
    const { at, store, fileOf } = await twoLedgers();
    await writeFile(fileOf(2), 'damaged');
    const ran = await immurepo(['trust', 'recover', ...theBank, ...reason, '--epoch', '1', ...at]);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/head {6}transaction 7\n.*\n.*key abab.*\n {2}epoch {5}3,/);
    const record = await store.load(bank);
    expect(record).toMatchObject({ epoch: 3, head: stateAt(7n), recovered: [{ reason: reason[1] }] });
  });

  it('pins a state that was noted, and still demands the key', async () => {
    const { at, store } = await twoLedgers();
    const pin = ['--tx', '5', '--alh', toHex(hashOf(5n))];
    const ran = await immurepo(['trust', 'recover', ...theBank, ...reason, ...pin, ...at, '--json']);
    expect(ran.json()).toMatchObject({ epoch: 3, head: { txId: '5' } });
    expect(await store.load(bank)).toMatchObject({
      origin: 'pinned',
      keyId: 'ab'.repeat(32),
      head: stateAt(5n),
      recovered: [{ abandoned: stateAt(9n) }],
    });
  });

  it('lifts a latch', async () => {
    const { at, store } = await twoLedgers();
    await store.replace(bank, 2, { ...draftAt(9n), latch });
    expect((await immurepo(['trust', 'recover', ...theBank, ...reason, '--epoch', '3', ...at])).code).toBe(0);
    const record = await store.load(bank);
    expect(record).toMatchObject({ epoch: 4, head: stateAt(9n), recovered: [{ lifted: 'FORK_DETECTED' }] });
    expect(record).not.toHaveProperty('latch');
  });

  it('recovers even where no record can be read', async () => {
    const { at, store, fileOf, directory } = await twoLedgers();
    for (const epoch of [1, 2]) await writeFile(fileOf(epoch), 'damaged');
    const pin = ['--tx', '5', '--alh', toHex(hashOf(5n))];
    expect((await immurepo(['trust', 'recover', ...theBank, ...reason, ...pin, ...at])).code).toBe(0);
    expect(await store.load(bank)).toMatchObject({ epoch: 3, keyId: undefined });
    const log = await readFile(join(directory, directoryName(bank), 'recoveries.log'), 'utf8');
    expect(JSON.parse(log)).toMatchObject({ reason: 'restored from backup', ...bank });
  });

  it('needs no name where there is one record only', async () => {
    const directory = await temporaryDirectory();
    const store = new FileTrustStore({ directory });
    await store.create(bank, draftAt(7n));
    const ran = await immurepo(['trust', 'recover', ...reason, '--epoch', '1', '--directory', directory]);
    expect(ran.code).toBe(0);
    expect(await store.load(bank)).toMatchObject({ epoch: 2 });
  });

  it.each([
    [[...reason, '--epoch', '1'], 2, /several records.*ledger "bank".*ledger "shop"/],
    [
      [...theBank, ...reason],
      2,
      /one of --epoch.*readable epochs.*: 2 \(transaction 9\), 1 \(transaction 7\)/,
    ],
    [[...theBank, ...reason, '--epoch', '1', '--tx', '5', '--alh', 'a'.repeat(64)], 2, /by one of/],
    [[...theBank, ...reason, '--epoch', '1', '--from-server'], 2, /by one of/],
    [[...theBank, ...reason, '--alh', 'a'.repeat(64)], 2, /--alh needs --tx/],
    [[...theBank, ...reason, '--tx', '5'], 2, /--alh is missing/],
    [[...theBank, ...reason, '--tx', '0', '--alh', 'a'.repeat(64)], 2, /--tx must be a number/],
    [[...theBank, ...reason, '--epoch', '5'], 1, /TRUST_MISSING: No record of epoch 5/],
    [[...theBank, '--reason', '  ', '--epoch', '1'], 2, /needs a reason/],
    [[...theBank, ...reason, '--from-server'], 2, /--url is missing/],
    [
      ['--ledger', 'none', '--database', 'none', ...reason, '--tx', '5', '--alh', 'a'.repeat(64)],
      1,
      /TRUST_MISSING/,
    ],
  ])('changes nothing for %j', async (words, code, message) => {
    const { at, directory } = await twoLedgers();
    const files = () => readdir(directory, { recursive: true });
    const before = await files();
    const ran = await immurepo(['trust', 'recover', ...words, ...at]);
    expect(ran.code).toBe(code);
    expect(ran.err).toMatch(message);
    expect(await files()).toEqual(before);
  });
});
