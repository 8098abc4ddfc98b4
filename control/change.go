package control

import (
	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/scenarios"
)

// change does what change of a step does.
func (c *call) change() *client.Problem {
	f, p := c.fragment()
	if p != nil {
		return p
	}
	list, err := c.cfg.Served.Cell().Scenario.ParseChange(f, scenarios.PlanOptions())
	if err != nil {
		return asProblem(err)
	}
	for _, one := range list {
		if err := tooMany(one.Node, one.Behaviours.Value); err != nil {
			return orProblem(err)
		}
	}
	if err := c.cfg.Served.Change(list); err != nil {
		return asProblem(err)
	}
	return c.nodes()
}
