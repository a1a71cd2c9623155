package main

import (
	"bytes"

	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/stream"
)

// longValue takes many chunks of the default 64 KiB, the last of them not full.
const longValue = 1<<20 + 7

var streamChecks = []check{
	{"stream set and get", func(t *trial) {
		long := pattern(longValue)
		header := must(t.client.StreamSet(t.ctx, []*stream.KeyValue{
			pair(t.key("long"), long), pair(t.key("short"), []byte("1")),
		}))
		same("entries", header.Nentries, int32(2))
		entry := must(t.client.StreamGet(t.ctx, &schema.KeyRequest{Key: t.key("long")}))
		same("key", entry.Key, t.key("long"))
		same("value", entry.Value, long)
		same("as a whole", must(t.client.Get(t.ctx, t.key("long"))).Value, long)
	}},
	{"verified stream set and get", func(t *trial) {
		long := pattern(longValue)
		c, trusted := t.administrator(t.newFolder())
		header := must(c.StreamVerifiedSet(t.ctx, []*stream.KeyValue{pair(t.key("a"), long), pair(t.key("b"), []byte("1"))}))
		state := t.trustedState(trusted)
		same("trusted transaction", state.TxId, header.Id)
		request := &schema.VerifiableGetRequest{KeyRequest: &schema.KeyRequest{Key: t.key("a")}, ProveSinceTx: state.TxId}
		same("value", must(c.StreamVerifiedGet(t.ctx, request)).Value, long)
	}},
	{"stream scan", func(t *trial) {
		must(t.client.SetAll(t.ctx, &schema.SetRequest{KVs: t.pairs("a", "b", "c")}))
		scan := must(t.client.StreamScan(t.ctx, &schema.ScanRequest{Prefix: t.key(""), Limit: 2}))
		same("values", valuesOf(scan.Entries), []string{"a", "b"})
	}},
	{"stream sorted set", func(t *trial) {
		must(t.client.SetAll(t.ctx, &schema.SetRequest{KVs: t.pairs("a", "b")}))
		must(t.client.ZAdd(t.ctx, t.key("set"), 2, t.key("a")))
		must(t.client.ZAdd(t.ctx, t.key("set"), 1, t.key("b")))
		scan := must(t.client.StreamZScan(t.ctx, &schema.ZScanRequest{Set: t.key("set")}))
		same("members", membersOf(scan.Entries), []string{"b", "a"})
		same("score", scan.Entries[1].Score, 2.0)
	}},
	{"stream history", func(t *trial) {
		must(t.client.Set(t.ctx, t.key("a"), []byte("one")))
		must(t.client.Set(t.ctx, t.key("a"), []byte("two")))
		history := must(t.client.StreamHistory(t.ctx, &schema.HistoryRequest{Key: t.key("a")}))
		same("values", valuesOf(history.Entries), []string{"one", "two"})
	}},
	{"stream execute all", func(t *trial) {
		long := pattern(longValue)
		header := must(t.client.StreamExecAll(t.ctx, &stream.ExecAllRequest{Operations: []*stream.Op{
			{Operation: &stream.Op_KeyValue{KeyValue: pair(t.key("a"), long)}},
			{Operation: &stream.Op_ZAdd{ZAdd: &schema.ZAddRequest{Set: t.key("set"), Score: 1, Key: t.key("a")}}},
		}}))
		same("entries", header.Nentries, int32(2))
		same("value", must(t.client.VerifiedGet(t.ctx, t.key("a"))).Value, long)
	}},
}

func pair(key, value []byte) *stream.KeyValue {
	return &stream.KeyValue{
		Key:   &stream.ValueSize{Content: bytes.NewReader(key), Size: len(key)},
		Value: &stream.ValueSize{Content: bytes.NewReader(value), Size: len(value)},
	}
}

// pattern is a value in which no two chunks are equal.
func pattern(size int) []byte {
	value := make([]byte, size)
	for i := range value {
		value[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return value
}
