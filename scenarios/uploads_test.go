package scenarios_test

import (
	"fmt"
	"testing"

	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/scenarios/plan"
)

// TestUploadFaults: the language has just the faults and the packets that the fake
// BITS server plays.
func TestUploadFaults(t *testing.T) {
	load := func(fault, packet string) error {
		_, err := plan.Load("f.yaml", fmt.Appendf(nil, `version: 1
id: a/b
title: a
level: required
refs: [a]
client: {profile: xp-sp3}
servers: {origin: {uploads: {/in/: {faults: [{fault: %s, packet: %s%s}]}}}}
steps: [{wait: 1s}]
`, fault, packet, map[string]string{"status": ", status: 500", "application-error": ", status: 500"}[fault]), plan.Options{})
		return err
	}
	for _, kind := range bitsupload.FaultKinds() {
		for _, packet := range bitsupload.PacketTypes() {
			if err := load(string(kind), string(packet)); err != nil {
				t.Error(err)
			}
		}
	}
	if n := len(bitsupload.FaultKinds()); n != 14 { // as many as the language lists
		t.Errorf("the server has %d kinds of faults", n)
	}
}
