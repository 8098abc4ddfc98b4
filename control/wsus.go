package control

import "github.com/wualab/wualab/control/client"

func (c *call) wsus() *client.Problem {
	known, err := c.cfg.Served.UpdateServer(c.params["node"])
	if err != nil {
		return asProblem(err)
	}
	out := client.UpdateServer{Computers: []client.Computer{}, Events: []client.UpdateEvent{}}
	for _, one := range known.Computers {
		out.Computers = append(out.Computers, client.Computer{ClientID: one.ClientID, DNSName: one.DNSName, Groups: one.Groups, Registered: one.Registered, Synced: one.Synced})
	}
	for _, e := range known.Events {
		out.Events = append(out.Events, client.UpdateEvent{ClientID: e.ClientID, ID: e.ID, Time: e.Time, Update: e.Update, UpdateID: e.UpdateID,
			Result: e.Result, App: e.App, Strings: e.Strings, Misc: e.Misc})
	}
	return c.answer(out)
}
