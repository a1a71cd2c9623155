// Collects requests and answers, with the state the client of each is meant to trust.
import { toBase64 } from '../../../src/bytes.js';
import type { ImmutableState } from '../../../src/wire/immudb/schema/state.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import type { ProofFixture } from '../proof-fixtures.js';
import type { RawClient, RawMethod, RawRequest } from '../raw-client.js';

/** The methods whose answers prove something. */
const methods = ImmuServiceDefinition.methods;

/** The message types of a method, which its generated definition does not name. */
const MESSAGE_TYPES = {
  CurrentState: ['google.protobuf.Empty', 'immudb.schema.ImmutableState'],
  VerifiableGet: ['immudb.schema.VerifiableGetRequest', 'immudb.schema.VerifiableEntry'],
  VerifiableSet: ['immudb.schema.VerifiableSetRequest', 'immudb.schema.VerifiableTx'],
  VerifiableSetReference: ['immudb.schema.VerifiableReferenceRequest', 'immudb.schema.VerifiableTx'],
  VerifiableTxById: ['immudb.schema.VerifiableTxRequest', 'immudb.schema.VerifiableTx'],
  VerifiableZAdd: ['immudb.schema.VerifiableZAddRequest', 'immudb.schema.VerifiableTx'],
} as const;

/** A method that can be recorded. */
export type RecordedMethod<Request, Response> = RawMethod<Request, Response> & {
  readonly name: keyof typeof MESSAGE_TYPES;
};

/** The recording of one database. */
export class Recording {
  readonly fixtures: ProofFixture[] = [];
  readonly #client: RawClient;
  /** The alh of every state seen so far, by transaction. */
  readonly #alhs = new Map<number, Uint8Array>();

  constructor(client: RawClient) {
    this.#client = client;
  }

  /** Records the present state, and makes it one that later answers may be asked to prove against. */
  async state(): Promise<ImmutableState> {
    const { message } = await this.#add(
      (state: ImmutableState) => `state@${state.txId}`,
      methods.currentState,
      {},
      0,
    );
    this.#alhs.set(Number(message.txId), message.txHash);
    return message;
  }

  /** The transactions whose states are known, ascending; without the empty state. */
  get trustPoints(): number[] {
    return [...this.#alhs.keys()].filter((txId) => txId > 0).sort((a, b) => a - b);
  }

  /** Records a call that proves against the named transaction. @param trustedTxId one of the trust points, or 0 */
  async call<Request, Response>(
    name: string,
    method: RecordedMethod<Request, Response>,
    request: RawRequest<Request>,
    trustedTxId: number,
  ): Promise<Response> {
    const { message } = await this.#add(() => name, method, request, trustedTxId);
    return message;
  }

  async #add<Request, Response>(
    name: (response: Response) => string,
    method: RecordedMethod<Request, Response>,
    request: RawRequest<Request>,
    trustedTxId: number,
  ) {
    const alh = this.#alhs.get(trustedTxId);
    if (trustedTxId > 0 && !alh) throw new Error(`the state at transaction ${trustedTxId} was not recorded`);
    const answer = await this.#client.answer(method, request);
    const unique = name(answer.message);
    if (this.fixtures.some((fixture) => fixture.name === unique))
      throw new Error(`${unique} was recorded twice`);
    const [requestType, responseType] = MESSAGE_TYPES[method.name];
    this.fixtures.push({
      name: unique,
      rpc: method.name,
      requestType,
      request: toBase64(method.requestType.encode(method.requestType.create(request)).finish()),
      responseType,
      response: toBase64(answer.bytes),
      trustedTxId,
      trustedTxHash: trustedTxId > 0 && alh ? toBase64(alh) : '',
    });
    return answer;
  }
}
