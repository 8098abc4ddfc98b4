package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
)

// bbolt maps its file and trusts what it finds there; a damaged page makes it
// panic or read past the end of the map. So every page is checked here first,
// on a copy in memory. The layout is that of bbolt's file format version 2, in
// the byte order of the machine: pages with a header, of which the first two
// each hold a meta; the valid meta with the higher transaction number counts.
const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2

	pageHeader  = 16 // id, flags, count, overflow
	elementSize = 16
	metaSize    = 64
	bucketSize  = 16 // root page and sequence, before a bucket's inline page

	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
	bucketEntry  = 0x01

	noFreelist  = ^uint64(0)
	bigFreelist = 0xFFFF // as count: the real one stands before the ids

	minPageSize, maxPageSize = 1 << 10, 1 << 24
	maxDepth                 = 64
)

type meta struct {
	pageSize                      int
	root, freelist, pages, number uint64
}

// image is a database file in memory.
type image struct {
	data []byte
	meta meta
	used []bool // the pages that the tree or the list of free pages has
}

// inspect says what is wrong with a database file. The first result tells that
// the file begins as one.
func inspect(data []byte) (begins bool, err error) {
	m, err := findMeta(data)
	if err != nil {
		return false, err
	}
	if m.pages > uint64(len(data)/m.pageSize) {
		return true, fmt.Errorf("it is cut short: %d of %d pages are there", len(data)/m.pageSize, m.pages)
	}
	img := &image{data: data, meta: m, used: make([]bool, m.pages)}
	img.used[0], img.used[1] = true, true
	if err := img.tree(m.root, bounds{}, 0, img.bucket); err != nil {
		return true, err
	}
	return true, img.free()
}

// findMeta gives the meta that counts. The second lies one page behind the
// first, and pages may have any size.
func findMeta(data []byte) (meta, error) {
	first, ok := readMeta(data, 0)
	for at := minPageSize; !ok && at <= maxPageSize; at *= 2 {
		first, ok = readMeta(data, at)
	}
	size := first.pageSize
	if !ok {
		return meta{}, errors.New("it does not begin as a database")
	}
	if size < minPageSize || size > maxPageSize || size&(size-1) != 0 || len(data) < 2*size {
		return meta{}, fmt.Errorf("it cannot have pages of %d bytes", size)
	}
	a, okA := readMeta(data, 0)
	b, okB := readMeta(data, size)
	if !okA || okB && b.number > a.number {
		a = b
	}
	if a.pageSize != size || a.pages < 4 || a.root >= a.pages {
		return meta{}, errors.New("its first pages contradict each other")
	}
	return a, nil
}

func readMeta(data []byte, page int) (meta, bool) {
	if page+pageHeader+metaSize > len(data) {
		return meta{}, false
	}
	b, e := data[page+pageHeader:][:metaSize], binary.NativeEndian
	sum := fnv.New64a()
	_, _ = sum.Write(b[:56]) // a hash never fails
	if e.Uint32(b) != boltMagic || e.Uint32(b[4:]) != boltVersion || e.Uint64(b[56:]) != sum.Sum64() {
		return meta{}, false
	}
	return meta{pageSize: int(e.Uint32(b[8:])), root: e.Uint64(b[16:]), freelist: e.Uint64(b[32:]),
		pages: e.Uint64(b[40:]), number: e.Uint64(b[48:])}, true
}

// page is one page with those that it flows over into.
type page struct {
	body  []byte // from the header on
	flags uint16
	count int
}

// take gives a page and marks it as used.
func (img *image) take(id uint64) (page, error) {
	if id < 2 || id >= img.meta.pages {
		return page{}, fmt.Errorf("there is no page %d", id)
	}
	size, e := img.meta.pageSize, binary.NativeEndian
	b := img.data[int(id)*size:]
	more := uint64(e.Uint32(b[12:]))
	if e.Uint64(b) != id || more >= img.meta.pages-id {
		return page{}, fmt.Errorf("page %d has a false header", id)
	}
	for i := id; i <= id+more; i++ {
		if img.used[i] {
			return page{}, fmt.Errorf("page %d is used twice", i)
		}
		img.used[i] = true
	}
	return page{body: b[:int(more+1)*size], flags: e.Uint16(b[8:]), count: int(e.Uint16(b[10:]))}, nil
}

// bounds are the keys that a part of the tree may have: from low on, below
// high. An empty high is no bound.
type bounds struct{ low, high []byte }

func (b bounds) hold(key []byte) bool {
	return bytes.Compare(key, b.low) >= 0 && (len(b.high) == 0 || bytes.Compare(key, b.high) < 0)
}

