// One of two entities whose modules import each other (decorator-modes.test.ts): it is found by what the other refers with.
import { Entity, Id, Property } from '../../../../src/entity/decorators.js';
import { Many } from '../../../../src/entity/many.js';
import { t } from '../../../../src/entity/types/t.js';
import { Book, Chapter } from './book.js';

/**
 * The same type, out of sight: `emitDecoratorMetadata` evaluates the class that a field is declared with when it decorates the
 * field, and where modules import each other, it may not be there yet. A `Ref` always is.
 */
type Late<T> = T;

@Entity({ name: 'author' })
export class Author {
  @Id() id!: string;
  @Property({ type: t.string() }) name!: string;
  @Property({ type: t.embedded(() => Chapter) }) favourite?: Late<Chapter>;
  @Many(() => Book, 'author') books!: Many<Book>;
}
