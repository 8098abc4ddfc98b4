package main

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

// servedFile loads what "wualab serve" is asked for: a file, a preset, or a scenario of
// the library.
func servedFile(arg string) (*plan.File, error) {
	if info, err := os.Stat(arg); err == nil {
		if info.IsDir() {
			return nil, usage(fmt.Sprintf("%s is a folder", arg), "name one scenario file")
		}
		f, err := scenarios.LoadFile(arg)
		return f, loadError(err)
	}
	known, err := presets()
	if err != nil {
		return nil, err
	}
	if f := named(known, arg); f != nil {
		return f, nil
	}
	library, err := scenarios.Library()
	if err != nil {
		return nil, couldNotRun(fmt.Errorf("the embedded library: %w", err), "")
	}
	if f := named(library, arg); f != nil {
		return f, nil
	}
	hint := `"wualab list presets" shows the presets, "wualab list" the scenarios`
	if near := nearest(arg, slices.Concat(presetNames(known), ids(library))); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, ", ")
	}
	return nil, usage(fmt.Sprintf("no file, preset or scenario %q", arg), hint)
}

// named finds a file by its id, or a preset by its name.
func named(list []*plan.File, name string) *plan.File {
	i := slices.IndexFunc(list, func(f *plan.File) bool { return f.ID == name || scenarios.PresetName(f) == name })
	if i < 0 {
		return nil
	}
	return list[i]
}

func presets() ([]*plan.File, error) {
	list, err := scenarios.Presets()
	if err != nil {
		return nil, couldNotRun(fmt.Errorf("the presets: %w", err), "")
	}
	return list, nil
}

func presetNames(list []*plan.File) (names []string) {
	for _, f := range list {
		names = append(names, scenarios.PresetName(f))
	}
	return names
}

func ids(list []*plan.File) (names []string) {
	for _, f := range list {
		names = append(names, f.ID)
	}
	return names
}

// completeServed lets shells complete presets and the ids of the library.
func completeServed(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	names, directive := completeScenarios(cmd, args, word)
	known, err := scenarios.Presets()
	if err != nil {
		return names, directive
	}
	for _, f := range known {
		names = append(names, cobra.CompletionWithDesc(scenarios.PresetName(f), f.Title))
	}
	return names, directive
}

// parseListen reads the values of --listen for the nodes of a scenario.
func parseListen(values []string, s *plan.Scenario) (map[string]string, error) {
	var nodes []string
	for _, one := range s.Servers {
		nodes = append(nodes, one.Name)
	}
	for _, one := range s.Proxies {
		nodes = append(nodes, one.Name)
	}
	listen := map[string]string{}
	for _, v := range values {
		name, addr, ok := strings.Cut(v, "=")
		if !ok || addr == "" {
			return nil, usage(fmt.Sprintf("--listen %s", v), "want NAME=PORT or NAME=ADDRESS:PORT, such as corp=8080")
		}
		if !slices.Contains(nodes, name) {
			return nil, usage(fmt.Sprintf("--listen %s: no server or proxy %q", v, name), "there is "+strings.Join(nodes, ", "))
		}
		if _, twice := listen[name]; twice {
			return nil, usage(fmt.Sprintf("--listen %s: %s has an address already", v, name), "give each one address")
		}
		full, err := listenAddress(addr)
		if err != nil {
			return nil, usage(fmt.Sprintf("--listen %s: %v", v, err), "want NAME=PORT or NAME=ADDRESS:PORT, such as corp=8080")
		}
		listen[name] = full
	}
	return listen, nil
}

// listenAddress completes an address: a port alone is one of loopback.
func listenAddress(text string) (string, error) {
	if !strings.Contains(text, ":") && !strings.Contains(text, ".") {
		text = "127.0.0.1:" + text
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", fmt.Errorf("%q is no port and no address:port", text)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n > 65535 {
		return "", fmt.Errorf("port %q is not 0 to 65535", port)
	}
	switch {
	case host == "":
		host = "0.0.0.0"
	case host == "localhost":
		host = "127.0.0.1"
	case net.ParseIP(host) == nil:
		return "", fmt.Errorf("%q is no IP address", host)
	}
	return net.JoinHostPort(host, port), nil
}

// offLoopback reports whether other computers reach the address.
func offLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && !ip.IsLoopback()
}
