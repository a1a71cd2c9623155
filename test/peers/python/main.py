"""Uses a server as programs written with immudb-py use it, that client unchanged; prints one line of JSON per check.

Whatever is verified here is verified by that client's code, not by ours.
"""

import argparse
import sys

import databases
import failures
import grpc
import sessions
import streams
import trusted
import values
import verified
from trial import World, said


def names(text):
    """The set a list of names stands for. Names of checks have commas too, hence the semicolon."""
    return {name.strip() for name in text.split(";") if name.strip()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="127.0.0.1:3322", help="host:port of the server")
    parser.add_argument("--user", default="immudb", help="administrator")
    parser.add_argument("--password", default="immudb", help="its password")
    parser.add_argument("--public-key", help="PEM file of the key the server signs states with")
    parser.add_argument("--state-dir", help="folder for a trusted state that outlives this process")
    parser.add_argument("--resume", action="store_true", help="check only what --state-dir trusts")
    parser.add_argument("--only", type=names, default="", help="the only checks to make, separated by semicolons")
    parser.add_argument("--without", type=names, default="", help="checks to leave out, separated by semicolons")
    settings = parser.parse_args()

    groups = (sessions, databases, values, verified, streams, failures, trusted)
    checks = trusted.RESUMED if settings.resume else [check for group in groups for check in group.CHECKS]
    chosen = [check for check in checks if not settings.only or check[0] in settings.only]
    try:
        world = World(settings)
    except grpc.RpcError as error:
        print(f"immudb-py: cannot begin on {settings.address}: {said(error)}", file=sys.stderr)
        return 2
    try:
        outcomes = [world.perform(index, name, check) for index, (name, check) in enumerate(chosen)]
    finally:
        world.close()
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
