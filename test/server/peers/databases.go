package main

import (
	"slices"

	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/client"
)

var databaseChecks = []check{
	{"defaultdb exists", func(t *trial) {
		holds("in the list", slices.Contains(t.databases(), client.DefaultDB))
		c, _, err := t.connect(t.ctx, t.newFolder(), t.user, t.password, client.DefaultDB)
		done(err)
		t.later(func() { end(c) })
		same("database", must(c.CurrentState(t.ctx)).Db, client.DefaultDB)
	}},
	{"create, list and use a database", func(t *trial) {
		name := freshName("made")
		created := must(t.client.CreateDatabaseV2(t.ctx, name, &schema.DatabaseNullableSettings{}))
		same("name", created.Name, name)
		holds("in the list", slices.Contains(t.databases(), name))
		old := must(t.client.DatabaseList(t.ctx))
		holds("in the old list", slices.ContainsFunc(old.Databases, func(d *schema.Database) bool { return d.DatabaseName == name }))
		c, _ := t.administrator(t.newFolder())
		done(use(t.ctx, c, name))
		state := must(c.CurrentState(t.ctx))
		same("database", state.Db, name)
		same("transactions of a new database", state.TxId, uint64(0))
		must(c.VerifiedSet(t.ctx, []byte("first"), []byte("1")))
		same("value", must(c.VerifiedGet(t.ctx, []byte("first"))).Value, []byte("1"))
	}},
	{"create a database, the old way", func(t *trial) {
		name := freshName("old")
		done(t.client.CreateDatabase(t.ctx, &schema.DatabaseSettings{DatabaseName: name}))
		holds("in the list", slices.Contains(t.databases(), name))
	}},
	{"database settings", func(t *trial) {
		settings := must(t.client.GetDatabaseSettingsV2(t.ctx))
		same("database", settings.Database, t.database)
		same("longest key", settings.Settings.GetMaxKeyLen().GetValue(), uint32(1024))
		same("most entries", settings.Settings.GetMaxTxEntries().GetValue(), uint32(1024))
	}},
	{"update database settings", func(t *trial) {
		name := freshName("updated")
		must(t.client.CreateDatabaseV2(t.ctx, name, nil))
		settings := &schema.DatabaseNullableSettings{MaxConcurrency: &schema.NullableUint32{Value: 40}}
		updated := must(t.client.UpdateDatabaseV2(t.ctx, name, settings))
		same("database", updated.Database, name)
		same("setting", updated.Settings.GetMaxConcurrency().GetValue(), uint32(40))
	}},
	{"flush the index", func(t *trial) {
		same("database", must(t.client.FlushIndex(t.ctx, 10, true)).Database, t.database)
	}},
	{"unload, load and delete a database", func(t *trial) {
		name := freshName("gone")
		must(t.client.CreateDatabaseV2(t.ctx, name, nil))
		must(t.client.UnloadDatabase(t.ctx, &schema.UnloadDatabaseRequest{Database: name}))
		must(t.client.LoadDatabase(t.ctx, &schema.LoadDatabaseRequest{Database: name}))
		must(t.client.UnloadDatabase(t.ctx, &schema.UnloadDatabaseRequest{Database: name}))
		must(t.client.DeleteDatabase(t.ctx, &schema.DeleteDatabaseRequest{Database: name}))
		holds("no longer in the list", !slices.Contains(t.databases(), name))
	}},
}

// databases are the names of all.
func (t *trial) databases() []string {
	list := must(t.client.DatabaseListV2(t.ctx))
	var names []string
	for _, database := range list.Databases {
		names = append(names, database.Name)
	}
	return names
}
