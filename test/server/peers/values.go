package main

import (
	"time"

	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/client"
)

var valueChecks = []check{
	{"set and get", func(t *trial) {
		header := must(t.client.Set(t.ctx, t.key("a"), []byte("one")))
		entry := must(t.client.Get(t.ctx, t.key("a")))
		same("value", entry.Value, []byte("one"))
		same("key", entry.Key, t.key("a"))
		same("transaction", entry.Tx, header.Id)
		must(t.client.Set(t.ctx, t.key("empty"), nil))
		same("empty value", len(must(t.client.Get(t.ctx, t.key("empty"))).Value), 0)
	}},
	{"get at, since and by revision", func(t *trial) {
		first := must(t.client.Set(t.ctx, t.key("a"), []byte("one")))
		second := must(t.client.Set(t.ctx, t.key("a"), []byte("two")))
		same("at", must(t.client.GetAt(t.ctx, t.key("a"), first.Id)).Value, []byte("one"))
		same("since", must(t.client.GetSince(t.ctx, t.key("a"), second.Id)).Value, []byte("two"))
		same("revision 1", must(t.client.GetAtRevision(t.ctx, t.key("a"), 1)).Value, []byte("one"))
		same("revision before", must(t.client.GetAtRevision(t.ctx, t.key("a"), -1)).Value, []byte("one"))
		latest := must(t.client.Get(t.ctx, t.key("a"), client.NoWait(true), client.SinceTx(second.Id)))
		same("revision", latest.Revision, uint64(2))
	}},
	{"set all and get all", func(t *trial) {
		header := must(t.client.SetAll(t.ctx, &schema.SetRequest{KVs: t.pairs("a", "b", "c")}))
		same("entries", header.Nentries, int32(3))
		all := must(t.client.GetAll(t.ctx, [][]byte{t.key("c"), t.key("missing"), t.key("a")}))
		same("found", len(all.Entries), 2)
		same("first", all.Entries[0].Value, []byte("c"))
		same("second", all.Entries[1].Value, []byte("a"))
	}},
	{"delete", func(t *trial) {
		must(t.client.SetAll(t.ctx, &schema.SetRequest{KVs: t.pairs("a", "b")}))
		must(t.client.Delete(t.ctx, &schema.DeleteKeysRequest{Keys: [][]byte{t.key("a")}}))
		_, err := t.client.Get(t.ctx, t.key("a"))
		saysNotFound(err)
		same("left", len(must(t.client.GetAll(t.ctx, [][]byte{t.key("a"), t.key("b")})).Entries), 1)
		must(t.client.Set(t.ctx, t.key("a"), []byte("again")))
		same("revision", must(t.client.Get(t.ctx, t.key("a"))).Revision, uint64(3))
	}},
	{"expire", func(t *trial) {
		must(t.client.ExpirableSet(t.ctx, t.key("later"), []byte("1"), time.Now().Add(time.Hour)))
		same("value", must(t.client.Get(t.ctx, t.key("later"))).Value, []byte("1"))
		must(t.client.ExpirableSet(t.ctx, t.key("past"), []byte("1"), time.Now().Add(-time.Hour)))
		_, err := t.client.Get(t.ctx, t.key("past"))
		saysNotFound(err)
	}},
	{"set on conditions", func(t *trial) {
		request := &schema.SetRequest{
			KVs: t.pairs("a"),
			Preconditions: []*schema.Precondition{
				schema.PreconditionKeyMustNotExist(t.key("a")),
				schema.PreconditionKeyNotModifiedAfterTX(t.key("a"), 1),
			},
		}
		header := must(t.client.SetAll(t.ctx, request))
		request.Preconditions = []*schema.Precondition{
			schema.PreconditionKeyMustExist(t.key("a")),
			schema.PreconditionKeyNotModifiedAfterTX(t.key("a"), header.Id),
		}
		must(t.client.SetAll(t.ctx, request))
	}},
}

// pairs are keys with their names as values.
func (t *trial) pairs(names ...string) []*schema.KeyValue {
	var pairs []*schema.KeyValue
	for _, name := range names {
		pairs = append(pairs, &schema.KeyValue{Key: t.key(name), Value: []byte(name)})
	}
	return pairs
}
