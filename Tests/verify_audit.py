#!/usr/bin/python3
"""Checks renkei's audit trail without renkei: python3's own library only.

  verify_audit.py --key FILE service.sqlite CHECKPOINT...   the whole trail under checkpoints from elsewhere
  verify_audit.py --key FILE export.jsonl                   events with their proof (audit prove, audit export)
  verify_audit.py --key FILE proof.json                     one checkpoint grew into the other (audit compare --output)

FILE holds the public key (.vkey) as the privacy officer keeps it. Exit code 0 and a line where everything holds, 1 otherwise.
Hashes: RFC 6962. Checkpoints: C2SP signed-note with Ed25519 (RFC 8032).
"""
import base64, hashlib, json, sqlite3, sys

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

class Wrong(Exception): pass

def need(holds, words):
    if not holds:
        raise Wrong(words)

def add(a, b):
    u, v = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    w, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = v - u, z - w, z + w, v + u
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(n, a):
    sum = (0, 1, 1, 0)
    while n:
        if n & 1:
            sum = add(sum, a)
        a, n = add(a, a), n >> 1
    return sum

def point(octets):
    y = int.from_bytes(octets, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    need(y < P, "a point of the signature is none")
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - xx) % P == 0 and not (x == 0 and sign), "a point of the signature is none")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def signed(public, text, signature):
    s = int.from_bytes(signature[32:], "little")
    need(len(signature) == 64 and s < Q, "the signature is not of its form")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % Q
    left, right = times(s, BASE), add(point(signature[:32]), times(h, point(public)))
    need((left[0] * right[2] - right[0] * left[2]) % P == 0 == (left[1] * right[2] - right[1] * left[2]) % P,
         "the signature does not hold")

def checkpoint(note, vkey):
    """(size, root) of a signed note."""
    name, keyhash, key = vkey.strip().split("+", 2)
    key = base64.b64decode(key, validate=True)
    need(hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] == keyhash and key[0] == 1, "the key is none")
    body, _, last = note.partition("\n\n")
    mark = "\u2014 %s " % name
    need(last.startswith(mark) and last.endswith("\n"), "the checkpoint is not signed by this key")
    blob = base64.b64decode(last[len(mark):-1], validate=True)
    need(blob[:4].hex() == keyhash, "the checkpoint is not signed by this key")
    signed(key[1:], body.encode() + b"\n", blob[4:])
    lines = body.split("\n")
    need(lines[0] == "renkei/audit" and lines[1].isdigit(), "the checkpoint is of another trail")
    return int(lines[1]), base64.b64decode(lines[2], validate=True)

leaf = lambda event: hashlib.sha256(b"\0" + event).digest()
node = lambda left, right: hashlib.sha256(b"\1" + left + right).digest()

def tree(first, end, low, high, events, hashes):
    """The hash over low..<high, where events stand at first..<end and hashes tell the rest."""
    if high <= first or end <= low:
        need(hashes, "the proof is too short")
        return hashes.pop(0)
    if high - low == 1:
        return leaf(events[low - first])
    middle = low + (1 << (high - low - 1).bit_length() - 1)
    left = tree(first, end, low, middle, events, hashes)
    return node(left, tree(first, end, middle, high, events, hashes))

def grown(old, low, high, hashes, whole, oldroot):
    """(hash of the old part, hash of all) of low..<high; RFC 6962 2.1.2, its hashes from the last to the first."""
    if old == high:
        h = oldroot if whole else hashes.pop()
        return h, h
    middle = low + (1 << (high - low - 1).bit_length() - 1)
    side = hashes.pop()
    if old <= middle:
        a, b = grown(old, low, middle, hashes, whole, oldroot)
        return a, node(b, side)
    a, b = grown(old, middle, high, hashes, False, oldroot)
    return node(side, a), node(side, b)

def database(path, notes, vkey):
    signed_at = sorted(checkpoint(note, vkey) for note in notes)
    need(signed_at, "no checkpoint was given")
    file = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    stack, size = [], 0  # (hash, leaves) of the perfect subtrees, largest first
    for sequence, event in file.execute("SELECT sequence, CAST(event AS BLOB) FROM audit_event ORDER BY sequence"):
        need(sequence == size and json.loads(event)["seq"] == size, "event %d is missing or misplaced" % size)
        stack.append((leaf(event), 1))
        while len(stack) > 1 and stack[-2][1] == stack[-1][1]:
            (a, n), (b, _) = stack[-2:]
            stack[-2:] = [(node(a, b), 2 * n)]
        size += 1
        while signed_at and signed_at[0][0] == size:
            root = stack[-1][0]
            for hash, _ in reversed(stack[:-1]):
                root = node(hash, root)
            need(root == signed_at.pop(0)[1], "the first %d events are not those that were signed" % size)
    need(not [s for s in signed_at if s[0]], "there are only %d events: the end is missing" % size)
    return "%d events, %d checkpoints" % (size, len(notes))

def proof(lines, vkey):
    last = json.loads(lines[-1])
    size, root = checkpoint(last["checkpoint"], vkey)
    hashes = [base64.b64decode(hash, validate=True) for hash in last["hashes"]]
    if last["format"] == "renkei-audit-consistency/1":
        old, oldroot = checkpoint(last["older"], vkey)
        need(0 < old <= size and len(lines) == 1, "the proof is not of its form")
        was, now = grown(old, 0, size, hashes, True, oldroot)
        need(not hashes and was == oldroot and now == root, "the one did not grow into the other")
        return "%d events grew into %d" % (old, size)
    events, first = lines[:-1], last["first"]
    need(last["format"] == "renkei-audit-proof/1" and last["count"] == len(events) > 0 <= first, "not a proof")
    need(first + len(events) <= size, "the events lie behind the checkpoint")
    need(all(json.loads(event)["seq"] == first + i for i, event in enumerate(events)), "an event is misplaced")
    need(tree(first, first + len(events), 0, size, events, hashes) == root and not hashes, "the events are not those that were signed")
    return "%d events from %d on, under a checkpoint of %d" % (len(events), first, size)

def main(words):
    need(len(words) >= 3 and words[0] == "--key", __doc__)
    vkey = open(words[1], encoding="utf-8").read()
    content = open(words[2], "rb").read(16)
    if content.startswith(b"SQLite format 3"):
        return database(words[2], [open(name, encoding="utf-8").read() for name in words[3:]], vkey)
    return proof(open(words[2], "rb").read().rstrip(b"\n").split(b"\n"), vkey)

if __name__ == "__main__":
    try:
        print("intact:", main(sys.argv[1:]))
    except (Wrong, ValueError, KeyError, IndexError, TypeError, RecursionError, OSError, sqlite3.Error) as error:
        print("NOT intact:", error, file=sys.stderr)
        sys.exit(1)
