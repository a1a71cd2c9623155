// That something was done which is to be done once, whatever became of it since.

import { Entity, Id } from 'immurepo';

@Entity({ name: 'milestone', version: 1 })
export class Milestone {
  @Id() id!: string;
}
