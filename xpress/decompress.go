package xpress

import (
	"encoding/binary"
	"fmt"
)

// DecompressPlain gives what a block holds, MS-XCA 2.4; size is what it must come to.
func DecompressPlain(block []byte, size int) ([]byte, error) {
	r := &unpacker{in: block, out: make([]byte, 0, size)}
	for {
		bit, ok := r.flag()
		switch {
		case !ok:
			return nil, r.fail("it ends where it should say what follows")
		case bit == 1 && r.at == len(block): // of an element that is not there: the end
			if len(r.out) != size {
				return nil, r.fail(fmt.Sprintf("it holds %d bytes, not %d", len(r.out), size))
			}
			return r.out, nil
		case bit == 1:
			if err := r.reference(size); err != nil {
				return nil, err
			}
		case r.at == len(block):
			return nil, r.fail("a byte is missing")
		case len(r.out) == size:
			return nil, r.fail(fmt.Sprintf("it holds more than %d bytes", size))
		default:
			r.out = append(r.out, block[r.at])
			r.at++
		}
	}
}

type unpacker struct {
	in   []byte
	at   int
	bits uint32
	left int // of bits
	half int // where a byte is whose upper half is the next length; 0: nowhere
	out  []byte
}

func (r *unpacker) fail(what string) error {
	return fmt.Errorf("xpress: at byte %d of a block: %s", r.at, what)
}

func (r *unpacker) take(n int) ([]byte, bool) {
	if len(r.in)-r.at < n {
		return nil, false
	}
	r.at += n
	return r.in[r.at-n : r.at], true
}

func (r *unpacker) flag() (uint32, bool) {
	if r.left == 0 {
		four, ok := r.take(4)
		if !ok {
			return 0, false
		}
		r.bits, r.left = binary.LittleEndian.Uint32(four), 32
	}
	r.left--
	return r.bits >> r.left & 1, true
}

func (r *unpacker) reference(size int) error {
	two, ok := r.take(2)
	if !ok {
		return r.fail("a reference is cut off")
	}
	word := int(binary.LittleEndian.Uint16(two))
	distance, rest := word>>3+1, word&7
	if rest == 7 {
		if rest, ok = r.longer(); !ok {
			return r.fail("the length of a reference is cut off or too small")
		}
	}
	length := rest + shortest
	switch {
	case distance > len(r.out):
		return r.fail(fmt.Sprintf("a reference goes back %d bytes, and there are %d", distance, len(r.out)))
	case length > size-len(r.out):
		return r.fail(fmt.Sprintf("it holds more than %d bytes", size))
	}
	for range length { // one by one, as what is repeated may only just be written
		r.out = append(r.out, r.out[len(r.out)-distance])
	}
	return nil
}

// longer reads a length of 7 and more, as [packer.reference] writes it.
func (r *unpacker) longer() (int, bool) {
	nibble := 0
	if r.half != 0 {
		nibble, r.half = int(r.in[r.half]>>4), 0
	} else {
		one, ok := r.take(1)
		if !ok {
			return 0, false
		}
		nibble, r.half = int(one[0]&15), r.at-1
	}
	if nibble < 15 {
		return 7 + nibble, true
	}
	one, ok := r.take(1)
	if !ok || one[0] < 255 {
		return 7 + 15 + int(first(one)), ok
	}
	two, ok := r.take(2)
	if !ok {
		return 0, false
	}
	whole := int(binary.LittleEndian.Uint16(two))
	return whole, whole >= 7+15
}

func first(b []byte) byte {
	if len(b) == 0 {
		return 0
	}
	return b[0]
}
