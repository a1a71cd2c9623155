// What browsers are told not to do with anything from here.

import type { NextFunction, Request, Response } from 'express';

/** The page has no inline script or style, and talks to nobody but this service. */
const PAGE = policy({ 'style-src': "'self'", 'img-src': "'self'" });
/** The explorer of the API brings inline styles and images. */
const EXPLORER = policy({ 'style-src': "'self' 'unsafe-inline'", 'img-src': "'self' data:" });

export function securityHeaders(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('content-security-policy', request.path.startsWith('/api/docs') ? EXPLORER : PAGE);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  if (request.path.startsWith('/api/')) response.setHeader('cache-control', 'no-store');
  next();
}

function policy(sources: Readonly<Record<string, string>>): string {
  return Object.entries({
    'default-src': "'self'",
    'script-src': "'self'",
    ...sources,
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
  })
    .map(([directive, source]) => `${directive} ${source}`)
    .join('; ');
}
