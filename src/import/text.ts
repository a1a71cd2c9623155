// Bytes of a file as text: UTF-8, with or without a byte order mark.

import { ImmuError } from '../errors.js';

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** What is told of bytes that are no text. */
export const NOT_UTF8 = 'It is not UTF-8: save the file in that encoding.';

/** The text, or undefined for what is not UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text for a person to look at: what is not UTF-8 is marked. */
export function shownText(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}

/** The bytes without a byte order mark at their beginning. @throws ImmuError INVALID_ARGUMENT for UTF-16 */
export async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (head.length < BYTE_ORDER_MARK.length) continue;
    yield unmarked(head);
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield unmarked(head);
}

function unmarked(head: Buffer): Buffer {
  if (isUtf16(head))
    throw new ImmuError(
      'INVALID_ARGUMENT',
      'The file is UTF-16, and not UTF-8: save it in that encoding ("CSV UTF-8" in Excel).',
    );
  return BYTE_ORDER_MARK.every((byte, index) => head[index] === byte)
    ? head.subarray(BYTE_ORDER_MARK.length)
    : head;
}

/** By its mark, or because a text in it begins with a character that has a byte of zero. */
function isUtf16([first, second]: Buffer): boolean {
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isMarked || first === 0 || second === 0;
}
