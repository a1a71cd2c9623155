package main

import (
	"context"

	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/client"
	"github.com/codenotary/immudb/pkg/client/state"
)

// use selects a database.
func use(ctx context.Context, c client.ImmuClient, database string) error {
	_, err := c.UseDatabase(ctx, &schema.Database{DatabaseName: database})
	return err
}

// administrator is a session of its own on the run's database, ended with the check. Its folder keeps what it trusts.
func (t *trial) administrator(folder string) (client.ImmuClient, state.StateService) {
	return t.session(folder, t.user, t.password)
}

// session is one of any user on the run's database.
func (t *trial) session(folder, user, password string) (client.ImmuClient, state.StateService) {
	c, trusted, err := t.connect(t.ctx, folder, user, password, t.database)
	if err != nil {
		fail(2, "cannot open a session as %q: %v", user, err)
	}
	t.later(func() { end(c) })
	return c, trusted
}

// end closes a session that may be closed already.
func end(c client.ImmuClient) {
	if c.IsConnected() {
		_ = c.CloseSession(context.Background())
	}
}

// trustedState is what a client trusts about the run's database, read as the client itself reads it.
func (t *trial) trustedState(service state.StateService) *schema.ImmutableState {
	done(service.CacheLock())
	defer func() { _ = service.CacheUnlock() }()
	return must(service.GetState(t.ctx, t.database))
}

// trust makes a client trust something else from now on.
func (t *trial) trust(service state.StateService, state *schema.ImmutableState) {
	done(service.CacheLock())
	defer func() { _ = service.CacheUnlock() }()
	done(service.SetState(t.database, state))
}
