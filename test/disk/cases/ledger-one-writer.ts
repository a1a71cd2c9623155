// Many processes open one folder at once: one gets it, the others are told who has it; its holder is killed, and so on.
// In some rounds the disk is full, and then nobody need get it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimsOf } from '../claims.js';
import type { DiskCase } from '../context.js';
import type { Spoken } from '../process.js';

const ROUNDS = 4;

/** `ledger-one-writer` */
export const ledgerOneWriter: DiskCase = {
  name: 'ledger-one-writer',
  needs: 'mount',
  run: async (context) => {
    const disk = context.disk(32 << 20);
    const path = join(disk.path, 'ledger');
    const start = () => context.worker('hold-ledger', [path]);
    const holders = Array.from({ length: context.processes }, start);
    await Promise.all(holders.map((holder) => holder.line(/^ready/)));
    let [got, locked, full] = [0, 0, 0];
    const told: Spoken[] = [...holders];
    for (let round = 0; round < ROUNDS; round++) {
      const isFull = round % 2 === 1;
      if (isFull) disk.fill(context.oneOf([0, 4_096, 65_536]));
      const from = holders.map(({ lines }) => lines.length);
      for (const [at, holder] of holders.entries()) holder.send(`take round${round}.${at}`);
      const answers = await Promise.all(
        holders.map((holder, at) => holder.line(/^(?:got|refused)/, from[at])),
      );
      const winners = holders.filter((_, at) => answers[at]!.startsWith('got'));
      // Whoever has the folder, and could not write to it, holds it all the same.
      const inside = holders.filter((_, at) => /^got|, and holds it$/.test(answers[at]!));
      if (inside.length > 1 || (!isFull && winners.length !== 1))
        throw new Error(`${winners.length} of ${holders.length} got it: ${answers.join(' | ')}`);
      const pids = holders.map(({ pid }) => String(pid));
      for (const answer of answers) {
        const [word, pid = '', code = ''] = answer!.split(' ');
        if (word === 'got') got++;
        else if (code === 'LEDGER_LOCKED' && pids.includes(pid)) locked++;
        else if (
          isFull &&
          /_FAILED|UNKNOWN_OUTCOME/.test(code) &&
          /disk is full|unknown outcome/.test(answer!)
        )
          full++;
        else throw new Error(`Round ${round}: ${answer}`);
      }
      disk.makeRoom();
      for (const winner of inside) {
        await winner.kill();
        holders[holders.indexOf(winner)] = start();
        told.push(holders.at(-1)!);
        await holders.find((each) => each.lines.length === 0)?.line(/^ready/);
      }
    }
    for (const holder of holders) await holder.kill();
    const file = join(context.folder, 'claims.json');
    const lines = told.flatMap((holder) => holder.lines).filter((text) => text.startsWith('got '));
    writeFileSync(file, JSON.stringify(claimsOf(lines.map((text) => text.replace('got', 'done')))));
    const checker = context.worker('check-ledger', [path, file]);
    const verdict = await checker.line(/^(?:right|wrong)/);
    if (verdict?.startsWith('right ') !== true) throw new Error(`${String(verdict)} ${checker.errors}`);
    return { rounds: ROUNDS, got, 'told who has it': locked, 'told that it is full': full, lost: 0 };
  },
};
