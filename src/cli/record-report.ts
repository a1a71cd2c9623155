// A trust record for people. Whatever came from a server is escaped.

import { toHex } from '../bytes.js';
import { printable } from '../client/printable.js';
import type { LedgerState } from '../proof/index.js';
import type { TrustId } from '../trust/store.js';
import type { TrustRecord } from '../trust/record.js';
import { type Terminal, toned } from './terminal.js';

/** The name of a record, on a line of its own. */
export function nameLine(terminal: Terminal, { ledgerId, database }: TrustId): string {
  return `${toned(terminal, 'strong', printable(ledgerId))}, database ${printable(database)}`;
}

/** A record, indented, below its name. */
export function recordLines(terminal: Terminal, record: TrustRecord): readonly string[] {
  const { head, keyId, origin, epoch, observedAt, serverUuid, latch, recovered = [] } = record;
  const row = (label: string, text: string) => `  ${toned(terminal, 'quiet', label.padEnd(9))} ${text}`;
  return [
    nameLine(terminal, record),
    row('head', `transaction ${String(head.txId)}`),
    row('alh', toHex(head.alh)),
    row('origin', keyId === undefined ? origin : `${origin}, key ${keyId}`),
    row('epoch', `${epoch}, observed ${observedAt}`),
    row('server', serverUuid === undefined ? 'unknown' : `calls itself ${printable(serverUuid)}`),
    ...recovered.map(({ at, reason, abandoned }) =>
      row('recovered', `${at}: ${printable(reason)}${abandoned ? ` (gave up ${stateText(abandoned)})` : ''}`),
    ),
    ...(latch
      ? [
          row(
            'latched',
            toned(terminal, 'bad', `${latch.at}: ${printable(latch.code)}: ${printable(latch.message)}`),
          ),
          row('trusted', stateText(latch.trusted)),
          row('offered', stateText(latch.offered)),
        ]
      : []),
  ];
}

function stateText({ txId, alh }: LedgerState): string {
  return `transaction ${String(txId)}, alh ${toHex(alh)}`;
}
