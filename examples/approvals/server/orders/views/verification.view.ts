import { ApiProperty } from '@nestjs/swagger';
import { evidenceOf } from 'immurepo';
import { hex } from '../../ledger/formats.js';
import { StateView } from '../../ledger/state.view.js';

/** What proves what is shown: which revision of which ledger, and against which state it was checked. */
export class VerificationView {
  @ApiProperty({ example: 'embedded' }) readonly ledgerId: string;
  @ApiProperty({ example: 'ledger' }) readonly database: string;
  @ApiProperty({ example: 'created', description: 'How trust in the ledger began.' }) readonly origin: string;
  @ApiProperty({ description: 'Hex.' }) readonly key: string;
  @ApiProperty({ example: '3' }) readonly revision: string;
  @ApiProperty({ example: '1207' }) readonly txId: string;
  @ApiProperty({ description: 'Hex.' }) readonly alh: string;
  @ApiProperty({ format: 'date-time' }) readonly committedAt: string;
  @ApiProperty() readonly checkedAgainst: StateView;

  constructor(entity: object) {
    const evidence = evidenceOf(entity);
    this.ledgerId = evidence.ledgerId;
    this.database = evidence.database;
    this.origin = evidence.origin;
    this.key = hex(evidence.key);
    this.revision = evidence.revision.toString();
    this.txId = evidence.txId.toString();
    this.alh = hex(evidence.alh);
    this.committedAt = evidence.committedAt.toISOString();
    this.checkedAgainst = new StateView(evidence.checkedAgainst);
  }
}
