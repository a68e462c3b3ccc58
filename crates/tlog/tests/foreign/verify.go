// Verifies a log with golang.org/x/mod/sumdb alone: signature, inclusion, consistency, and a full re-hash.
//
// usage: verify FOLDER VKEY OLD-SIZE
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

type folder string

func (f folder) Height() int                              { return 8 }
func (f folder) SaveTiles(tiles []tlog.Tile, d [][]byte) {}

// ReadTiles reads tiles from their paths in c2sp.org/tlog-tiles, which leaves the height out.
func (f folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

// checkpoint believes a file only if the key signed it.
func (f folder) checkpoint(name string, key note.Verifier) tlog.Tree {
	bytes, err := os.ReadFile(filepath.Join(string(f), name))
	check(err, name)
	signed, err := note.Open(bytes, note.VerifierList(key))
	check(err, name)
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() {
		check(fmt.Errorf("not three lines of %s", key.Name()), name)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, name)
	root, err := tlog.ParseHash(lines[2])
	check(err, name)
	return tlog.Tree{N: size, Hash: root}
}

// entries reads all entries from their bundles.
func (f folder) entries(size int64) (entries [][]byte) {
	for bundle := int64(0); bundle*256 < size; bundle++ {
		width := size - bundle*256
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: 0, N: bundle, W: int(width)}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		bytes, err := os.ReadFile(filepath.Join(string(f), path))
		check(err, path)
		for ; width > 0; width-- {
			if len(bytes) < 2 || len(bytes) < 2+int(binary.BigEndian.Uint16(bytes)) {
				check(fmt.Errorf("ends inside an entry"), path)
			}
			end := 2 + int(binary.BigEndian.Uint16(bytes))
			entries = append(entries, bytes[2:end])
			bytes = bytes[end:]
		}
		if len(bytes) > 0 {
			check(fmt.Errorf("goes on after its entries"), path)
		}
	}
	return entries
}

func main() {
	if len(os.Args) != 4 {
		check(fmt.Errorf("verify FOLDER VKEY OLD-SIZE"), "usage")
	}
	log := folder(os.Args[1])
	key, err := note.NewVerifier(os.Args[2])
	check(err, "key")
	tree := log.checkpoint("checkpoint", key)
	old := log.checkpoint("checkpoints/"+os.Args[3], key)
	hashes := tlog.TileHashReader(tree, log)

	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	check(err, "consistency")
	check(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash), "consistency")

	var stored []tlog.Hash
	known := tlog.HashReaderFunc(func(indexes []int64) (found []tlog.Hash, err error) {
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for n, entry := range log.entries(tree.N) {
		index := int64(n)
		path, err := tlog.ProveRecord(tree.N, index, hashes)
		check(err, "inclusion")
		leaf := tlog.RecordHash(entry)
		check(tlog.CheckRecord(path, tree.N, tree.Hash, index, leaf), fmt.Sprintf("entry %d", n))
		more, err := tlog.StoredHashes(index, entry, known)
		check(err, "hashes")
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(tree.N, known)
	check(err, "root")
	if root != tree.Hash {
		check(fmt.Errorf("another root"), "re-hash")
	}
	fmt.Printf("%d entries, consistent since %d\n", tree.N, old.N)
}
