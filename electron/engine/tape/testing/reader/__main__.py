"""Lists and restores what lies on tapes; written from docs/MEDIA-FORMAT.md alone.

It shares no code with the product, so it tells whether that page is complete. Python 3.9 with its standard
library, libcrypto and libzstd. One JSON document on standard output; exit status 0, or 13 when something of
what was asked for could not be given out.

    python3 reader list    [--secret-file FILE] [--allow-unsealed] TAPE_OR_FOLDER...
    python3 reader restore [--secret-file FILE] [--allow-unsealed] [--set ID]... --to FOLDER TAPE_OR_FOLDER...

A set goes to FOLDER, each of several to a folder of its id in there.
"""
import argparse
import glob
import json
import os
import sys

from elements import FILE
from restore import restore
from seals import Damaged, secrets_of, vault_key
from sets import Sets
from tape import Tape


def described(sets, set_id):
    try:
        header, elements = sets.header_and_elements(set_id)
        return {"id": set_id.hex(), "complete": True, "object": header["object"]["name"], "level": header["set"]["level"],
                "parent": header["set"]["parent"], "createdAt": header["set"]["createdAt"], "elements": len(elements),
                "bytes": sum(e.size for e in elements.values() if e.type == FILE)}
    except Damaged as error:
        return {"id": set_id.hex(), "complete": False, "problem": str(error)}


def unlocked(tapes, secrets, problems):
    """Gives each tape the key of its vault."""
    keys = {}
    for tape in tapes:
        for envelopes in tape.envelopes if tape.sealed and tape.vault not in keys else []:
            key = vault_key(envelopes, tape.vault, secrets)
            if key is not None:
                keys[tape.vault] = key
                break
    for tape in tapes:
        tape.key = keys.get(tape.vault)
        if tape.vault is None and len(keys) == 1:  # a damaged front: it can be of this vault alone
            tape.vault, tape.key = next(iter(keys.items()))
        if tape.sealed and tape.key is None:
            problems.append(f"{tape.path}: the secret opens none of its envelopes")
    return [tape for tape in tapes if tape.key is not None or not tape.sealed]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=["list", "restore"])
    parser.add_argument("tapes", nargs="+")
    parser.add_argument("--secret-file")
    parser.add_argument("--allow-unsealed", action="store_true")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--to")
    options = parser.parse_args()
    paths = [p for t in options.tapes for p in (sorted(glob.glob(glob.escape(t) + "/*.tap")) if os.path.isdir(t) else [t])]
    problems, tapes = [], [Tape(path) for path in paths if os.path.getsize(path) > 0]
    if any(tape.sealed for tape in tapes) and not options.allow_unsealed:
        problems += [f"{tape.path}: not sealed, while others are" for tape in tapes if tape.sealed is False]
        tapes = [tape for tape in tapes if tape.sealed is not False]
    secrets = secrets_of(options.secret_file) if options.secret_file else {"passphrase": [], "recovery-code": []}
    sets = Sets(unlocked(tapes, secrets, problems))
    if options.act == "list":
        answer = {"sets": [described(sets, set_id) for set_id in sets.ids], "problems": problems}
    else:
        answer = {"restored": 0, "problems": problems}
        for set_id in options.set:
            to = options.to if len(options.set) == 1 else os.path.join(options.to, set_id)
            try:
                answer["restored"] += restore(sets, bytes.fromhex(set_id), to, problems)["restored"]
            except Damaged as error:
                problems.append(f"{set_id}: {error}")
    print(json.dumps(answer))
    return 13 if answer["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
