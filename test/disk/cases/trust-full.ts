// A trust store on a disk that is full, and on one that is read-only: each call does what it says or says that it did
// not, what was there can be read, and with room it works again without being opened anew.
import { join } from 'node:path';
import type { DiskCase } from '../context.js';
import { answerer, expectAnswer } from '../ask.js';

const PAGE = 4_096;

/** `trust-full` */
export const trustFull: DiskCase = {
  name: 'trust-full',
  needs: 'mount',
  run: async (context) => {
    const disk = context.disk(256 * 1024);
    const directory = join(disk.path, 'trust');
    const ask = await answerer(context.worker('keep-trust', [directory]));
    let refused = 0;
    let acknowledged = 0;
    let [epoch, tx] = [0, 0];
    /** Tries a call with little room, then with enough. */
    const tryAt = async (word: string, pages: number): Promise<void> => {
      disk.fill(pages * PAGE);
      const order = `${epoch === 0 ? 'create' : word} ${tx + 1}`;
      const answer = await ask(order);
      if (/^TRUST_STORE_FAILED .*\(ENOSPC\)\. The disk is full: free some space/.test(answer)) refused++;
      else if (answer.startsWith('TRUST_') || !/^(ok|\d+ \d+)$/.test(answer))
        throw new Error(`"${order}" gave "${answer}"`);
      else if (answer !== 'ok') {
        [epoch, tx] = answer.split(' ').map(Number) as [number, number];
        acknowledged++;
      }
      // Nobody else knows of it but by what is on the disk.
      const fresh = await answerer(context.worker('keep-trust', [directory]));
      await expectAnswer(fresh, 'load', epoch === 0 ? /^none$/ : new RegExp(`^${epoch} ${tx}$`));
      await expectAnswer(ask, 'load', epoch === 0 ? /^none$/ : new RegExp(`^${epoch} ${tx}$`));
      disk.makeRoom();
    };
    for (const pages of [0, 1, context.between(0, 3)]) if (epoch === 0) await tryAt('create', pages);
    if (epoch === 0) {
      await expectAnswer(ask, 'create 1', /^1 1$/);
      [epoch, tx] = [1, 1];
    }
    for (const word of ['replace', 'floors', 'recover']) await tryAt(word, context.oneOf([0, 0, 1, 2]));
    await expectAnswer(ask, `replace ${tx + 1}`, new RegExp(`^${epoch + 1} ${tx + 1}$`));
    await expectAnswer(ask, `floors ${tx + 1}`, /^ok$/);

    disk.setReadOnly(true);
    await expectAnswer(
      ask,
      `replace ${tx + 2}`,
      /^TRUST_STORE_FAILED .*\(EROFS\)\. The file system is read-only: mount it/,
    );
    await expectAnswer(ask, 'load', new RegExp(`^${epoch + 1} ${tx + 1}$`));
    const shown = await context.command('trust', 'show', '--directory', directory, '--json');
    if (shown.exit !== 0 || !shown.out.includes(`"txId":"${tx + 1}"`))
      throw new Error(`trust show gave ${String(shown.exit)}: ${shown.out} ${shown.errors}`);
    disk.setReadOnly(false);
    await expectAnswer(ask, `replace ${tx + 2}`, new RegExp(`^${epoch + 2} ${tx + 2}$`));
    return { refused, acknowledged: acknowledged + 3, lost: 0 };
  },
};
