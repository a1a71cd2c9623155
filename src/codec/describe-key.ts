// Ids as a person reads them in an error. Bounded: an id may be a kilobyte, and an error may be logged.
import { toHex } from '../bytes.js';
import type { KeyPart } from './key-parts.js';

const MAX_SHOWN = 64;

function shortened(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

/** One part as it would be written in code, shortened. Never throws, whatever it is given. */
export function describeKeyPart(part: KeyPart): string {
  switch (typeof part) {
    case 'string':
      return JSON.stringify(shortened(part));
    case 'bigint':
      return `${shortened(String(part))}n`;
    case 'number':
    case 'boolean':
      return String(part);
    default:
      if (part instanceof Uint8Array) return `0x${toHex(part.subarray(0, MAX_SHOWN / 2))}`;
      return Number.isNaN(part.getTime()) ? 'Invalid Date' : part.toISOString();
  }
}

/** The parts of one id: `"a"`, or `["a", 1n]` for several. */
export function describeKeyParts(parts: readonly KeyPart[]): string {
  const shown = parts.map(describeKeyPart).join(', ');
  return parts.length === 1 ? shown : `[${shown}]`;
}
