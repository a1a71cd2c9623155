// How this machine lets us mount a small disk: as root in a mount namespace of our own, or as nobody in particular in a
// user namespace. Either way the mounts are gone with the last process of it, whatever ends it.
import { spawnSync } from 'node:child_process';

const WAYS: readonly (readonly string[])[] = [
  ['unshare', '--mount', '--propagation', 'private'],
  ['unshare', '--user', '--map-root-user', '--mount', '--propagation', 'private'],
];

/** @returns the words to put before a command that mounts; undefined where mounting is not allowed */
export function wayToMount(): readonly string[] | undefined {
  return WAYS.find(([command = '', ...args]) => {
    const mount = ['mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', '/mnt'];
    return spawnSync(command, [...args, ...mount], { stdio: 'ignore' }).status === 0;
  });
}

/** Whether system calls can be made to fail. */
export function canInject(): boolean {
  const args = ['-f', '-o', '/dev/null', '-e', 'inject=fdatasync:error=EIO', 'true'];
  return spawnSync('strace', args, { stdio: 'ignore' }).status === 0;
}
