//go:build linux

package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What is timed must be whole downloads.
func TestEachWayDownloads(t *testing.T) {
	const size = 1 << 20
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "f", time.Time{}, strings.NewReader(strings.Repeat("x", size)))
	}))
	defer server.Close()
	for _, w := range ways() {
		if err := fetch(t.Context(), w.name, server.URL+"/f", t.TempDir(), size); err != nil {
			t.Errorf("%s: %v", w.title, err)
		}
		if err := fetch(t.Context(), w.name, server.URL+"/f", t.TempDir(), size+1); err == nil {
			t.Errorf("%s: a file of another size was taken", w.title)
		}
	}
}

func TestSizes(t *testing.T) {
	for text, ok := range map[string]bool{"1GiB": true, "0B": false, "big": false} {
		o := options{rounds: 1}
		if err := o.parseSize(text); (err == nil) != ok {
			t.Errorf("size %q: %v", text, err)
		}
	}
}
