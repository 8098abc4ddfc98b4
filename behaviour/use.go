package behaviour

import "net/http"

// Use is one behaviour with its written parameters, as a scenario file or a caller
// in Go asks for it.
type Use struct {
	Name   string
	Params map[string]any // may be nil
}

// Chain builds several uses into one middleware; the first is outermost and sees a
// request first. Without any use it changes nothing.
func (t Table) Chain(uses []Use, env Env) (Middleware, error) {
	list := make([]Middleware, len(uses))
	for i, use := range uses {
		m, err := t.Build(use.Name, use.Params, env)
		if err != nil {
			return nil, err
		}
		list[i] = m
	}
	return inOrder(list), nil
}

// inOrder is one middleware of several, of which the first is outermost.
func inOrder(list []Middleware) Middleware {
	return func(next http.Handler) http.Handler {
		for i := len(list) - 1; i >= 0; i-- {
			next = list[i](next)
		}
		return next
	}
}
