package control

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/wualab/wualab/control/client"
)

func (c *call) accounts() *client.Problem {
	list, err := c.cfg.Served.Accounts(c.params["node"])
	if err != nil {
		return asProblem(err)
	}
	out := []client.Account{}
	for _, a := range list {
		out = append(out, client.Account{Name: a.String(), Locked: a.Locked, BadPasswords: a.BadPasswords})
	}
	return c.answer(out)
}

func (c *call) lock() *client.Problem   { return c.setLocked(true) }
func (c *call) unlock() *client.Problem { return c.setLocked(false) }

func (c *call) setLocked(locked bool) *client.Problem {
	body, p := c.object("account")
	if p != nil {
		return p
	}
	var name string
	if err := json.Unmarshal(body["account"], &name); err != nil || name == "" {
		return problem(http.StatusBadRequest, "bad-body", "account: want a text").at("/account").hint(`such as {"account": "LAB\\alice"}`)
	}
	domain, user, ok := strings.Cut(name, `\`)
	if !ok {
		domain, user = "", name
	}
	if err := c.cfg.Served.SetLocked(c.params["node"], domain, user, locked); err != nil {
		return asProblem(err)
	}
	return c.accounts()
}
