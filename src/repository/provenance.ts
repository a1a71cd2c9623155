// Who writes, and why: said once around a piece of work and stored inside every record the work writes, across awaits.

import { problemOfText, type Provenance } from '../codec/revision-facts.js';
import { ImmuError } from '../errors.js';
import type { StoredSchema } from './entity-bytes.js';
import { WorkScope } from './work-scope.js';

export { problemOfText, type Provenance } from '../codec/revision-facts.js';

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
   * Does work in exactly this name, whatever the work around it said: for what begins anew, such as a request, which runs
   * inside of the work that started the server.
   *
   * @throws TypeError as `run`
   */
  runApart<Result>(provenance: Provenance, work: () => Result): Result {
    verifyProvenance(provenance);
    return this.#scope.run(provenance, work);
  }

  /**
   * What the work under way said.
   *
   * @param written the entities it writes, some of which may ask for an actor where the ledger does not
   * @throws ImmuError ACTOR_REQUIRED where somebody must be named and nobody is
   */
  current(written: readonly StoredSchema[]): Provenance {
    const provenance = this.#scope.current ?? {};
    if (provenance.actor !== undefined) return provenance;
    const demanding = written.find(({ settings }) => settings.requireActor === true)?.className;
    if (!this.#requireActor && demanding === undefined) return provenance;
    const who = this.#requireActor ? 'this ledger was opened' : `${String(demanding)} is declared`;
    throw new ImmuError(
      'ACTOR_REQUIRED',
      `Nobody is named as the actor of this write, and ${who} with requireActor. Nothing was written: do it inside of ` +
        'ledger.as({ actor: … }, () => …).',
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
