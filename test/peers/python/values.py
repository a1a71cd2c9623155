"""Plain reads and writes."""

import datetime

from immudb.datatypes import DeleteKeysRequest, KeyValue, ReferenceRequest, ZAddRequest
from trial import holds, same

# The client sends bounds of scores whether or not they were given, and 0 where they were not.
ALL_SCORES = {"minscore": 0, "maxscore": 1e9}


def set_get(world, prefix):
    client = world.client
    written = client.set(prefix + b"a", b"one")
    read = client.get(prefix + b"a")
    same("entry", (read.tx, read.key, read.value, read.revision), (written.id, prefix + b"a", b"one", 1))
    client.set(prefix + b"a", b"two")
    same("revision 1", client.get(prefix + b"a", atRevision=1).value, b"one")
    same("revision before", client.get(prefix + b"a", atRevision=-1).value, b"one")


def many(world, prefix):
    client = world.client
    client.setAll({prefix + b"a": b"1", prefix + b"b": b"2"})
    found = client.getAll([prefix + b"a", prefix + b"missing", prefix + b"b"])
    same("found", found, {prefix + b"a": b"1", prefix + b"b": b"2"})
    client.delete(DeleteKeysRequest([prefix + b"a"]))
    same("left", client.getAll([prefix + b"a", prefix + b"b"]), {prefix + b"b": b"2"})


def expire(world, prefix):
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    world.client.expireableSet(prefix + b"later", b"1", now + datetime.timedelta(hours=1))
    same("value", world.client.get(prefix + b"later").value, b"1")
    same("value, proven", world.client.verifiedGet(prefix + b"later").value, b"1")


def scan(world, prefix):
    written = world.client.setAll({prefix + name: name for name in (b"a", b"b", b"c")})
    # A scan without sinceTx asks for what the client trusts, which is older than what it just wrote.
    ascending = world.client.scan(b"", prefix, False, 2, written.id)
    same("ascending", list(ascending.values()), [b"a", b"b"])
    descending = world.client.scan(b"", prefix, True, 10, written.id)
    same("descending", list(descending.values()), [b"c", b"b", b"a"])
    after = world.client.scan(prefix + b"a", prefix, False, 10, written.id)
    same("after a key", list(after.values()), [b"b", b"c"])


def history(world, prefix):
    for value in (b"one", b"two", b"three"):
        world.client.set(prefix + b"a", value)
    values = [item.value for item in world.client.history(prefix + b"a", 0, 10, False)]
    same("values", values, [b"one", b"two", b"three"])
    same("from the end", [item.value for item in world.client.history(prefix + b"a", 1, 1, True)], [b"two"])


def references(world, prefix):
    world.client.set(prefix + b"a", b"one")
    world.client.setReference(prefix + b"a", prefix + b"reference")
    same("value", world.client.get(prefix + b"reference").value, b"one")
    same("key of the target", world.client.get(prefix + b"reference").key, prefix + b"a")


def sorted_sets(world, prefix):
    written = world.client.setAll({prefix + b"a": b"1", prefix + b"b": b"2"})
    world.client.zAdd(prefix + b"set", 2.5, prefix + b"a")
    world.client.zAdd(prefix + b"set", 1, prefix + b"b", written.id)
    members = world.client.zScan(prefix + b"set", limit=10, **ALL_SCORES).entries
    same("members", [member.entry.value for member in members], [b"2", b"1"])
    same("scores", [member.score for member in members], [1, 2.5])


def execute_all(world, prefix):
    header = world.client.execAll([
        KeyValue(key=prefix + b"a", value=b"one"),
        ReferenceRequest(prefix + b"reference", prefix + b"a"),
        ZAddRequest(prefix + b"set", 1, prefix + b"a"),
    ])
    same("entries", header.nentries, 3)
    same("value", world.client.get(prefix + b"reference").value, b"one")
    same("keys of the transaction", world.client.txById(header.id)[:2], [prefix + b"a", prefix + b"reference"])


def transactions(world, prefix):
    first = world.client.set(prefix + b"a", b"one")
    second = world.client.set(prefix + b"b", b"two")
    scanned = world.client.txScan(first.id, 2)
    same("transactions", [tx.header.id for tx in scanned.txs], [first.id, second.id])
    same("no such transaction", world.client.txById(second.id + 1000), None)
    state = world.client.currentState()
    same("state", (state.db, state.txId, len(state.txHash)), (world.database, second.id, 32))
    holds("missing keys are none", world.client.get(prefix + b"missing") is None)


CHECKS = [
    ("set and get", set_get),
    ("set all, get all and delete", many),
    ("expire", expire),
    ("scan", scan),
    ("history", history),
    ("references", references),
    ("sorted sets", sorted_sets),
    ("execute all", execute_all),
    ("transactions and current state", transactions),
]
