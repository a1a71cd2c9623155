// The service trusts whoever reaches it to say who they are, so it answers on this machine only, and under its names only:
// otherwise a site that somebody visits could have its own name lead here (DNS rebinding), and ask in their place.

import { HttpStatus } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

const NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export function onlyLocalNames(request: Request, response: Response, next: NextFunction): void {
  if (NAMES.has(request.hostname)) {
    next();
    return;
  }
  const message = 'This service answers on this machine only, as localhost.';
  response
    .status(HttpStatus.MISDIRECTED)
    .json({ statusCode: HttpStatus.MISDIRECTED, error: 'Misdirected Request', message });
}
