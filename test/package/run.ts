// The command without its process: every project under every version, a line for each, the table, an exit code.
import { join } from 'node:path';
import { bundled, command, commonJs, esm, type OnNode } from './consumers-node.js';
import {
  checkNestTypes,
  nest11JestCommonJs,
  nest12JestCommonJs,
  nestCommonJs,
  nestEsm,
  nestJestEsm,
  nestVitest,
  nestVitestWithSwc,
} from './consumers-nest.js';
import { jestCjs, jestEsm, vitestWithEsbuild, vitestWithOxc } from './consumers-runner.js';
import { compileAndRun, PROJECTS } from './consumers-typescript.js';
import { temporaryFolder } from './folder.js';
import { publintMessages, typeProblems } from './lint.js';
import { type Options, parseOptions, USAGE } from './options.js';
import { packProject, ROOT } from './packed.js';
import { runProgram } from './process.js';
import { type Cell, lineOf, tableOf } from './table.js';
import { wrongFiles, wrongImports } from './contents.js';
import { versionOf, Workshop } from './workshop.js';

/** Where the result goes, line by line. */
export type Print = (line: string) => void;

/** A row that runs on Node, and the packages that stand beside ours. */
interface NodeRow {
  readonly name: string;
  readonly packages?: readonly string[];
  readonly run: OnNode;
}

const JEST = ['jest@30', '@swc/jest@0.2', '@swc/core@1'];
const VITEST = ['vitest@4', 'vite@8'];

/** A Nest application, with whatever it is tested with: installed once. */
function nest(version: 11 | 12): string[] {
  const own = ['common', 'core', 'platform-express', 'terminus', 'testing'];
  const beside = ['reflect-metadata@0.2', 'rxjs@7', '@types/node@20'];
  return [...own.map((name) => `@nestjs/${name}@${version}`), ...beside, ...JEST, ...VITEST];
}
/** Where Vite 7 compiles. */
const WITH_SWC = nest(12).map((name) => (name === 'vite@8' ? 'vite@7' : name));

const NODE_ROWS: readonly NodeRow[] = [
  { name: 'esm', run: esm },
  { name: 'require', run: commonJs },
  { name: 'command', run: command },
  { name: 'bundled', run: bundled },
  { name: 'vitest, vite 7', packages: ['vitest@4', 'vite@7'], run: vitestWithEsbuild },
  { name: 'vitest, vite 8', packages: VITEST, run: vitestWithOxc },
  { name: 'jest, esm', packages: JEST, run: jestEsm },
  { name: 'jest, commonjs', packages: JEST, run: jestCjs },
  ...([11, 12] as const).flatMap((version): NodeRow[] => {
    const packages = nest(version);
    const jestCommonJs = version === 11 ? nest11JestCommonJs : nest12JestCommonJs;
    return [
      { name: `nest ${version}, esm`, packages, run: nestEsm },
      { name: `nest ${version}, commonjs`, packages, run: nestCommonJs },
      {
        name: `nest ${version}, types`,
        packages,
        run: (place) => checkNestTypes(place, ['module', 'commonjs']),
      },
      { name: `nest ${version}, vitest`, packages, run: nestVitest },
      { name: `nest ${version}, jest, esm`, packages, run: nestJestEsm },
      { name: `nest ${version}, jest, commonjs`, packages, run: jestCommonJs },
    ];
  }),
  { name: 'nest 12, vitest, vite 7', packages: [...WITH_SWC, 'unplugin-swc@1'], run: nestVitestWithSwc },
];
const TARBALL = 'tarball';
const SUITE = 'suite';
const ROWS = [TARBALL, ...NODE_ROWS.map(({ name }) => name), ...PROJECTS.map(({ name }) => name), SUITE];

