import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ImportJob } from './import-jobs.js';
import type { RefusedLine } from './orders-in-csv.js';

export class ImportStartedView {
  @ApiProperty({ format: 'uuid' }) readonly id: string;

  constructor({ id }: ImportJob) {
    this.id = id;
  }
}

class RefusedLineView implements RefusedLine {
  @ApiProperty({ example: 12 }) readonly line: number;
  @ApiProperty() readonly why: string;

  constructor({ line, why }: RefusedLine) {
    this.line = line;
    this.why = why;
  }
}

/** How far an import is, counted in rows of its file. */
export class ImportView {
  @ApiProperty({ format: 'uuid' }) readonly id: string;
  @ApiProperty({ enum: ['running', 'done', 'failed'] }) readonly state: ImportJob['state'];
  @ApiProperty({ description: 'How far it is: reading the file is the first half, writing the second.' })
  readonly bytesRead: number;
  @ApiProperty() readonly bytesTotal: number;
  @ApiProperty() readonly rows: number;
  @ApiProperty() readonly written: number;
  @ApiProperty({ description: 'Rows of orders that are there already, and ask for the same.' })
  readonly unchanged: number;
  @ApiProperty({ type: [RefusedLineView], description: 'The first hundred.' })
  readonly refused: readonly RefusedLineView[];
  @ApiProperty() readonly refusedCount: number;
  @ApiPropertyOptional() readonly error?: string;

  constructor({ id, state, tally, error }: ImportJob) {
    this.id = id;
    this.state = state;
    this.bytesRead = tally.bytesRead;
    this.bytesTotal = tally.bytesTotal;
    this.rows = tally.rows;
    this.written = tally.written;
    this.unchanged = tally.unchanged;
    this.refused = tally.refused.map((line) => new RefusedLineView(line));
    this.refusedCount = tally.refusedCount;
    if (error !== undefined) this.error = error;
  }
}
