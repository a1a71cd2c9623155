package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/client"
)

var sessionChecks = []check{
	{"open and close a session", func(t *trial) {
		c, _, err := t.connect(t.ctx, t.newFolder(), t.user, t.password, client.DefaultDB)
		done(err)
		holds("a session id", c.GetSessionID() != "")
		done(c.CloseSession(t.ctx))
		_, err = c.CurrentState(t.ctx)
		holds("a closed client says so", errors.Is(err, client.ErrNotConnected))
	}},
	{"keep a session alive", func(t *trial) {
		var failures atomic.Int32
		c := client.NewClient().WithErrorHandler(func(string, error) { failures.Add(1) }).
			WithOptions(t.options(t.newFolder()).WithHeartBeatFrequency(20 * time.Millisecond))
		done(c.OpenSession(t.ctx, []byte(t.user), []byte(t.password), t.database))
		t.later(func() { end(c) })
		time.Sleep(200 * time.Millisecond)
		same("failed heart beats", failures.Load(), int32(0))
		must(c.ServiceClient.KeepAlive(t.ctx, nothing))
	}},
	{"sign in with a token", tokenLogin},
	{"server information and health", func(t *trial) {
		info := must(t.client.ServerInfo(t.ctx, &schema.ServerInfoRequest{}))
		holds("a version", info.Version != "")
		done(t.client.HealthCheck(t.ctx))
		must(t.client.Health(t.ctx))
	}},
	{"current state", func(t *trial) {
		before := must(t.client.CurrentState(t.ctx))
		same("database", before.Db, t.database)
		header := must(t.client.Set(t.ctx, t.key("a"), []byte("1")))
		after := must(t.client.CurrentState(t.ctx))
		same("transaction", after.TxId, header.Id)
		same("length of the hash", len(after.TxHash), 32)
	}},
}

// tokenLogin is how programs signed in before sessions. The client reads health before anything else, unauthenticated.
func tokenLogin(t *trial) {
	c := must(client.NewImmuClient(t.options(t.newFolder())))
	defer func() { _ = c.Disconnect() }()
	must(c.Login(t.ctx, []byte(t.user), []byte(t.password)))
	done(use(t.ctx, c, t.database))
	must(c.Set(t.ctx, t.key("plain"), []byte("1")))
	must(c.VerifiedSet(t.ctx, t.key("verified"), []byte("2")))
	same("value", must(c.VerifiedGet(t.ctx, t.key("plain"))).Value, []byte("1"))
	done(c.Logout(context.Background()))
}
