package store

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wholeFile is a store with a branch, leaves and free pages.
func wholeFile(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "q")
	s, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		var records []Record
		for i := range 60 {
			records = append(records, Record{ID: fmt.Sprint(i), Data: []byte(strings.Repeat("x", 300))})
		}
		if err := s.Put(records...); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// file gives names to places in a database file.
type file struct {
	t    *testing.T
	data []byte
	meta meta
}

func (f file) page(id uint64) []byte { return f.data[int(id)*f.meta.pageSize:][:f.meta.pageSize] }

// jobs is the root of the tree of jobs.
func (f file) jobs() []byte {
	f.t.Helper()
	elements, err := page{body: f.page(f.meta.root), flags: leafPage, count: 2}.elements(bounds{})
	if err != nil {
		f.t.Fatal(err)
	}
	root := f.page(binary.NativeEndian.Uint64(elements[1].value))
	if binary.NativeEndian.Uint16(root[8:]) != branchPage {
		f.t.Fatal("the jobs have no branch")
	}
	return root
}

// leaf is the first page of jobs.
func (f file) leaf() []byte { return f.page(binary.NativeEndian.Uint64(f.jobs()[pageHeader+8:])) }

func (f file) free() []byte { return f.page(f.meta.freelist) }

// seal makes a change of both metas valid.
func (f file) seal(change func(m []byte)) {
	for at := 0; at < 2*f.meta.pageSize; at += f.meta.pageSize {
		m := f.data[at+pageHeader:][:metaSize]
		change(m)
		sum := fnv.New64a()
		_, _ = sum.Write(m[:56])
		binary.NativeEndian.PutUint64(m[56:], sum.Sum64())
	}
}

func TestInspectFindsWhatIsWrong(t *testing.T) {
	e := binary.NativeEndian
	if _, err := inspect(wholeFile(t)); err != nil {
		t.Fatal("a whole file:", err)
	}
	for _, c := range []struct {
		name, want string
		harm       func(f file)
	}{
		{"two ways to one page", "is used twice", func(f file) { copy(f.jobs()[pageHeader+24:][:8], f.jobs()[pageHeader+8:][:8]) }},
		{"a page flows over into the next", "used twice", func(f file) { e.PutUint32(f.leaf()[12:], 1) }},
		{"a page flows over the end", "false header", func(f file) { e.PutUint32(f.leaf()[12:], 1<<30) }},
		{"a page under another number", "false header", func(f file) { e.PutUint64(f.leaf(), 3000) }},
		{"a way out of the file", "there is no page", func(f file) { e.PutUint64(f.jobs()[pageHeader+8:], 1<<40) }},
		{"a way to the first page", "there is no page 0", func(f file) { e.PutUint64(f.jobs()[pageHeader+8:], 0) }},
		{"a page of another kind", "no part of a tree", func(f file) { e.PutUint16(f.leaf()[8:], freelistPage) }},
		{"too many entries", "cannot hold 60000", func(f file) { e.PutUint16(f.leaf()[10:], 60000) }},
		{"no entries", "is empty", func(f file) { e.PutUint16(f.leaf()[10:], 0) }},
		{"a branch without entries", "branch of its tree is empty", func(f file) { e.PutUint16(f.jobs()[10:], 0) }},
		{"a key out of the page", "entry 0 is wrong", func(f file) { e.PutUint32(f.leaf()[pageHeader+4:], 5000) }},
		{"a key within the entries", "entry 1 is wrong", func(f file) { e.PutUint32(f.leaf()[pageHeader+20:], 4) }},
		{"an empty key", "entry 0 is wrong", func(f file) { e.PutUint32(f.leaf()[pageHeader+8:], 0) }},
		{"a value out of the page", "entry 0 is wrong", func(f file) { e.PutUint32(f.leaf()[pageHeader+12:], 1<<31) }},
		{"keys that fall", "entry 1 is wrong", func(f file) { copy(f.leaf()[pageHeader+16:][:16], f.leaf()[pageHeader:]) }},
		{"a key that belongs elsewhere", "is wrong", func(f file) {
			key := f.leaf()[pageHeader+int(e.Uint32(f.leaf()[pageHeader+4:])):]
			key[0] = 0xff
		}},
		{"a bucket among the jobs", "is not plain", func(f file) { e.PutUint32(f.leaf()[pageHeader:], bucketEntry) }},
		{"a job among the buckets", "is no bucket", func(f file) { e.PutUint32(f.page(f.meta.root)[pageHeader:], 0) }},
		{"a false inline page", "false header", func(f file) {
			first := f.page(f.meta.root)[pageHeader:]
			value := first[e.Uint32(first[4:])+e.Uint32(first[8:]):]
			e.PutUint16(value[bucketSize+8:], branchPage)
		}},
		{"a free page in use", "is not free", func(f file) { e.PutUint64(f.free()[pageHeader:], f.meta.root) }},
		{"a free page twice", "is not free", func(f file) { copy(f.free()[pageHeader:][:8], f.free()[pageHeader+8:][:8]) }},
		{"a free page out of the file", "is not free", func(f file) { e.PutUint64(f.free()[pageHeader:], 1<<40) }},
		{"too many free pages", "list of free pages", func(f file) { e.PutUint16(f.free()[10:], 0xfffe) }},
		{"far too many free pages", "list of free pages", func(f file) {
			e.PutUint16(f.free()[10:], bigFreelist)
			e.PutUint64(f.free()[pageHeader:], 1<<62)
		}},
		{"free pages of another kind", "list of free pages", func(f file) { e.PutUint16(f.free()[8:], leafPage) }},
		{"the list of free pages within the tree", "used twice", func(f file) {
			f.seal(func(m []byte) { e.PutUint64(m[32:], f.meta.root) })
		}},
		{"more pages than there are", "cut short", func(f file) { f.seal(func(m []byte) { e.PutUint64(m[40:], 1<<40) }) }},
		{"a root out of the file", "contradict", func(f file) { f.seal(func(m []byte) { e.PutUint64(m[16:], 1<<40) }) }},
		{"pages of an odd size", "pages of 4097 bytes", func(f file) { f.seal(func(m []byte) { e.PutUint32(m[8:], 4097) }) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := wholeFile(t)
			m, err := findMeta(data)
			if err != nil {
				t.Fatal(err)
			}
			c.harm(file{t, data, m})
			if _, err := inspect(data); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestInspectTakesTheSecondMetaWhenTheFirstIsTorn(t *testing.T) {
	data := wholeFile(t)
	data[pageHeader+8] ^= 1
	if _, err := inspect(data); err != nil {
		t.Error(err)
	}
}

// A list of free pages may be left out, as a program that opened the file with
// bbolt's NoFreelistSync does.
func TestInspectTakesAFileWithoutFreelist(t *testing.T) {
	f := file{t: t, data: wholeFile(t)}
	f.meta, _ = findMeta(f.data)
	f.seal(func(m []byte) { binary.NativeEndian.PutUint64(m[32:], noFreelist) })
	if _, err := inspect(f.data); err != nil {
		t.Error(err)
	}
}
