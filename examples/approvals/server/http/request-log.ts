// One line of the log for each request, when it was answered.

import { Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { personAsking } from '../people/asking.js';
import { correlationIdOf } from './correlation.js';

const logger = new Logger('Request');

export function logRequests(request: Request, response: Response, next: NextFunction): void {
  const began = performance.now();
  response.once('close', () => {
    logger.log({
      method: request.method,
      // Without the query, which says what somebody looked for.
      path: request.originalUrl.split('?', 1)[0],
      status: response.statusCode,
      complete: response.writableFinished,
      ms: Math.round(performance.now() - began),
      person: personAsking(request)?.id,
      correlationId: correlationIdOf(request),
    });
  });
  next();
}
