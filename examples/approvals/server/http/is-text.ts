// Texts that people write: without spaces around them, and with nothing in them that makes them look like others where they
// are shown.

import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationArguments } from 'class-validator';

export interface TextRules {
  /** How many characters it may have. */
  readonly most: number;
  /** Whether it may be empty. Default false: then there must be something in it to be seen. */
  readonly mayBeEmpty?: boolean;
  /** Whether it may go over several lines. Default false. */
  readonly manyLines?: boolean;
  /** What is said of one that is missing, empty or too long. */
  readonly message?: string;
}

/** Controls, halves of characters, and what turns the direction of writing. */
const MISLEADING = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u;
const VISIBLE = /[^\s\p{Cf}]/u;

/** Declares a text. Spaces around it are taken away before it is looked at. */
export function IsText(rules: TextRules): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { readonly value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    ValidateBy({
      name: 'isText',
      validator: {
        validate: (value) => problemOfText(value, rules) === undefined,
        defaultMessage: (told) => sentenceOf(told, rules),
      },
    }),
  );
}

/** @returns what comes after the name of the text in a sentence; undefined if nothing is wrong with it */
export function problemOfText(text: unknown, rules: TextRules): string | undefined {
  const { most, mayBeEmpty = false, manyLines = false } = rules;
  if (text === undefined) return 'must be given';
  if (typeof text !== 'string') return 'must be a text';
  if (text.length > most || !(mayBeEmpty || VISIBLE.test(text)))
    return `must have ${mayBeEmpty ? 'at most' : '1 to'} ${String(most)} characters`;
  if (MISLEADING.test(manyLines ? text.replace(/[\r\n\t]/g, '') : text))
    return 'must be without control characters, and without marks that turn the direction of writing';
  return undefined;
}

function sentenceOf(told: ValidationArguments | undefined, rules: TextRules): string {
  const problem = problemOfText(told?.value, rules);
  const isMisleading = problem?.startsWith('must be without') === true;
  return rules.message !== undefined && !isMisleading
    ? rules.message
    : `${String(told?.property)} ${String(problem)}`;
}
