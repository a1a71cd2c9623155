// What publint and "are the types wrong?" say of a tarball.
import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** @returns publint's messages, suggestions included */
export async function publintMessages(tarball: string): Promise<string[]> {
  const { messages, pkg } = await publint({ pack: { tarball: await bytesOf(tarball) }, strict: true });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/**
 * That a `require` resolves to a module is what the package is made for: all versions of Node in its `engines` can do that,
 * and the `require` consumers run it.
 */
const MEANT = 'CJSResolvesToESM';

/** @returns a line for each thing wrong with the types under node10, node16 (both kinds) and bundler resolution */
export async function typeProblems(tarball: string): Promise<string[]> {
  const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(await bytesOf(tarball))));
  if (checked.types === false) return ['there are no types'];
  return checked.problems.filter(({ kind }) => kind !== MEANT).map((problem) => JSON.stringify(problem));
}

async function bytesOf(file: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(file);
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
