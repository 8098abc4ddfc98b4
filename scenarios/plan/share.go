package plan

import (
	"fmt"
	"strings"
)

// Share is a folder of a server's files that can be read, and perhaps written, over SMB.
type Share struct {
	Pos      Pos          `yaml:"-"`
	Name     string       `yaml:"$key" format:"share"`
	Folder   Opt[string]  `yaml:"folder" format:"urldir" default:"/" help:"Path prefix of the files that lie in the share."`
	Accounts []AccountRef `yaml:"accounts" help:"Accounts that may use the share; absent: all that can log on."`
	Writable Opt[bool]    `yaml:"writable" help:"Those who may use the share may write, too. The share keeps what they write; it cannot be had over HTTP."`
	Space    Opt[int64]   `yaml:"free-space" format:"size" min:"1" help:"Bytes that can be written; absent: 1 GiB."`
	Faults   []ShareFault `yaml:"faults" help:"What goes wrong; the first fault that is due acts."`
}

// ShareFault is something that goes wrong on a share.
type ShareFault struct {
	Pos    Pos           `yaml:"-"`
	On     Opt[string]   `yaml:"on" enum:"connect|open|read|write|rename|delete|close" default:"open" help:"When: as the client connects to the share, opens or makes a file, reads, writes, renames, deletes or closes it."`
	File   Opt[string]   `yaml:"file" format:"path" help:"File in the share; absent: every file."`
	After  Opt[int64]    `yaml:"after" format:"size" help:"With on: read and on: write, once so many bytes of the file were read or written since it was opened."`
	Status Opt[string]   `yaml:"status" format:"smbstatus" help:"NTSTATUS that is answered, such as STATUS_SHARING_VIOLATION."`
	Cut    Opt[bool]     `yaml:"cut" help:"The connection is closed in place of an answer."`
	Delay  Opt[Duration] `yaml:"delay" format:"duration" help:"The answer comes later by that."`
	Times  Opt[int]      `yaml:"times" min:"1" help:"How often it acts; absent: always."`
}

// ShareChange alters a share between steps.
type ShareChange struct {
	Pos    Pos               `yaml:"-"`
	Name   string            `yaml:"$key" format:"share"`
	Faults Opt[[]ShareFault] `yaml:"faults" help:"Faults in place of those so far, which are counted anew; an empty list takes all away."`
}

// checkShares sees that faults say something that can be.
func (c *checker) checkShares(s *Server) {
	for i := range s.Shares {
		share := &s.Shares[i]
		if share.Space.Set && !share.Writable.Value {
			c.fail(share.Space.Pos, fmt.Sprintf("share %s: free-space without writable", share.Name), "nobody can write; add writable: true")
		}
		c.resolveAll(share.Accounts)
		for _, f := range share.Faults {
			c.checkShareFault(f)
		}
	}
}

func (c *checker) checkShareFault(f ShareFault) {
	switch {
	case !f.Status.Set && !f.Cut.Value && !f.Delay.Set:
		c.fail(f.Pos, "faults: nothing goes wrong", "say status, cut: true or delay")
	case f.Status.Set && f.Cut.Value:
		c.fail(f.Cut.Pos, "faults: both status and cut", "an answer, or none")
	case f.After.Set && f.On.Value != "read" && f.On.Value != "write":
		c.fail(f.After.Pos, fmt.Sprintf("faults: after with on: %s", f.On.Or("open")), "after counts bytes that were read or written; say on: read or on: write")
	case f.File.Set && f.On.Value == "connect":
		c.fail(f.File.Pos, "faults: file with on: connect", "a client connects to the whole share")
	}
}

func (c *checker) checkShareChanges(change Change, isServer bool) {
	for _, one := range change.Shares {
		if !isServer {
			c.fail(one.Pos, fmt.Sprintf("change: %s is a proxy, which has no shares", change.Node), "change the server")
			return
		}
		c.checkShareOf(c.s.Server(change.Node), one.Pos, one.Name)
		if !one.Faults.Set {
			c.fail(one.Pos, fmt.Sprintf("change: nothing changes on %s", one.Name), "add faults; [] takes all away")
		}
		for _, f := range one.Faults.Value {
			c.checkShareFault(f)
		}
	}
}

// ExpectShare is what is expected of a share after a step.
type ExpectShare struct {
	Pos   Pos         `yaml:"-"`
	On    Opt[string] `yaml:"on" required:"true" help:"Name of the server."`
	Share Opt[string] `yaml:"share" required:"true" format:"share" help:"Name of the share."`
	Files Bound[int]  `yaml:"files" required:"true" min:"0" help:"Files that clients see there, temporary ones included."`
}

// checkExpectShare sees that there is such a share.
func (c *checker) checkExpectShare(e *ExpectShare) {
	s := c.s.Server(e.On.Value)
	if s == nil {
		c.failName(e.On.Pos, fmt.Sprintf("unknown server %s", quote(e.On.Value)), e.On.Value, func() []string { return keysOf(c.servers) })
		return
	}
	c.checkShareOf(s, e.Share.Pos, e.Share.Value)
}

func (c *checker) checkShareOf(s *Server, pos Pos, name string) {
	var names []string
	for _, share := range s.Shares {
		if strings.EqualFold(share.Name, name) {
			return
		}
		names = append(names, share.Name)
	}
	c.failName(pos, fmt.Sprintf("%s has no share %s", s.Name, quote(name)), name, func() []string { return names })
}
