package content_test

import (
	"bytes"
	"compress/flate"
	"io"
	"testing"

	"github.com/wualab/wualab/fakeserver/content"
)

func read(t *testing.T, size, seed, off int64, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	got, err := content.Generated(size, seed).ReadAt(b, off)
	if got < n && err != io.EOF || got == n && err != nil {
		t.Fatalf("ReadAt(%d bytes at %d of %d) = %d, %v", n, off, size, got, err)
	}
	return b[:got]
}

// TestGeneratedIsPinned holds the bytes still: recorded hashes depend on them.
func TestGeneratedIsPinned(t *testing.T) {
	got := read(t, 16, 7, 0, 16)
	want := []byte{0x87, 0xe7, 0x70, 0xa6, 0x38, 0x9f, 0x8b, 0xb7, 0x4f, 0xbd, 0x0a, 0x4c, 0x1f, 0x89, 0x3b, 0x86}
	if !bytes.Equal(got, want) {
		t.Errorf("the content of seed 7 begins with % x, want % x", got, want)
	}
}

func TestGeneratedRandomAccess(t *testing.T) {
	const size = 1003
	whole := read(t, size, 5, 0, size)
	for off := int64(0); off < 40; off++ {
		for n := range 40 {
			if !bytes.Equal(read(t, size, 5, off, n), whole[off:off+int64(n)]) {
				t.Fatalf("%d bytes at %d differ from the same bytes read in one", n, off)
			}
		}
	}
	if got := read(t, size, 5, 1000, 10); !bytes.Equal(got, whole[1000:]) {
		t.Errorf("the end is % x", got)
	}
	if got := read(t, size, 5, size+5, 10); len(got) != 0 {
		t.Errorf("past the end are % x", got)
	}
	if !bytes.Equal(read(t, size*2, 5, 0, size), whole) {
		t.Errorf("a longer file of the same seed begins otherwise")
	}
	if bytes.Equal(read(t, size, 6, 0, size), whole) {
		t.Errorf("another seed gives the same bytes")
	}
	if _, err := content.Generated(size, 5).ReadAt(whole, -1); err == nil {
		t.Errorf("a negative offset was read")
	}
}

// TestGeneratedDoesNotRepeat: content that compresses would hide errors of place.
func TestGeneratedDoesNotRepeat(t *testing.T) {
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestSpeed)
	const n = 1 << 20
	if _, err := io.Copy(w, io.NewSectionReader(content.Generated(n, 0), 0, n)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if packed.Len() < n {
		t.Errorf("%d bytes of content compress to %d", n, packed.Len())
	}
}

func BenchmarkGenerated(b *testing.B) {
	buf := make([]byte, 64<<10)
	src := content.Generated(1<<40, 1)
	b.SetBytes(int64(len(buf)))
	for off := int64(3); b.Loop(); off += int64(len(buf)) {
		if _, err := src.ReadAt(buf, off); err != nil {
			b.Fatal(err)
		}
	}
}
