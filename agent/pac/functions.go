package pac

import (
	"net/netip"
	"strings"

	"github.com/dop251/goja"
)

// define puts the functions into a script's world. Assumed: what JScript 5.6 has not and
// could take much memory in one call is taken away.
func define(vm *goja.Runtime, env Env) error {
	calendar := calendar{now: env.Now}
	functions := map[string]any{
		"isPlainHostName":     func(host string) bool { return !strings.Contains(host, ".") },
		"dnsDomainIs":         strings.HasSuffix,
		"localHostOrDomainIs": localHostOrDomainIs,
		"isResolvable":        func(host string) bool { _, ok := env.resolve(host); return ok },
		"isInNet":             env.isInNet,
		"dnsResolve":          func(host string) goja.Value { return text(vm, host, env.resolve) },
		"myIpAddress":         env.own,
		"dnsDomainLevels":     func(host string) int { return strings.Count(host, ".") },
		"shExpMatch":          shExpMatch,
		"convert_addr":        func(address string) uint32 { n, _ := number(address); return n },
		"weekdayRange":        func(call goja.FunctionCall) goja.Value { return vm.ToValue(calendar.weekdays(words(call))) },
		"dateRange":           func(call goja.FunctionCall) goja.Value { return vm.ToValue(calendar.dates(words(call))) },
		"timeRange":           func(call goja.FunctionCall) goja.Value { return vm.ToValue(calendar.times(words(call))) },
		"alert":               env.alert,
	}
	for name, f := range functions {
		if err := vm.Set(name, f); err != nil {
			return err
		}
	}
	_, err := vm.RunString(`(function () {
		var late = [["String", "repeat padStart padEnd"], ["Array", "fill"]];
		for (var i = 0; i < late.length; i++) {
			var names = late[i][1].split(" "), of = this[late[i][0]].prototype;
			for (var k = 0; k < names.length; k++) delete of[names[k]];
		}
		var gone = "ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array".split(" ");
		for (var j = 0; j < gone.length; j++) delete this[gone[j]];
	}).call(this)`)
	return err
}

// words are the arguments of a call, as texts in capitals.
func words(call goja.FunctionCall) []string {
	var list []string
	for _, a := range call.Arguments {
		list = append(list, strings.ToUpper(strings.TrimSpace(a.String())))
	}
	return list
}

func (e Env) resolve(host string) (string, bool) {
	if a, err := netip.ParseAddr(host); err == nil && a.Is4() {
		return host, true
	}
	if e.Resolve == nil || host == "" {
		return "", false
	}
	return e.Resolve(host)
}

func (e Env) own() string {
	if e.Address == "" {
		return "127.0.0.1"
	}
	return e.Address
}

func (e Env) alert(text string) {
	if e.Alert != nil {
		e.Alert(text[:min(len(text), maxAnswer)])
	}
}

func text(vm *goja.Runtime, host string, resolve func(string) (string, bool)) goja.Value {
	if address, ok := resolve(host); ok {
		return vm.ToValue(address)
	}
	return goja.Null()
}

// isInNet compares the bits of an address that the mask has.
func (e Env) isInNet(host, network, mask string) bool {
	address, ok := e.resolve(host)
	if !ok {
		return false
	}
	a, ok1 := number(address)
	n, ok2 := number(network)
	m, ok3 := number(mask)
	return ok1 && ok2 && ok3 && a&m == n&m
}

func number(address string) (uint32, bool) {
	a, err := netip.ParseAddr(address)
	if err != nil || !a.Is4() {
		return 0, false
	}
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]), true
}

// localHostOrDomainIs: the same name, or the first part of it alone.
func localHostOrDomainIs(host, full string) bool {
	return host == full || !strings.Contains(host, ".") && strings.HasPrefix(full, host+".")
}

// shExpMatch matches as a shell does: * for any characters, ? for one.
func shExpMatch(text, pattern string) bool {
	star, mark := -1, 0
	t, p := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
