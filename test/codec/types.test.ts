// What must and must not compile. Nothing here runs but the one test; the compiler is the judge.

import { expectTypeOf, it } from 'vitest';
import { Entity, openLedger } from 'immurepo';
import { cbor } from 'immurepo/cbor';
import { canonicalSuperjson, type Codec, codecConformance, type PlainRecord } from 'immurepo/codec';
import { messagePack } from 'immurepo/message-pack';
import { memoryLedger } from 'immurepo/testing';

/** Never called: its body only has to compile, and its marked lines must not. */
export async function compiles(own: Codec): Promise<void> {
  expectTypeOf(cbor).toEqualTypeOf<Codec>();
  expectTypeOf(messagePack).toEqualTypeOf<Codec>();
  expectTypeOf(canonicalSuperjson).toEqualTypeOf<Codec>();
  expectTypeOf(codecConformance(own)).toEqualTypeOf<readonly string[]>();

  await openLedger({ path: 'x', entities: [], codec: cbor, codecs: [messagePack, own] });
  await openLedger({ url: 'immudb://x', entities: [], codec: own });
  await memoryLedger({ entities: [], codec: cbor, codecs: [] });
  Entity({ name: 'x', codec: cbor });
  // @ts-expect-error a codec, not its name
  await openLedger({ path: 'x', entities: [], codec: 'cbor' });
  // @ts-expect-error several are an array
  await openLedger({ path: 'x', entities: [], codecs: cbor });
  // @ts-expect-error one writes
  await openLedger({ path: 'x', entities: [], codec: [cbor, messagePack] });
  // @ts-expect-error a codec, not its number
  Entity({ name: 'x', codec: 2 });

  const base = { id: 0x8000, name: 'own', decode: (): Record<string, unknown> => ({}) };
  const encode = (plain: PlainRecord) => new Uint8Array(Object.keys(plain).length);
  codecConformance({ ...base, encode });
  // @ts-expect-error nothing waits for it
  codecConformance({ ...base, encode: (plain: PlainRecord) => Promise.resolve(encode(plain)) });
  // @ts-expect-error it writes bytes
  codecConformance({ ...base, encode: () => 'text' });
  // @ts-expect-error it reads, too
  codecConformance({ id: 0x8000, name: 'own', encode });
  // @ts-expect-error what it is given is not its own
  codecConformance({ ...base, encode: (plain: PlainRecord) => ((plain.id = 1), encode(plain)) });
}

it('compiles', () => {
  expectTypeOf(compiles).toBeFunction();
});