// tree checks the part of a tree below a page, and its entries with leaf.
func (img *image) tree(id uint64, within bounds, depth int, leaf func(element) error) error {
	p, err := img.take(id)
	if err != nil {
		return err
	}
	if depth > maxDepth {
		return errors.New("its tree is too deep")
	}
	elements, err := p.elements(within)
	if err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	if p.flags == branchPage {
		return img.branch(elements, within, depth, leaf)
	}
	if len(elements) == 0 && depth > 0 {
		return fmt.Errorf("page %d is empty", id)
	}
	return each(elements, leaf)
}

func (img *image) branch(elements []element, within bounds, depth int, leaf func(element) error) error {
	if len(elements) == 0 {
		return errors.New("a branch of its tree is empty")
	}
	for i, el := range elements {
		below := bounds{low: el.key, high: within.high}
		if i+1 < len(elements) {
			below.high = elements[i+1].key
		}
		if err := img.tree(el.page, below, depth+1, leaf); err != nil {
			return err
		}
	}
	return nil
}

func each(elements []element, f func(element) error) error {
	for _, el := range elements {
		if err := f(el); err != nil {
			return err
		}
	}
	return nil
}

// bucket checks an entry at the top, which must be a bucket: a tree of its own,
// or a page that lies in the entry.
func (img *image) bucket(el element) error {
	if el.flags != bucketEntry || len(el.value) < bucketSize {
		return fmt.Errorf("%q is no bucket", el.key)
	}
	root := binary.NativeEndian.Uint64(el.value)
	if root != 0 {
		return img.tree(root, bounds{}, 0, plain)
	}
	inline, e := el.value[bucketSize:], binary.NativeEndian
	if len(inline) < pageHeader || e.Uint64(inline) != 0 || e.Uint16(inline[8:]) != leafPage || e.Uint32(inline[12:]) != 0 {
		return fmt.Errorf("bucket %q has a false header", el.key)
	}
	elements, err := page{body: inline, flags: leafPage, count: int(e.Uint16(inline[10:]))}.elements(bounds{})
	if err != nil {
		return fmt.Errorf("bucket %q: %w", el.key, err)
	}
	return each(elements, plain)
}

// plain refuses buckets within buckets, which the store does not have.
func plain(el element) error {
	if el.flags != 0 {
		return fmt.Errorf("entry %x is not plain", el.key)
	}
	return nil
}

// element is an entry of a leaf, or of a branch with the page below it.
type element struct {
	key, value []byte
	flags      uint32
	page       uint64
}

// elements reads the entries of a tree's page, whose keys must rise.
func (p page) elements(within bounds) ([]element, error) {
	if p.flags != branchPage && p.flags != leafPage {
		return nil, fmt.Errorf("it is no part of a tree, but has flags %#x", p.flags)
	}
	if pageHeader+p.count*elementSize > len(p.body) {
		return nil, fmt.Errorf("it cannot hold %d entries", p.count)
	}
	elements := make([]element, p.count)
	for i := range elements {
		el, ok := p.element(i)
		if !ok || !within.hold(el.key) || i > 0 && bytes.Compare(elements[i-1].key, el.key) >= 0 {
			return nil, fmt.Errorf("entry %d is wrong", i)
		}
		elements[i] = el
	}
	return elements, nil
}

func (p page) element(i int) (el element, ok bool) {
	b, e := p.body[pageHeader+i*elementSize:], binary.NativeEndian
	var pos, keySize, valueSize uint64
	if p.flags == branchPage {
		pos, keySize, el.page = uint64(e.Uint32(b)), uint64(e.Uint32(b[4:])), e.Uint64(b[8:])
	} else {
		el.flags, pos = e.Uint32(b), uint64(e.Uint32(b[4:]))
		keySize, valueSize = uint64(e.Uint32(b[8:])), uint64(e.Uint32(b[12:]))
	}
	end := pos + keySize + valueSize
	if keySize == 0 || end > uint64(len(b)) || pos < uint64((p.count-i)*elementSize) {
		return element{}, false
	}
	el.key, el.value = b[pos:pos+keySize], b[pos+keySize:end]
	return el, true
}

// free checks the list of free pages: they rise and none is used.
func (img *image) free() error {
	if img.meta.freelist == noFreelist {
		return nil
	}
	p, err := img.take(img.meta.freelist)
	if err != nil {
		return err
	}
	ids, ok := p.ids()
	if !ok {
		return errors.New("its list of free pages is wrong")
	}
	for ; len(ids) > 0; ids = ids[8:] {
		id := binary.NativeEndian.Uint64(ids)
		if id >= img.meta.pages || img.used[id] {
			return fmt.Errorf("page %d is not free", id)
		}
		img.used[id] = true
	}
	return nil
}

func (p page) ids() ([]byte, bool) {
	ids, count := p.body[pageHeader:], uint64(p.count)
	if p.count == bigFreelist {
		count, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if p.flags != freelistPage || count > uint64(len(ids)/8) {
		return nil, false
	}
	return ids[:count*8], true
}
