// Fails where src/wire is not what proto/ and the pinned generator give. Run by `npm run check:generated`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const generatedFolder = join('src', 'wire');

/** The files below a folder: relative path to text. */
function textsBelow(folder) {
  const texts = new Map();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    texts.set(path.slice(folder.length + 1), readFileSync(path, 'utf8'));
  }
  return texts;
}

/** One line for each file that is missing, left over or different. */
function differences(expected, actual) {
  const lines = [];
  for (const [path, text] of expected) {
    if (!actual.has(path)) lines.push(`missing:   ${join(generatedFolder, path)}`);
    else if (actual.get(path) !== text) lines.push(`different: ${join(generatedFolder, path)}`);
  }
  for (const path of actual.keys()) {
    if (!expected.has(path)) lines.push(`left over: ${join(generatedFolder, path)}`);
  }
  return lines.sort();
}

const fresh = mkdtempSync(join(tmpdir(), 'immurepo-generated-'));
try {
  const buf = join(root, 'node_modules', '.bin', 'buf');
  execFileSync(buf, ['generate', '--output', fresh], { cwd: root, stdio: 'inherit' });
  const lines = differences(
    textsBelow(join(fresh, generatedFolder)),
    textsBelow(join(root, generatedFolder)),
  );
  if (lines.length > 0) {
    console.error(`src/wire is not what proto/ generates. Run \`npm run generate\` and commit the result.\n`);
    for (const line of lines) console.error(`  ${line}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
