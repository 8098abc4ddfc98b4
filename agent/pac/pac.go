// Package pac runs proxy auto-configuration scripts: JavaScript with a function
// FindProxyForURL(url, host) that says which proxy a URL takes. It is part of the
// simulated PC, below WinHTTP, and opens no socket: names and the time come from [Env].
//
//	script, err := pac.Compile(text)
//	...
//	answer, err := script.FindProxy(env, "http://origin/a.cab", "origin")
//	ways, err := pac.ParseAnswer(answer) // "PROXY corp:8080; DIRECT"
//
// It models: "Navigator Proxy Auto-Config File Format" (Netscape, 1996) for the functions
// that scripts call, and of the WinHTTP documentation "AutoProxy Issues in WinHTTP" for
// the limits. Of the functions for IPv6 (FindProxyForURLEx and others) it has none.
package pac

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dop251/goja"
)

// MaxScript is how long a script may be, in bytes. Source: "AutoProxy Issues in WinHTTP",
// of Windows XP SP2 and Server 2003.
const MaxScript = 1 << 20

// MaxRun is the world's time after which WinHTTP ends a script (same source). The caller
// lets it pass when it gets ErrTooLong.
const MaxRun = 60 * time.Second

// What a script may cost of the machine that the simulation runs on.
const (
	maxReal   = 3 * time.Second // of real time, in place of MaxRun
	maxDepth  = 1000            // nested calls
	maxAnswer = 4000            // characters; of a proxy list in BITS documentation, SetProxySettings
)

// ErrTooLong says that a script did not come to an end.
var ErrTooLong = errors.New("the script did not come to an end")

// Env is what a script can learn of the PC. Resolve gives the IPv4 address of a name or
// address, false when there is none; nil knows no name.
type Env struct {
	Now     func() time.Time // the PC's time; required
	Address string           // of the PC, for myIpAddress; empty is 127.0.0.1
	Resolve func(host string) (string, bool)
	Alert   func(text string) // takes what the script says by alert; nil drops it
}

// Script is a script that was read. It is safe for concurrent use: every run begins anew.
type Script struct{ program *goja.Program }

// Compile reads a script. The error of one that is no JavaScript tells the place.
func Compile(text string) (*Script, error) {
	if len(text) > MaxScript {
		return nil, fmt.Errorf("the script has %d bytes, more than %d", len(text), MaxScript)
	}
	program, err := goja.Compile("script", strings.TrimPrefix(text, "\uFEFF"), false)
	if err != nil {
		return nil, err
	}
	return &Script{program}, nil
}

// FindProxy runs the script and calls FindProxyForURL. An error wraps ErrTooLong when the
// script did not come to an end, and else tells what the script did wrong. Assumed: null
// and undefined are as good as "DIRECT"; another answer that is no text is an error.
func (s *Script) FindProxy(env Env, url, host string) (string, error) {
	vm := goja.New()
	vm.SetMaxCallStackSize(maxDepth)
	vm.SetTimeSource(env.Now)
	vm.SetRandSource(func() float64 { return 0.5 }) // the same in every run
	if err := define(vm, env); err != nil {
		return "", err
	}
	end := watch(vm)
	defer end()
	if _, err := vm.RunProgram(s.program); err != nil {
		return "", ended(err)
	}
	find, ok := goja.AssertFunction(vm.Get("FindProxyForURL"))
	if !ok {
		return "", errors.New("the script has no function FindProxyForURL")
	}
	answer, err := find(goja.Undefined(), vm.ToValue(url), vm.ToValue(host))
	switch {
	case err != nil:
		return "", ended(err)
	case goja.IsNull(answer), goja.IsUndefined(answer):
		return "DIRECT", nil
	}
	text, ok := answer.Export().(string)
	if !ok || len(text) > maxAnswer {
		return "", fmt.Errorf("FindProxyForURL gave no text of at most %d characters", maxAnswer)
	}
	return text, nil
}

// ended turns an interruption into its cause.
func ended(err error) error {
	var interrupted *goja.InterruptedError
	if errors.As(err, &interrupted) {
		return ErrTooLong
	}
	var overflow *goja.StackOverflowError
	if errors.As(err, &overflow) {
		return fmt.Errorf("the script calls itself more than %d times", maxDepth)
	}
	return err
}
