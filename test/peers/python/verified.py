"""Reads and writes that the client proves."""

from trial import holds, same

# Transactions between two verified calls, for proofs that span several levels of the tree.
TREE_GROWTH = 70


def set_get(world, prefix):
    client = world.sign_in()
    first = client.verifiedSet(prefix + b"a", b"one")
    holds("verified", first.verified)
    second = client.verifiedSet(prefix + b"a", b"two")
    read = client.verifiedGet(prefix + b"a")
    same("entry", (read.id, read.key, read.value, read.revision), (second.id, prefix + b"a", b"two", 2))
    holds("verified", read.verified)
    same("at", client.verifiedGetAt(prefix + b"a", first.id).value, b"one")
    same("since", client.verifiedGetSince(prefix + b"a", second.id).value, b"two")
    same("revision 1", client.verifiedGet(prefix + b"a", atRevision=1).value, b"one")


def far_apart(world, prefix):
    client = world.sign_in()
    client.verifiedSet(prefix + b"0", b"0")
    ids = [world.client.set(prefix + str(i).encode(), b"1").id for i in range(1, TREE_GROWTH + 1)]
    for i in (TREE_GROWTH, 1, 2, TREE_GROWTH // 2, TREE_GROWTH - 1):
        same("transaction", client.verifiedGet(prefix + str(i).encode()).id, ids[i - 1])
        same("keys", client.verifiedTxById(ids[i - 1]), [prefix + str(i).encode()])


def one_of_many(world, prefix):
    names = [prefix + f"entry-{i}".encode() for i in range(9)]
    world.client.setAll({name: name for name in names})
    for name in names:
        same("value", world.client.verifiedGet(name).value, name)


def references(world, prefix):
    client = world.sign_in()
    client.verifiedSet(prefix + b"a", b"one")
    client.verifiedSetReference(prefix + b"a", prefix + b"reference")
    read = client.verifiedGet(prefix + b"reference")
    same("value", (read.value, read.refkey), (b"one", prefix + b"reference"))


def sorted_sets(world, prefix):
    client = world.sign_in()
    client.verifiedSet(prefix + b"a", b"one")
    holds("verified", client.verifiedZAdd(prefix + b"set", 1.5, prefix + b"a").verified)


CHECKS = [
    ("verified set and get", set_get),
    ("verified get of one of many entries", one_of_many),
    ("verified calls far apart, transactions by id", far_apart),
    ("verified references", references),
    ("verified sorted sets", sorted_sets),
]
