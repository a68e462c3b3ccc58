#!/usr/bin/env python3
"""Makes the test vectors of entry.md in fixtures/vectors/entry, or with --check compares them with what stands there.

An implementation of entry.md of its own: standard library only, no code in common with the product. Keys, salts, ids and
times are fixed, so the same script always gives the same bytes. Every case is tried on the reader in reference/ first."""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "reference"), str(HERE / "cases")]

import bodies
import canonical
import leaves
import manifests
import records

FOLDER = HERE.parent.parent / "fixtures" / "vectors" / "entry"
FILES = {
    "canonical.json": (
        "Section 2. Bytes (base64) that are canonical JSON, or are not.", canonical.cases),
    "bodies.json": (
        "Section 11. Words manifests (json) whose bodies try every block and inline. Outcome: accept, refuse, or newer "
        "(refused as written by a newer version).", bodies.cases),
    "facts.json": ("Section 9. Facts manifests, with outcome.", manifests.facts_cases),
    "words.json": ("Section 10. Words manifests, with outcome. The type of the document is not looked at.", manifests.words_cases),
    "notices.json": ("Section 12. Notice manifests, with outcome.", manifests.notice_cases),
    "commitments.json": (
        "Section 8. Salt (hex) and bytes (base64), their commitment, the blob file (base64) and its path; and the bytes' s1 name.",
        manifests.commitment_cases),
    "keys.json": ("Section 3.6. vkeys with the seeds they come from, and texts that are no vkey.", leaves.key_cases),
    "signatures.json": ("Section 3.6. Ed25519 signatures that strict verifiers accept or refuse.", leaves.signature_cases),
    "leaves.json": (
        "Sections 4 to 6. Leaves (base64) at an index, with the keys that are valid there; leaf hash; for content kinds the blob. "
        "What earlier entries say is not looked at: outcome is that of form and signatures.", leaves.cases),
    "record.json": (
        "A whole record: entries in order (leaf and blob in base64), root and signed checkpoint of every size, the statuses and "
        "withheld manifests at some sizes, policy and log.json. Without the withheld blobs the statuses are the same.", records.record_cases),
    "alterations.json": (
        "The record of record.json with one entry altered: leaf, blob or both stand in place of those at index. Refused at is the "
        "index of the first entry a verifier must refuse.", records.alteration_cases),
    "successions.json": (
        "Entries appended to the first `after` entries of record.json. Refused at is the index, in the whole record, of the entry "
        "to be refused; without it all are accepted, and statements holds the status of the documents they touch.",
        records.succession_cases),
    "erasures.json": (
        "Section 7.4. Entries appended to record.json, among them erasures. Blobs stand as they were before; erased names each erased blob "
        "with the entry that erases it. With and without those blobs statements and withheld are the same.", records.erasure_cases),
    "states.json": (
        "Section 7.5. Entries appended to record.json, among them state entries. Without refused-at: the statements at the end, their root, "
        "and for each its leaf and its path to the root, from the leaf up.", records.state_cases),
    "freezes.json": (
        "Section 7.6. Entries appended to record.json, among them freezes. Without refused-at: frozen is what the record says of its end.",
        records.freeze_cases),
    "genesis.json": ("Sections 6 and 7. Short records of their own: genesis and key entries, right and wrong.", records.genesis_cases),
    "checkpoints.json": (
        "Section 6.3. Short records of genesis and key entries, log.json, and signed checkpoints of every size: which of them a reader that "
        "has the entries accepts, or one that trusts log.json.", records.checkpoint_cases),
    "proofs.json": (
        "record-http.md. Proof files with the .json beside them, the log key a reader trusts, and the outcome.", records.proof_cases),
    "currency.json": (
        "record-http.md, 3.3 and 3.4. Currency files, the log key a reader trusts, and the outcome; sizes are those of the states between "
        "which the edition was entered, as far as the file has them. Cosignatures are not looked at.", records.currency_cases),
}


def render(what, cases):
    return json.dumps({"cases": list(cases), "what": what}, ensure_ascii=True, indent=1, sort_keys=True) + "\n"


def main(arguments):
    if arguments not in ([], ["--check"]):
        print("usage: vectors.py [--check]", file=sys.stderr)
        return 2
    made = {name: render(what, cases()) for name, (what, cases) in FILES.items()}
    if not arguments:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (FOLDER / name).write_text(text, encoding="ascii")
        return 0
    there = {path.name: path.read_text(encoding="ascii") for path in FOLDER.glob("*.json")}
    differing = sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))
    for name in differing:
        print(f"{name}: differs from what vectors.py makes", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
