package main

import (
	"errors"

	"github.com/codenotary/immudb/embedded/store"
	"github.com/codenotary/immudb/pkg/client"
	"google.golang.org/protobuf/types/known/emptypb"
)

// nothing is what calls without arguments send.
var nothing = &emptypb.Empty{}

var stateChecks = []check{
	{"trust continues in a new session", func(t *trial) {
		folder := t.newFolder()
		c, _ := t.administrator(folder)
		header := must(c.VerifiedSet(t.ctx, t.key("a"), []byte("1")))
		done(c.CloseSession(t.ctx))
		must(t.client.Set(t.ctx, t.key("meanwhile"), []byte("1")))
		c, trusted := t.administrator(folder)
		same("trusted transaction", t.trustedState(trusted).TxId, header.Id)
		same("value", must(c.VerifiedGet(t.ctx, t.key("a"))).Value, []byte("1"))
		must(c.VerifiedGet(t.ctx, t.key("meanwhile")))
		same("trusted transaction", t.trustedState(trusted).TxId, header.Id+1)
	}},
	{"two clients share what they trust", func(t *trial) {
		folder := t.newFolder()
		one, trusted := t.administrator(folder)
		two, _ := t.administrator(folder)
		must(one.VerifiedSet(t.ctx, t.key("a"), []byte("1")))
		header := must(two.VerifiedSet(t.ctx, t.key("b"), []byte("2")))
		same("trusted transaction", t.trustedState(trusted).TxId, header.Id)
		same("value", must(one.VerifiedGet(t.ctx, t.key("b"))).Value, []byte("2"))
	}},
	// Without these two a client that checks nothing would pass everything else.
	{"another history is refused", func(t *trial) {
		c, trusted := t.administrator(t.newFolder())
		must(c.VerifiedSet(t.ctx, t.key("a"), []byte("1")))
		state := t.trustedState(trusted)
		state.TxHash[0] ^= 1
		t.trust(trusted, state)
		_, err := c.VerifiedGet(t.ctx, t.key("a"))
		holds("a read is corrupted data", errors.Is(err, store.ErrCorruptedData))
		_, err = c.VerifiedSet(t.ctx, t.key("a"), []byte("2"))
		holds("a write is corrupted data", errors.Is(err, store.ErrCorruptedData))
	}},
	{"a server older than what is trusted", func(t *trial) {
		c, trusted := t.administrator(t.newFolder())
		must(c.VerifiedSet(t.ctx, t.key("a"), []byte("1")))
		state := t.trustedState(trusted)
		state.TxId += 1000
		t.trust(trusted, state)
		_, err := c.VerifiedGet(t.ctx, t.key("a"))
		holds("a read says so", errors.Is(err, client.ErrServerStateIsOlder))
		before := must(t.client.CurrentState(t.ctx)).TxId
		_, err = c.VerifiedSet(t.ctx, t.key("a"), []byte("2"))
		holds("a write says so", errors.Is(err, client.ErrServerStateIsOlder))
		same("nothing was written", must(t.client.CurrentState(t.ctx)).TxId, before)
	}},
}
