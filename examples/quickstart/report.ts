// What a run looks like to a person.
import type { Evidence, Revision } from 'immurepo';
import type { Change } from './compare.js';
import type { LockedFacts } from './lock-file.js';
import type { LockedPackage } from './locked-package.js';
import type { Recorded } from './record-lock-file.js';
import type { Style } from './style.js';

/** How many packages are listed of each kind; the rest is counted. */
const LISTED = 20;

/** How trust can begin. */
const ORIGINS: Readonly<Record<Evidence['origin'], string>> = {
  pinned: 'a pinned key or state',
  created: 'the ledger itself, which was made here',
  'first-use': 'what was shown at the first contact',
};

/** The figures of a run, for machines. Transactions are decimal texts: they can exceed what a JSON number holds. */
export interface Figures {
  readonly saved: number;
  readonly transactions: readonly string[];
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly ms: number;
}

/** Counts a run. @param ms how long it took */
export function figuresOf({ added, removed, changed, transactions }: Recorded, ms: number): Figures {
  return {
    saved: added.length + changed.length,
    transactions: transactions.map(String),
    added: added.length,
    removed: removed.length,
    changed: changed.length,
    ms: Math.round(ms),
  };
}

/** Describes a run, in lines. @param project the project's name @param ms how long it took */
export function describeRun(project: string, recorded: Recorded, ms: number, style: Style): string[] {
  const { added, changed, removed, histories } = recorded;
  return [
    `${style.bold(shown(project))}: ${summary(recorded)}`,
    ...section('added', added, (facts) => [style.green(`+ ${label(facts)}`)]),
    ...section('changed', changed, (change) => changeLines(change, histories.get(change.after.path), style)),
    ...section('removed', removed, (facts) => [style.red(`- ${label(facts)}`)]),
    '',
    `${outcome(recorded)} ${style.dim(`(${Math.round(ms)} ms)`)}`,
    ...proofLines(recorded, style),
  ];
}

function summary({ packages }: Recorded): string {
  const having = (flag: string) => packages.filter(({ flags }) => flags.includes(flag)).length;
  const parts = [
    `${having('dev')} for development only`,
    `${having('hasInstallScript')} with an install script`,
    `${packages.filter(({ license }) => license === undefined).length} without a stated licence`,
  ];
  return `${counted(packages.length, 'package')}, ${parts.join(', ')}`;
}

function section<T>(title: string, items: readonly T[], lines: (item: T) => string[]): string[] {
  if (items.length === 0) return [];
  const rest = items.length - LISTED;
  return [
    '',
    `${title} ${items.length}`,
    ...items
      .slice(0, LISTED)
      .flatMap(lines)
      .map((line) => `  ${line}`),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ];
}

function changeLines(
  { before, after, fields }: Change<LockedPackage>,
  history: readonly Revision<LockedPackage>[] | undefined,
  style: Style,
): string[] {
  const isUpgrade = fields.includes('version');
  const others = fields.filter((field) => field !== 'version' && field !== 'integrity');
  const what = [
    `~ ${label(before)}`,
    ...(isUpgrade ? [`→ ${shown(after.version ?? 'no version')}`] : []),
    ...(others.length > 0 ? [`(${others.join(', ')})`] : []),
  ];
  const isSwapped = fields.includes('integrity') && !isUpgrade;
  return [
    style.yellow(what.join(' ')),
    ...(isSwapped ? [style.red('  the same version with other content: find out why')] : []),
    ...(history ? [style.dim(`  ${history.map(revisionLabel).join(', then ')}`)] : []),
  ];
}

function revisionLabel({ deleted, entity, txId }: Revision<LockedPackage>): string {
  const what = deleted ? 'removed' : shown(entity?.version ?? 'no version');
  return `${what} in transaction ${txId.toString()}`;
}

function outcome({ added, changed, removed, transactions, isFirst }: Recorded): string {
  const [first, last] = [transactions[0], transactions.at(-1)].map(String);
  if (transactions.length === 0) {
    return 'Nothing was added, removed or changed since the last run; nothing was written.';
  }
  const saved = added.length + changed.length;
  const done = [
    ...(isFirst ? ['first run'] : []),
    ...(saved > 0 ? [`saved ${counted(saved, 'package')}`] : []),
    ...(removed.length > 0 ? [`deleted ${counted(removed.length, 'package')}`] : []),
    ...(saved + removed.length === 0 ? ['saved the project itself'] : []),
  ].join(', ');
  const where =
    first === last ? `transaction ${first ?? ''}` : `transactions ${first ?? ''} to ${last ?? ''}`;
  return `${done.charAt(0).toUpperCase()}${done.slice(1)} in ${where}.`;
}

function proofLines({ packages, evidence }: Recorded, style: Style): string[] {
  if (evidence === undefined) return [];
  const { txId, alh } = evidence.checkedAgainst;
  const hash = Buffer.from(alh).toString('hex').slice(0, 16);
  return [
    `${counted(packages.length, 'package')} read back, each proven to be what was committed.`,
    style.dim(
      `Trusted state: transaction ${txId.toString()}, hash ${hash}…; trust began with ${ORIGINS[evidence.origin]}.`,
    ),
  ];
}

function label({ name, version, path }: LockedFacts): string {
  // A package can be installed in several places: only then does the place matter.
  const isNested = path.lastIndexOf('node_modules/') > 0;
  return shown([name, version, isNested ? `(${path})` : undefined].filter(Boolean).join(' '));
}

/** A lock file is a stranger's text: it must not be able to move the cursor. */
function shown(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
