//go:build linux

package main

import (
	"errors"
	"path/filepath"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/suites/bench/again"
)

// Files of both sides.
const (
	diskFile = "disk.bin" // in a folder
	madeFile = "made.bin" // ours generates it, nginx has it in a folder
	fileSize = 16 << 20
	scenario = `version: 1
id: bench/throughput
title: An origin and a proxy to be measured
level: observe
refs: [none]
client: {profile: xp-sp2}
servers: {origin: {files: {/disk.bin: {from: disk.bin}, /made.bin: {size: 16MiB, seed: 7}}}}
proxies: {corp: {}}
steps: [{download: {job: j, files: [origin/made.bin]}, expect: {job: {state: TRANSFERRED}}}]
`
)

// serveOurs serves the scenario in a folder as "wualab serve" does, and tells the
// addresses of the origin and of the proxy.
func serveOurs(dir, profile string, record bool) error {
	file, err := scenarios.LoadFile(filepath.Join(dir, "scenario.yaml"))
	if err != nil {
		return err
	}
	cell, err := scenarios.PickServed(file, "")
	if err != nil {
		return err
	}
	served, err := scenarios.Serve(scenarios.ServeConfig{File: file, Cell: cell, Seed: 1, Outside: true, Unrecorded: !record})
	if err != nil {
		return err
	}
	origin, _ := served.Node("origin")
	corp, _ := served.Node("corp")
	return errors.Join(again.Serve(profile, origin.Addr, corp.Addr), served.Close())
}
