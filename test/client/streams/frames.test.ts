// The framing of streams against every way a server can cut it, and lie about it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, u64be, utf8 } from '../../../src/bytes.js';
import { chunksOf, FrameReader, payloadOf } from '../../../src/client/streams/frames.js';
import { CHUNK_BYTES } from '../../../src/client/streams/limits.js';
import { cut, frames } from '../../contract/frames.js';

const LIMIT = 1_000;

async function* served(chunks: readonly { readonly content: Uint8Array }[]) {
  for (const { content } of chunks) {
    await Promise.resolve();
    yield { content, metadata: new Map<string, Uint8Array>() };
  }
}

async function read(chunks: readonly { readonly content: Uint8Array }[]): Promise<Uint8Array[]> {
  const reader = new FrameReader('streamScan', served(chunks));
  const found: Uint8Array[] = [];
  for (
    let frame = await reader.next('value', LIMIT);
    frame !== undefined;
    frame = await reader.next('value', LIMIT)
  )
    found.push(await frame.bytes());
  await reader.end();
  return found;
}

const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 });
const cuts = fc.array(fc.nat({ max: 30 }), { maxLength: 60 });

describe('messages out of chunks', () => {
  it('are the same however they are cut, empty chunks included', async () => {
    await fc.assert(
      fc.asyncProperty(messages, cuts, async (wanted, lengths) => {
        expect(await read(cut(frames(wanted), lengths))).toEqual(wanted);
      }),
    );
  });

  it('are the same with the stream cut in two at each of its bytes', async () => {
    const wanted = [utf8('key'), new Uint8Array(0), utf8('value')];
    const stream = frames(wanted);
    for (let at = 0; at <= stream.length; at++)
      expect(await read([{ content: stream.subarray(0, at) }, { content: stream.subarray(at) }])).toEqual(
        wanted,
      );
  });

  it('fail where the stream ends too early, at each of its bytes but between two', async () => {
    const stream = frames([utf8('key'), utf8('value')]);
    for (let end = 1; end < stream.length; end++) {
      const reading = read([{ content: stream.subarray(0, end) }]);
      if (end === 11) expect(await reading).toEqual([utf8('key')]);
      else
        await expect(reading, String(end)).rejects.toMatchObject({
          code: 'STREAM_TRUNCATED',
          retryable: true,
        });
    }
  });

  it('are never set aside for by a length that is not believed', async () => {
    for (const length of [1_001n, 2n ** 31n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n])
      await expect(read([{ content: concatBytes(u64be(length), utf8('x')) }])).rejects.toMatchObject({
        code: 'VALUE_TOO_LARGE',
        details: { bytes: length, maxBytes: LIMIT },
      });
    expect(await read(cut(frames([new Uint8Array(LIMIT)]), [7, 7]))).toEqual([new Uint8Array(LIMIT)]);
  });

  it('do not come from chunks with nothing in them for ever', async () => {
    const nothing = async function* () {
      for (;;) {
        await Promise.resolve();
        yield { content: new Uint8Array(0), metadata: new Map<string, Uint8Array>() };
      }
    };
    await expect(new FrameReader('streamGet', nothing()).next('key', 1)).rejects.toMatchObject({
      code: 'SERVER_ERROR',
    });
  });

  it('are passed over where they are not read, and cannot be read afterwards', async () => {
    const reader = new FrameReader('streamScan', served(cut(frames([utf8('one'), utf8('two')]), [5, 5, 2])));
    const first = (await reader.next('value', LIMIT))!;
    const second = (await reader.next('value', LIMIT))!;
    await expect(first.bytes()).rejects.toThrow(/passed over/);
    expect(await second.bytes()).toEqual(utf8('two'));
    await expect(reader.required('value', LIMIT)).rejects.toMatchObject({ code: 'STREAM_TRUNCATED' });
  });

  it('fail where more comes than was asked for', async () => {
    const reader = new FrameReader('streamGet', served([{ content: frames([utf8('one'), utf8('two')]) }]));
    await reader.next('value', LIMIT);
    await expect(reader.end()).rejects.toMatchObject({ code: 'SERVER_ERROR' });
  });
});

describe('chunks out of messages', () => {
  it('carry them in full chunks, whatever the pieces are', async () => {
    const piece = fc.uint8Array({ minLength: 0, maxLength: 3 * CHUNK_BYTES });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 3 }), { maxLength: 3 }), async (wanted) => {
        const payloads = wanted.map((pieces) => ({ length: concatBytes(...pieces).length, bytes: pieces }));
        const contents: Uint8Array[] = [];
        for await (const { content } of chunksOf(payloads)) contents.push(content);
        for (const content of contents.slice(0, -1)) expect(content.length).toBe(CHUNK_BYTES);
        const expected = frames(wanted.map((pieces) => concatBytes(...pieces)));
        expect(Buffer.compare(Buffer.concat(contents), expected)).toBe(0);
      }),
      { numRuns: 20 },
    );
    for await (const { content } of chunksOf([payloadOf(utf8('k'))]))
      expect(content).toEqual(concatBytes(u64be(1n), utf8('k')));
  });
});
