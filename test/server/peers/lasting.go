package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/codenotary/immudb/pkg/client"
	"github.com/codenotary/immudb/pkg/client/state"
)

// kept is what one process leaves for the next, beside the state the client itself keeps.
type kept struct {
	Database string `json:"database"`
	TxID     uint64 `json:"txId"`
	TxHash   []byte `json:"txHash"`
}

const (
	lastingKey   = "lasting"
	lastingValue = "written before"
)

// lastingChecks end the first run on a server that is to be started again.
var lastingChecks = []check{
	{"leave a trusted state behind", func(t *trial) {
		c, trusted := t.lasting(t.database)
		must(c.VerifiedSet(t.ctx, []byte(lastingKey), []byte(lastingValue)))
		state := t.trustedState(trusted)
		note := must(json.Marshal(kept{t.database, state.TxId, state.TxHash}))
		done(os.WriteFile(t.notePath(), note, 0o600))
	}},
}

// resumedChecks run after the server was started again, at the same address.
var resumedChecks = []check{
	{"trust continues after a restart", func(t *trial) {
		var before kept
		done(json.Unmarshal(must(os.ReadFile(t.notePath())), &before))
		t.database = before.Database
		c, trusted := t.lasting(before.Database)
		state := t.trustedState(trusted)
		same("trusted transaction", state.TxId, before.TxID)
		same("trusted hash", state.TxHash, before.TxHash)
		same("value", must(c.VerifiedGet(t.ctx, []byte(lastingKey))).Value, []byte(lastingValue))
		same("transaction of the server", must(c.CurrentState(t.ctx)).TxId, before.TxID)
		must(c.VerifiedTxByID(t.ctx, 1))
		header := must(c.VerifiedSet(t.ctx, []byte("after"), []byte("1")))
		same("next transaction", header.Id, before.TxID+1)
		same("trusted transaction", t.trustedState(trusted).TxId, header.Id)
	}},
}

// lasting is a client that keeps its trust where the next process finds it.
func (t *trial) lasting(database string) (client.ImmuClient, state.StateService) {
	if t.stateDir == "" {
		panic(skip{"needs a folder that outlives the process: pass --state-dir"})
	}
	options := t.options(t.stateDir)
	if t.publicKey != "" {
		options = options.WithServerSigningPubKey(t.publicKey)
	}
	c, trusted, err := open(t.ctx, options, t.user, t.password, database)
	done(err)
	t.later(func() { end(c) })
	return c, trusted
}

func (t *trial) notePath() string {
	return filepath.Join(t.stateDir, "kept.json")
}
