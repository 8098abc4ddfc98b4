package fakeserver_test

import (
	"fmt"
	"io"
	"net/http"

	"github.com/wualab/wualab/fakeserver"
)

// A file of 300 kB, served by a server that ignores ranges.
func Example() {
	s, err := fakeserver.New(fakeserver.Config{
		Files:      map[string]fakeserver.File{"/update.cab": {Size: 300_000, Seed: 7}},
		Behaviours: []fakeserver.Use{{Name: "ignore-range"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	req, _ := http.NewRequest("GET", s.URL("/update.cab"), nil)
	req.Header.Set("Range", "bytes=100-199")
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	n, _ := io.Copy(io.Discard, resp.Body)
	fmt.Println(resp.Status, n)
	// Output: 200 OK 300000
}
