"""What the client trusts: signed, and kept over sessions and restarts of the server."""

import json
from pathlib import Path

import ecdsa
from trial import Skipped, holds, raises, same


def signed(world, prefix):
    client = world.sign_in(public_key=public_key(world))
    client.currentState().Verify(client._vk)
    first = client.verifiedSet(prefix + b"a", b"1")
    client.verifiedSet(prefix + b"a", b"2")
    client.verifiedGet(prefix + b"a")
    client.verifiedGetAt(prefix + b"a", first.id)
    client.verifiedTxById(first.id)
    client.verifiedSetReference(prefix + b"a", prefix + b"reference")
    client.verifiedZAdd(prefix + b"set", 1, prefix + b"a")
    client.streamVerifiedSetFullValue(prefix + b"b", b"3")


def another_key(world, prefix):
    public_key(world)
    client = world.sign_in()
    client.loadKeyFromString(ecdsa.SigningKey.generate(ecdsa.NIST256p).verifying_key.to_pem())
    raises(lambda: client.verifiedSet(prefix + b"a", b"1"), ecdsa.BadSignatureError)


def reconnect(world, prefix):
    state_file = world.folder / "states"
    written = world.sign_in(state_file).verifiedSet(prefix + b"a", b"1")
    world.client.set(prefix + b"meanwhile", b"1")
    client = world.sign_in(state_file)
    same("trusted transaction", client._rs.get().txId, written.id)
    holds("verified", client.verifiedGet(prefix + b"a").verified)
    client.verifiedGet(prefix + b"meanwhile")
    same("trusted transaction", client._rs.get().txId, written.id + 1)


def leave(world, _prefix):
    client = world.sign_in(state_file(world), world.settings.public_key)
    client.verifiedSet(b"lasting", b"written before")
    note_file(world).write_text(json.dumps({"database": world.database, "txId": client._rs.get().txId}))


def resume(world, _prefix):
    before = json.loads(note_file(world).read_text())
    world.database = before["database"]
    client = world.sign_in(state_file(world), world.settings.public_key)
    same("trusted transaction", client._rs.get().txId, before["txId"])
    same("value", client.verifiedGet(b"lasting").value, b"written before")
    same("next transaction", client.verifiedSet(b"after", b"1").id, before["txId"] + 1)


def public_key(world):
    if not world.settings.public_key:
        raise Skipped("needs the public key of the server: pass --public-key")
    return world.settings.public_key


def state_file(world):
    return state_folder(world) / "states"


def note_file(world):
    return state_folder(world) / "kept.json"


def state_folder(world):
    if not world.settings.state_dir:
        raise Skipped("needs a folder that outlives the process: pass --state-dir")
    return Path(world.settings.state_dir)


CHECKS = [
    ("signed proofs of every kind", signed),
    ("a signature by another key is refused", another_key),
    ("trust continues in a new session", reconnect),
    ("leave a trusted state behind", leave),
]

# After the server was started again, at the same address.
RESUMED = [("trust continues after a restart", resume)]
