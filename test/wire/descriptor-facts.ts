// What two descriptions of the same services must agree on, as a flat list of facts. Files, order, comments, and
// options that do not reach the wire are not among them.
import { isFieldSet } from '@bufbuild/protobuf';
import {
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  FieldOptionsSchema,
  type ServiceDescriptorProto,
} from '@bufbuild/protobuf/wkt';

/** What is described, such as `field immudb.schema.Key 1`, to how, such as `bytes key`. */
export type Facts = ReadonlyMap<string, string>;

type Sink = Map<string, string>;

/** A fact may be stated once: a second would hide the first from the comparison. */
function state(facts: Sink, subject: string, predicate: string): void {
  if (facts.has(subject)) throw new Error(`${subject} is described twice`);
  facts.set(subject, predicate);
}

function fieldPredicate(field: FieldDescriptorProto, message: DescriptorProto): string {
  const { options } = field;
  // Index 0 is the first oneof: only presence tells it from none.
  const isInOneof = isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex);
  const isPackedStated = options && isFieldSet(options, FieldOptionsSchema.field.packed);
  const parts = [
    field.label === Label.REPEATED ? 'repeated' : '',
    Type[field.type],
    field.typeName,
    field.name,
    isInOneof ? `in oneof ${message.oneofDecl[field.oneofIndex]?.name ?? '?'}` : '',
    field.proto3Optional ? 'with presence' : '',
    isPackedStated ? `packed=${options.packed}` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function messageFacts(facts: Sink, scope: string, message: DescriptorProto): void {
  const name = `${scope}.${message.name}`;
  state(facts, `message ${name}`, message.options?.mapEntry ? 'map entry' : 'message');
  for (const field of message.field)
    state(facts, `field ${name} ${field.number}`, fieldPredicate(field, message));
  for (const { start, end } of message.reservedRange)
    state(facts, `reserved ${name} ${start}`, `up to ${end}`);
  for (const nested of message.nestedType) messageFacts(facts, name, nested);
  for (const nested of message.enumType) enumFacts(facts, name, nested);
}

function enumFacts(facts: Sink, scope: string, description: EnumDescriptorProto): void {
  const name = `${scope}.${description.name}`;
  state(facts, `enum ${name}`, 'enum');
  for (const value of description.value) state(facts, `value ${name} ${value.number}`, value.name);
}

function serviceFacts(facts: Sink, scope: string, service: ServiceDescriptorProto): void {
  const name = `${scope}.${service.name}`;
  state(facts, `service ${name}`, 'service');
  for (const method of service.method) {
    const request = `${method.clientStreaming ? 'stream ' : ''}${method.inputType}`;
    const response = `${method.serverStreaming ? 'stream ' : ''}${method.outputType}`;
    state(facts, `method ${name}/${method.name}`, `${request} -> ${response}`);
  }
}

/** Everything the files describe in packages whose name begins with `prefix`. */
export function factsOf(files: readonly FileDescriptorProto[], prefix: string): Facts {
  const facts: Sink = new Map();
  for (const file of files) {
    if (!file.package.startsWith(prefix)) continue;
    for (const message of file.messageType) messageFacts(facts, file.package, message);
    for (const description of file.enumType) enumFacts(facts, file.package, description);
    for (const service of file.service) serviceFacts(facts, file.package, service);
  }
  return facts;
}

/** One line for each fact the two do not share, sorted. Empty where they agree. */
export function differences(ours: Facts, theirs: Facts): string[] {
  const lines: string[] = [];
  for (const [subject, predicate] of ours) {
    const other = theirs.get(subject);
    if (other === undefined) lines.push(`${subject}: only ours (${predicate})`);
    else if (other !== predicate) lines.push(`${subject}: ours is "${predicate}", theirs "${other}"`);
  }
  for (const [subject, predicate] of theirs) {
    if (!ours.has(subject)) lines.push(`${subject}: only theirs (${predicate})`);
  }
  return lines.sort();
}
