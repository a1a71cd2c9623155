import { describe, expect, it } from 'vitest';
import type { Evidence, Revision } from 'immurepo';
import { LockedPackage } from '../../examples/quickstart/locked-package.js';
import type { Recorded } from '../../examples/quickstart/record-lock-file.js';
import { describeRun, figuresOf } from '../../examples/quickstart/report.js';
import { styleFor } from '../../examples/quickstart/style.js';

const plain = styleFor({}, {});

function locked(name: string, version = '1.0.0', more: Partial<LockedPackage> = {}): LockedPackage {
  const facts = { project: 'shop', path: `node_modules/${name}`, name, version, license: 'MIT', flags: [] };
  return Object.assign(new LockedPackage(), facts, more);
}

function run(parts: Partial<Recorded>): Recorded {
  const nothing: Recorded = {
    added: [],
    changed: [],
    removed: [],
    packages: [],
    transactions: [],
    histories: new Map(),
    evidence: undefined,
    isFirst: false,
  };
  return { ...nothing, ...parts };
}

function change(before: LockedPackage, after: LockedPackage, fields: string[]) {
  return { known: after, before, after, fields };
}

const packages = (...given: LockedPackage[]) => given as unknown as Recorded['packages'];
const text = (parts: Partial<Recorded>) => describeRun('shop', run(parts), 12.3, plain).join('\n');

describe('the figures', () => {
  it('count what was saved, and name transactions as texts', () => {
    const change1 = change(locked('c'), locked('c', '2.0.0'), ['version']);
    const recorded = run({
      added: [locked('a'), locked('b')],
      changed: [change1],
      removed: [locked('d')],
      transactions: [7n, 2n ** 63n],
    });
    expect(figuresOf(recorded, 12.6)).toEqual({
      saved: 3,
      transactions: ['7', '9223372036854775808'],
      added: 2,
      removed: 1,
      changed: 1,
      ms: 13,
    });
  });

  it('are all zero where nothing happened', () => {
    const figures = { saved: 0, transactions: [], added: 0, removed: 0, changed: 0, ms: 5 };
    expect(figuresOf(run({}), 5)).toEqual(figures);
  });
});

describe('the report', () => {
  it('sums up what is locked', () => {
    const dev = locked('b', '1.0.0', { flags: ['dev', 'hasInstallScript'], license: undefined });
    expect(text({ packages: packages(locked('a'), dev) })).toContain(
      'shop: 2 packages, 1 for development only, 1 with an install script, 1 without a stated licence',
    );
    expect(text({ packages: packages(locked('a')) })).toContain('shop: 1 package,');
  });

  it('says that nothing happened', () => {
    expect(text({})).toContain(
      'Nothing was added, removed or changed since the last run; nothing was written. (12 ms)',
    );
  });

  it('lists what was added, changed and removed', () => {
    const report = text({
      added: [locked('a')],
      changed: [
        change(locked('b'), locked('b', '2.0.0', { license: 'ISC' }), ['version', 'integrity', 'license']),
      ],
      removed: [locked('c')],
      transactions: [4n, 5n],
    });
    expect(report).toContain('added 1\n  + a 1.0.0\n');
    expect(report).toContain('changed 1\n  ~ b 1.0.0 → 2.0.0 (license)\n');
    expect(report).toContain('removed 1\n  - c 1.0.0\n');
    expect(report).toContain('Saved 2 packages, deleted 1 package in transactions 4 to 5.');
  });

  it('counts what is too long to list', () => {
    const added = Array.from({ length: 25 }, (_, index) => locked(`p${index}`));
    const report = text({ added, transactions: [1n], isFirst: true });
    expect(report).toContain('added 25\n  + p0 1.0.0\n');
    expect(report).toContain('  + p19 1.0.0\n  … and 5 more\n');
    expect(report).toContain('First run, saved 25 packages in transaction 1.');
  });

  it('shows the history of what changed, deletions included', () => {
    const revision = (txId: bigint, version?: string) => ({
      deleted: version === undefined,
      entity: version === undefined ? undefined : locked('b', version),
      txId,
    });
    const history = [revision(1n, '1.0.0'), revision(3n), revision(4n, '2.0.0')];
    const report = text({
      changed: [change(locked('b'), locked('b', '2.0.0'), ['version'])],
      histories: new Map([['node_modules/b', history as Revision<LockedPackage>[]]]),
    });
    expect(report).toContain(
      '1.0.0 in transaction 1, then removed in transaction 3, then 2.0.0 in transaction 4',
    );
  });

  it('warns of other content under the same version', () => {
    const swapped = change(locked('b'), locked('b'), ['integrity']);
    expect(text({ changed: [swapped] })).toContain(
      '~ b 1.0.0\n    the same version with other content: find out why',
    );
    const upgraded = change(locked('b'), locked('b', '2.0.0'), ['version', 'integrity']);
    expect(text({ changed: [upgraded] })).not.toContain('find out why');
  });

  it('tells where a package is installed if it is not at the top', () => {
    const nested = locked('b', '1.0.0', { path: 'node_modules/a/node_modules/b' });
    expect(text({ added: [nested] })).toContain('+ b 1.0.0 (node_modules/a/node_modules/b)');
  });

  it('shows packages without a version', () => {
    expect(text({ removed: [locked('tool', undefined, { version: undefined })] })).toContain('  - tool\n');
  });

  it('says when only the project itself was saved', () => {
    expect(text({ transactions: [9n] })).toContain('Saved the project itself in transaction 9.');
  });

  it('says what was proven, against what, and how trust began', () => {
    const evidence = {
      checkedAgainst: { txId: 9n, alh: new Uint8Array(32).fill(0xab) },
      origin: 'first-use',
    };
    const parts = { packages: packages(locked('a')), evidence: evidence as unknown as Evidence };
    expect(text(parts)).toContain('1 package read back, each proven to be what was committed.');
    expect(text(parts)).toContain(
      'transaction 9, hash abababababababab…; trust began with what was shown at the first contact.',
    );
    const from = (origin: Evidence['origin']) => text({ ...parts, evidence: { ...parts.evidence, origin } });
    expect(from('pinned')).toContain('trust began with a pinned key or state.');
    expect(from('created')).toContain('trust began with the ledger itself, which was made here.');
  });

  it('lets no text from a lock file reach the terminal as a command', () => {
    const hostile = locked('\x1b[2J', '\r1.0.0');
    const report = text({
      added: [hostile],
      changed: [change(hostile, locked('x', '\x9b31m'), ['version'])],
      removed: [hostile],
    });
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(report.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
    expect(report).toContain('+ ?[2J ?1.0.0');
  });
});
