package xpress

import "encoding/binary"

const (
	shortest = 3         // a shorter repetition would not be worth its reference
	longest  = 1<<16 + 2 // what 16 bits can say, with the shortest added
	window   = 1 << 13   // how far back a reference reaches
	attempts = 32        // earlier places that are looked at for the longest repetition
	slots    = 1 << 12   // of the table of places
)

// CompressPlain gives data as one block, MS-XCA 2.3. Equal data give equal blocks.
func CompressPlain(data []byte) []byte {
	w := &packer{}
	w.flags()
	places := newPlaces(data)
	for at := 0; at < len(data); {
		distance, length := places.find(at)
		if length < shortest {
			w.literal(data[at])
			places.add(at)
			at++
			continue
		}
		w.reference(distance, length)
		for end := at + length; at < end; at++ {
			places.add(at)
		}
	}
	w.end()
	return w.out
}

// packer writes DIRECT2, MS-WUSP 2.1.1.1.2.
type packer struct {
	out     []byte
	flagsAt int    // where the bits of the elements that follow are to stand
	bits    uint32 // of the elements since then
	count   int
	half    int // where a byte is whose upper half is free; 0: nowhere
}

func (w *packer) flags() {
	w.flagsAt, w.bits, w.count = len(w.out), 0, 0
	w.out = append(w.out, 0, 0, 0, 0)
}

func (w *packer) element(bit uint32) {
	w.bits = w.bits<<1 | bit
	if w.count++; w.count == 32 {
		binary.LittleEndian.PutUint32(w.out[w.flagsAt:], w.bits)
		w.flags()
	}
}

func (w *packer) literal(b byte) {
	w.out = append(w.out, b)
	w.element(0)
}

// reference writes a repetition. The length, less the shortest, is spread over 3 bits,
// half a byte that two references share, a byte, and 16 bits that alone hold the whole.
func (w *packer) reference(distance, length int) {
	rest := length - shortest
	w.out = binary.LittleEndian.AppendUint16(w.out, uint16((distance-1)<<3|min(rest, 7)))
	if rest >= 7 {
		nibble := min(rest-7, 15)
		if w.half == 0 {
			w.half = len(w.out)
			w.out = append(w.out, byte(nibble))
		} else {
			w.out[w.half] |= byte(nibble << 4)
			w.half = 0
		}
		if rest >= 7+15 {
			w.out = append(w.out, byte(min(rest-7-15, 255)))
		}
		if rest >= 7+15+255 {
			w.out = binary.LittleEndian.AppendUint16(w.out, uint16(rest))
		}
	}
	w.element(1)
}

// end marks all that is left of the bits.
func (w *packer) end() {
	left := 32 - w.count
	binary.LittleEndian.PutUint32(w.out[w.flagsAt:], uint32(uint64(w.bits)<<left|(1<<left-1)))
}

// places remembers where each sequence of three bytes stood.
type places struct {
	data   []byte
	newest [slots]int32 // by a hash of the three bytes; 1 more than the place
	before []int32      // of each place the one before it with the same hash
}

func newPlaces(data []byte) *places { return &places{data: data, before: make([]int32, len(data))} }

func (p *places) slot(at int) uint32 {
	three := uint32(p.data[at]) | uint32(p.data[at+1])<<8 | uint32(p.data[at+2])<<16
	return three * 0x9E3779B1 >> (32 - 12)
}

func (p *places) add(at int) {
	if at+shortest > len(p.data) {
		return
	}
	slot := p.slot(at)
	p.before[at] = p.newest[slot]
	p.newest[slot] = int32(at + 1)
}

// find gives the longest repetition of what stands at a place, the nearest of several.
func (p *places) find(at int) (distance, length int) {
	if at+shortest > len(p.data) {
		return 0, 0
	}
	next := p.newest[p.slot(at)]
	for range attempts {
		from := int(next) - 1
		if from < 0 || at-from > window {
			break
		}
		if n := p.same(from, at); n > length {
			distance, length = at-from, n
		}
		next = p.before[from]
	}
	return distance, length
}

// same counts the bytes that are the same from two places on; they may overlap.
func (p *places) same(from, at int) int {
	n := 0
	for n < longest && at+n < len(p.data) && p.data[from+n] == p.data[at+n] {
		n++
	}
	return n
}
