package main

import (
	"slices"

	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/auth"
)

const (
	userPassword  = "Peers-1-Password!"
	otherPassword = "Other-2-Password!"
)

var userChecks = []check{
	{"create a user and sign in", func(t *trial) {
		name := t.newUser(auth.PermissionRW)
		users := must(t.client.ListUsers(t.ctx)).Users
		holds("in the list", slices.ContainsFunc(users, func(u *schema.User) bool { return string(u.User) == name && u.Active }))
		c, _ := t.session(t.newFolder(), name, userPassword)
		must(c.VerifiedSet(t.ctx, t.key("a"), []byte("1")))
		same("value", must(c.VerifiedGet(t.ctx, t.key("a"))).Value, []byte("1"))
		_, err := c.CreateDatabaseV2(t.ctx, freshName("denied"), nil)
		holds("creating a database is refused", err != nil)
	}},
	{"a user who may only read", func(t *trial) {
		c, _ := t.session(t.newFolder(), t.newUser(auth.PermissionR), userPassword)
		must(t.client.Set(t.ctx, t.key("a"), []byte("1")))
		same("value", must(c.VerifiedGet(t.ctx, t.key("a"))).Value, []byte("1"))
		_, err := c.Set(t.ctx, t.key("a"), []byte("2"))
		says(err, "permission denied")
		_, err = c.VerifiedSet(t.ctx, t.key("a"), []byte("2"))
		says(err, "permission denied")
	}},
	{"change a permission", func(t *trial) {
		name := t.newUser(auth.PermissionR)
		done(t.client.ChangePermission(t.ctx, schema.PermissionAction_GRANT, name, t.database, auth.PermissionRW))
		c, _ := t.session(t.newFolder(), name, userPassword)
		must(c.Set(t.ctx, t.key("a"), []byte("1")))
		done(t.client.ChangePermission(t.ctx, schema.PermissionAction_REVOKE, name, t.database, auth.PermissionRW))
		_, _, err := t.connect(t.ctx, t.newFolder(), name, userPassword, t.database)
		says(err, "does not have permission")
	}},
	{"change a password", func(t *trial) {
		name := t.newUser(auth.PermissionR)
		done(t.client.ChangePassword(t.ctx, []byte(name), []byte(userPassword), []byte(otherPassword)))
		_, _, err := t.connect(t.ctx, t.newFolder(), name, userPassword, t.database)
		says(err, "invalid user name or password")
		t.session(t.newFolder(), name, otherPassword)
	}},
	{"deactivate a user", func(t *trial) {
		name := t.newUser(auth.PermissionR)
		done(t.client.SetActiveUser(t.ctx, &schema.SetActiveUserRequest{Username: name, Active: false}))
		_, _, err := t.connect(t.ctx, t.newFolder(), name, userPassword, t.database)
		says(err, "user is not active")
		done(t.client.SetActiveUser(t.ctx, &schema.SetActiveUserRequest{Username: name, Active: true}))
		t.session(t.newFolder(), name, userPassword)
	}},
}

// newUser may do what is given on the run's database.
func (t *trial) newUser(permission uint32) string {
	name := freshName("user")
	done(t.client.CreateUser(t.ctx, []byte(name), []byte(userPassword), permission, t.database))
	return name
}
