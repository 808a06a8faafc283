"""Looks for what must never be seen in files of any kind, byte by byte, in UTF-8, CP932 and UTF-16.

    scan.py PATH…            every file at or below the paths; prints {"bytes", "files", "needles", "hits": […]}
    scan.py --released …     also counts what the released family's pieces were found in, by kind (the control)
"""
import gzip
import json
import os
import sys

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


def main(paths):
    by_prefix = {}
    for data, what in needles().items():
        by_prefix.setdefault(data[:PREFIX], []).append((data, what))
    hits, released, count, size = [], {}, 0, 0
    for path in files(paths):
        try:
            content = open(path, "rb").read()
        except OSError:
            continue
        if content[:2] == b"\x1f\x8b":
            content += gzip.decompress(content)
        # A name tells as much as a content.
        content += b"\n" + os.path.basename(path).encode()
        count, size, here = count + 1, size + len(content), set()
        for at in range(len(content) - PREFIX + 1):
            for data, (family, kind, text) in by_prefix.get(content[at:at + PREFIX], ()):
                if content.startswith(data, at):
                    if family.released:
                        released[kind] = released.get(kind, 0) + 1
                    elif (family.form, kind) not in here:
                        here.add((family.form, kind))
                        around = content[max(0, at - 60):at + 60].decode("utf-8", "replace")
                        hits.append({"file": path, "family": family.form, "kind": kind, "text": text, "around": around})
    print(json.dumps({"bytes": size, "files": count, "needles": sum(map(len, by_prefix.values())), "hits": hits,
                      "released": released}, ensure_ascii=False))


main(sys.argv[1:])
