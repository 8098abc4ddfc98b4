package bits

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/wualab/wualab/hresult"
)

// The worked example of MC-BUP 3.6.4.3.
func TestFragmentOfThePublishedExample(t *testing.T) {
	ranges := []FileRange{{100, 100}, {1000, 100}, {200, 100}}
	sections, err := resolve(ranges, 5000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		offset, length int64
		single         bool
		want           string
	}{
		{25, 200, false, "bytes=125-199,1000-1099,200-224"},
		{25, 200, true, "bytes=125-199"},
		{200, 1000, false, "bytes=200-299"},
		{0, 300, false, "bytes=100-199,1000-1099,200-299"},
	} {
		if got := rangeHeader(fragment(sections, c.offset, c.length, c.single)); got != c.want {
			t.Errorf("offset %d, length %d, single %v: %s, want %s", c.offset, c.length, c.single, got, c.want)
		}
	}
	if n := total(sections); n != 300 {
		t.Errorf("the local file gets %d bytes", n)
	}
}

func TestCheckRanges(t *testing.T) {
	for name, c := range map[string]struct {
		ranges []FileRange
		code   hresult.HRESULT
	}{
		"one":                       {[]FileRange{{0, 1}}, hresult.S_OK},
		"in any order":              {[]FileRange{{100, 50}, {0, 100}}, hresult.S_OK},
		"to the end":                {[]FileRange{{0, 10}, {10, LengthToEOF}}, hresult.S_OK},
		"empty before another":      {[]FileRange{{5, 0}, {5, 10}}, hresult.S_OK},
		"none":                      {nil, hresult.E_INVALIDARG},
		"an offset to EOF":          {[]FileRange{{LengthToEOF, 1}}, hresult.BG_E_INVALID_RANGE},
		"longer than numbers":       {[]FileRange{{LengthToEOF - 1, 10}}, hresult.BG_E_INVALID_RANGE},
		"empty twice":               {[]FileRange{{5, 0}, {5, 0}}, hresult.BG_E_OVERLAPPING_RANGES},
		"twice":                     {[]FileRange{{5, 10}, {5, 10}}, hresult.BG_E_OVERLAPPING_RANGES},
		"overlapping":               {[]FileRange{{0, 10}, {9, 10}}, hresult.BG_E_OVERLAPPING_RANGES},
		"behind one to the end":     {[]FileRange{{0, LengthToEOF}, {10, 1}}, hresult.BG_E_OVERLAPPING_RANGES},
		"empty in the wrong order":  {[]FileRange{{5, 10}, {5, 0}}, hresult.BG_E_OVERLAPPING_RANGES},
		"the same empty range once": {[]FileRange{{7, 0}}, hresult.S_OK},
	} {
		code := hresult.S_OK
		if err := checkRanges(c.ranges); err != nil {
			code, _ = hresult.Of(err)
		}
		if code != c.code {
			t.Errorf("%s: %v, want %v", name, code, c.code)
		}
	}
}

func TestResolveRefusesRangesOutsideTheFile(t *testing.T) {
	for _, r := range []FileRange{{11, 0}, {0, 11}, {5, 6}, {11, LengthToEOF}} {
		if got, err := resolve([]FileRange{r}, 10); err == nil {
			t.Errorf("%v of 10 bytes: %v", r, got)
		}
	}
	got, err := resolve([]FileRange{{10, LengthToEOF}, {3, 0}, {0, 10}}, 10)
	if err != nil || !reflect.DeepEqual(got, []section{{0, 10}}) {
		t.Errorf("%v, %v", got, err)
	}
}

const twoParts = "\r\n--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-2/10\r\n\r\nabc\r\n" +
	"--B\r\ncontent-range: bytes 8-9/10\r\n\r\nij\r\n--B--\r\n"

