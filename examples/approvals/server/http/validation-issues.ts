// What is wrong with a request, each thing with where it is.

import type { ValidationError } from '@nestjs/common';

interface Issue {
  /** `lines[0].quantity`. */
  readonly path: string;
  readonly message: string;
}

/** The body of the answer, in the form of all other refusals. */
export function issuesOf(errors: readonly ValidationError[]): object {
  const issues = errors.flatMap((error) => issuesIn(error, ''));
  const message = issues.map((issue) => issue.message).join('; ');
  return { statusCode: 400, error: 'Bad Request', code: 'INVALID_REQUEST', message, issues };
}

function issuesIn({ property, constraints, children }: ValidationError, parent: string): Issue[] {
  const path = /^\d+$/.test(property)
    ? `${parent}[${property}]`
    : parent === ''
      ? property
      : `${parent}.${property}`;
  const own = Object.values(constraints ?? {}).map((message) => ({ path, message }));
  return [...own, ...(children ?? []).flatMap((child) => issuesIn(child, path))];
}
