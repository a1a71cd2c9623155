import { ApiProperty } from '@nestjs/swagger';
import { hex } from './formats.js';

interface State {
  readonly txId: bigint;
  readonly alh: Uint8Array;
}

const NOTHING: State = { txId: 0n, alh: new Uint8Array() };

/** A state of the ledger: a transaction, and the hash that commits to it and to everything before it. */
export class StateView {
  @ApiProperty({ example: '1207' }) readonly txId: string;
  @ApiProperty({ description: 'Hex.' }) readonly alh: string;

  constructor({ txId, alh }: State = NOTHING) {
    this.txId = txId.toString();
    this.alh = hex(alh);
  }
}
