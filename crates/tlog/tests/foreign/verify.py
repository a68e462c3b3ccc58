"""Verifies a log with aics-tlog alone: signature, inclusion, consistency, and a full re-hash.

usage: verify.py FOLDER VKEY OLD-SIZE
"""

import sys
from pathlib import Path

import aics_tlog
from aics_tlog.checkpoint import checkpoint_from_note
from aics_tlog.verified import audit_tiles


def opened(path, key):
    note = aics_tlog.parse_note(path.read_text(encoding="utf-8"))
    result = aics_tlog.verify_checkpoint(note, key, expected_origin=key.name)
    if not result.log_ok:
        sys.exit(f"{path}: {result.error}")
    return checkpoint_from_note(note)[0]


def main(folder, vkey, old_size):
    key = aics_tlog.parse_vkey(vkey)
    new = opened(folder / "checkpoint", key)
    old = opened(folder / "checkpoints" / old_size, key)
    reader = aics_tlog.FileSystemTileReader(folder)
    proof = aics_tlog.consistency_proof_from_tiles(reader, old.size, new.size)
    if not aics_tlog.verify_consistency(old.size, new.size, old.root, new.root, proof):
        sys.exit("not consistent")
    for index in range(new.size):
        entry = aics_tlog.read_entry(reader, index, new.size)
        path = aics_tlog.inclusion_proof_from_tiles(reader, index, new.size)
        if not aics_tlog.verify_leaf_inclusion(entry, index, new.size, path, new.root):
            sys.exit(f"entry {index} is not included")
    report = audit_tiles(reader, new.size, new.root)
    print(f"{new.size} entries, consistent since {old.size}: {report}")


if len(sys.argv) != 4:
    sys.exit(__doc__)
main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