/** @returns the exit code, as in the usage */
export async function run(words: readonly string[], print: Print): Promise<0 | 1 | 2> {
  let options: Options;
  try {
    options = parseOptions(words, ROWS);
  } catch (error) {
    print(`${messageOf(error)}\n\n${USAGE}`);
    return 2;
  }
  await using folder = await temporaryFolder();
  await using copy = await temporaryFolder();
  const packed = await packProject(copy.path, { quick: false });
  print(
    `Packed ${packed.files.length} files: ${kilobytes(packed.packedBytes)}, unpacked ${kilobytes(packed.unpackedBytes)}`,
  );
  const workshop = new Workshop(folder.path, packed.tarball);
  const cells: Cell[] = [];
  const note = async (row: string, column: string, work: () => Promise<string | undefined>) => {
    if (options.only?.includes(row) === false || (row === SUITE && options.only === undefined)) return;
    const cell = await cellOf(row, column, work);
    cells.push(cell);
    print(lineOf(cell));
  };
  await note(TARBALL, 'checks', async () => {
    const installed = join(await workshop.installed('nothing', []), 'node_modules/immurepo');
    const problems = [
      ...wrongFiles(packed.files),
      ...(await wrongImports(installed, packed.files)),
      ...(await publintMessages(packed.tarball)),
      ...(await typeProblems(packed.tarball)),
    ];
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return undefined;
  });
  await onNode(options, workshop, note);
  await onTypeScript(options, workshop, note);
  print('');
  tableOf(cells).forEach(print);
  for (const { row, column, note } of cells.filter(
    (cell) => cell.outcome === 'passed' && cell.note !== undefined,
  )) {
    print(`* ${row}, ${column}: ${note ?? ''}`);
  }
  const count = (wanted: string) => cells.filter(({ outcome }) => outcome === wanted).length;
  print(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  return count('failed') === 0 ? 0 : 1;
}

type Note = (row: string, column: string, work: () => Promise<string | undefined>) => Promise<void>;

async function onNode(
  { node: versions, only, files }: Options,
  workshop: Workshop,
  note: Note,
): Promise<void> {
  const wanted = NODE_ROWS.some(({ name }) => only?.includes(name) ?? true) || only?.includes(SUITE) === true;
  if (!wanted) return;
  for (const version of versions) {
    const node = await workshop.node(version);
    const { stdout } = await runProgram(node, ['--version'], { cwd: workshop.folder });
    const column = `node ${stdout.trim().slice(1)}`;
    for (const { name, packages, run } of NODE_ROWS) {
      await note(name, column, async () => {
        const folder = await workshop.installed(packages?.join(' ') ?? 'nothing', packages ?? []);
        return run({ node, folder });
      });
    }
    await note(SUITE, column, async () => {
      const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
      const { stdout } = await runProgram(node, [vitest, 'run', ...files], { cwd: ROOT });
      return /^\d+ passed, .*$/m.exec(stdout)?.[0];
    });
  }
}

async function onTypeScript({ typescript, only }: Options, workshop: Workshop, note: Note): Promise<void> {
  if (!PROJECTS.some(({ name }) => only?.includes(name) ?? true)) return;
  for (const wanted of typescript) {
    const folder = await workshop.installed(`typescript ${wanted}`, [
      `typescript@${wanted}`,
      '@types/node@20',
    ]);
    const version = await versionOf(folder, 'typescript');
    for (const project of PROJECTS) {
      await note(project.name, `typescript ${version}`, async () => {
        if (project.only?.majors.includes(Number.parseInt(version)) === false)
          throw new Skipped(project.only.why);
        await compileAndRun(project, { version, folder });
        return undefined;
      });
    }
  }
}

/** A combination that does not exist. */
class Skipped extends Error {}

async function cellOf(row: string, column: string, work: () => Promise<string | undefined>): Promise<Cell> {
  const begun = performance.now();
  const passed = (outcome: Cell['outcome'], note?: string): Cell => ({
    row,
    column,
    outcome,
    note,
    ms: performance.now() - begun,
  });
  try {
    return passed('passed', await work());
  } catch (error) {
    return passed(error instanceof Skipped ? 'skipped' : 'failed', messageOf(error));
  }
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
