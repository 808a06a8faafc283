"""Looks for what must never be seen in files of any kind, byte by byte, in UTF-8, CP932 and UTF-16.

    scan.py PATH…            every file at or below the paths; prints {"bytes", "files", "needles", "hits": […], "released": {…}}

`released`: in how many places the released family's pieces were found, by kind (the control). `grep -F`, which looks for all needles at
once, says which files have any; those are gone through here.
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile

import city

PREFIX = 6


def needles():
    """Bytes → (family, kind, text); those too short to be anybody's are left out."""
    found = {}
    for family in city.FAMILIES:
        for kind, texts in city.secrets(family).items():
            for text in texts:
                escaped = [text.encode("unicode_escape")] if not text.isascii() else []
                for encoding in ("utf-8", "cp932", "utf-16-le", "utf-16-be"):
                    try:
                        escaped.append(text.encode(encoding))
                    except UnicodeEncodeError:
                        pass
                for data in escaped:
                    if len(data) >= PREFIX and not (text.isascii() and len(text) < 7):
                        found[data] = (family, kind, text)
    return found


def files(paths):
    for path in paths:
        if os.path.isdir(path):
            for folder, _, names in os.walk(path):
                for name in sorted(names):
                    yield os.path.join(folder, name)
        elif os.path.exists(path):
            yield path


def suspects(paths, known):
    """Which of the files hold any needle."""
    with tempfile.NamedTemporaryFile() as patterns:
        if any(b"\n" in one for one in known):
            sys.exit("a needle that grep would take for two")
        patterns.write(b"\n".join(known) + b"\n")
        patterns.flush()
        done = subprocess.run(["xargs", "-0", "grep", "-laFZ", "-f", patterns.name, "--", "/dev/null"], input="\0".join(paths).encode(),
                              capture_output=True, env={**os.environ, "LC_ALL": "C"})
        # 123: of some batch of files grep found nothing.
        if done.returncode not in (0, 123) or done.stderr:
            sys.exit(done.stderr.decode())
        return set(done.stdout.decode().split("\0")[:-1])


def main(paths):
    known = needles()
    by_prefix = {}
    for data, what in known.items():
        by_prefix.setdefault(data[:PREFIX], []).append((data, what))
    hits, released, size = [], {}, 0

    def search(path, content):
        here = set()
        for at in range(len(content) - PREFIX + 1):
            for data, (family, kind, text) in by_prefix.get(content[at:at + PREFIX], ()):
                if content.startswith(data, at):
                    if family.released:
                        released[kind] = released.get(kind, 0) + 1
                    elif (family.form, kind) not in here:
                        here.add((family.form, kind))
                        around = content[max(0, at - 60):at + 60].decode("utf-8", "replace")
                        hits.append({"file": path, "family": family.form, "kind": kind, "text": text, "around": around})

    everything = list(files(paths))
    suspected = suspects(everything, known)
    for path in everything:
        size += os.path.getsize(path)
        with open(path, "rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        if path in suspected:
            search(path, open(path, "rb").read())
        if packed:
            search(path, gzip.open(path).read())
    # A name tells as much as a content.
    search("file names", "\n".join(map(os.path.basename, everything)).encode())
    print(json.dumps({"bytes": size, "files": len(everything), "needles": len(known), "hits": hits, "released": released}, ensure_ascii=False))


main(sys.argv[1:])
