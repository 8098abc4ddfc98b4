package behaviour

import (
	"net/http"
	"sync"

	"github.com/wualab/wualab/fakehttp"
)

// The things by which requests are counted apart.
const (
	perAll        = "all"
	perClient     = "client"
	perConnection = "connection"
	perPath       = "path"
	perAccount    = "account"
)

func perWords() []string {
	return []string{perAll, perClient, perConnection, perPath, perAccount}
}

// PerParam describes a parameter by which the requests that a behaviour counts are
// counted apart, for [Counts].
func PerParam(help string) Param {
	return Param{Name: "per", Type: Enum, Enum: perWords(), Default: perAll, Help: help +
		" all: together. client: by the client's address. connection: by its connection. path: by the URL's path. account: by who has logged in."}
}

// maxCounted bounds what is counted apart; all further ones are counted together.
const maxCounted = 1 << 16

// Counts counts requests, each thing apart that a word of PerParam names. It is safe for
// concurrent use.
type Counts struct {
	per string
	env Env

	mu   sync.Mutex
	seen map[any]int
}

// NewCounts counts from 1, by a value of PerParam.
func NewCounts(per string, env Env) *Counts {
	return &Counts{per: per, env: env, seen: map[any]int{}}
}

// Next counts a request and gives its number.
func (c *Counts) Next(r *http.Request) int {
	if c.per == perConnection { // whose requests come one after the other
		n := fakehttp.ConnOf(r).Value(c, func() any { return new(int) }).(*int)
		*n++
		return *n
	}
	key := c.key(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.seen[key]; !known && len(c.seen) >= maxCounted {
		key = nil
	}
	c.seen[key]++
	return c.seen[key]
}

func (c *Counts) key(r *http.Request) any {
	switch c.per {
	case perClient:
		return fakehttp.ConnOf(r).Client()
	case perPath:
		return r.URL.Host + r.URL.Path
	case perAccount:
		return c.env.AccountOf(r)
	}
	return nil
}
