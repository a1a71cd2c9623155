"""Signing in, users, and what a server says about itself."""

import time

from immudb import constants
from trial import fails, fresh_name, holds, same

PASSWORD, OTHER_PASSWORD = "Peers-1-Password!", "Other-2-Password!"


def token(world, prefix):
    client = world.connect()
    answer = client.login(world.settings.user, world.settings.password)
    holds("a token", len(answer.token) > 0)
    same("database", client.currentState().db, "defaultdb")
    client.useDatabase(world.database.encode())
    client.set(prefix + b"a", b"1")
    client.logout()
    fails(lambda: client.get(prefix + b"a"), "not logged in")


def session(world, prefix):
    client = world.connect()
    credentials = (world.settings.user, world.settings.password, world.database.encode())
    with client.openManagedSession(*credentials, keepAliveInterval=0.05):
        # In a session the client trusts nothing, and verifies nothing, before it has asked for the state.
        same("database", client.currentState().db, world.database)
        client.verifiedSet(prefix + b"a", b"1")
        time.sleep(0.2)
        same("value", client.verifiedGet(prefix + b"a").value, b"1")


def server(world, _prefix):
    holds("healthy", world.client.healthCheck())
    holds("healthy, and says its version", world.client.health().status)
    holds("a version", world.client.serverInfo().version)
    holds("the health of the database", world.client.databaseHealth().lastRequestCompletedAt > 0)


def new_user(world, permission):
    name = fresh_name("user")
    world.client.createUser(name, PASSWORD, permission, world.database)
    return name


def users(world, prefix):
    name = new_user(world, constants.PERMISSION_RW)
    listed = world.client.listUsers().userlist.users
    holds("in the list", any(user.user.decode() == name and user.active for user in listed))
    world.sign_in(user=name, password=PASSWORD).verifiedSet(prefix + b"a", b"1")


def reader(world, prefix):
    world.client.set(prefix + b"a", b"1")
    client = world.sign_in(user=new_user(world, constants.PERMISSION_R), password=PASSWORD)
    same("value", client.verifiedGet(prefix + b"a").value, b"1")
    fails(lambda: client.set(prefix + b"a", b"2"), "permission denied")


def changes(world, prefix):
    name = new_user(world, constants.PERMISSION_R)
    world.client.changePermission(constants.PERMISSION_GRANT, name, world.database, constants.PERMISSION_RW)
    world.sign_in(user=name, password=PASSWORD).set(prefix + b"a", b"1")
    world.client.changePassword(name, OTHER_PASSWORD, PASSWORD)
    fails(lambda: world.sign_in(user=name, password=PASSWORD), "invalid user name or password")
    world.sign_in(user=name, password=OTHER_PASSWORD)
    world.client.setActiveUser(False, name)
    fails(lambda: world.sign_in(user=name, password=OTHER_PASSWORD), "user is not active")


CHECKS = [
    ("sign in with a token", token),
    ("a managed session", session),
    ("server information and health", server),
    ("create a user and sign in", users),
    ("a user who may only read", reader),
    ("change a permission, a password and an activity", changes),
]
