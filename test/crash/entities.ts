// What the writers of the crash test save. Everything in an entity follows from its id, except for the counter, so that
// whoever reads it later knows what must be there.
import { Entity, Id, Property } from 'immurepo';

@Entity({ name: 'item', version: 1 })
export class Item {
  @Id() id!: string;
  @Property() text!: string;
  /** How often it was updated. */
  @Property() count!: number;
}

/** From a few bytes to some pages. */
export function textOf(id: string): string {
  return `${id} `.repeat(1 + ((id.length * 7 + id.charCodeAt(id.length - 1)) ** 2 % 900));
}
