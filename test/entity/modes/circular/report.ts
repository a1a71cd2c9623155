// Run in a process of its own on what a compiler made of the two modules: prints what entities of both are stored as.
import { canonicalSuperjson } from '../../../../src/codec/canonical-superjson.js';
import { entitySchemas } from '../../../../src/entity/entity-set.js';
import { Ref } from '../../../../src/entity/ref.js';
import { withReferred } from '../../../../src/entity/referred-classes.js';
import { Author } from './author.js';
import { Book, Chapter } from './book.js';

const set = entitySchemas([Author, Book]);
const [authors, books] = [set.of(Author), set.of(Book)];
const ada = authors.create({ id: 'ada', name: 'Ada' });
const book = books.create({
  id: 'b',
  author: Ref.to(ada),
  sequelOf: null,
  status: 'draft',
  chapters: [Object.assign(new Chapter(), { title: 'One', writtenBy: Ref.to(ada) }).drafted(1n)],
});
const payload = canonicalSuperjson.encode(books.toPlain(book));
const { entity } = books.hydrate(canonicalSuperjson.decode(payload), books.keyFor('b'), 1);

console.log(
  JSON.stringify({
    payload: new TextDecoder().decode(payload),
    json: JSON.stringify(entity),
    isSame: entity.author.equals(Ref.to(Author, 'ada')) && entity.chapters[0] instanceof Chapter,
    finds: [typeof ada.books.find, typeof ada.books.stream],
    found: books.indexes.map((index) => index.valuesOf(entity)),
    referred: withReferred(Author).map(({ name }) => name),
  }),
);
