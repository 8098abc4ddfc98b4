package byterange_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/wualab/wualab/fakeserver/byterange"
)

const most = 1<<63 - 1

func TestParse(t *testing.T) {
	good := map[string]byterange.Set{
		"bytes=0-499":          {{First: 0, Last: 499}},
		"bytes=500-":           {{First: 500, Last: byterange.Open}},
		"bytes=-500":           {{Last: 500, Suffix: true}},
		"bytes=0-0,-1":         {{}, {Last: 1, Suffix: true}},
		"Bytes = 1-2 ,\t3-4,":  {{First: 1, Last: 2}, {First: 3, Last: 4}},
		"bytes=200-9,5-6":      nil,
		"bytes=0-2147483646":   {{Last: 2147483646}},
		"bytes=5-5,0-9":        {{First: 5, Last: 5}, {Last: 9}},
		"bytes=0-" + nines(30): {{Last: most}},
		"bytes=-0":             {{Suffix: true}},
		"":                     nil, "bytes": nil, "bytes=": nil, "bytes=,": nil, "bytes=-": nil, "bytes=1": nil,
		"bytes=a-b": nil, "bytes=1-b": nil, "bytes=+1-2": nil, "bytes=1-2-3": nil, "bytes= 1 - 2": nil,
		"items=0-1": nil, "bytes=0-1;2-3": nil, "bytes=--1": nil,
	}
	for value, want := range good {
		got, err := byterange.Parse(value)
		if (err != nil) != (want == nil) || !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) = %v, %v; want %v", value, got, err, want)
		}
	}
}

func nines(n int) string { return strings.Repeat("9", n) }

func TestParseBoundsTheNumberOfRanges(t *testing.T) {
	at := "bytes=" + strings.Repeat("0-1,", byterange.MaxRanges)
	if set, err := byterange.Parse(at); err != nil || len(set) != byterange.MaxRanges {
		t.Errorf("%d ranges: %v", byterange.MaxRanges, err)
	}
	if _, err := byterange.Parse(at + "2-3"); err == nil {
		t.Errorf("one range too many was read")
	}
}

func TestResolve(t *testing.T) {
	type list = []byterange.Range
	tests := []struct {
		value string
		size  int64
		want  list
		over  bool
	}{
		{"bytes=0-499", 1000, list{{0, 499}}, false},
		{"bytes=500-", 1000, list{{500, 999}}, false},
		{"bytes=-500", 1000, list{{500, 999}}, false},
		{"bytes=-5000", 1000, list{{0, 999}}, false},
		{"bytes=900-999", 1000, list{{900, 999}}, false},
		{"bytes=900-1000", 1000, list{{900, 999}}, true},
		{"bytes=0-2147483646", 1000, list{{0, 999}}, true},
		{"bytes=0-" + nines(30), 1000, list{{0, 999}}, true},
		{"bytes=1000-1001", 1000, nil, true},
		{"bytes=1000-", 1000, nil, false},
		{"bytes=-0", 1000, nil, false},
		{"bytes=0-0", 0, nil, true},
		{"bytes=-1", 0, nil, false},
		{"bytes=100-199,2000-,0-9", 1000, list{{100, 199}, {0, 9}}, false},
		{"bytes=0-99,50-149", 1000, list{{0, 99}, {50, 149}}, false},
	}
	for _, test := range tests {
		set, err := byterange.Parse(test.value)
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Resolve(test.size); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q of %d bytes = %v, want %v", test.value, test.size, got, test.want)
		}
		if set.Overshoots(test.size) != test.over {
			t.Errorf("%q of %d bytes: overshoots is %v", test.value, test.size, !test.over)
		}
	}
}

func TestContentRange(t *testing.T) {
	if got := (byterange.Range{First: 5, Last: 9}).ContentRange(10); got != "bytes 5-9/10" {
		t.Error(got)
	}
	if got := byterange.Unsatisfied(10); got != "bytes */10" {
		t.Error(got)
	}
}

// FuzzParseRange checks that what is read can be written and read again, and that
// every resolved range lies inside the file.
func FuzzParseRange(f *testing.F) {
	f.Fuzz(func(t *testing.T, value string, size int64) {
		set, err := byterange.Parse(value)
		if err != nil {
			return
		}
		again, err := byterange.Parse(set.String())
		if err != nil || !reflect.DeepEqual(again, set) {
			t.Fatalf("%q was written as %q and read as %v, %v", value, set, again, err)
		}
		if size < 0 {
			return
		}
		ranges := set.Resolve(size)
		if len(ranges) > len(set) {
			t.Fatalf("%q of %d bytes gives %d ranges", value, size, len(ranges))
		}
		for _, r := range ranges {
			if r.First < 0 || r.First > r.Last || r.Last >= size || r.Length() > size {
				t.Fatalf("%q of %d bytes gives %v", value, size, r)
			}
		}
	})
}
