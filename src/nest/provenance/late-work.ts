// What a handler returns may go on working when the handler is done: async generators and streams are asked for more by
// whoever sends the answer. That work too is to be within the scope of the request.

import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** Does work within the scope of a request. */
export type Within = <Result>(work: () => Result) => Result;

/** The same value; what it does when it is asked for more is done within the scope. */
export function lateWork(value: unknown, within: Within): unknown {
  if (value instanceof Readable) return boundStream(value, within);
  if (value instanceof StreamableFile) {
    boundStream(value.getStream(), within);
    return value;
  }
  return isGenerator(value) ? boundGenerator(value, within) : value;
}

/** A stream asks its source for more by this one method. */
function boundStream(stream: Readable, within: Within): Readable {
  const read = stream._read.bind(stream);
  stream._read = (size) => {
    within(() => {
      read(size);
    });
  };
  return stream;
}

/** What is iterated by nobody yet, and is no stream of its own kind: those are read in other ways. */
function isGenerator(value: unknown): value is AsyncGenerator {
  if (typeof value !== 'object' || value === null || 'then' in value || 'getReader' in value) return false;
  return Symbol.asyncIterator in value && 'next' in value && typeof value.next === 'function';
}

function boundGenerator(generator: AsyncGenerator, within: Within): AsyncGenerator {
  const bound = {
    next: (...given: [] | [unknown]) => within(() => generator.next(...given)),
    return: (value: unknown) => within(() => generator.return(value)),
    throw: (error: unknown) => within(() => generator.throw(error)),
    [Symbol.asyncIterator]: () => bound,
  };
  return bound as AsyncGenerator;
}
