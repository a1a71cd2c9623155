package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"

	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/client"
	"github.com/codenotary/immudb/pkg/client/state"
	"github.com/codenotary/immudb/pkg/stream"
)

var signatureChecks = []check{
	{"a signed state", func(t *trial) {
		c, _ := t.pinned(t.publicKey)
		must(t.client.Set(t.ctx, t.key("a"), []byte("1")))
		holds("a signature", len(must(c.CurrentState(t.ctx)).Signature.GetSignature()) > 0)
	}},
	{"signed proofs of every kind", func(t *trial) {
		c, trusted := t.pinned(t.publicKey)
		first := must(c.VerifiedSet(t.ctx, t.key("a"), []byte("1")))
		must(c.VerifiedSet(t.ctx, t.key("a"), []byte("2")))
		must(c.VerifiedGet(t.ctx, t.key("a")))
		must(c.VerifiedGetAt(t.ctx, t.key("a"), first.Id))
		must(c.VerifiedTxByID(t.ctx, first.Id))
		must(c.VerifiedSetReference(t.ctx, t.key("reference"), t.key("a")))
		must(c.VerifiedZAdd(t.ctx, t.key("set"), 1, t.key("a")))
		must(c.StreamVerifiedSet(t.ctx, []*stream.KeyValue{pair(t.key("b"), []byte("3"))}))
		request := &schema.VerifiableGetRequest{KeyRequest: &schema.KeyRequest{Key: t.key("b")}}
		request.ProveSinceTx = t.trustedState(trusted).TxId
		must(c.StreamVerifiedGet(t.ctx, request))
	}},
	{"a signature by another key is refused", func(t *trial) {
		if t.publicKey == "" {
			panic(skip{"needs the public key of the server: pass --public-key"})
		}
		c, _ := t.pinned(t.anotherKey())
		_, err := c.CurrentState(t.ctx)
		says(err, "unable to verify signature")
		_, err = c.VerifiedSet(t.ctx, t.key("a"), []byte("1"))
		holds("a verified write fails", err != nil)
	}},
}

// pinned is a client that accepts states signed with one key only.
func (t *trial) pinned(publicKey string) (client.ImmuClient, state.StateService) {
	if publicKey == "" {
		panic(skip{"needs the public key of the server: pass --public-key"})
	}
	options := t.options(t.newFolder()).WithServerSigningPubKey(publicKey)
	c, trusted, err := open(t.ctx, options, t.user, t.password, t.database)
	done(err)
	t.later(func() { end(c) })
	return c, trusted
}

// anotherKey is the path of a key no server has.
func (t *trial) anotherKey() string {
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	der := must(x509.MarshalPKIXPublicKey(&private.PublicKey))
	path := filepath.Join(t.newFolder(), "another.pem")
	done(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600))
	return path
}
