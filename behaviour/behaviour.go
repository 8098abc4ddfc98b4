// Package behaviour describes what a fake can be told to do: named, documented,
// typed units, each of which wraps an HTTP handler and does one thing. Scenario
// files, the admin API and Go code name the same behaviours; their JSON Schema
// and their documentation are generated from the same tables. fakeserver and
// fakeproxy each offer a [Table]; this package knows neither.
//
// The call most users need is [Table.Build]:
//
//	m, err := fakeserver.Behaviours().Build("delay", map[string]any{"duration": "5m"}, env)
//	handler = m(handler)
package behaviour

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/wualab/wualab/clock"
)

// Middleware wraps a handler. It is called once; the handler it returns is
// called by many connections at the same time.
type Middleware func(next http.Handler) http.Handler

// Definition is one behaviour as the schema, the documentation and Build know it.
type Definition struct {
	Name    string // in scenario files: lower case, words joined by "-"
	Help    string // what it does, one or two sentences
	Source  string // the public document that describes the modelled behaviour, or ""
	Example string // a line of a scenario file, in YAML flow style
	Assumed bool   // no document settles the exact form; reports say so
	// Place says that only the place in a list counts, as that of authenticate: it can't
	// stand inside another behaviour.
	Place  bool
	Params []Param
	New    func(Args) (Middleware, error) // gets checked arguments
}

// Param returns the named parameter's description.
func (d Definition) Param(name string) (Param, bool) {
	for _, p := range d.Params {
		if p.Name == name {
			return p, true
		}
	}
	return Param{}, false
}

// Env is what a behaviour may use of the world around it.
type Env struct {
	Clock clock.Clock // for every wait; required by behaviours that wait
	Rand  *rand.Rand  // for every choice by chance; see NewRand
	Began time.Time   // when the fake started, on Clock
	State *State      // the fake's named values; nil has none

	// Account tells who a request is from, as DOMAIN\user or user; "" while nobody has
	// logged in. nil knows nobody.
	Account func(*http.Request) string

	// ReadFile reads a file beneath the folder whose files the fake may serve. nil when
	// there is none, as when parameters are only checked.
	ReadFile func(path string) ([]byte, error)

	// Fault is told of what makes the run unfit to be judged, such as a script that failed.
	// nil: nobody is.
	Fault func(error)

	depth int // of behaviours inside behaviours
}

// Table is the list of behaviours that a fake offers, in the order in which its
// documentation shows them. Names are unique.
type Table []Definition

// Lookup finds a behaviour by its exact name. The error of an unknown name tells
// the nearest one.
func (t Table) Lookup(name string) (Definition, error) {
	names := make([]string, len(t))
	for i, d := range t {
		if d.Name == name {
			return d, nil
		}
		names[i] = d.Name
	}
	return Definition{}, fmt.Errorf("unknown behaviour %q%s", name, hint(name, names))
}

// Build checks the parameters and makes the behaviour. Errors name the behaviour
// and the parameter. params may be nil and is not kept.
func (t Table) Build(name string, params map[string]any, env Env) (Middleware, error) {
	d, err := t.Lookup(name)
	if err != nil {
		return nil, err
	}
	args, err := arguments("parameter", d.Params, params)
	if err != nil {
		return nil, fmt.Errorf("behaviour %q: %w", name, err)
	}
	args.Env = env
	if err := t.buildInner(d, args, env); err != nil {
		return nil, fmt.Errorf("behaviour %q: %w", name, err)
	}
	m, err := d.New(args)
	if err != nil {
		return nil, fmt.Errorf("behaviour %q: %w", name, err)
	}
	return m, nil
}
