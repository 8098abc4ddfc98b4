package scenarios_test

import (
	"context"
	"fmt"
	"log"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

const source = `
version: 1
id: my/proxy
title: An NTLM proxy and an XP SP2 machine
level: observe
refs: ["KB 842309"]
matrix: {compat: [0, 1]}
accounts: {alice: {domain: LAB, user: alice, password: pw}}
client: {profile: xp-sp2, domain: LAB, account: alice, proxy: corp, registry: {UseLMCompat: "${compat}"}}
servers: {origin: {files: {/update.cab: {size: 300kB, seed: 7}}}}
proxies: {corp: {auth: [ntlm], accounts: [alice]}}
steps:
  - download: {job: j1, files: [origin/update.cab]}
    expect: {job: {state: "?"}}
`

// A scenario from a text, run as "wualab run" does. LoadFile and LoadDir read
// files.
func Example() {
	file, err := plan.Load("my-proxy.yaml", []byte(source), scenarios.PlanOptions())
	if err != nil {
		log.Fatal(err)
	}
	runner := scenarios.Runner{Seed: 1}
	for result := range runner.Run(context.Background(), file) {
		fmt.Println(result.Cell.ID, result.Verdict)
		for _, o := range result.Steps[0].Observations {
			fmt.Println(" ", o.What, "is", o.Actual)
		}
	}
	// Output:
	// my/proxy[compat=0] observed
	//   job j1: state is TRANSFERRED
	// my/proxy[compat=1] observed
	//   job j1: state is ERROR
}

// The embedded library, one scenario of it.
func ExampleLibrary() {
	files, err := scenarios.Library()
	if err != nil {
		log.Fatal(err)
	}
	for _, file := range files {
		if file.ID != "kb842309/fails-with-407" {
			continue
		}
		var sum scenarios.Summary
		runner := scenarios.Runner{Seed: 1}
		for result := range runner.Run(context.Background(), file) {
			sum.Add(result)
		}
		fmt.Println(file.Level, sum.Good())
	}
	// Output: required true
}
