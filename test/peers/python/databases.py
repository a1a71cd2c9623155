"""Databases: made, listed, selected, unloaded and deleted."""

from trial import fresh_name, holds, same


def default(world, _prefix):
    holds("in the list", "defaultdb" in world.client.databaseList())
    holds("in the new list", "defaultdb" in names(world))


def create(world, _prefix):
    name = fresh_name("made")
    same("name", world.client.createDatabaseV2(name, None, False).name, name)
    holds("created once", world.client.createDatabaseV2(name, None, True).alreadyExisted)
    holds("in the list", name in names(world))
    client = world.sign_in()
    client.useDatabase(name.encode())
    same("database", client.currentState().db, name)
    same("transactions of a new database", client.currentState().txId, 0)
    client.verifiedSet(b"first", b"1")
    same("value", client.verifiedGet(b"first").value, b"1")


def create_old(world, _prefix):
    name = fresh_name("old")
    world.client.createDatabase(name.encode())
    holds("in the list", name in world.client.databaseList())


def settings(world, _prefix):
    answer = world.client.getDatabaseSettingsV2()
    same("database", answer.database, world.database)
    same("longest key", answer.settings.maxKeyLen, 1024)


def delete(world, _prefix):
    name = fresh_name("gone")
    world.client.createDatabaseV2(name, None, False)
    same("unloaded", world.client.unloadDatabase(name).database, name)
    same("loaded", world.client.loadDatabase(name).database, name)
    world.client.unloadDatabase(name)
    world.client.deleteDatabase(name)
    holds("no longer in the list", name not in names(world))


def flush(world, _prefix):
    same("database", world.client.flushIndex(10.0, True).database, world.database)


def names(world):
    return [database.name for database in world.client.databaseListV2().databases]


CHECKS = [
    ("defaultdb exists", default),
    ("create, list and use a database", create),
    ("create a database, the old way", create_old),
    ("database settings", settings),
    ("unload, load and delete a database", delete),
    ("flush the index", flush),
]
