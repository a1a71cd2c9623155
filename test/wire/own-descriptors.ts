// The project's own contract, compiled from proto/.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';

const root = join(import.meta.dirname, '..', '..');

/** The compiled files of proto/, imports included. */
export async function ownDescriptors(): Promise<FileDescriptorProto[]> {
  const buf = join(root, 'node_modules', '.bin', 'buf');
  const line = ['build', 'proto', '--as-file-descriptor-set', '-o', '-#format=binpb'];
  const { stdout } = await promisify(execFile)(buf, line, {
    cwd: root,
    encoding: 'buffer',
    maxBuffer: 1 << 26,
  });
  return fromBinary(FileDescriptorSetSchema, stdout).file;
}
