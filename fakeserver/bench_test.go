package fakeserver_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/wualab/wualab/fakeserver"
)

// BenchmarkRange reads ranges over one kept connection, without a recorder, beside
// http.ServeContent on the same content.
func BenchmarkRange(b *testing.B) {
	const total = 1 << 30
	s, err := fakeserver.New(fakeserver.Config{
		Files: map[string]fakeserver.File{"/ours": {Size: total, Seed: 1}},
		Routes: []fakeserver.Route{{Path: "/std", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "", start, io.NewSectionReader(fakeserver.Content(total, 1), 0, total))
		})}},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for _, length := range []int64{4 << 10, 1 << 20} {
		for _, path := range []string{"/ours", "/std"} {
			b.Run(fmt.Sprintf("%dKiB%s", length>>10, path), func(b *testing.B) { readRanges(b, s.URL(path), length) })
		}
	}
}

func readRanges(b *testing.B, url string, length int64) {
	b.SetBytes(length)
	b.ReportAllocs()
	buf := make([]byte, 64<<10)
	for b.Loop() {
		req, err := http.NewRequest("GET", url, nil)
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Range", fmt.Sprintf("bytes=1000-%d", 1000+length-1))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{resp.Body}, buf)
		_ = resp.Body.Close()
		if n != length || err != nil {
			b.Fatalf("read %d of %d bytes: %v", n, length, err)
		}
	}
}
