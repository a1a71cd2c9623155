// Who writes, and why: said once around a piece of work and stored inside every record the work writes, across awaits.

import { problemOfText, type Provenance } from '../codec/revision-facts.js';
import { ImmuError } from '../errors.js';
import { WorkScope } from './work-scope.js';

const KNOWN = ['actor', 'reason', 'correlationId'] as const;

/** The provenance of the work under way in one ledger. */
export class ProvenanceScope {
  readonly #scope = new WorkScope<Provenance>();
  readonly #requireActor: boolean;

  /** @param requireActor refuse writes for which nobody is named */
  constructor(requireActor: boolean) {
    this.#requireActor = requireActor;
  }

  /**
   * Does work in somebody's name. What is left out is taken over from the work around it.
   *
   * @throws TypeError for a text that cannot be stored, or a member that is none
   */
  run<Result>(provenance: Provenance, work: () => Result): Result {
    verifyProvenance(provenance);
    const outer = this.#scope.current ?? {};
    const given = Object.fromEntries(Object.entries(provenance).filter(([, text]) => text !== undefined));
    return this.#scope.run({ ...outer, ...given }, work);
  }

  /**
   * What the work under way said.
   *
   * @throws ImmuError ACTOR_REQUIRED where somebody must be named and nobody is
   */
  current(): Provenance {
    const provenance = this.#scope.current ?? {};
    if (!this.#requireActor || provenance.actor !== undefined) return provenance;
    throw new ImmuError(
      'ACTOR_REQUIRED',
      'Nobody is named as the actor of this write, and this ledger was opened with requireActor. Nothing was written: do it ' +
        'inside of ledger.as({ actor: … }, () => …).',
    );
  }
}

function verifyProvenance(provenance: unknown): void {
  if (typeof provenance !== 'object' || provenance === null)
    throw new TypeError(`ledger.as takes an object of ${KNOWN.join(', ')}, and then the work.`);
  for (const [name, text] of Object.entries(provenance) as [string, unknown][]) {
    const isKnown = (KNOWN as readonly string[]).includes(name);
    if (!isKnown) throw new TypeError(`ledger.as: "${name}" is not known, only ${KNOWN.join(', ')} are.`);
    const problem = text === undefined ? undefined : problemOfText(text);
    if (problem !== undefined) throw new TypeError(`ledger.as: ${name} ${problem}.`);
  }
}
