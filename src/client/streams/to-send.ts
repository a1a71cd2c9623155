// What is to be written by a stream, checked as far as it can be before anything is sent or read.

import { NO_BYTES, toMapKey } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import { assertOperations, type MemberToAdd } from '../key-value/operations.js';
import { CLIENT_LIMITS } from '../limits.js';
import { printableKey } from '../printable-key.js';
import { MAX_VALUES_BYTES } from './limits.js';
import { type Source, sourceOf, type StreamEntryToWrite } from './source.js';

/** An operation whose value may be a stream. References cannot be written by a stream: use `execAll`. */
export type StreamOperation = (StreamEntryToWrite & { readonly kind: 'set' }) | MemberToAdd;

/** An operation, checked: its keys are copies. */
export type OperationToSend = { readonly kind: 'set'; readonly source: Source } | MemberToAdd;

/**
 * The checked entries of a write.
 *
 * @param entries 1 to 1024, no key twice, at most 2^25 bytes of values; an empty value only as the last
 * @param reservedBytes what counts with the values besides them
 * @throws ImmuError INVALID_ARGUMENT, BATCH_TOO_LARGE, DUPLICATE_KEY, and as `sourceOf`
 */
export function sourcesOf(entries: readonly StreamEntryToWrite[], reservedBytes = 0): readonly Source[] {
  const max = CLIENT_LIMITS.maxEntriesPerTx;
  if (entries.length === 0)
    throw new ImmuError('INVALID_ARGUMENT', 'A write has no entries: give it at least one.');
  if (entries.length > max) {
    throw new ImmuError(
      'BATCH_TOO_LARGE',
      `A write has ${entries.length} entries; the server takes ${max}. Split it into several.`,
      { details: { entries: entries.length, max } },
    );
  }
  const sources = entries.map(sourceOf);
  const seen = new Set<string>();
  for (const { key } of sources) {
    if (seen.size === seen.add(toMapKey(key)).size)
      throw new ImmuError(
        'DUPLICATE_KEY',
        `Key ${printableKey(key)} occurs twice in one write: keep one of the two.`,
      );
  }
  assertSources(sources, { lastMayBeEmpty: true, reservedBytes });
  return sources;
}

/**
 * The checked operations of a write.
 *
 * @param operations as entries of {@link sourcesOf}, but no empty value at all
 * @throws as {@link sourcesOf} · ImmuError UNSUPPORTED for references
 */
export function operationsToSend(operations: readonly StreamOperation[]): readonly OperationToSend[] {
  const kinds: readonly string[] = operations.map(({ kind }) => kind);
  if (kinds.includes('setReference')) {
    throw new ImmuError('UNSUPPORTED', 'immudb takes no references by a stream: write them with execAll.');
  }
  const checked = operations.map(operationToSend);
  // As if the values were empty: their sizes have a limit of their own.
  assertOperations(operations.map((one) => (one.kind === 'zAdd' ? one : { ...one, value: NO_BYTES })));
  const sources = checked.flatMap((one) => (one.kind === 'set' ? [one.source] : []));
  assertSources(sources, { lastMayBeEmpty: false });
  return checked;
}

function operationToSend(operation: StreamOperation): OperationToSend {
  if (operation.kind !== 'zAdd') return { kind: 'set', source: sourceOf(operation) };
  const { set, key } = operation;
  return { ...operation, set: new Uint8Array(set), key: new Uint8Array(key) };
}

function assertSources(
  sources: readonly Source[],
  {
    lastMayBeEmpty,
    reservedBytes = 0,
  }: { readonly lastMayBeEmpty: boolean; readonly reservedBytes?: number },
): void {
  const last = lastMayBeEmpty ? sources.at(-1) : undefined;
  const early = sources.find((source) => source.length === 0 && source !== last);
  if (early !== undefined) {
    throw new ImmuError(
      'INVALID_ARGUMENT',
      `The value of key ${printableKey(early.key)} is empty: in a stream, immudb takes an empty value for the end. Write it without ` +
        'a stream; or, where nothing but keys are set, make it the last.',
    );
  }
  const bytes = sources.reduce((sum, { length }) => sum + length, reservedBytes);
  if (bytes > MAX_VALUES_BYTES) {
    throw new ImmuError(
      'BATCH_TOO_LARGE',
      `The values of one stream have ${bytes} bytes; the server takes ${MAX_VALUES_BYTES}. Split them into several writes.`,
      { details: { bytes, maxBytes: MAX_VALUES_BYTES } },
    );
  }
}
