// immurepo reindex: the indexes of an entity completed, or checked.

import { printable } from '../client/printable.js';
import type { EntityClass } from '../entity/entity-types.js';
import type { Ledger } from '../repository/ledger.js';
import type { ReindexProgress, ReindexReport } from '../repository/reindex/report.js';
import type { Arguments } from './arguments.js';
import type { Command } from './command.js';
import { ENTITY_OPTIONS, entityOf } from './entity-module.js';
import { interruptible } from './ledger-folder.js';
import { textLine } from './progress-line.js';
import { progressText, reportJson, reportLines } from './reindex-report.js';
import type { Terminal } from './terminal.js';
import { DIRECTORY_OPTION } from './trust-place.js';
import { LEDGER_OPTION, SERVER_OPTIONS } from './trust-server.js';

const { empty: _, ...placeOptions } = SERVER_OPTIONS;

/** `immurepo reindex` */
export const reindex: Command = {
  name: 'reindex',
  about: 'Complete the indexes of an entity, or check them',
  details: [
    'For an index that was declared when there were entities already: those that lack it are written anew, each as a',
    'revision of its own. All who write must know the index by then. It may be ended and run again, beside other writers.',
    'A server must be trusted already (`immurepo trust init`), or its key given. The module is run: TypeScript needs a',
    'loader, as in `node --import tsx node_modules/immurepo/dist/cli/main.js reindex …`. Exit code 1 if anything is amiss.',
  ],
  options: {
    ...ENTITY_OPTIONS,
    check: { about: 'only look, and write nothing' },
    ...placeOptions,
    database: {
      value: 'NAME',
      about: 'the database, that of a tenant for example (default: that of the URL, or of the folder)',
    },
    namespace: { value: 'NAME', about: 'the namespace (default: none)' },
    actor: { value: 'NAME', about: 'in whose name is written, for the history' },
    reason: { value: 'TEXT', about: 'why, for the history' },
    ...LEDGER_OPTION,
    ...DIRECTORY_OPTION,
  },
  run: async (given, terminal) => {
    const { entityClass, name } = await entityOf(given);
    const check = given.has('check');
    const { openWith } = await import('./entity-ledger.js');
    const ledger = await openWith(entityClass, given, terminal, !check);
    try {
      const report = await passOver(ledger, entityClass, given, terminal);
      const { database } = ledger;
      const where = { entity: name, class: entityClass.name, database, namespace: given.text('namespace') };
      return {
        json: { ...where, check, ...reportJson(report) },
        lines: reportLines(terminal, printable(entityClass.name), report),
        failed: report.remaining > 0 || !report.ready,
      };
    } finally {
      await ledger.close();
    }
  },
};

async function passOver(
  ledger: Ledger,
  entityClass: EntityClass,
  given: Arguments,
  terminal: Terminal,
): Promise<ReindexReport> {
  const { show, clear } = textLine(given, terminal);
  const onProgress = (progress: ReindexProgress) => {
    show(() => progressText(entityClass.name, progress));
  };
  const check = given.has('check');
  const provenance = { actor: given.text('actor'), reason: given.text('reason') };
  const work = async (signal: AbortSignal) => {
    try {
      return await ledger.reindex(entityClass, { check, signal, onProgress });
    } catch (error) {
      // Which call was under way is of no interest to who ended it.
      signal.throwIfAborted();
      throw error;
    }
  };
  const whatRemains = check ? 'Nothing was written.' : 'What was done is done: run it again to go on.';
  return ledger.as(provenance, () => interruptible(work, whatRemains)).finally(clear);
}
