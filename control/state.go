package control

import (
	"encoding/json"
	"net/http"

	"github.com/wualab/wualab/control/client"
)

func (c *call) state() *client.Problem {
	state, err := c.cfg.Served.State(c.params["node"])
	if err != nil {
		return asProblem(err)
	}
	return c.answer(state)
}

func (c *call) setState() *client.Problem {
	name := c.params["node"]
	if _, p := c.lookup(name); p != nil {
		return p
	}
	body, p := c.read(mostBody)
	if p != nil {
		return p
	}
	var given map[string]*string
	if err := json.Unmarshal(body, &given); err != nil || given == nil {
		return problem(http.StatusBadRequest, "bad-body", "the body is no JSON object of texts").hint(`such as {"phase": "second"}; the empty text takes a name away`)
	}
	for key, value := range given {
		if value == nil {
			return problem(http.StatusBadRequest, "bad-body", "%s: null is no text", key).at(pointer(key)).hint("the empty text takes a name away")
		}
		if err := c.cfg.Served.SetState(name, key, *value); err != nil {
			return problem(http.StatusBadRequest, "bad-body", "%v", err).at(pointer(key)).Problem
		}
	}
	return c.state()
}
