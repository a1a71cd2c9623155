// Where the ledger is: in a folder, or on a server. The code that uses it is the same.
import { openEngine, serveEngine } from 'immurepo/engine';

/** A folder (`path`), which needs no server, or a running immudb (`url`). */
export type Place = ({ readonly path: string } | { readonly url: string }) & {
  /** What this side calls the ledger, where its address is not to be its name. */
  readonly ledgerId?: string;
};

/** Makes a ledger reachable by a URL for as long as `use` takes: one in a folder is served over gRPC meanwhile. */
export async function atUrl<Result>(
  place: Place,
  database: string,
  use: (url: URL) => Promise<Result>,
): Promise<Result> {
  if ('url' in place) return use(new URL(place.url));
  await using engine = await openEngine({ path: place.path });
  await using served = await serveEngine(engine.service);
  const { user, password } = engine.ownCredentials;
  return await use(new URL(`immudb://${user}:${password}@${served.address}/${database}`));
}
