// All forged answers, and the cases they make.

import { MODES } from '../modes.js';
import { CLIENT_SHAPES } from '../shapes/client.js';
import { REPOSITORY_SHAPES } from '../shapes/repository.js';
import { ENTRY_FORGERIES } from './entries.js';
import { type Case, type Forgery, rpcsOf } from './forgery.js';
import { HEADER_FORGERIES } from './headers.js';
import { LIST_FORGERIES, REFERENCE_FORGERIES, STATE_FORGERIES } from './lists.js';
import { PROOF_FORGERIES } from './proofs.js';
import { SIGNATURE_FORGERIES } from './signatures.js';
import { WIRE_FORGERIES } from './wire.js';

export const FORGERIES: readonly Forgery[] = [
  ...HEADER_FORGERIES,
  ...PROOF_FORGERIES,
  ...ENTRY_FORGERIES,
  ...SIGNATURE_FORGERIES,
  ...LIST_FORGERIES,
  ...STATE_FORGERIES,
  ...REFERENCE_FORGERIES,
  ...WIRE_FORGERIES,
];

export const SHAPES = [...CLIENT_SHAPES, ...REPOSITORY_SHAPES];

/** One forged answer to one operation. */
export interface ForgeryCase extends Case {
  readonly forgery: Forgery;
}

/** Every forgery on every operation it concerns, in every trust mode, before and after the state has moved. */
export function forgeryCases(): ForgeryCase[] {
  return MODES.flatMap((mode) =>
    SHAPES.flatMap((shape) =>
      variantsOf(shape).flatMap((variant) =>
        FORGERIES.flatMap((forgery) =>
          rpcsOf(forgery)
            .filter((rpc) => shape.rpcs.includes(rpc))
            .map((rpc) => ({ forgery, shape, mode, variant, rpc }))
            .filter(isWorthwhile),
        ),
      ),
    ),
  );
}

function variantsOf({ warm, inSteps, writes }: Case['shape']): readonly Case['variant'][] {
  if (warm === true || inSteps === true) return ['settled'];
  return writes === true ? ['moving'] : ['moving', 'settled'];
}

function isWorthwhile(of: ForgeryCase): boolean {
  const expectation = of.forgery.expect(of);
  if (expectation === undefined) return false;
  // What a result was before can only be known where reading it twice gives the same.
  return expectation.kind !== 'same' || of.variant === 'settled' || of.shape.writes === true;
}
