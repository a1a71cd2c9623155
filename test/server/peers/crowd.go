package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/client"
	immuerrors "github.com/codenotary/immudb/pkg/client/errors"
)

var crowdChecks = []check{
	{"many clients write, each verified", func(t *trial) {
		before := must(t.client.CurrentState(t.ctx)).TxId
		done(t.crowd(func(number int, c client.ImmuClient) error {
			for i := range t.writes {
				key := t.key(fmt.Sprintf("%d/%d", number, i))
				if _, err := c.VerifiedSet(t.ctx, key, key); err != nil {
					return err
				}
				if entry, err := c.VerifiedGet(t.ctx, key); err != nil {
					return err
				} else if string(entry.Value) != string(key) {
					return fmt.Errorf("%s: %q", key, entry.Value)
				}
			}
			return nil
		}))
		after := must(t.client.CurrentState(t.ctx)).TxId
		same("transactions", after, before+uint64(t.clients*t.writes))
		for id := before + 1; id <= after; id += 7 {
			must(t.client.VerifiedTxByID(t.ctx, id))
		}
		same("keys", must(t.client.Count(t.ctx, t.key(""))).Count, uint64(t.clients*t.writes))
	}},
	{"of many who create a key, one succeeds", func(t *trial) {
		var created atomic.Int32
		done(t.crowd(func(_ int, c client.ImmuClient) error {
			_, err := c.SetAll(t.ctx, &schema.SetRequest{
				KVs:           []*schema.KeyValue{{Key: t.key("a"), Value: []byte("1")}},
				Preconditions: []*schema.Precondition{schema.PreconditionKeyMustNotExist(t.key("a"))},
			})
			if err == nil {
				created.Add(1)
				return nil
			}
			if code := immuerrors.FromError(err).Code(); code != immuerrors.CodIntegrityConstraintViolation {
				return err
			}
			return nil
		}))
		same("succeeded", created.Load(), int32(1))
		same("revision", must(t.client.Get(t.ctx, t.key("a"))).Revision, uint64(1))
	}},
}

// crowd has clients do something at the same time, each with a session and a trusted state of its own.
func (t *trial) crowd(act func(number int, c client.ImmuClient) error) error {
	clients := make([]client.ImmuClient, t.clients)
	for i := range clients {
		clients[i], _ = t.administrator(t.newFolder())
	}
	failures := make([]error, t.clients)
	var group sync.WaitGroup
	for i, c := range clients {
		group.Go(func() { failures[i] = act(i, c) })
	}
	group.Wait()
	return errors.Join(failures...)
}
