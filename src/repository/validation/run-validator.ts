// What one validator says of one value. Both kinds answer at once or later.

import { isPromise } from '../../entity/promise.js';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { isStandardSchema, type ValidationIssue, type Validator } from '../../entity/validator.js';

/** What is wrong; nothing if nothing is. */
export type Issues = readonly ValidationIssue[];

/**
 * Asks a validator. What a schema makes of the value (defaults, trimmed texts) is not taken: what is stored is what the
 * entity holds.
 *
 * @param subject what a function is given
 * @param value what a schema is given
 * @throws what the validator throws · TypeError for an answer that is none
 */
export function issuesOf(
  validator: Validator,
  subject: unknown,
  value: () => unknown,
): Issues | Promise<Issues> {
  if (isStandardSchema(validator)) {
    const answer: unknown = validator['~standard'].validate(value());
    return isPromise(answer) ? Promise.resolve(answer).then(ofSchema) : ofSchema(answer);
  }
  const answer: unknown = validator(subject);
  return isPromise(answer) ? Promise.resolve(answer).then(ofFunction) : ofFunction(answer);
}

function ofSchema(answer: unknown): Issues {
  if (typeof answer !== 'object' || answer === null) throw noAnswer('A schema', answer);
  const { issues } = answer as StandardSchemaV1.Result<unknown>;
  if (issues === undefined) {
    // Some answers of other libraries have no issues either, and say no.
    if ('value' in answer) return [];
    throw noAnswer('A schema', answer);
  }
  return (listed('A schema', issues) as readonly StandardSchemaV1.Issue[]).map(({ message, path }) => ({
    message,
    path: path?.map((step) => (typeof step === 'object' ? step.key : step)),
  }));
}

function ofFunction(answer: unknown): Issues {
  return answer === undefined ? [] : (listed('A function', answer) as Issues);
}

/** A refusal that is not understood must not count as consent. */
function listed(who: string, issues: unknown): readonly unknown[] {
  if (Array.isArray(issues) && issues.every(isIssue)) return issues;
  throw noAnswer(who, issues);
}

function isIssue(issue: unknown): boolean {
  return typeof issue === 'object' && issue !== null && typeof Reflect.get(issue, 'message') === 'string';
}

function told(answer: unknown): string {
  return typeof answer === 'object' && answer !== null
    ? `an object of [${Object.keys(answer).join(', ')}]`
    : String(answer);
}

function noAnswer(who: string, answer: unknown): TypeError {
  return new TypeError(
    `${who} that validates must answer with issues, each with a message, or with none (a schema: with the value), and answered ${told(answer)}.`,
  );
}
