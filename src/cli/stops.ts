// When a command that runs until it is told otherwise is told so.

import process from 'node:process';

/** Waits to be told to stop. */
export interface Stops {
  /**
   * Waits for a signal, or, if asked to, for the end of standard input. From then on a signal ends the process at once.
   *
   * @returns what it was, for a person
   */
  readonly wait: (untilInputCloses: boolean) => Promise<string>;
}

/** Not SIGHUP: what was started with nohup is to outlive its terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What this process is told. */
export const processStops: Stops = {
  wait: (untilInputCloses) =>
    new Promise((resolve) => {
      const { stdin } = process;
      const stop = (reason: string) => {
        for (const name of SIGNALS) process.off(name, stop);
        if (untilInputCloses) stdin.off('close', closed).off('end', closed).off('error', closed).pause();
        resolve(reason);
      };
      const closed = () => {
        stop('the end of its input');
      };
      for (const name of SIGNALS) process.on(name, stop);
      // What comes in is not looked at.
      if (untilInputCloses) stdin.on('close', closed).on('end', closed).on('error', closed).resume();
    }),
};
