// The other of two entities whose modules import each other: it refers, and has a class inside of it that refers back.
import { Entity, Id, Property } from '../../../../src/entity/decorators.js';
import { Hidden } from '../../../../src/entity/hidden.js';
import { Index } from '../../../../src/entity/index-decorator.js';
import type { Ref } from '../../../../src/entity/ref.js';
import { t } from '../../../../src/entity/types/t.js';
import { Author } from './author.js';

export class Chapter {
  @Property({ type: t.string() }) title!: string;
  @Property({ type: t.ref(() => Author), name: 'by' }) writtenBy?: Ref<Author>;
  @Property({ type: t.array(t.embedded(() => Chapter)) }) parts?: Chapter[];
  @Hidden() @Property() private draft?: bigint;

  drafted(draft: bigint): this {
    this.draft = draft;
    return this;
  }
}

@Entity({ name: 'book' })
export class Book {
  @Id() id!: string;
  @Index() @Property({ type: t.ref(() => Author) }) author!: Ref<Author>;
  @Property({ type: t.nullable(t.ref(() => Book)) }) sequelOf!: Ref<Book> | null;
  @Property({ type: t.enum(['draft', 'out']), default: 'draft' }) status!: 'draft' | 'out';
  @Property({ type: t.array(t.embedded(() => Chapter)) }) chapters!: Chapter[];
}
