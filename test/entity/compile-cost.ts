// What type-checking a project of many entities costs: a generated project, checked by the TypeScript of this one as an
// editor or tsc would, without its dependencies.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

import type { Mode } from './compile.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the checker did. */
export interface CompileCost {
  /** What it complained about, by file. Empty for a sound project. */
  readonly problems: readonly string[];
  readonly checkMs: number;
  /** How often it filled in the type parameters of a type: what clever types cost, on any machine. */
  readonly instantiations: number;
  /** The same for each entity after the first, with which the types of immurepo itself come. */
  readonly perFurtherEntity: number;
}

/** Entities refer to the one after them, the last to the first: their modules import each other in a circle. */
function entityModule(number: number, count: number): string {
  const name = `Entity${number}`;
  const [next, previous] = [(number + 1) % count, (number + count - 1) % count];
  return `
import { Entity, Id, Many, OptionalProps, Property, Ref, t, type Ledger, type Verified } from 'immurepo';
import { Index } from '../../src/entity/index-decorator.js';
import { IndexProps, type Where } from '../../src/entity/where-types.js';
import { Entity${next} } from './entity-${next}.js';
${previous === next ? '' : `import { Entity${previous} } from './entity-${previous}.js';`}

export class Part${number} {
  @Property({ type: t.string() }) label!: string;
  @Property({ type: t.nullable(t.date()) }) until: Date | null = null;
}

@Entity<${name}>({ 
  name: 'entity-${number}',
  version: 2,
  upcast: { 1: (stored) => ({ ...stored, status: 'open' }) },
  validate: (entity) => (entity.owner === '' ? [{ message: 'has no owner' }] : []),
})
@Index({ name: 'by-owner', on: ['owner', 'openedAt', 'domain'] })
export class ${name} {
  declare [IndexProps]?: 'owner' | 'openedAt' | 'domain' | 'email' | 'next';
  declare [OptionalProps]?: 'status' | 'parts';
  @Id({ generate: 'ulid' }) id!: string;
  @Index({ unique: true }) email!: string;
  @Property() owner!: string;
  @Property() balance${number}!: bigint;
  @Property() openedAt!: Date;
  @Property() closedAt: Date | null = null;
  @Property({ name: 'labels' }) tags?: Set<string>;
  @Property() address?: { city: string; lines: string[] };
  @Index() @Property({ type: t.ref(() => Entity${next}) }) next!: Ref<Entity${next}>;
  @Many(() => Entity${previous}, 'next') previous!: Many<Entity${previous}>;
  @Property({ type: t.enum(['open', 'closed']), default: 'open' }) status!: 'open' | 'closed';
  @Property({ type: t.array(t.embedded(() => Part${number})), default: () => [] }) parts!: Part${number}[];
  @Property({ type: t.map(t.string(), t.set(t.bigint())) }) amounts?: Map<string, Set<bigint>>;

  get domain(): string | undefined {
    return this.email.split('@')[1];
  }
}

export async function use${number}(ledger: Ledger): Promise<Verified<${name}> | undefined> {
  const repository = ledger.repository(${name});
  const entity = repository.create({ email: 'a@b.c', owner: 'o', balance${number}: 1n, openedAt: new Date(), closedAt: null, next: Ref.to(Entity${next}, 'n') });
  entity.balance${number} += 1n;
  const saved = await repository.save(entity);
  const where: Where<${name}>[] = [
    { email: 'a@b.c' },
    { owner: 'o', openedAt: { gte: saved.openedAt } },
    { owner: 'o', openedAt: saved.openedAt, domain: { startsWith: 'b' } },
    { next: saved.next },
    { next: 'n' },
  ];
  // @ts-expect-error so that the checker is seen to check
  where.push({ owner: saved.balance${number} });
  // @ts-expect-error a reference to another
  where.push({ next: Ref.to(${name}, 'n') });
  await saved.previous.find({ limit: 1 });
  return await repository.find(saved.id);
}
`;
}

function mainModule(count: number): string {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return `
import { openLedger } from 'immurepo';
${numbers.map((number) => `import { Entity${number}, use${number} } from './entity-${number}.js';`).join('\n')}

const ledger = await openLedger({ path: './ledger', entities: [${numbers.map((number) => `Entity${number}`).join(', ')}] });
${numbers.map((number) => `await use${number}(ledger);`).join('\n')}
await ledger.close();
`;
}

function compilerOptions(mode: Mode): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.esnext.decorators.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    experimentalDecorators: mode === 'legacy',
    paths: { immurepo: [join(ROOT, 'src/index.ts')] },
  };
}

/** Not in the declarations of TypeScript: what `tsc --extendedDiagnostics` prints. */
function instantiationsOf(program: ts.Program): number {
  return (program as unknown as { getInstantiationCount(): number }).getInstantiationCount();
}

function check(program: ts.Program, files: readonly string[]): CompileCost {
  const problems: string[] = [];
  let first: number | undefined;
  const start = performance.now();
  for (const file of files) {
    for (const { messageText } of program.getSemanticDiagnostics(program.getSourceFile(file))) {
      problems.push(`${file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    }
    first ??= instantiationsOf(program);
  }
  const checkMs = performance.now() - start;
  const instantiations = instantiationsOf(program);
  const perFurtherEntity = Math.round((instantiations - (first ?? 0)) / Math.max(1, files.length - 2));
  return { problems, checkMs, instantiations, perFurtherEntity };
}

/**
 * Type-checks a project of so many entities, in a folder that is gone afterwards.
 *
 * @param count at least 1
 */
export function compileCost(count: number, mode: Mode): CompileCost {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cache', 'compile-cost-'));
  try {
    const modules = Array.from({ length: count }, (_, number) => [
      `entity-${number}.ts`,
      entityModule(number, count),
    ]);
    const files = [...modules, ['main.ts', mainModule(count)]].map(([name = '', text = '']) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    return check(ts.createProgram(files, compilerOptions(mode)), files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
