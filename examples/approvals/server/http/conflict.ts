// What cannot be done as things are: for a person a sentence, for a program a code.

import { ConflictException } from '@nestjs/common';

export type ConflictCode = 'REVISION_CHANGED' | 'BUDGET_EXCEEDED' | 'WRONG_STATUS' | 'NO_NUMBERS_LEFT';

/** An answer of 409. */
export class Conflict extends ConflictException {
  constructor(
    readonly code: ConflictCode,
    message: string,
  ) {
    super({ statusCode: 409, error: 'Conflict', code, message });
  }
}
