// Command vectors prints hashes computed by the published store package, for tests that must agree with immudb about
// every byte that is hashed. Inputs stand beside outputs: bytes in hexadecimal, 64-bit integers as decimal strings.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/codenotary/immudb/embedded/ahtree"
	"github.com/codenotary/immudb/embedded/htree"
	"github.com/codenotary/immudb/embedded/store"
	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/database"
)

// maxLeaves is how far trees are computed: past two powers of two.
const maxLeaves = 40

// metadata describes attributes of an entry; nil for none at all.
type metadata struct {
	Deleted      bool   `json:"deleted"`
	ExpiresAt    *int64 `json:"expiresAt,omitempty,string"`
	NonIndexable bool   `json:"nonIndexable"`
}

type entryVector struct {
	Name     string    `json:"name"`
	Key      string    `json:"key"`
	Value    string    `json:"value"`
	Metadata *metadata `json:"metadata,omitempty"`
	// MetadataBytes is what is hashed of the attributes.
	MetadataBytes string `json:"metadataBytes"`
	HValue        string `json:"hValue"`
	// DigestV0 is left out where version 0 cannot carry the entry.
	DigestV0 string `json:"digestV0,omitempty"`
	DigestV1 string `json:"digestV1"`
}

type rootVector struct {
	Leaves int    `json:"leaves"`
	Root   string `json:"root"`
}

type headerVector struct {
	Name          string `json:"name"`
	ID            uint64 `json:"id,string"`
	PrevAlh       string `json:"prevAlh"`
	Ts            int64  `json:"ts,string"`
	NEntries      int    `json:"nentries"`
	EH            string `json:"eH"`
	BlTxID        uint64 `json:"blTxId,string"`
	BlRoot        string `json:"blRoot"`
	Version       int    `json:"version"`
	TruncatedTxID uint64 `json:"truncatedTxId,omitempty,string"`
	Extra         string `json:"extra,omitempty"`
	Serialized    string `json:"serialized"`
	Alh           string `json:"alh"`
}

type stateVector struct {
	Database string `json:"database"`
	TxID     uint64 `json:"txId,string"`
	Alh      string `json:"alh"`
	Payload  string `json:"payload"`
}

type vectors struct {
	About string `json:"about"`
	// Entries holds keys and values as they are stored, prefix byte included.
	Entries []entryVector `json:"entries"`
	// EntryTreeRoots are over the digests SHA-256(byte 0), SHA-256(byte 1), ...
	EntryTreeRoots []rootVector `json:"entryTreeRoots"`
	// MainTreeRoots are over the alh SHA-256(byte 1), SHA-256(byte 2), ...
	MainTreeRoots []rootVector   `json:"mainTreeRoots"`
	Headers       []headerVector `json:"headers"`
	States        []stateVector  `json:"states"`
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "vectors:", err)
		os.Exit(1)
	}
}

func hash(data ...byte) [sha256.Size]byte { return sha256.Sum256(data) }

func text(hash [sha256.Size]byte) string { return hex.EncodeToString(hash[:]) }

func (m *metadata) stored() *store.KVMetadata {
	if m == nil {
		return nil
	}
	stored := store.NewKVMetadata()
	check(stored.AsDeleted(m.Deleted))
	if m.ExpiresAt != nil {
		check(stored.ExpiresAt(time.Unix(*m.ExpiresAt, 0)))
	}
	check(stored.AsNonIndexable(m.NonIndexable))
	return stored
}

func entry(name string, spec *store.EntrySpec, m *metadata) entryVector {
	stored := m.stored()
	hValue := sha256.Sum256(spec.Value)
	txEntry := store.NewTxEntry(spec.Key, stored, len(spec.Value), hValue, 0)
	vector := entryVector{
		Name:     name,
		Key:      hex.EncodeToString(spec.Key),
		Value:    hex.EncodeToString(spec.Value),
		Metadata: m,
		HValue:   text(hValue),
		DigestV1: text(must(store.TxEntryDigest_v1_2(txEntry))),
	}
	if stored != nil {
		vector.MetadataBytes = hex.EncodeToString(stored.Bytes())
	}
	if digest, err := store.TxEntryDigest_v1_1(txEntry); err == nil {
		vector.DigestV0 = text(digest)
	}
	return vector
}

func entries() []entryVector {
	at := func(seconds int64) *int64 { return &seconds }
	plain := database.EncodeEntrySpec([]byte("hello"), nil, []byte("world"))
	none := &store.EntrySpec{Key: plain.Key}
	binary := database.EncodeEntrySpec([]byte{0, 0xff, 0x80}, nil, make([]byte, 300))
	set := []byte("set")
	return []entryVector{
		entry("plain", plain, nil),
		entry("empty value", database.EncodeEntrySpec([]byte("hello"), nil, nil), nil),
		entry("no attribute set", plain, &metadata{}),
		entry("binary", binary, nil),
		entry("long key", database.EncodeEntrySpec(make([]byte, 1023), nil, []byte("v")), nil),
		entry("expiring", plain, &metadata{ExpiresAt: at(1700000000)}),
		entry("expiring at 0", plain, &metadata{ExpiresAt: at(0)}),
		entry("expiring before 1970", plain, &metadata{ExpiresAt: at(-1)}),
		entry("deleted", none, &metadata{Deleted: true}),
		entry("deleted with a value", plain, &metadata{Deleted: true}),
		entry("not indexable", plain, &metadata{NonIndexable: true}),
		entry("every attribute", plain, &metadata{Deleted: true, ExpiresAt: at(1), NonIndexable: true}),
		entry("reference", database.EncodeReference([]byte("ref"), nil, []byte("hello"), 0), nil),
		entry("bound reference", database.EncodeReference([]byte("ref"), nil, []byte("hello"), 7), nil),
		entry("member of a set", database.EncodeZAdd(set, 1.5, database.EncodeKey([]byte("hello")), 0), nil),
		entry("bound member", database.EncodeZAdd(set, 1.5, database.EncodeKey([]byte("hello")), 9), nil),
		entry("negative score", database.EncodeZAdd(set, -0.25, database.EncodeKey([]byte("hello")), 0), nil),
		entry("score 0", database.EncodeZAdd(set, 0, database.EncodeKey([]byte("hello")), 0), nil),
	}
}

