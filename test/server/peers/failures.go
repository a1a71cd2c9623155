package main

import (
	"errors"
	"strings"

	"github.com/codenotary/immudb/embedded/store"
	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/client"
	immuerrors "github.com/codenotary/immudb/pkg/client/errors"
)

var failureChecks = []check{
	{"key not found", func(t *trial) {
		_, err := t.client.Get(t.ctx, t.key("missing"))
		saysNotFound(err)
		_, err = t.client.VerifiedGet(t.ctx, t.key("missing"))
		saysNotFound(err)
		_, err = t.client.History(t.ctx, &schema.HistoryRequest{Key: t.key("missing")})
		saysNotFound(err)
		_, err = t.client.Delete(t.ctx, &schema.DeleteKeysRequest{Keys: [][]byte{t.key("missing")}})
		saysNotFound(err)
		_, err = t.client.StreamGet(t.ctx, &schema.KeyRequest{Key: t.key("missing")})
		saysNotFound(err)
		_, err = t.client.SetReference(t.ctx, t.key("reference"), t.key("missing"))
		saysNotFound(err)
	}},
	{"transaction not found", func(t *trial) {
		beyond := must(t.client.CurrentState(t.ctx)).TxId + 1000
		_, err := t.client.TxByID(t.ctx, beyond)
		says(err, store.ErrTxNotFound.Error())
		_, err = t.client.VerifiedTxByID(t.ctx, beyond)
		says(err, store.ErrTxNotFound.Error())
	}},
	{"wrong password", func(t *trial) {
		for _, user := range []string{t.user, freshName("nobody")} {
			_, _, err := t.connect(t.ctx, t.newFolder(), user, "Wrong-3-Password!", t.database)
			says(err, "invalid user name or password")
			coded(err, immuerrors.CodSqlserverRejectedEstablishmentOfSqlconnection)
		}
	}},
	{"unknown database", func(t *trial) {
		_, _, err := t.connect(t.ctx, t.newFolder(), t.user, t.password, freshName("unknown"))
		says(err, "database does not exist")
		c, _ := t.administrator(t.newFolder())
		coded(use(t.ctx, c, freshName("unknown")), immuerrors.CodInvalidDatabaseName)
		_, err = t.client.CreateDatabaseV2(t.ctx, t.database, nil)
		says(err, "database already exists")
	}},
	{"precondition failed", func(t *trial) {
		header := must(t.client.Set(t.ctx, t.key("a"), []byte("1")))
		for _, precondition := range []*schema.Precondition{
			schema.PreconditionKeyMustNotExist(t.key("a")),
			schema.PreconditionKeyMustExist(t.key("missing")),
			schema.PreconditionKeyNotModifiedAfterTX(t.key("a"), header.Id-1),
		} {
			request := &schema.SetRequest{KVs: t.pairs("b"), Preconditions: []*schema.Precondition{precondition}}
			_, err := t.client.SetAll(t.ctx, request)
			says(err, store.ErrPreconditionFailed.Error())
			coded(immuerrors.FromError(err), immuerrors.CodIntegrityConstraintViolation)
		}
	}},
	{"illegal arguments", func(t *trial) {
		_, err := t.client.Set(t.ctx, nil, []byte("1"))
		holds("an empty key is the client's own error", errors.Is(err, client.ErrSrvIllegalArguments))
		// The client forgets to say that the member is bound, which the server must not accept.
		header := must(t.client.Set(t.ctx, t.key("a"), []byte("1")))
		_, err = t.client.VerifiedZAddAt(t.ctx, t.key("set"), 1, t.key("a"), header.Id)
		holds("so is a bound member that is not said to be", errors.Is(err, client.ErrSrvIllegalArguments))
	}},
	{"session not found", func(t *trial) {
		c, _ := t.administrator(t.newFolder())
		must(c.GetServiceClient().CloseSession(t.ctx, nothing))
		_, err := c.Get(t.ctx, t.key("a"))
		coded(immuerrors.FromError(err), immuerrors.CodSqlclientUnableToEstablishSqlConnection)
		_, err = c.StreamGet(t.ctx, &schema.KeyRequest{Key: t.key("a")})
		coded(err, immuerrors.CodInvalidParameterValue)
	}},
	{"references that lead nowhere", func(t *trial) {
		must(t.client.Set(t.ctx, t.key("a"), []byte("1")))
		must(t.client.SetReference(t.ctx, t.key("reference"), t.key("a")))
		_, err := t.client.SetReference(t.ctx, t.key("second"), t.key("reference"))
		says(err, "referenced key cannot be a reference")
		_, err = t.client.SetReference(t.ctx, t.key("a"), t.key("reference"))
		holds("a value does not become a reference", err != nil)
	}},
}

// says ends the check unless an error has a text.
func says(err error, text string) {
	if err == nil || !strings.Contains(err.Error(), text) {
		fail(1, "%v, expected %q", err, text)
	}
}

// saysNotFound is how users of the client tell a missing key from a failure.
func saysNotFound(err error) {
	if err == nil || !strings.Contains(err.Error(), store.ErrKeyNotFound.Error()) {
		fail(1, "%v, expected %q", err, store.ErrKeyNotFound)
	}
}

// coded ends the check unless an error has a code of the client.
func coded(err error, code immuerrors.Code) {
	var coded immuerrors.ImmuError
	if !errors.As(err, &coded) || coded.Code() != code {
		fail(1, "%v, expected an error of the client with code %s", err, code)
	}
}
