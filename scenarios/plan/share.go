package plan

import "fmt"

// Share is a folder of a server's files that can be read over SMB.
type Share struct {
	Pos      Pos          `yaml:"-"`
	Name     string       `yaml:"$key" format:"share"`
	Folder   Opt[string]  `yaml:"folder" format:"urldir" default:"/" help:"Path prefix of the files that lie in the share."`
	Accounts []AccountRef `yaml:"accounts" help:"Accounts that may use the share; absent: all that can log on."`
	Faults   []ShareFault `yaml:"faults" help:"What goes wrong; the first fault that is due acts."`
}

// ShareFault is something that goes wrong on a share.
type ShareFault struct {
	Pos    Pos           `yaml:"-"`
	On     Opt[string]   `yaml:"on" enum:"connect|open|read" default:"open" help:"When: as the client connects to the share, opens a file, or reads."`
	File   Opt[string]   `yaml:"file" format:"path" help:"File in the share; absent: every file."`
	After  Opt[int64]    `yaml:"after" format:"size" help:"With on: read, once so many bytes of the file were read on the connection."`
	Status Opt[string]   `yaml:"status" format:"smbstatus" help:"NTSTATUS that is answered, such as STATUS_SHARING_VIOLATION."`
	Cut    Opt[bool]     `yaml:"cut" help:"The connection is closed in place of an answer."`
	Delay  Opt[Duration] `yaml:"delay" format:"duration" help:"The answer comes later by that."`
	Times  Opt[int]      `yaml:"times" min:"1" help:"How often it acts; absent: always."`
}

// checkShares sees that faults say something that can be.
func (c *checker) checkShares(s *Server) {
	for i := range s.Shares {
		share := &s.Shares[i]
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
	case f.After.Set && f.On.Value != "read":
		c.fail(f.After.Pos, fmt.Sprintf("faults: after with on: %s", f.On.Or("open")), "after counts bytes that were read; say on: read")
	case f.File.Set && f.On.Value == "connect":
		c.fail(f.File.Pos, "faults: file with on: connect", "a client connects to the whole share")
	}
}
