"""Streaming calls."""

from io import BytesIO

from immudb.datatypes import KeyValue, ZAddRequest
from trial import holds, same

# Takes many chunks of the default 64 KiB, the last of them not full.
LONG = bytes(i & 0xFF ^ i >> 8 & 0xFF ^ i >> 16 for i in range((1 << 20) + 7))


def set_get(world, prefix):
    header = world.client.streamSet(prefix + b"a", BytesIO(LONG), len(LONG))
    key, reader = world.client.streamGet(prefix + b"a")
    same("key", key, prefix + b"a")
    same("value", reader.read(), LONG)
    same("as a whole", world.client.streamGetFull(prefix + b"a", atTx=header.id).value, LONG)


def verified(world, prefix):
    client = world.sign_in()
    holds("verified", client.streamVerifiedSetFullValue(prefix + b"a", LONG).verified)
    read = client.streamVerifiedGet(prefix + b"a")
    same("value", (read.value, read.verified), (LONG, True))


def scans(world, prefix):
    world.client.setAll({prefix + b"a": b"1", prefix + b"b": b"2"})
    world.client.set(prefix + b"a", b"3")
    same("scan", [pair.value for pair in world.client.streamScan(prefix=prefix)], [b"3", b"2"])
    same("history", [pair.value for pair in world.client.streamHistory(prefix + b"a")], [b"1", b"3"])
    world.client.zAdd(prefix + b"set", 2, prefix + b"a")
    world.client.zAdd(prefix + b"set", 1, prefix + b"b")
    scanned = world.client.streamZScan(set=prefix + b"set", minScore=0, maxScore=9)
    same("sorted set", [(member.score, member.value) for member in scanned], [(1, b"2"), (2, b"3")])


def execute_all(world, prefix):
    header = world.client.streamExecAll([
        KeyValue(key=prefix + b"a", value=LONG),
        ZAddRequest(prefix + b"set", 1, prefix + b"a"),
    ])
    same("entries", header.nentries, 2)
    same("value", world.client.verifiedGet(prefix + b"a").value, LONG)


CHECKS = [
    ("stream set and get", set_get),
    ("verified stream set and get", verified),
    ("stream scan, history and sorted set", scans),
    ("stream execute all", execute_all),
]
