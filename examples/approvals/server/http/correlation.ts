// One id for all that a request leads to: lines of the log, revisions in the ledger, and the answer.

import type { NextFunction, Request, Response } from 'express';
import { randomUUID } from 'node:crypto';

const HEADER = 'x-request-id';
const FIT = /^[\w.:-]{1,128}$/;

/** Gives a request an id, unless it has one that is fit to be written into a log. */
export function correlate(request: Request, response: Response, next: NextFunction): void {
  const given = request.get(HEADER);
  const id = given !== undefined && FIT.test(given) ? given : randomUUID();
  request.headers[HEADER] = id;
  response.setHeader(HEADER, id);
  next();
}

/** The id of a request. */
export function correlationIdOf(request: Request): string | undefined {
  return request.get(HEADER);
}
