package main

import (
	"fmt"
	"time"

	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/client"
)

// treeGrowth is how many transactions lie between two verified calls, for proofs that span several levels of the tree.
const treeGrowth = 70

var verifiedChecks = []check{
	{"verified set and get", func(t *trial) {
		c, trusted := t.administrator(t.newFolder())
		header := must(c.VerifiedSet(t.ctx, t.key("a"), []byte("one")))
		same("trusted transaction", t.trustedState(trusted).TxId, header.Id)
		same("value", must(c.VerifiedGet(t.ctx, t.key("a"))).Value, []byte("one"))
		must(c.VerifiedSet(t.ctx, t.key("empty"), nil))
		same("empty value", len(must(c.VerifiedGet(t.ctx, t.key("empty"))).Value), 0)
	}},
	{"verified get at, since and by revision", func(t *trial) {
		first := must(t.client.VerifiedSet(t.ctx, t.key("a"), []byte("one")))
		second := must(t.client.VerifiedSet(t.ctx, t.key("a"), []byte("two")))
		same("at", must(t.client.VerifiedGetAt(t.ctx, t.key("a"), first.Id)).Value, []byte("one"))
		same("since", must(t.client.VerifiedGetSince(t.ctx, t.key("a"), second.Id)).Value, []byte("two"))
		same("revision 1", must(t.client.VerifiedGetAtRevision(t.ctx, t.key("a"), 1)).Value, []byte("one"))
		same("revision before", must(t.client.VerifiedGetAtRevision(t.ctx, t.key("a"), -1)).Value, []byte("one"))
		same("without waiting", must(t.client.VerifiedGet(t.ctx, t.key("a"), client.NoWait(true))).Revision, uint64(2))
	}},
	{"verified get of one of many entries", func(t *trial) {
		names := make([]string, 9)
		for i := range names {
			names[i] = fmt.Sprintf("entry-%d", i)
		}
		must(t.client.SetAll(t.ctx, &schema.SetRequest{KVs: t.pairs(names...)}))
		for _, name := range names {
			same("value", must(t.client.VerifiedGet(t.ctx, t.key(name))).Value, []byte(name))
		}
	}},
	{"verified get with metadata", func(t *trial) {
		must(t.client.ExpirableSet(t.ctx, t.key("a"), []byte("1"), time.Now().Add(time.Hour)))
		same("value", must(t.client.VerifiedGet(t.ctx, t.key("a"))).Value, []byte("1"))
	}},
	{"verified calls far apart", farApart},
	{"verified transaction by id", func(t *trial) {
		first := must(t.client.Set(t.ctx, t.key("a"), []byte("one")))
		second := must(t.client.SetAll(t.ctx, &schema.SetRequest{KVs: t.pairs("b", "c", "d")}))
		newest := must(t.client.VerifiedTxByID(t.ctx, second.Id))
		same("entries", len(newest.Entries), 3)
		same("key", newest.Entries[2].Key, t.key("d"))
		same("older", must(t.client.VerifiedTxByID(t.ctx, first.Id)).Header.Id, first.Id)
		must(t.client.VerifiedTxByID(t.ctx, 1))
	}},
}

// farApart lets the server grow unwatched, then has old and new entries proven against states far from them.
func farApart(t *trial) {
	c, trusted := t.administrator(t.newFolder())
	must(c.VerifiedSet(t.ctx, t.key("0"), []byte("0")))
	var ids []uint64
	for i := 1; i <= treeGrowth; i++ {
		ids = append(ids, must(t.client.Set(t.ctx, t.key(fmt.Sprint(i)), []byte(fmt.Sprint(i)))).Id)
	}
	for _, i := range []int{treeGrowth, 1, 2, treeGrowth / 2, treeGrowth - 1} {
		same("value", must(c.VerifiedGet(t.ctx, t.key(fmt.Sprint(i)))).Value, []byte(fmt.Sprint(i)))
		must(c.VerifiedTxByID(t.ctx, ids[i-1]))
	}
	same("trusted transaction", t.trustedState(trusted).TxId, ids[treeGrowth-1])
}
