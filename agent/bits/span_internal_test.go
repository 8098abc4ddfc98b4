package bits

import (
	"math"
	"testing"
)

// The spans that a GET asks for, by what is known of the file (MC-BUP 3.6).
func TestNextSpan(t *testing.T) {
	const block = 100
	for _, c := range []struct {
		name       string
		done, size int64
		foreground bool
		placement  Placement
		want       span
	}{
		{"foreground takes the whole file without Range", 0, sizeUnknown, true, Clamped, span{whole: true}},
		{"foreground with the size known, too", 0, 250, true, Clamped, span{to: 250, whole: true}},
		{"foreground goes on with the rest", 40, 250, true, LastBlock, span{from: 40, to: 250}},
		{"background of unknown size asks for a block", 0, sizeUnknown, false, Clamped, span{to: 100}},
		{"or for 2^31-1 bytes", 0, sizeUnknown, false, FirstRequest, span{to: math.MaxInt32}},
		{"a block that covers the file leaves Range out", 0, 100, false, Clamped, span{to: 100, whole: true}},
		{"also when the last block is not clamped", 0, 60, false, LastBlock, span{to: 60, whole: true}},
		{"a middle block", 100, 250, false, Clamped, span{from: 100, to: 200}},
		{"the last block is clamped", 200, 250, false, Clamped, span{from: 200, to: 250}},
		{"or reaches past the end", 200, 250, false, LastBlock, span{from: 200, to: 300}},
		{"or ends at the end by chance", 150, 250, false, LastBlock, span{from: 150, to: 250}},
		{"once the size is known the first-request placement clamps", 200, 250, false, FirstRequest, span{from: 200, to: 250}},
		{"foreground takes 2^31-1 bytes at once", 0, 1<<31 - 1, true, Clamped, span{to: 1<<31 - 1, whole: true}},
		{"not one more", 0, 1 << 31, true, Clamped, span{to: 1<<31 - 1}},
		{"the last byte of 2 GB", 1<<31 - 1, 1 << 31, true, Clamped, span{from: 1<<31 - 1, to: 1 << 31}},
		{"foreground across 4 GB", 1<<32 - 2, 1<<32 + 2, true, Clamped, span{from: 1<<32 - 2, to: 1<<32 + 2}},
		{"the middle of 5 GB", 1<<31 - 1, 5 << 30, true, Clamped, span{from: 1<<31 - 1, to: 1<<32 - 2}},
		{"a block across 2 GB", 1<<31 - 50, 1<<31 + 10, false, Clamped, span{from: 1<<31 - 50, to: 1<<31 + 10}},
		{"that is not clamped", 1<<31 - 50, 1<<31 + 10, false, LastBlock, span{from: 1<<31 - 50, to: 1<<31 + 50}},
		{"a block across 4 GB", 1<<32 - 50, 1<<32 + 10, false, Clamped, span{from: 1<<32 - 50, to: 1<<32 + 10}},
		{"behind the first request of 2^31-1 bytes", 1<<31 - 1, 5 << 30, false, FirstRequest, span{from: 1<<31 - 1, to: 1<<31 + 99}},
	} {
		if got := nextSpan(c.done, c.size, block, c.foreground, c.placement); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
	if got := (span{from: 0, to: math.MaxInt32}).header(); got != "bytes=0-2147483646" {
		t.Errorf("huge open range is %q", got)
	}
}

func TestContentRangeMismatch(t *testing.T) {
	ask := span{from: 100, to: 200}
	for value, fits := range map[string]bool{
		"bytes 100-199/250": true,
		"bytes 100-149/250": true, // a shorter part is accepted when its length fits
		"bytes 101-199/250": false,
		"bytes 100-200/250": false,
		"bytes 100-199/199": false,
		"bytes 100-199/*":   false, // the size is not known otherwise
	} {
		c, err := parseContentRange(value)
		if err != nil {
			t.Fatalf("%s: %v", value, err)
		}
		if wrong := c.mismatch(ask, c.last-c.first+1); (wrong == "") != fits {
			t.Errorf("%s: mismatch %q, should fit: %v", value, wrong, fits)
		}
		if c.mismatch(ask, c.last-c.first) == "" {
			t.Errorf("%s: a Content-Length that does not fit was accepted", value)
		}
	}
}

func FuzzParseContentRange(f *testing.F) {
	for _, seed := range []string{"bytes 0-0/1", "bytes 5-9/*", "bytes */10", "bytes 9-5/10", "items 0-1/2", "bytes 0-99999999999999999999/1", "bytes -1-2/3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		c, err := parseContentRange(value)
		if err == nil && (c.first < 0 || c.last < c.first || c.total < sizeUnknown) {
			t.Errorf("%q gave %+v", value, c)
		}
	})
}

func TestDiskName(t *testing.T) {
	for local, want := range map[string]string{
		`C:\dir\file.cab`: "c/dir/file.cab", `d:/file.cab`: "d/file.cab", `file.cab`: "", `C:file.cab`: "", `\\server\share\f`: "", `\f`: "", `1:\f`: "", `CD:\f`: "",
		`C:\..\secret`: "", `..\x`: "", `/etc/passwd`: "", `C:\`: "", "": "", `C:\a*b`: "", `C:\a\b:stream`: "",
	} {
		got, err := diskName(local)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", local, got, err, want)
		}
	}
}
