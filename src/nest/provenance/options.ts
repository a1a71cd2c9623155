// Where the provenance of a request is found: what an application may say of it.

import type { ExecutionContext } from '@nestjs/common';

/** Finds one text in a request, at once; undefined or null where it has none. */
export type FromRequest<Request> = (request: Request, context: ExecutionContext) => string | null | undefined;

/** Where actor, reason and correlation id of a request are found. */
export interface ProvenanceOptions<Request = unknown> {
  /**
   * Who is asking, as your own sign-in found out: `(request) => request.user?.id`. Interceptors run after guards. Default:
   * nobody, since no header that a caller can set at will may name the actor.
   */
  readonly actor?: FromRequest<Request>;
  /** Why. Default: the header `x-reason`, percent-encoded UTF-8 (`encodeURIComponent(reason)`). */
  readonly reason?: FromRequest<Request>;
  /**
   * Which course of events the request is part of. Default: the header `x-request-id`, else the trace id of `traceparent`, else a
   * new UUID. It is sent back as `x-request-id`.
   */
  readonly correlationId?: FromRequest<Request>;
  /** The names of the ledgers to say it to, `default` for the one without. Default: all of the application, also those of modules that are loaded later. */
  readonly ledgers?: readonly string[];
}
