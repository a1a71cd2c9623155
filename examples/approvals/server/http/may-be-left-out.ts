// A property of a request that need not be there. What is there is checked, `null` too.

import { ValidateIf } from 'class-validator';

export function MayBeLeftOut(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}
