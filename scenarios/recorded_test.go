package scenarios_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/wualab/wualab/scenarios"
)

const recordedNames = `version: 1
id: test/names
title: Names of a computer
level: expected
refs: [our own]
accounts: {alice: {domain: LAB, user: alice, password: pw}}
client: {profile: xp-sp2, domain: LAB, account: alice, registry: {LmCompatibilityLevel: 3}, proxy: corp}
servers:
  origin: {auth: [ntlm], accounts: [alice], target-info: {computer: FILER}, files: {/f: {size: 1kB, seed: 1}}}
proxies:
  corp: {auth: [ntlm], accounts: [alice], target-info: {computer: SQUID, dns-domain: lab.example, dns-computer: squid.lab.example}}
steps: [{download: {job: j1, files: [origin/f]}, expect: {job: {state: TRANSFERRED}}}]
`

// TestTargetInfo sees that the names of the file stand in the challenges of server and
// proxy.
func TestTargetInfo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "names.yaml")
	if err := os.WriteFile(path, []byte(recordedNames), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := scenarios.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]string{
		"corp":   {"MsvAvNbComputerName": "SQUID", "MsvAvDnsDomainName": "lab.example", "MsvAvDnsComputerName": "squid.lab.example"},
		"origin": {"MsvAvNbComputerName": "FILER", "MsvAvDnsDomainName": "", "MsvAvDnsComputerName": ""},
	}
	seen := map[string]bool{}
	for result := range (&scenarios.Runner{KeepRecords: true}).Run(context.Background(), file) {
		for _, x := range result.Record.Exchanges() {
			type2 := x.Token(true, "type2")
			if want[x.Node] == nil || type2 == nil || x.Node == "corp" && x.Status() != 407 {
				continue
			}
			seen[x.Node] = true
			for name, value := range want[x.Node] {
				if type2.Fields[name] != value {
					t.Errorf("%s: %s is %q, not %q", x.Node, name, type2.Fields[name], value)
				}
			}
		}
		if !result.Verdict.Good() {
			t.Errorf("%s: %v", result.Verdict, result.Err)
		}
	}
	if len(seen) != 2 {
		t.Errorf("challenges were seen of %v", seen)
	}
}
