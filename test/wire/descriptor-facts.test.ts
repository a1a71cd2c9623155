// That the comparison with a server's descriptors can fail: one change each, and the line it must give.
import { clone } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
  type DescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { beforeAll, expect, it } from 'vitest';
import { differences, factsOf } from './descriptor-facts.js';
import { ownDescriptors } from './own-descriptors.js';

let files: FileDescriptorProto[];
beforeAll(async () => {
  files = await ownDescriptors();
});

/** A copy to change. */
function copy(): FileDescriptorProto[] {
  return files.map((file) => clone(FileDescriptorProtoSchema, file));
}

function message(theirs: FileDescriptorProto[], name: string): DescriptorProto {
  return theirs.flatMap((file) => file.messageType).find((candidate) => candidate.name === name)!;
}

function field(theirs: FileDescriptorProto[], messageName: string, name: string): FieldDescriptorProto {
  return message(theirs, messageName).field.find((candidate) => candidate.name === name)!;
}

function method(theirs: FileDescriptorProto[], name: string) {
  const methods = theirs.flatMap((file) => file.service).flatMap((service) => service.method);
  return methods.find((candidate) => candidate.name === name)!;
}

const changes: [name: string, change: (theirs: FileDescriptorProto[]) => void, line: string][] = [
  [
    'a field renamed',
    (theirs) => (field(theirs, 'KeyRequest', 'atTx').name = 'tx'),
    'field immudb.schema.KeyRequest 2: ours is "UINT64 atTx", theirs "UINT64 tx"',
  ],
  [
    'a field of another type',
    (theirs) => (field(theirs, 'HistoryRequest', 'limit').type = Type.INT64),
    'field immudb.schema.HistoryRequest 3: ours is "INT32 limit", theirs "INT64 limit"',
  ],
  [
    'a field of another message',
    (theirs) => (field(theirs, 'VerifiableTx', 'dualProof').typeName = '.immudb.schema.DualProofV2'),
    'field immudb.schema.VerifiableTx 2: ours is "MESSAGE .immudb.schema.DualProof dualProof", theirs "MESSAGE .immudb.schema.DualProofV2 dualProof"',
  ],
  [
    'a repeated field made single',
    (theirs) => (field(theirs, 'InclusionProof', 'terms').label = Label.OPTIONAL),
    'field immudb.schema.InclusionProof 3: ours is "repeated BYTES terms", theirs "BYTES terms"',
  ],
  [
    'a field out of its oneof',
    (theirs) => {
      Reflect.deleteProperty(field(theirs, 'Op', 'kv'), 'oneofIndex');
    },
    'field immudb.schema.Op 1: ours is "MESSAGE .immudb.schema.KeyValue kv in oneof operation", theirs "MESSAGE .immudb.schema.KeyValue kv"',
  ],
  [
    'a map with another key',
    (theirs) => (message(theirs, 'Chunk').nestedType[0]!.field[0]!.type = Type.UINT32),
    'field immudb.schema.Chunk.MetadataEntry 1: ours is "STRING key", theirs "UINT32 key"',
  ],
  [
    'a map made a list of messages',
    (theirs) => (message(theirs, 'Chunk').nestedType[0]!.options!.mapEntry = false),
    'message immudb.schema.Chunk.MetadataEntry: ours is "map entry", theirs "message"',
  ],
  [
    'a field that reports its presence',
    (theirs) => (field(theirs, 'Score', 'score').proto3Optional = true),
    'field immudb.schema.Score 1: ours is "DOUBLE score", theirs "DOUBLE score with presence"',
  ],
  [
    'a field we do not know',
    (theirs) => (field(theirs, 'Row', 'values').number = 3),
    'field immudb.schema.Row 3: only theirs (repeated MESSAGE .immudb.schema.SQLValue values)',
  ],
  [
    'a message they do not know',
    (theirs) => (message(theirs, 'Key').name = 'K'),
    'message immudb.schema.Key: only ours (message)',
  ],
  [
    'a reserved number put to use',
    (theirs) => (message(theirs, 'VerifiableSQLEntry').reservedRange.length = 0),
    'reserved immudb.schema.VerifiableSQLEntry 6: only ours (up to 7)',
  ],
  [
    'a stream that is none',
    (theirs) => (method(theirs, 'exportTx').serverStreaming = false),
    'method immudb.schema.ImmuService/exportTx: ours is ".immudb.schema.ExportTxRequest -> stream .immudb.schema.Chunk", theirs ".immudb.schema.ExportTxRequest -> .immudb.schema.Chunk"',
  ],
  [
    'a method spelt otherwise',
    (theirs) => (method(theirs, 'streamGet').name = 'StreamGet'),
    'method immudb.schema.ImmuService/StreamGet: only theirs (.immudb.schema.KeyRequest -> stream .immudb.schema.Chunk)',
  ],
  [
    'an enum value renamed',
    (theirs) => {
      const sql = theirs.flatMap((file) => file.enumType).find((candidate) => candidate.name === 'TxMode')!;
      sql.value[2]!.name = 'READ_WRITE';
    },
    'value immudb.schema.TxMode 2: ours is "ReadWrite", theirs "READ_WRITE"',
  ],
];

it.each(changes)('sees %s', (_name, change, line) => {
  const theirs = copy();
  change(theirs);
  expect(differences(factsOf(files, 'immudb.'), factsOf(theirs, 'immudb.'))).toContain(line);
});

it('sees no difference in a copy', () => {
  expect(differences(factsOf(files, 'immudb.'), factsOf(copy(), 'immudb.'))).toEqual([]);
});

it('does not let a second description hide the first', () => {
  expect(() => factsOf([...files, ...copy()], 'immudb.')).toThrow('is described twice');
});