func readParts(contentType, body string) (ranges []contentRange, text string, err error) {
	p, err := newPartReader(contentType, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	for {
		c, err := p.next()
		if errors.Is(err, io.EOF) && !errors.Is(err, errMultipart) {
			return ranges, text, nil
		}
		if err != nil {
			return ranges, text, err
		}
		b, err := io.ReadAll(io.LimitReader(p, min(c.last-c.first+1, 1<<20)))
		if err != nil {
			return ranges, text, err
		}
		ranges, text = append(ranges, c), text+string(b)
	}
}

func TestPartReader(t *testing.T) {
	ranges, text, err := readParts(`multipart/byteranges; boundary=B`, twoParts)
	if err != nil || text != "abcij" || !reflect.DeepEqual(ranges, []contentRange{{0, 2, 10}, {8, 9, 10}}) {
		t.Fatalf("%v %q %v", ranges, text, err)
	}
	part := "--B\r\nContent-Range: bytes 0-2/10\r\n"
	for name, c := range map[string]struct {
		body string
		ok   bool
	}{
		"no CRLF before the first boundary":  {part + "\r\nabc\r\n--B--", true},
		"two CRLF before the first boundary": {"\r\n\r\n" + part + "\r\nabc\r\n--B--\r\n", true},
		"three CRLF":                         {"\r\n\r\n\r\n" + part + "\r\nabc\r\n--B--\r\n", false},
		"a part without Content-Range":       {"--B\r\nContent-Type: x\r\n\r\nabc\r\n--B--\r\n", false},
		"180 bytes of other headers":         {part + "X: " + strings.Repeat("y", 175) + "\r\n\r\nabc\r\n--B--\r\n", true},
		"181 bytes of other headers":         {part + "X: " + strings.Repeat("y", 176) + "\r\n\r\nabc\r\n--B--\r\n", false},
		"another boundary":                   {"--C\r\nContent-Range: bytes 0-2/10\r\n\r\nabc\r\n--C--\r\n", false},
		"cut inside the headers":             {part, false},
		"a Content-Range that is none":       {"--B\r\nContent-Range: 0-2\r\n\r\nabc\r\n--B--\r\n", false},
	} {
		if _, _, err := readParts("multipart/byteranges; boundary=B", c.body); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, contentType := range []string{"", "text/html", "multipart/byteranges", "multipart/mixed; boundary=B"} {
		if _, _, err := readParts(contentType, twoParts); err == nil {
			t.Errorf("Content-Type %q was accepted", contentType)
		}
	}
}

// TestPartLengths: a part may end nowhere but at a boundary, or with the answer.
func TestPartLengths(t *testing.T) {
	head, next := "--B\r\nContent-Range: bytes 0-2/10\r\n\r\n", "--B\r\nContent-Range: bytes 8-9/10\r\n\r\nij\r\n--B--\r\n"
	for name, c := range map[string]struct {
		body, text string
		ok         bool
	}{
		"right":                      {head + "abc\r\n" + next, "abc", true},
		"right, with LF alone":       {head + "abc\n" + next, "abc", true},
		"right, with CR in it":       {head + "a\rc\r\n" + next, "a\rc", true},
		"right, and the answer ends": {head + "abc", "abc", true},
		"one byte fewer":             {head + "ab\r\n" + next, "ab", false},
		"none":                       {head + "\r\n" + next, "", false},
		"one byte more":              {head + "abcd\r\n" + next, "abc", false},
		"a line more":                {head + "abc\r\n\r\n" + next, "abc", false},
		"fewer, and the answer ends": {head + "ab", "ab", false},
	} {
		p, err := newPartReader("multipart/byteranges; boundary=B", iotest.OneByteReader(strings.NewReader(c.body)))
		if err == nil {
			_, err = p.next()
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text, _ := io.ReadAll(io.LimitReader(p, 3))
		if ok := len(text) == 3 && p.end() == nil; string(text) != c.text || ok != c.ok {
			t.Errorf("%s: %q, %v", name, text, ok)
		}
	}
}

// TestPartBreaksOff: what may be the beginning of a boundary is no content.
func TestPartBreaksOff(t *testing.T) {
	for _, tail := range []string{"", "\r", "\r\n", "\r\n-", "\r\n--"} {
		broken := io.MultiReader(strings.NewReader("--B\r\nContent-Range: bytes 0-99/100\r\n\r\nabc"+tail), iotest.ErrReader(io.ErrUnexpectedEOF))
		p, err := newPartReader("multipart/byteranges; boundary=B", broken)
		if err == nil {
			_, err = p.next()
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(p); string(text) != "abc" || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%q: %q, %v", tail, text, err)
		}
	}
}

func FuzzPartReader(f *testing.F) {
	f.Add("multipart/byteranges; boundary=B", twoParts)
	f.Add(`multipart/byteranges; boundary="B"`, "--B\r\nContent-Range: bytes 0-99999999999/1\r\n\r\n")
	f.Add("multipart/byteranges; boundary=B", strings.Repeat("\r\n", 100))
	f.Add("multipart/byteranges; boundary=B", "--B\n\n--B--\n")
	f.Fuzz(func(t *testing.T, contentType, body string) {
		ranges, text, _ := readParts(contentType, body)
		if len(text) > len(body) || len(ranges) > len(body) {
			t.Errorf("%d parts and %d bytes of %d", len(ranges), len(text), len(body))
		}
	})
}
