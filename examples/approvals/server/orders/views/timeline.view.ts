import { ApiProperty } from '@nestjs/swagger';
import { hex } from '../../ledger/formats.js';
import { StateView } from '../../ledger/state.view.js';
import { actorName } from '../../people/people.js';
import type { Change, OrderEvent, TimelineEntry } from '../timeline.js';

const TEXT = { type: String, nullable: true } as const;

class ChangeView implements Change {
  @ApiProperty({ example: 'status' }) readonly property: string;
  @ApiProperty({ example: 'Status' }) readonly label: string;
  @ApiProperty({ ...TEXT, example: 'draft' }) readonly before: string | null;
  @ApiProperty({ ...TEXT, example: 'submitted' }) readonly after: string | null;

  constructor({ property, label, before, after }: Change) {
    this.property = property;
    this.label = label;
    this.before = before;
    this.after = after;
  }
}

/** One revision: who, what, why, when, in which transaction, and what proves it. */
class TimelineEntryView {
  @ApiProperty({ example: '2' }) readonly revision: string;
  @ApiProperty({ example: '1207' }) readonly txId: string;
  @ApiProperty({ format: 'date-time' }) readonly at: string;
  @ApiProperty({ ...TEXT, example: 'ada' }) readonly actor: string | null;
  @ApiProperty({ ...TEXT, example: 'Ada Park' }) readonly actorName: string | null;
  @ApiProperty(TEXT) readonly reason: string | null;
  @ApiProperty(TEXT) readonly correlationId: string | null;
  @ApiProperty({ example: 'submitted' }) readonly event: OrderEvent;
  @ApiProperty() readonly deleted: boolean;
  @ApiProperty({ type: [ChangeView] }) readonly changes: readonly ChangeView[];
  @ApiProperty({ description: 'Hex.' }) readonly alh: string;
  @ApiProperty() readonly checkedAgainst: StateView;

  constructor({ revision, event, changes }: TimelineEntry) {
    const { actor, reason, correlationId, evidence } = revision;
    this.revision = revision.revision.toString();
    this.txId = revision.txId.toString();
    this.at = revision.committedAt.toISOString();
    this.actor = actor ?? null;
    this.actorName = actorName(actor) ?? null;
    this.reason = reason ?? null;
    this.correlationId = correlationId ?? null;
    this.event = event;
    this.deleted = revision.deleted;
    this.changes = changes.map((change) => new ChangeView(change));
    this.alh = hex(evidence.alh);
    this.checkedAgainst = new StateView(evidence.checkedAgainst);
  }
}

export class TimelineView {
  @ApiProperty({ example: 'PO-000123' }) readonly number: string;
  @ApiProperty({ type: [TimelineEntryView], description: 'Oldest first.' })
  readonly entries: readonly TimelineEntryView[];

  constructor(number: string, entries: readonly TimelineEntry[]) {
    this.number = number;
    this.entries = entries.map((entry) => new TimelineEntryView(entry));
  }
}
