// What may be stored of a request: one rule for what callers write into headers and for what the application finds out.

import { BadRequestException } from '@nestjs/common';
import { problemOfText, type Provenance } from '../../repository/provenance.js';

const NAMES: Record<keyof Provenance, string> = {
  actor: 'actor',
  reason: 'reason',
  correlationId: 'correlation id',
};

/** Controls, and what turns the direction of writing: where the text is shown, they make it look like another. */
const MISLEADING = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

/**
 * The same text; undefined for none.
 *
 * @param given by a header, or by the application's own function
 * @throws BadRequestException for a text that cannot be stored or would be misread · TypeError for what is no text: no
 *   caller can bring that about
 */
export function soundText(name: keyof Provenance, given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'string') throw notText(name, given);
  if (problemOfText(given) !== undefined)
    throw new BadRequestException(`The ${NAMES[name]} of this request must be a text of 1 to 4,096 bytes.`);
  if (MISLEADING.test(given))
    throw new BadRequestException(
      `The ${NAMES[name]} of this request must be without control characters, and without marks that turn the direction of writing.`,
    );
  return given;
}

function notText(name: keyof Provenance, given: unknown): TypeError {
  const isPromise = given instanceof Promise;
  // Whatever becomes of it, nobody waits for it.
  if (isPromise) void given.catch(() => undefined);
  return new TypeError(
    `provideProvenance: ${name} must return a text, or undefined for none, and returned ` +
      `${isPromise ? 'a promise: find it out in a guard, which may be asynchronous' : `a value of type ${typeof given}`}.`,
  );
}
