"""What one check is while it runs, and how it is said how it ended."""

import contextlib
import json
import secrets
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

import grpc
from immudb.client import ImmudbClient, PersistentRootService

# No call takes longer, so that a silent server is a failure and not a hang.
CALL_LIMIT_SECONDS = 20


class Skipped(Exception):
    """Ends a check that needs what was not given."""


def fresh_name(hint):
    """A database or user name no other run uses."""
    return hint + secrets.token_hex(6)


def same(what, got, want):
    """Ends the check where two values differ."""
    if got != want:
        raise AssertionError(f"{what}: {_short(got)}, expected {_short(want)}")


def holds(what, ok):
    """Ends the check where something is not so."""
    if not ok:
        raise AssertionError(f"not so: {what}")


def fails(call, text):
    """Ends the check unless a call fails as the client passes on the server's refusals: with a text."""
    try:
        call()
    except grpc.RpcError as error:
        holds(f"{error.details()!r} has {text!r}", text in error.details())
    else:
        raise AssertionError(f"expected a failure with {text!r}")


def raises(call, kind):
    """Ends the check unless a call raises an error of the client's own."""
    try:
        call()
    except kind:
        return
    raise AssertionError(f"expected {kind.__name__}")


class World:
    """What all checks of a run share: the command line, and a database made for the run."""

    def __init__(self, settings):
        self.settings = settings
        self.database = fresh_name("peerspy")
        self.client = self.connect()
        self.client.login(settings.user, settings.password)
        if not settings.resume:
            self.client.createDatabaseV2(self.database, None, False)
            self.client.useDatabase(self.database.encode())
        self.folder = Path(tempfile.mkdtemp(prefix="immurepo-peers-"))

    def connect(self, state_file=None, public_key=None):
        """A client that has not signed in. It keeps what it trusts in a file, or for itself."""
        trusted = PersistentRootService(str(state_file)) if state_file else None
        address = self.settings.address
        return ImmudbClient(address, rs=trusted, publicKeyFile=public_key, timeout=CALL_LIMIT_SECONDS)

    def sign_in(self, state_file=None, public_key=None, user=None, password=None):
        """A client of its own on the run's database."""
        client = self.connect(state_file, public_key)
        name, secret = user or self.settings.user, password or self.settings.password
        client.login(name, secret, self.database.encode())
        return client

    def close(self):
        """Removes what was temporary."""
        self.client.shutdown()
        shutil.rmtree(self.folder, ignore_errors=True)

    def perform(self, index, name, check):
        """Runs a check and prints how it ended. Returns whether it did not fail."""
        outcome, why, started = "passed", "", time.monotonic()
        try:
            if name in self.settings.without:
                raise Skipped("left out by --without")
            # Their code prints warnings among what we print.
            with contextlib.redirect_stdout(sys.stderr):
                check(self, f"check-{index}/".encode())
        except Skipped as reason:
            outcome, why = "skipped", str(reason)
        except Exception as error:  # whatever their code may raise is a finding
            outcome, why = "failed", _reason(error)
        line = {"check": name, "outcome": outcome, "ms": round((time.monotonic() - started) * 1000)}
        print(json.dumps({**line, "why": why} if why else line), flush=True)
        return outcome != "failed"


def said(error):
    """An error in one line: for a refusal of the server its status and text."""
    if isinstance(error, grpc.RpcError):
        return f"{error.code().name}: {error.details()}"
    return f"{type(error).__name__}: {error}"


def _reason(error):
    # The innermost line of a check: what happened below it is in the error itself.
    here = Path(__file__)
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    lines = [f"{path.name}:{line}: " for path, line in frames if path.parent == here.parent and path != here]
    return f"{lines[-1] if lines else ''}{said(error)}"


def _short(value):
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}… ({len(value)})"
