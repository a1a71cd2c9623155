"""Refusals, as the client passes them on."""

from immudb.exceptions import ErrCorruptedData
from trial import fails, fresh_name, raises, same


def missing(world, prefix):
    same("a missing key", world.client.get(prefix + b"missing"), None)
    fails(lambda: world.client.verifiedGet(prefix + b"missing"), "key not found")
    fails(lambda: world.client.verifiedGetAt(prefix + b"missing", 10**9), "tx not found")
    same("a missing transaction", world.client.verifiedTxById(10**9), None)


def credentials(world, _prefix):
    fails(lambda: world.sign_in(password="Wrong-3-Password!"), "invalid user name or password")
    fails(lambda: world.sign_in(user=fresh_name("nobody")), "invalid user name or password")
    fails(lambda: world.client.useDatabase(fresh_name("unknown").encode()), "does not exist")
    fails(lambda: world.client.createDatabaseV2(world.database, None, False), "database already exists")


def arguments(world, prefix):
    fails(lambda: world.client.set(b"", b"1"), "illegal arguments")
    same("no such reference", world.client.get(prefix + b"reference"), None)
    fails(lambda: world.client.setReference(prefix + b"missing", prefix + b"reference"), "key not found")
    # The client forgets to say that the member is bound, which the server must not accept.
    written = world.client.set(prefix + b"a", b"1")
    fails(lambda: world.client.verifiedZAdd(prefix + b"set", 1, prefix + b"a", written.id), "illegal arguments")


# Without this one a client that checks nothing would pass everything else.
def another_history(world, prefix):
    client = world.sign_in()
    client.verifiedSet(prefix + b"a", b"1")
    state = client._rs.get()
    state.txHash = bytes([state.txHash[0] ^ 1]) + state.txHash[1:]
    raises(lambda: client.verifiedGet(prefix + b"a"), ErrCorruptedData)
    raises(lambda: client.verifiedSet(prefix + b"a", b"2"), ErrCorruptedData)


CHECKS = [
    ("missing keys and transactions", missing),
    ("wrong credentials and databases", credentials),
    ("illegal arguments", arguments),
    ("another history is refused", another_history),
]
