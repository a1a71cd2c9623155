// Ledgers in memory with other codecs: what is forged in them stays readable, so that it is the proof that fails.

import { afterEach, describe, expect, it } from 'vitest';
import { cbor } from 'immurepo/cbor';
import type { Codec } from 'immurepo/codec';
import { messagePack } from 'immurepo/message-pack';
import { memoryLedger, MemoryServer, tamper } from 'immurepo/testing';
import { Account } from '../repository/entities.js';
import { codecWithBigints } from './bigint-codec.js';

let end: () => Promise<void> = () => Promise.resolve();
afterEach(() => end());

describe.each<Codec>([cbor, messagePack, codecWithBigints])('$name', (codec) => {
  it('is forged in', async () => {
    const ledger = await memoryLedger({ entities: [Account], codec });
    end = () => ledger.close();
    const accounts = ledger.repository(Account);
    const { id } = await accounts.save(accounts.create({ email: 'ada@example.com', balance: 1n }));
    await tamper(ledger).forge(Account, id, { balance: 2n });
    await expect(accounts.find(id)).rejects.toMatchObject({ code: 'BINDING_MISMATCH' });
    await tamper(ledger).honest();
    expect((await accounts.findOrFail(id)).balance).toBe(1n);
  });
});

it('several ledgers on one server may each have another', async () => {
  await using server = await MemoryServer.start();
  const writer = await server.open({ entities: [Account], codec: codecWithBigints });
  const accounts = writer.repository(Account);
  await accounts.save(accounts.create({ id: 'a', email: 'ada@example.com', balance: 1n }));
  const other = await server.open({ entities: [Account] });
  await expect(other.repository(Account).find('a')).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  const reader = await server.open({ entities: [Account], codec: cbor, codecs: [codecWithBigints] });
  expect((await reader.repository(Account).findOrFail('a')).balance).toBe(1n);
});

it.each([
  ['no codec', { codec: 'cbor' }, /A codec must have an id, a name, and the methods encode and decode/],
  ['codecs that are no array', { codecs: cbor }, /Ledger option "codecs" must be an array of codecs/],
  [
    'two of one id',
    { codec: codecWithBigints, codecs: [{ ...codecWithBigints }] },
    /both have the id 0x8002/,
  ],
])('%s is refused when it is opened', async (_, options, message) => {
  await expect(memoryLedger({ entities: [Account], ...(options as object) })).rejects.toThrow(message);
  await expect(memoryLedger({ entities: [Account], ...(options as object) })).rejects.toThrow(TypeError);
});