func entryTreeRoots() []rootVector {
	tree := must(htree.New(maxLeaves))
	var roots []rootVector
	var digests [][sha256.Size]byte
	for n := 0; n <= maxLeaves; n++ {
		check(tree.BuildWith(digests))
		roots = append(roots, rootVector{n, text(tree.Root())})
		digests = append(digests, hash(byte(n)))
	}
	return roots
}

func mainTreeRoots() []rootVector {
	folder := must(os.MkdirTemp("", "immurepo-vectors-"))
	defer os.RemoveAll(folder)
	tree := must(ahtree.Open(folder, ahtree.DefaultOptions()))
	defer tree.Close()
	var roots []rootVector
	for n := 1; n <= maxLeaves; n++ {
		alh := hash(byte(n))
		_, _, err := tree.Append(alh[:])
		check(err)
		_, root, err := tree.Root()
		check(err)
		roots = append(roots, rootVector{n, text(root)})
	}
	return roots
}

func header(name string, h store.TxHeader) headerVector {
	vector := headerVector{
		Name: name, ID: h.ID, PrevAlh: text(h.PrevAlh), Ts: h.Ts, NEntries: h.NEntries, EH: text(h.Eh),
		BlTxID: h.BlTxID, BlRoot: text(h.BlRoot), Version: h.Version,
		Serialized: hex.EncodeToString(must(h.Bytes())), Alh: text(h.Alh()),
	}
	if h.Metadata != nil && h.Metadata.HasTruncatedTxID() {
		vector.TruncatedTxID = must(h.Metadata.GetTruncatedTxID())
	}
	vector.Extra = hex.EncodeToString(h.Metadata.Extra())
	return vector
}

func headers() []headerVector {
	base := store.TxHeader{
		ID: 3, Ts: 1700000000, NEntries: 2, BlTxID: 2, PrevAlh: hash(),
		Eh: sha256.Sum256([]byte("eh")), BlRoot: sha256.Sum256([]byte("bl")),
	}
	variant := func(version int, change func(h *store.TxHeader)) store.TxHeader {
		changed := base
		changed.Version = version
		changed.Metadata = store.NewTxMetadata()
		if change != nil {
			change(&changed)
		}
		return changed
	}
	withExtra := func(length int) func(h *store.TxHeader) {
		return func(h *store.TxHeader) { check(h.Metadata.WithExtra([]byte(fmt.Sprintf("%0*d", length, 7)))) }
	}
	first := func(h *store.TxHeader) { h.ID, h.BlTxID, h.BlRoot = 1, 0, [sha256.Size]byte{} }
	return []headerVector{
		header("version 0", variant(0, nil)),
		header("version 0, first", variant(0, first)),
		header("version 0, most entries", variant(0, func(h *store.TxHeader) { h.NEntries = 65535 })),
		header("version 1", variant(1, nil)),
		header("version 1, first", variant(1, first)),
		header("version 1, many entries", variant(1, func(h *store.TxHeader) { h.NEntries = 65537 })),
		header("version 1, before 1970", variant(1, func(h *store.TxHeader) { h.Ts = -1 })),
		header("version 1, large id", variant(1, func(h *store.TxHeader) { h.ID, h.BlTxID = 1<<63+1, 1<<63 })),
		header("version 1, truncated", variant(1, func(h *store.TxHeader) { h.Metadata.WithTruncatedTxID(5) })),
		header("version 1, extra", variant(1, withExtra(3))),
		header("version 1, longest extra", variant(1, withExtra(256))),
		header("version 1, truncated and extra", variant(1, func(h *store.TxHeader) {
			h.Metadata.WithTruncatedTxID(5)
			check(h.Metadata.WithExtra([]byte("abc")))
		})),
	}
}

func states() []stateVector {
	var result []stateVector
	for _, database := range []string{"defaultdb", "a_rather_long_name_of_a_database_0123456789"} {
		for _, txID := range []uint64{0, 3, 1<<63 + 1} {
			alh := sha256.Sum256([]byte("eh"))
			state := schema.ImmutableState{Db: database, TxId: txID, TxHash: alh[:]}
			result = append(result, stateVector{database, txID, text(alh), hex.EncodeToString(state.ToBytes())})
		}
	}
	return result
}

func main() {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	check(encoder.Encode(vectors{
		About:          "computed by the store package of immudb 1.11.1; bytes in hexadecimal, 64-bit integers as strings",
		Entries:        entries(),
		EntryTreeRoots: entryTreeRoots(),
		MainTreeRoots:  mainTreeRoots(),
		Headers:        headers(),
		States:         states(),
	}))
}
