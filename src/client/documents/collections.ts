// Collections: their fields and indexes. Nothing the server says of them is proven.

import { ImmuError } from '../../errors.js';
import { FieldType, type Collection as WireCollection } from '../../wire/immudb/model/collection.js';
import { DocumentServiceDefinition } from '../../wire/immudb/model/service.js';
import { callDocuments } from './call-documents.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { assertCollectionName, assertFieldName } from './collection-names.js';

const methods = DocumentServiceDefinition.methods;

/**
 * The types a declared field can have. `integer` indexes whole numbers only: of 1.5 it finds 1. `string` takes up to 512
 * bytes.
 */
export type DocumentFieldType = 'string' | 'boolean' | 'integer' | 'double' | 'uuid';

/** A field that searches can compare and order by. Documents may have others. */
export interface DocumentField {
  /** A field of an object as `address.city`. */
  readonly name: string;
  readonly type: DocumentFieldType;
}

/** An index over declared fields. */
export interface DocumentIndex {
  readonly fields: readonly string[];
  /** Whether no two documents may have the same values. Default false. */
  readonly unique?: boolean;
}

/** How to create a collection. */
export interface CreateCollectionOptions extends OperationOptions {
  /** What the field is called that holds a document's id. Default `_id`. */
  readonly idField?: string;
  readonly fields?: readonly DocumentField[];
  readonly indexes?: readonly DocumentIndex[];
}

/** A collection as the server describes it: its id field and the index over it included. */
export interface CollectionInfo {
  readonly name: string;
  readonly idField: string;
  readonly fields: readonly DocumentField[];
  readonly indexes: readonly Required<DocumentIndex>[];
}

const TYPES: Readonly<Record<DocumentFieldType, FieldType>> = {
  string: FieldType.STRING,
  boolean: FieldType.BOOLEAN,
  integer: FieldType.INTEGER,
  double: FieldType.DOUBLE,
  uuid: FieldType.UUID,
};

const control = (options: OperationOptions) => ({ ...options, kind: 'control' }) as const;
const read = (options: OperationOptions) => ({ ...options, kind: 'read' }) as const;

/** Creates a collection. @throws ImmuError COLLECTION_EXISTS, INVALID_ARGUMENT */
export async function createCollection(
  connection: Connection,
  name: string,
  options: CreateCollectionOptions,
): Promise<void> {
  assertCollectionName(name);
  const { idField, fields = [], indexes = [] } = options;
  if (idField !== undefined) assertCollectionName(idField);
  const request = {
    name,
    documentIdFieldName: idField ?? '',
    fields: fields.map(toWireField),
    indexes: indexes.map(({ fields: names, unique = false }) => ({ fields: named(names), isUnique: unique })),
  };
  await callDocuments(connection, methods.createCollection, request, control(options));
}

/** Describes a collection. @throws ImmuError COLLECTION_NOT_FOUND */
export async function getCollection(
  connection: Connection,
  name: string,
  options: OperationOptions,
): Promise<CollectionInfo> {
  assertCollectionName(name);
  const { collection } = await callDocuments(connection, methods.getCollection, { name }, read(options));
  if (collection === undefined)
    throw new ImmuError(
      'SERVER_ERROR',
      `The server described collection "${name}" as nothing. Is it immudb?`,
    );
  return fromWireCollection(collection);
}

/** Describes all collections of the database. */
export async function listCollections(
  connection: Connection,
  options: OperationOptions,
): Promise<CollectionInfo[]> {
  const { collections } = await callDocuments(connection, methods.getCollections, {}, read(options));
  return collections.map(fromWireCollection);
}

/** Renames the field of the id, which is all that can be changed. Documents stored keep what they hold. */
export async function updateCollection(
  connection: Connection,
  name: string,
  idField: string,
  options: OperationOptions,
): Promise<void> {
  assertCollectionName(name);
  assertCollectionName(idField);
  const request = { name, documentIdFieldName: idField };
  await callDocuments(connection, methods.updateCollection, request, control(options));
}

/** Deletes a collection and all documents in it; their history stays in the ledger. @throws ImmuError COLLECTION_NOT_FOUND */
export async function deleteCollection(
  connection: Connection,
  name: string,
  options: OperationOptions,
): Promise<void> {
  assertCollectionName(name);
  await callDocuments(connection, methods.deleteCollection, { name }, control(options));
}

/** Declares a field; documents stored before are not found by it. @throws ImmuError COLLECTION_NOT_FOUND, INVALID_ARGUMENT */
export async function addField(
  connection: Connection,
  collectionName: string,
  field: DocumentField,
  options: OperationOptions,
): Promise<void> {
  assertCollectionName(collectionName);
  const request = { collectionName, field: toWireField(field) };
  await callDocuments(connection, methods.addField, request, control(options));
}

/** Takes back the declaration of a field that no index holds; documents keep it. */
export async function removeField(
  connection: Connection,
  collectionName: string,
  fieldName: string,
  options: OperationOptions,
): Promise<void> {
  assertCollectionName(collectionName);
  assertFieldName(fieldName);
  await callDocuments(connection, methods.removeField, { collectionName, fieldName }, control(options));
}

/** Creates an index over declared fields. */
export async function createIndex(
  connection: Connection,
  collectionName: string,
  { fields, unique = false }: DocumentIndex,
  options: OperationOptions,
): Promise<void> {
  assertCollectionName(collectionName);
  const request = { collectionName, fields: named(fields), isUnique: unique };
  await callDocuments(connection, methods.createIndex, request, control(options));
}

/** Deletes the index over exactly these fields. */
export async function deleteIndex(
  connection: Connection,
  collectionName: string,
  fields: readonly string[],
  options: OperationOptions,
): Promise<void> {
  assertCollectionName(collectionName);
  const request = { collectionName, fields: named(fields) };
  await callDocuments(connection, methods.deleteIndex, request, control(options));
}

function named(fields: readonly string[]): string[] {
  if (fields.length === 0) throw new TypeError('an index has at least one field');
  fields.forEach(assertFieldName);
  return [...fields];
}

function toWireField({ name, type }: DocumentField): { name: string; type: FieldType } {
  assertFieldName(name);
  if (!Object.hasOwn(TYPES, type)) {
    throw new TypeError(
      `"${type as string}" is no type of field "${name}": ${Object.keys(TYPES).join(', ')}`,
    );
  }
  return { name, type: TYPES[type] };
}

function fromWireCollection({ name, documentIdFieldName, fields, indexes }: WireCollection): CollectionInfo {
  return {
    name,
    idField: documentIdFieldName,
    fields: fields.map((field) => ({ name: field.name, type: typeNameOf(field.type) })),
    indexes: indexes.map(({ fields: names, isUnique }) => ({ fields: names, unique: isUnique })),
  };
}

function typeNameOf(type: FieldType): DocumentFieldType {
  const names = Object.keys(TYPES) as DocumentFieldType[];
  return names.find((name) => TYPES[name] === type) ?? 'string';
}
