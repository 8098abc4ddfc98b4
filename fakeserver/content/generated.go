package content

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Generated returns size bytes that depend on seed alone: byte n is the same for
// every size. Any part is computed when it is read, so a file of 100 GB costs
// nothing. It is safe for concurrent use.
func Generated(size, seed int64) io.ReaderAt {
	return generated{size: max(size, 0), seed: scramble(uint64(seed))}
}

type generated struct {
	size int64
	seed uint64
}

const wordSize = 8

// ReadAt computes the bytes from off.
func (g generated) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("reading generated content at offset %d", off)
	}
	n := int(min(int64(len(p)), max(g.size-off, 0)))
	g.fill(p[:n], uint64(off))
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (g generated) fill(p []byte, off uint64) {
	var word [wordSize]byte
	if skip := off % wordSize; skip != 0 && len(p) > 0 {
		binary.LittleEndian.PutUint64(word[:], g.word(off/wordSize))
		n := copy(p, word[skip:])
		p, off = p[n:], off+uint64(n)
	}
	state := g.seed + off/wordSize*step
	for ; len(p) >= 4*wordSize; state += 4 * step % (1 << 64) { // four that do not wait for each other
		four := p[:4*wordSize]
		binary.LittleEndian.PutUint64(four, scramble(state))
		binary.LittleEndian.PutUint64(four[wordSize:], scramble(state+step))
		binary.LittleEndian.PutUint64(four[2*wordSize:], scramble(state+2*step%(1<<64)))
		binary.LittleEndian.PutUint64(four[3*wordSize:], scramble(state+3*step%(1<<64)))
		p = p[4*wordSize:]
	}
	for ; len(p) >= wordSize; state += step {
		binary.LittleEndian.PutUint64(p, scramble(state))
		p = p[wordSize:]
	}
	if len(p) > 0 {
		binary.LittleEndian.PutUint64(word[:], scramble(state))
		copy(p, word[:])
	}
}

// word is the ith 8 bytes, by the SplitMix64 generator, which can start anywhere.
func (g generated) word(i uint64) uint64 { return scramble(g.seed + i*step) }

const step = 0x9e3779b97f4a7c15

func scramble(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
