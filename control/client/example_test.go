package client_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/wualab/wualab/control"
	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/scenarios"
)

// serveOrigin stands in for "wualab serve origin --control".
func serveOrigin() (lab *client.Client, end func()) {
	presets, err := scenarios.Presets()
	if err != nil {
		panic(err)
	}
	for _, f := range presets {
		if scenarios.PresetName(f) != "origin" {
			continue
		}
		served, err := scenarios.Serve(scenarios.ServeConfig{File: f, Cell: f.Cells[0]})
		if err != nil {
			panic(err)
		}
		api, err := control.Start(control.Config{Served: served})
		if err != nil {
			panic(err)
		}
		return client.New(api.URL()), func() { _, _ = api.Close(), served.Close() }
	}
	panic("no preset origin")
}

func Example() {
	lab, end := serveOrigin()
	defer end()
	ctx := context.Background()
	info, err := lab.Info(ctx)
	if err != nil {
		panic(err)
	}
	err = lab.SetBehaviours(ctx, "origin", client.Behaviour{Name: "status", Params: map[string]any{"status": 503}})
	if err != nil {
		panic(err)
	}

	resp, err := http.Get(info.URL("origin") + "/update.cab") // the program under test
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()

	verdict, err := lab.Expect(ctx, client.Wire{"on": "origin", "count": 1, "every": map[string]any{"status": 503}}, client.Within(10*time.Second))
	if err != nil {
		panic(err)
	}
	fmt.Println(resp.Status, verdict.Verdict)
	// Output: 503 Service Unavailable pass
}

func ExampleClient_AdvanceToNext() {
	lab, end := serveOrigin()
	defer end()
	ctx := context.Background()
	info, err := lab.Info(ctx)
	if err != nil {
		panic(err)
	}
	err = lab.SetBehaviours(ctx, "origin", client.Behaviour{Name: "delay", Params: map[string]any{"duration": "1h"}})
	if err != nil {
		panic(err)
	}
	answered := make(chan string)
	go func() {
		resp, err := http.Get(info.URL("origin") + "/small.txt")
		if err != nil {
			answered <- err.Error()
			return
		}
		_ = resp.Body.Close()
		answered <- resp.Status
	}()
	advanced, err := lab.AdvanceToNext(ctx, 10*time.Second)
	if err != nil {
		panic(err)
	}
	fmt.Println(<-answered, advanced.Woken)
	// Output: 200 OK 1
}

func ExampleClient_Transcript() {
	lab, end := serveOrigin()
	defer end()
	ctx := context.Background()
	info, err := lab.Info(ctx)
	if err != nil {
		panic(err)
	}
	for _, path := range []string{"/small.txt", "/none"} {
		resp, err := http.Get(info.URL("origin") + path)
		if err != nil {
			panic(err)
		}
		_ = resp.Body.Close()
	}
	page, err := lab.Transcript(ctx, client.Filter{Node: "origin", Kind: "exchange"})
	if err != nil {
		panic(err)
	}
	for _, e := range page.Entries {
		fmt.Println(e.Method, e.URL, e.Status)
	}
	// Output:
	// GET /small.txt 200
	// GET /none 404
}
