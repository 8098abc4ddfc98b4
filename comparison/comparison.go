// Package comparison says in words how two records of exchanges differ: what was asked
// in one alone, other answers, fields, ranges, bodies, logins, order and connections.
// Ports of loopback, times, nonces and the names of connections count for nothing, since
// they are others in every run.
//
//	result, err := comparison.Compare(a, b, comparison.Options{})
//	for _, d := range result.Differences { ... }
package comparison

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wualab/wualab/transcript"
)

// Kind says what differs.
type Kind string

// The kinds of differences.
const (
	OnlyA       Kind = "only-a"      // an exchange that B does not have
	OnlyB       Kind = "only-b"      // an exchange that A does not have
	Order       Kind = "order"       // an exchange that comes at another place
	Range       Kind = "range"       // the same was asked in another range
	Status      Kind = "status"      // of the answer
	Request     Kind = "request"     // a header field or the body of the request
	Answer      Kind = "answer"      // a header field of the answer
	Body        Kind = "body"        // of the answer
	Login       Kind = "login"       // what was shown, demanded, verified or refused
	Ending      Kind = "ending"      // an answer that broke off or never came
	Connections Kind = "connections" // which exchanges share one
)

// Difference is one thing that is not the same.
type Difference struct {
	Node string `json:"node"`        // where it was seen
	A    int    `json:"a,omitempty"` // which of the node's exchanges in A, from 1; 0 is none
	B    int    `json:"b,omitempty"`
	What string `json:"what"` // the request, in a line
	Kind Kind   `json:"kind"`
	Name string `json:"name,omitempty"` // of the header field
	From string `json:"from,omitempty"` // in A
	To   string `json:"to,omitempty"`   // in B
}

// Node is how much was compared of one node.
type Node struct {
	Name string `json:"name"`
	A    int    `json:"a"` // exchanges
	B    int    `json:"b"`
}

// Result is what two records have in common, and what not.
type Result struct {
	Nodes       []Node       `json:"nodes"`            // that were compared
	Unseen      []string     `json:"unseen,omitempty"` // nodes that only one record has, and why they do not count
	Differences []Difference `json:"differences"`      // in the order of nodes and exchanges
	Bodies      bool         `json:"bodies"`           // both records have hashes of bodies
}

// Options say what to compare.
type Options struct {
	// Nodes pairs nodes of A with nodes of B. Nil compares those of the same name. When a
	// record saw one node alone, as recordings and HARs do, the other one's further nodes
	// do not count.
	Nodes map[string]string
	// Ignore are header fields that count for nothing, besides those of [Ignored].
	Ignore []string
}

// ignored are fields that tell of the moment or the connection: dates and ages, nonces
// in credentials and challenges, which logins are compared by, and framing.
var ignored = map[string]bool{
	"Date": true, "Age": true, "Expires": true, "Keep-Alive": true, "Connection": true, "Proxy-Connection": true, "Content-Length": true,
	"Transfer-Encoding": true, "Authorization": true, "Proxy-Authorization": true, "Www-Authenticate": true, "Proxy-Authenticate": true,
	"Authentication-Info": true, "Proxy-Authentication-Info": true, "Range": true, "Cookie": true,
}

// Ignored lists the header fields that are never compared by their values, sorted.
func Ignored() []string {
	var list []string
	for name := range ignored {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// Compare compares two records. An error says that there is nothing to compare.
func Compare(a, b transcript.Record, opt Options) (*Result, error) {
	c := &comparer{opt: opt, a: byNode(a), b: byNode(b), result: &Result{Differences: []Difference{}}}
	pairs, err := c.pairs()
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		c.node(p[0], p[1])
	}
	return c.result, nil
}

// seen is what a record has of its nodes.
type seen struct {
	names []string // in the order in which they were first seen
	list  map[string][]*exchange
}

func byNode(r transcript.Record) seen {
	s := seen{list: map[string][]*exchange{}}
	conns := map[string]int{}
	for _, x := range r.Exchanges() {
		if s.list[x.Node] == nil {
			s.names = append(s.names, x.Node)
		}
		one := &exchange{Exchange: x, n: len(s.list[x.Node]) + 1}
		if x.Conn != "" {
			id := x.Node + " " + x.Conn
			if conns[id] == 0 {
				conns[id] = len(conns) + 1
			}
			one.conn = conns[id]
		}
		s.list[x.Node] = append(s.list[x.Node], one)
	}
	return s
}

// comparer does it.
type comparer struct {
	opt    Options
	a, b   seen
	result *Result
}

// pairs finds the nodes to hold against each other.
func (c *comparer) pairs() (list [][2]string, err error) {
	switch {
	case len(c.a.names) == 0 && len(c.b.names) == 0:
		return nil, errors.New("there are no exchanges in either")
	case len(c.opt.Nodes) > 0:
		return c.chosen()
	}
	for _, name := range c.a.names {
		if c.b.list[name] != nil {
			list = append(list, [2]string{name, name})
		}
	}
	oneSided := len(c.a.names) == 1 || len(c.b.names) == 1
	if len(list) == 0 && len(c.a.names) == 1 && len(c.b.names) == 1 {
		return [][2]string{{c.a.names[0], c.b.names[0]}}, nil
	}
	if len(list) == 0 && oneSided {
		return nil, fmt.Errorf("they have no node in common: A has %s, B has %s", strings.Join(c.a.names, ", "), strings.Join(c.b.names, ", "))
	}
	for i, names := range [][]string{c.a.names, c.b.names} {
		other := []seen{c.b, c.a}[i]
		for _, name := range names {
			switch {
			case other.list[name] != nil:
			case oneSided:
				c.result.Unseen = append(c.result.Unseen, fmt.Sprintf("%s is in %s alone, and the other saw one node only", name, []string{"A", "B"}[i]))
			default:
				list = append(list, [2]string{name, name})
			}
		}
	}
	return list, nil
}

// chosen are the pairs that the options name.
func (c *comparer) chosen() (list [][2]string, err error) {
	var names []string
	for name := range c.opt.Nodes {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		to := c.opt.Nodes[name]
		if c.a.list[name] == nil && c.b.list[to] == nil {
			return nil, fmt.Errorf("neither has such a node: A has %s, B has %s", strings.Join(c.a.names, ", "), strings.Join(c.b.names, ", "))
		}
		list = append(list, [2]string{name, to})
	}
	return list, nil
}

// node compares what two nodes saw.
func (c *comparer) node(nameA, nameB string) {
	name := nameA
	if nameB != nameA {
		name = nameA + "=" + nameB
	}
	listA, listB := c.a.list[nameA], c.b.list[nameB]
	c.result.Nodes = append(c.result.Nodes, Node{name, len(listA), len(listB)})
	d := &differences{node: name, opt: &c.opt, result: c.result}
	matched := align(listA, listB)
	for _, m := range matched {
		d.match(m)
	}
	d.connections(matched)
}
