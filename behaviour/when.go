package behaviour

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/fakehttp"
)

// The words of when.connection.
const (
	connectionFirst = "first"
	connectionNew   = "new"
)

// Conditional gives every behaviour of a table the parameter when, which restricts it to
// some requests, and path and method as short forms for two of its keys. A behaviour
// that has one of these parameters itself keeps its own.
func Conditional(table Table) Table {
	out := make(Table, len(table))
	for i, d := range table {
		out[i] = conditional(d)
	}
	return out
}

func conditional(d Definition) Definition {
	build, own := d.New, d.Params
	d.Params = own[:len(own):len(own)]
	for _, p := range CommonParams() {
		if !hasParam(own, p.Name) {
			d.Params = append(d.Params, p)
		}
	}
	d.New = func(a Args) (Middleware, error) {
		m, err := build(a)
		if err != nil {
			return nil, err
		}
		when, err := newWhen(a, own)
		if err != nil || when == nil {
			return m, err
		}
		return when.around(m), nil
	}
	return d
}

// when is what a request must be like.
type when struct {
	tests []func(r *http.Request) bool
	count func(r *http.Request) bool // of requests that pass the tests; nil: all are meant
	draw  func() bool                // by chance; nil: always
}

// around lets a behaviour see only the requests that are meant.
func (c *when) around(m Middleware) Middleware {
	return func(next http.Handler) http.Handler {
		acting := m(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c.holds(r) {
				acting.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// holds is called once for each request.
func (c *when) holds(r *http.Request) bool {
	for _, test := range c.tests {
		if !test(r) {
			return false
		}
	}
	return (c.count == nil || c.count(r)) && (c.draw == nil || c.draw())
}

// newWhen makes the condition of a behaviour that has own parameters, or nil without
// any.
func newWhen(a Args, own []Param) (*when, error) {
	c := &when{}
	for _, short := range []string{"path", "method"} {
		if a.Given(short) && !hasParam(own, short) {
			c.tests = append(c.tests, textTests()[short](a.Strings(short)))
		}
	}
	if a.Given("when") && !hasParam(own, "when") {
		if err := c.add(a.Mapping("when")); err != nil {
			return nil, err
		}
	}
	if len(c.tests) == 0 && c.count == nil && c.draw == nil {
		return nil, nil
	}
	return c, nil
}

func (c *when) add(a Args) error {
	for name, make := range textTests() {
		if a.Given(name) {
			c.tests = append(c.tests, make(a.Strings(name)))
		}
	}
	if err := c.addClients(a); err != nil {
		return err
	}
	c.addHead(a)
	c.addConnection(a)
	if err := c.addTimes(a); err != nil {
		return err
	}
	for name, want := range a.Patterns("state") {
		c.tests = append(c.tests, func(*http.Request) bool { return want.Matches(present(a.State.Get(name))...) })
	}
	if a.Given("per") && !a.Given("nth") {
		return inside("when", inside("per", errors.New("there is no nth that it is about: write for example nth: 1")))
	}
	if a.Given("nth") {
		nth, counts := a.Count("nth"), NewCounts(a.String("per"), a.Env)
		c.count = func(r *http.Request) bool { return nth.Has(counts.Next(r)) }
	}
	if a.Given("chance") {
		chance := a.Chance("chance")
		c.draw = func() bool { return a.Rand.Float64() < chance }
	}
	return nil
}

// textTests are the conditions that are lists of texts, of which one must fit.
func textTests() map[string]func(list []string) func(r *http.Request) bool {
	return map[string]func(list []string) func(r *http.Request) bool{
		"path": func(list []string) func(r *http.Request) bool {
			return anyOf(list, func(want string, r *http.Request) bool { return MatchPath(want, r.URL.Path) })
		},
		"method": func(list []string) func(r *http.Request) bool {
			return anyOf(list, func(want string, r *http.Request) bool { return want == r.Method })
		},
		"host": func(list []string) func(r *http.Request) bool {
			return anyOf(list, func(want string, r *http.Request) bool { return glob(strings.ToLower(want), HostOf(r)) })
		},
	}
}

func anyOf(list []string, fits func(want string, r *http.Request) bool) func(r *http.Request) bool {
	return func(r *http.Request) bool {
		for _, want := range list {
			if fits(want, r) {
				return true
			}
		}
		return false
	}
}

// HostOf gives the host that a request is for, in lower case and without port.
func HostOf(r *http.Request) string {
	host := r.URL.Hostname()
	if host == "" {
		host = r.Host
		if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
			host = host[:i]
		}
		host = strings.Trim(host, "[]")
	}
	return strings.ToLower(host)
}

func (c *when) addClients(a Args) error {
	if !a.Given("client") {
		return nil
	}
	var nets []netip.Prefix
	for i, text := range a.Strings("client") {
		net, err := netip.ParsePrefix(text)
		if addr, addrErr := netip.ParseAddr(text); addrErr == nil {
			net, err = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), nil
		}
		if err != nil {
			return inside("when", inside("client", inside(strconv.Itoa(i),
				fmt.Errorf("%q is no IP address: write for example 192.0.2.7 or 192.0.2.0/24", text))))
		}
		nets = append(nets, net)
	}
	c.tests = append(c.tests, func(r *http.Request) bool {
		client := fakehttp.ConnOf(r).Client()
		for _, net := range nets {
			if net.Contains(client) {
				return true
			}
		}
		return false
	})
	return nil
}

// addHead is about the fields of the request, and who it is from.
func (c *when) addHead(a Args) {
	for name, want := range a.Patterns("header") {
		c.tests = append(c.tests, func(r *http.Request) bool { return want.Matches(Field(r, name)...) })
	}
	if a.Given("range") {
		want := a.Pattern("range")
		c.tests = append(c.tests, func(r *http.Request) bool { return want.Matches(rangesOf(r)...) })
	}
	if a.Given("account") {
		want := a.Pattern("account").fold()
		c.tests = append(c.tests, func(r *http.Request) bool { return want.Matches(a.accountNames(r)...) })
	}
}

// Field gives the values of a header field of a request, those too that net/http keeps
// elsewhere. name may be in any case.
func Field(r *http.Request, name string) []string {
	switch {
	case strings.EqualFold(name, "Host"):
		return present(r.Host, r.Host != "")
	case strings.EqualFold(name, "Transfer-Encoding"):
		return r.TransferEncoding
	}
	return r.Header.Values(name)
}

// rangesOf gives the value of Range without its unit, then each of its ranges.
func rangesOf(r *http.Request) []string {
	value, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes=")
	if !ok {
		return present(value, value != "")
	}
	texts := []string{value}
	for _, one := range strings.Split(value, ",") {
		texts = append(texts, strings.TrimSpace(one))
	}
	return texts
}

// accountNames gives the names by which a pattern may know who a request is from, in
// lower case: DOMAIN\user and user.
func (e Env) accountNames(r *http.Request) []string {
	name := strings.ToLower(e.AccountOf(r))
	if _, user, ok := strings.Cut(name, `\`); ok {
		return []string{name, user}
	}
	return present(name, name != "")
}

func present(v string, ok bool) []string {
	if !ok {
		return nil
	}
	return []string{v}
}

func (c *when) addConnection(a Args) {
	if !a.Given("connection") {
		return
	}
	want := a.Count("connection")
	c.tests = append(c.tests, func(r *http.Request) bool {
		conn := fakehttp.ConnOf(r)
		switch want.Word {
		case connectionFirst:
			return conn.Number() == 1
		case connectionNew:
			return conn.Requests() == 1
		}
		return want.Has(conn.Number())
	})
}

func (c *when) addTimes(a Args) error {
	if !a.Given("after") && !a.Given("until") {
		return nil
	}
	after, until := a.Duration("after"), time.Duration(math.MaxInt64)
	if a.Given("until") {
		until = a.Duration("until")
	}
	if until <= after {
		return inside("when", inside("until", fmt.Errorf("%v is not later than after: write a later time", until)))
	}
	c.tests = append(c.tests, func(*http.Request) bool {
		since := a.Clock.Now().Sub(a.Began)
		return since >= after && since < until
	})
	return nil
}
