package main

import (
	"github.com/codenotary/immudb/pkg/api/schema"
)

var transactionChecks = []check{
	{"execute all", func(t *trial) {
		header := must(t.client.ExecAll(t.ctx, t.operations()))
		same("entries", header.Nentries, int32(3))
		same("value", must(t.client.Get(t.ctx, t.key("a"))).Value, []byte("one"))
		same("through the reference", must(t.client.Get(t.ctx, t.key("reference"))).Value, []byte("one"))
		same("in the set", len(must(t.client.ZScan(t.ctx, &schema.ZScanRequest{Set: t.key("set")})).Entries), 1)
		same("proven", must(t.client.VerifiedGet(t.ctx, t.key("reference"))).Value, []byte("one"))
	}},
	{"transaction by id", func(t *trial) {
		header := must(t.client.ExecAll(t.ctx, t.operations()))
		digests := must(t.client.TxByID(t.ctx, header.Id))
		same("entries", len(digests.Entries), 3)
		same("key", digests.Entries[0].Key, t.key("a"))
		spec := &schema.EntriesSpec{
			KvEntriesSpec: &schema.EntryTypeSpec{Action: schema.EntryTypeAction_RESOLVE},
			ZEntriesSpec:  &schema.EntryTypeSpec{Action: schema.EntryTypeAction_RESOLVE},
		}
		resolved := must(t.client.TxByIDWithSpec(t.ctx, &schema.TxRequest{Tx: header.Id, EntriesSpec: spec}))
		same("values", len(resolved.KvEntries), 2)
		same("value", resolved.KvEntries[0].Value, []byte("one"))
		same("members", len(resolved.ZEntries), 1)
		spec.KvEntriesSpec.Action = schema.EntryTypeAction_RAW_VALUE
		spec.ZEntriesSpec.Action = schema.EntryTypeAction_EXCLUDE
		raw := must(t.client.TxByIDWithSpec(t.ctx, &schema.TxRequest{Tx: header.Id, EntriesSpec: spec}))
		same("raw entries", len(raw.Entries), 2)
		same("raw value", raw.Entries[0].Value, []byte("\x00one"))
	}},
	{"scan transactions", func(t *trial) {
		first := must(t.client.Set(t.ctx, t.key("a"), []byte("one")))
		second := must(t.client.Set(t.ctx, t.key("b"), []byte("two")))
		scan := must(t.client.TxScan(t.ctx, &schema.TxScanRequest{InitialTx: first.Id, Limit: 2}))
		same("transactions", len(scan.Txs), 2)
		same("chained", scan.Txs[1].Header.PrevAlh, alh(scan.Txs[0]))
		back := must(t.client.TxScan(t.ctx, &schema.TxScanRequest{InitialTx: second.Id, Limit: 2, Desc: true}))
		same("backwards", back.Txs[1].Header.Id, first.Id)
	}},
}

// operations are one of each kind.
func (t *trial) operations() *schema.ExecAllRequest {
	return &schema.ExecAllRequest{Operations: []*schema.Op{
		{Operation: &schema.Op_Kv{Kv: &schema.KeyValue{Key: t.key("a"), Value: []byte("one")}}},
		{Operation: &schema.Op_Ref{Ref: &schema.ReferenceRequest{Key: t.key("reference"), ReferencedKey: t.key("a")}}},
		{Operation: &schema.Op_ZAdd{ZAdd: &schema.ZAddRequest{Set: t.key("set"), Score: 1, Key: t.key("a")}}},
	}}
}

// alh is the accumulated hash of a transaction, as their code computes it.
func alh(tx *schema.Tx) []byte {
	hash := schema.TxHeaderFromProto(tx.Header).Alh()
	return hash[:]
}
