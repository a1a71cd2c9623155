// System calls made to fail, by strace.

/**
 * The words before a command of which one system call fails, or ends it.
 *
 * @param call its name
 * @param fault `KILL` or an error
 * @param nth which of its calls, from 1
 */
export function injecting(call: string, fault: string, nth: number): readonly string[] {
  const what = fault === 'KILL' ? 'signal=KILL' : `error=${fault}`;
  // -D: the process that is started is the command itself, so that killing it is all there is to do.
  return [
    'strace',
    '-D',
    '-f',
    '--seccomp-bpf',
    '-o',
    '/dev/null',
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:${what}:when=${nth}`,
  ];
}
