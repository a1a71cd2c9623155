// What headers say, which a caller may write anything into.

import { randomUUID } from 'node:crypto';
import { BadRequestException } from '@nestjs/common';

/** The headers of a request, as Node gives them: names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request of Node, or what Express or Fastify make of it. */
interface AnyRequest {
  readonly headers?: Headers;
  readonly rawHeaders?: readonly string[];
  /** What Node gave to Fastify. */
  readonly raw?: { readonly rawHeaders?: readonly string[] };
}

const READ = ['x-reason', 'x-request-id'];
const TRACE_PARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
/** What a header can carry back unchanged. */
const VISIBLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const ASCII = /^[\t\x20-\x7e]*$/;

/** Whether a header can carry a text as it is. */
export function isHeaderText(text: string): boolean {
  return VISIBLE.test(text);
}

/** The headers of a request; of those that are read here, each that was sent more than once is a list: Node joins them. */
export function headersOf(request: unknown): Headers {
  const { headers = {}, rawHeaders, raw } = Object(request) as AnyRequest;
  const names = (rawHeaders ?? raw?.rawHeaders ?? []).filter((_, index) => index % 2 === 0);
  const doubled = READ.flatMap((name) => {
    const sent = names.filter((other) => other.toLowerCase() === name);
    return sent.length > 1 ? [[name, sent] as const] : [];
  });
  return { ...headers, ...Object.fromEntries(doubled) };
}

function one(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new BadRequestException(`The header ${name} may be sent once only.`);
}

/**
 * The reason in `x-reason`. Headers are not UTF-8: what is outside of ASCII comes percent-encoded, and nothing is guessed.
 *
 * @throws BadRequestException for anything else
 */
export function reasonOf(headers: Headers): string | undefined {
  const text = one(headers, 'x-reason');
  if (text === undefined) return undefined;
  try {
    if (ASCII.test(text)) return decodeURIComponent(text);
  } catch {
    // Answered below.
  }
  throw new BadRequestException(
    'The header x-reason must be percent-encoded UTF-8: encodeURIComponent(reason).',
  );
}

/**
 * The id in `x-request-id`, else the trace id of `traceparent`, else a new one.
 *
 * @throws BadRequestException for an id that could not be sent back
 */
export function correlationIdOf(headers: Headers): string {
  const id = one(headers, 'x-request-id');
  if (id === undefined) {
    const trace = headers.traceparent;
    // A malformed one is to be passed over, says W3C Trace Context, section 3.2.
    return (typeof trace === 'string' ? TRACE_PARENT.exec(trace)?.[1] : undefined) ?? randomUUID();
  }
  if (isHeaderText(id)) return id;
  throw new BadRequestException('The header x-request-id must be of visible ASCII characters.');
}
