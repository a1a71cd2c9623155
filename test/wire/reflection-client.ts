// Asks a server by gRPC reflection which services it has and what they look like. The few messages of the protocol
// are written and read by hand: one service needs no generated code.
import { Client, credentials } from '@grpc/grpc-js';
import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { FileDescriptorProtoSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';

const METHOD = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';

/** Field numbers of the request's oneof. */
const FILE_CONTAINING_SYMBOL = 4;
const LIST_SERVICES = 7;
/** Field numbers of the response's oneof. */
const FILE_DESCRIPTORS = 4;
const SERVICES = 6;
const ERROR = 7;

/** The length-delimited fields of a message that have this number. Others are skipped. */
function fields(message: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === wanted && wireType === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(wireType, number);
  }
  return found;
}

/** One question, one answer, one stream. */
function ask(client: Client, question: number, argument: string): Promise<Uint8Array> {
  const request = new BinaryWriter().tag(question, WireType.LengthDelimited).string(argument).finish();
  return new Promise((resolve, reject) => {
    const plain = (bytes: Uint8Array) => Buffer.from(bytes);
    const stream = client.makeBidiStreamRequest(METHOD, plain, (bytes) => new Uint8Array(bytes));
    stream.on('data', (response: Uint8Array) => {
      const [error] = fields(response, ERROR);
      if (error) reject(new Error(`reflection of ${argument}: ${new TextDecoder().decode(error)}`));
      else resolve(response);
    });
    stream.on('error', reject);
    stream.on('end', () => {
      reject(new Error(`reflection of ${argument}: no answer`));
    });
    stream.end(request);
  });
}

/** What a server says of itself. */
export interface ReflectedServer {
  /** Fully qualified names. */
  readonly services: readonly string[];
  /** The files that define them, with all they import. */
  readonly files: readonly FileDescriptorProto[];
}

/** All services of a server, and the files that define those whose name begins with `prefix`. */
export async function reflect(address: string, prefix: string): Promise<ReflectedServer> {
  const client = new Client(address, credentials.createInsecure());
  try {
    const list = await ask(client, LIST_SERVICES, '*');
    const services = fields(list, SERVICES)
      .flatMap((response) => fields(response, 1))
      .map((service) => new TextDecoder().decode(fields(service, 1)[0]));
    const files = new Map<string, FileDescriptorProto>();
    for (const service of services.filter((name) => name.startsWith(prefix))) {
      const answer = await ask(client, FILE_CONTAINING_SYMBOL, service);
      for (const bytes of fields(answer, FILE_DESCRIPTORS).flatMap((response) => fields(response, 1))) {
        const file = fromBinary(FileDescriptorProtoSchema, bytes);
        files.set(file.name, file);
      }
    }
    return { services, files: [...files.values()] };
  } finally {
    client.close();
  }
}
