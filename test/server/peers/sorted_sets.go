package main

import (
	"github.com/codenotary/immudb/pkg/api/schema"
)

var sortedSetChecks = []check{
	{"sorted sets", func(t *trial) {
		header := must(t.client.SetAll(t.ctx, &schema.SetRequest{KVs: t.pairs("a", "b", "c")}))
		must(t.client.ZAdd(t.ctx, t.key("set"), 3, t.key("a")))
		must(t.client.ZAdd(t.ctx, t.key("set"), 1.5, t.key("b")))
		must(t.client.ZAddAt(t.ctx, t.key("set"), 2, t.key("c"), header.Id))
		scan := func(request *schema.ZScanRequest) []string {
			request.Set = t.key("set")
			return membersOf(must(t.client.ZScan(t.ctx, request)).Entries)
		}
		same("ascending", scan(&schema.ZScanRequest{}), []string{"b", "c", "a"})
		same("descending", scan(&schema.ZScanRequest{Desc: true}), []string{"a", "c", "b"})
		same("limited", scan(&schema.ZScanRequest{Limit: 1, Offset: 1}), []string{"c"})
		same("from a score", scan(&schema.ZScanRequest{MinScore: &schema.Score{Score: 2}}), []string{"c", "a"})
		same("to a score", scan(&schema.ZScanRequest{MaxScore: &schema.Score{Score: 2}}), []string{"b", "c"})
	}},
	{"verified sorted sets", func(t *trial) {
		must(t.client.SetAll(t.ctx, &schema.SetRequest{KVs: t.pairs("a", "b")}))
		must(t.client.VerifiedZAdd(t.ctx, t.key("set"), 2, t.key("a")))
		must(t.client.VerifiedZAdd(t.ctx, t.key("set"), -1, t.key("b")))
		scan := must(t.client.ZScan(t.ctx, &schema.ZScanRequest{Set: t.key("set")}))
		// Scores are ordered by their bits, so that a negative one comes last.
		same("members", membersOf(scan.Entries), []string{"a", "b"})
		same("score", scan.Entries[1].Score, -1.0)
	}},
}

func membersOf(entries []*schema.ZEntry) []string {
	var values []string
	for _, entry := range entries {
		values = append(values, string(entry.Entry.GetValue()))
	}
	return values
}
