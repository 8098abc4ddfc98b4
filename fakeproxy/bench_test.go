package fakeproxy_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeproxy"
)

// BenchmarkPlainGET is a GET through the proxy on one connection that stays open.
func BenchmarkPlainGET(b *testing.B) {
	for _, size := range []int{0, 64 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) { benchmarkGET(b, noise(size)) })
	}
}

func benchmarkGET(b *testing.B, body []byte) {
	origin, err := fakehttp.Start(fakehttp.Config{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body)
	})})
	if err != nil {
		b.Fatal(err)
	}
	defer origin.Close()
	p, err := fakeproxy.New(fakeproxy.Config{Name: "corp"})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	client := http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(p.URL())}}
	defer client.CloseIdleConnections()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		resp, err := client.Get("http://" + origin.Addr() + "/")
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, resp.Body); err != nil || n != int64(len(body)) {
			b.Fatalf("%d bytes, %v", n, err)
		}
		_ = resp.Body.Close()
	}
}
