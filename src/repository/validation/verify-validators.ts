// Whether what classes name as validators are some: told when a ledger opens, and not by the first save.

import type { EntitySet } from '../../entity/entity-set.js';
import { problemOfValidator } from '../../entity/validator.js';

/** @throws TypeError naming the class, or its property */
export function verifyValidators({ schemas }: EntitySet): void {
  for (const { className, settings, validators } of schemas) {
    const named = [
      { name: className, validate: settings.validate },
      ...validators.map(({ property, validate }) => ({ name: `${className}.${property}`, validate })),
    ];
    for (const { name, validate } of named) {
      const problem = validate === undefined ? undefined : problemOfValidator(validate);
      if (problem !== undefined) throw new TypeError(`${name}: what validates it ${problem}.`);
    }
  }
}
