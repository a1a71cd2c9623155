// What the oldest releases of immudb this client works with do not have yet.

/** The release that brought an RPC, for those that the oldest supported one lacks. */
const SINCE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    // prettier-ignore
    [
      'AddField', 'AuditDocument', 'CountDocuments', 'CreateCollection', 'CreateIndex', 'DeleteCollection',
      'DeleteDocuments', 'DeleteIndex', 'GetCollection', 'GetCollections', 'InsertDocuments', 'ProofDocument',
      'RemoveField', 'ReplaceDocuments', 'SearchDocuments', 'UpdateCollection', 'TruncateDatabase', 'streamExportTx',
    ].map((rpc) => [rpc, '1.5']),
  ),
  ChangeSQLPrivileges: '1.9.5',
  UnarySQLQuery: '1.9.5',
};

/** What a server that does not know an RPC is told to be, for an error. */
export function releaseAdvice(rpc: string): string {
  const since = SINCE[rpc];
  if (since === undefined) return 'Is it immudb, 1.4 or newer?';
  return `It came with immudb ${since}: update the server, or do without.`;
}
