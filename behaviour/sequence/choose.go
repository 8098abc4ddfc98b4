package sequence

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// What follows on the last of a sequence.
const (
	thenCycle = "cycle"
	thenLast  = "last"
	thenPass  = "pass"
)

func inTurn() behaviour.Definition {
	return behaviour.Definition{
		Name: "in-turn",
		Help: "Behaviours one after the other: the first acts on the first request, the second on the second. An item " +
			"of the list may itself be a list, of which all act.",
		Source:  "our own",
		Example: "{in-turn: {behaviours: [{status: {status: 503}}, no-answer, pass], then: last, per: path}}",
		Params: []behaviour.Param{
			{Name: "behaviours", Type: behaviour.Uses, Required: true, Help: "What acts, in this order; pass lets a request go on as it is."},
			{Name: "then", Type: behaviour.Enum, Enum: []string{thenCycle, thenLast, thenPass}, Default: thenCycle,
				Help: "What follows on the last one. cycle: the first again. last: it stays. pass: nothing."},
			behaviour.PerParam("Whose requests take turns."),
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			list, then := a.Behaviours("behaviours"), a.String("then")
			counts := behaviour.NewCounts(a.String("per"), a.Env)
			return choose(list, func(r *http.Request) int {
				n := counts.Next(r)
				i := turn(n-1, len(list), then)
				if i < len(list) {
					note(r, "in-turn", "request %d is the turn of behaviour %d", n, i+1)
				}
				return i
			}), nil
		},
	}
}

// turn gives the place in the list for the nth request, from 0.
func turn(n, length int, then string) int {
	switch then {
	case thenLast:
		return min(n, length-1)
	case thenPass:
		return n
	}
	return n % length
}

func oneOf() behaviour.Definition {
	return behaviour.Definition{
		Name: "one-of",
		Help: "Draws one of several behaviours for each request, by the fake's seed. An item of the list may itself be " +
			"a list, of which all act.",
		Source:  "our own",
		Example: "{one-of: {behaviours: [pass, no-answer, {status: {status: 500}}], weights: [8, 1, 1]}}",
		Params: []behaviour.Param{
			{Name: "behaviours", Type: behaviour.Uses, Required: true, Help: "What may act; pass lets a request go on as it is."},
			{Name: "weights", Type: behaviour.List, Each: &behaviour.Param{Type: behaviour.Int},
				Help: "How often each of them is drawn, in relation to the others; absent: all alike."},
		},
		New: newOneOf,
	}
}

func newOneOf(a behaviour.Args) (behaviour.Middleware, error) {
	list, weights := a.Behaviours("behaviours"), a.Ints("weights")
	if !a.Given("weights") {
		weights = make([]int, len(list))
		for i := range weights {
			weights[i] = 1
		}
	}
	if len(weights) != len(list) {
		return nil, fmt.Errorf("%d weights for %d behaviours: write one for each", len(weights), len(list))
	}
	var sum int64
	for _, w := range weights {
		sum += int64(w)
	}
	if sum == 0 {
		return nil, errors.New("all weights are 0: write one that is more")
	}
	return choose(list, func(r *http.Request) int {
		i := drawn(a.Rand.Int64N(sum), weights)
		note(r, "one-of", "drew behaviour %d", i+1)
		return i
	}), nil
}

// drawn gives the place of the weight into which at falls.
func drawn(at int64, weights []int) int {
	for i, w := range weights {
		if at -= int64(w); at < 0 {
			return i
		}
	}
	return len(weights) - 1
}
