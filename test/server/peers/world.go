package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/codenotary/immudb/pkg/client"
	"github.com/codenotary/immudb/pkg/client/state"
)

// heartBeat is short enough for every run to see some.
const heartBeat = 500 * time.Millisecond

// world is what all checks of a run share: a database made for the run, and one administrator working on it.
type world struct {
	settings
	host     string
	port     int
	folder   string
	database string
	client   client.ImmuClient
}

// newWorld signs in, makes the database and selects it, without which nothing can be shown.
func newWorld(ctx context.Context, s settings) (w *world, err error) {
	host, portText, err := net.SplitHostPort(s.address)
	if err != nil {
		return nil, fmt.Errorf("--address: %w", err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return nil, fmt.Errorf("--address: %w", err)
	}
	folder, err := os.MkdirTemp("", "immurepo-peers-")
	if err != nil {
		return nil, err
	}
	w = &world{settings: s, host: host, port: port, folder: folder, database: freshName("peers")}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	w.client, _, err = w.connect(ctx, w.newFolder(), w.user, w.password, client.DefaultDB)
	if err != nil || w.resume {
		return w, err
	}
	if _, err = w.client.CreateDatabaseV2(ctx, w.database, nil); err != nil {
		return w, err
	}
	return w, use(ctx, w.client, w.database)
}

func (w *world) close() {
	if w.client != nil && w.client.IsConnected() {
		_ = w.client.CloseSession(context.Background())
	}
	_ = os.RemoveAll(w.folder)
}

// newFolder is empty, so that trust in it begins anew. It is removed with all others at the end.
func (w *world) newFolder() string {
	folder, err := os.MkdirTemp(w.folder, "client-")
	if err != nil {
		panic(err)
	}
	return folder
}

// options are those of a client that keeps what it trusts in a folder.
func (w *world) options(folder string) *client.Options {
	return client.DefaultOptions().WithAddress(w.host).WithPort(w.port).WithDir(folder).
		WithHeartBeatFrequency(heartBeat).WithMaxRecvMsgSize(64 << 20)
}

// connect opens a session. The second result is where the client keeps what it trusts.
func (w *world) connect(ctx context.Context, folder, user, password, database string) (client.ImmuClient, state.StateService, error) {
	return open(ctx, w.options(folder), user, password, database)
}

func open(ctx context.Context, options *client.Options, user, password, database string) (client.ImmuClient, state.StateService, error) {
	c := client.NewClient().WithOptions(options)
	if err := c.OpenSession(ctx, []byte(user), []byte(password), database); err != nil {
		return nil, nil, err
	}
	return c, c.StateService, nil
}

// freshName is a database or user name no other run uses.
func freshName(hint string) string {
	random := make([]byte, 6)
	_, _ = rand.Read(random)
	return hint + hex.EncodeToString(random)
}
