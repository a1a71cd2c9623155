// The entities of an application, as `immurepo reindex --module` is given them.

import { Entity, Id, Index, Property } from 'immurepo';

@Entity({ name: 'person' })
export class Person {
  @Id() id!: string;
  @Index({ unique: true }) email!: string;
}

@Entity({ name: 'pet' })
class Pet {
  @Id() id!: string;
  @Index() owner!: string;
}

/** The same entity as before it had an index. */
@Entity({ name: 'person' })
class OldPerson {
  @Id() id!: string;
  @Property() email!: string;
}

export const others = [Pet];
export const withoutIndexes = { OldPerson };
export const limit = 7;
export function noEntity(): void {
  // Functions are no entities.
}
