// What is there at the end of a program, held against histories: revision by revision, entry by entry.

import type { Ledger, Repository } from 'immurepo';
import { ModelMismatch } from './expect/equal-or-throw.js';
import { historyLine } from './expect/expected-read.js';
import { idOf, type Kind } from './expect/kinds.js';
import type { HistoryLine } from './program/outcomes.js';
import { shown, type Instance } from './perform/instance.js';
import { rawEntries } from './raw-entries.js';
import { nameOf, type Timeline } from './expect/timeline.js';
import { nameOfParts, show } from './expect/values.js';

/** @throws ModelMismatch */
export async function checkLedger(
  ledger: Ledger,
  namespace: string,
  kinds: readonly Kind[],
  timeline: Timeline,
): Promise<void> {
  for (const kind of kinds) {
    const entities = timeline.all(kind);
    for (const { id } of entities) {
      const expected = timeline.history(kind, id).map(historyLine);
      same(`history of ${nameOf(kind, id)}`, await historyOf(ledger, kind, id), expected);
    }
    const entries = timeline.entries(kind);
    const expected = [...entries].map(([name, { id }]) => `${name} of ${nameOfParts(id)}`);
    const found = await rawEntries(ledger, namespace, kind);
    same(
      `entries of ${kind.name}`,
      found.map(({ name, owner }) => `${name} of ${owner}`).sort(),
      expected.sort(),
    );
    const report = await ledger.reindex(kind.entity, { check: true });
    same(
      `check of ${kind.name}`,
      {
        records: report.records,
        entries: report.entries,
        faults: report.faults.map(({ message }) => message),
      },
      { records: entities.length, entries: entries.size, faults: [] },
    );
  }
}

/** All revisions of an entity, proven. */
export async function historyOf(ledger: Ledger, kind: Kind, id: readonly unknown[]): Promise<HistoryLine[]> {
  const repository = ledger.repository(kind.entity) as unknown as Repository<Instance>;
  const revisions = await repository.history(idOf(kind, id as never) as never);
  return revisions.map(({ revision, txId, deleted, entity, actor, reason, correlationId, expiresAt }) => ({
    values: shown(kind, entity)?.values ?? {},
    revision,
    txId,
    deleted,
    actor,
    reason,
    correlationId,
    expiresAt: expiresAt?.getTime(),
  }));
}

function same(what: string, given: unknown, expected: unknown): void {
  if (show(given) === show(expected)) return;
  throw new ModelMismatch(`${what}\n  is        ${show(given)}\n  expected  ${show(expected)}`);
}
