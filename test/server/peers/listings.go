package main

import (
	"github.com/codenotary/immudb/pkg/api/schema"
)

var listingChecks = []check{
	{"scan", func(t *trial) {
		must(t.client.SetAll(t.ctx, &schema.SetRequest{KVs: t.pairs("a", "b", "c", "d")}))
		scan := func(request *schema.ScanRequest) []string {
			request.Prefix = t.key("")
			return valuesOf(must(t.client.Scan(t.ctx, request)).Entries)
		}
		same("all", scan(&schema.ScanRequest{}), []string{"a", "b", "c", "d"})
		same("limited", scan(&schema.ScanRequest{Limit: 2, Offset: 1}), []string{"b", "c"})
		same("descending", scan(&schema.ScanRequest{Desc: true, Limit: 2}), []string{"d", "c"})
		same("after", scan(&schema.ScanRequest{SeekKey: t.key("b")}), []string{"c", "d"})
		same("from", scan(&schema.ScanRequest{SeekKey: t.key("b"), InclusiveSeek: true}), []string{"b", "c", "d"})
		same("until", scan(&schema.ScanRequest{EndKey: t.key("c"), InclusiveEnd: true}), []string{"a", "b", "c"})
	}},
	{"history", func(t *trial) {
		for _, value := range []string{"one", "two", "three"} {
			must(t.client.Set(t.ctx, t.key("a"), []byte(value)))
		}
		must(t.client.Delete(t.ctx, &schema.DeleteKeysRequest{Keys: [][]byte{t.key("a")}}))
		history := must(t.client.History(t.ctx, &schema.HistoryRequest{Key: t.key("a")})).Entries
		same("values", valuesOf(history), []string{"one", "two", "three", ""})
		same("last revision", history[3].Revision, uint64(4))
		holds("the last one is a deletion", history[3].Metadata.GetDeleted())
		latest := must(t.client.History(t.ctx, &schema.HistoryRequest{Key: t.key("a"), Desc: true, Offset: 1, Limit: 2}))
		same("from the end", valuesOf(latest.Entries), []string{"three", "two"})
	}},
	{"count", func(t *trial) {
		before := must(t.client.CountAll(t.ctx)).Count
		must(t.client.SetAll(t.ctx, &schema.SetRequest{KVs: t.pairs("a", "b", "c")}))
		same("with a prefix", must(t.client.Count(t.ctx, t.key(""))).Count, uint64(3))
		same("all", must(t.client.CountAll(t.ctx)).Count, before+3)
	}},
}

func valuesOf(entries []*schema.Entry) []string {
	var values []string
	for _, entry := range entries {
		values = append(values, string(entry.Value))
	}
	return values
}
