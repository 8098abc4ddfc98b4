package scenarios

import (
	"fmt"
	"os"
	"strings"

	"github.com/wualab/wualab/agent/bits"
	agentsmb "github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/fakeserver/smb"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/smbwire"
)

// shareStatuses lists the names that a fault of a share may answer.
func shareStatuses() []string {
	var names []string
	for _, line := range smbwire.Statuses() {
		if line.Win32 != 0 {
			names = append(names, line.Name)
		}
	}
	return names
}

// addShares starts the file server of a server that has shares. Both have the same
// files, whatever a step changes.
func (f *fakes) addShares(s *plan.Server, server *fakeserver.Server, verify *verifier, seed int64) error {
	points := f.smsShares(s.Name)
	if len(s.Shares)+len(points) == 0 {
		return nil
	}
	config := smb.Config{Name: s.Name, Shares: map[string]smb.Share{}, Level: ntlm.Level(s.ServerLevel.Value), Domain: verify.domain,
		DomainController: verify.dc, Dir: f.base, Clock: f.clock, Recorder: f.exchanges(), Seed: seed}
	if len(s.Accounts) > 0 || verify.dc != nil {
		config.Accounts = verify.accounts
	}
	for _, share := range s.Shares {
		config.Shares[share.Name] = smb.Share{Files: filesBelow(server, share.Folder.Or("/")), Allow: allowed(share.Accounts), Faults: faults(share.Faults),
			Writable: share.Writable.Value, FreeSpace: share.Space.Value}
	}
	for name, files := range points {
		config.Shares[name] = smb.Share{Files: files}
	}
	var err error
	if config.Listener, err = f.doors.listener(shareDoor(s.Name), ""); err != nil {
		return err
	}
	shares, err := smb.New(config)
	if err != nil {
		return err
	}
	f.shares[s.Name] = shares
	for _, host := range hostsOf(s) {
		f.name(s.Name, host, agentsmb.Port, shares.Addr())
	}
	return nil
}

// filesBelow gives the server's files whose paths begin with folder, without that.
func filesBelow(server *fakeserver.Server, folder string) func() map[string]content.File {
	return func() map[string]content.File {
		found := map[string]content.File{}
		for path, file := range server.Files() {
			if rest, ok := strings.CutPrefix(path, folder); ok {
				found[rest] = file
			}
		}
		return found
	}
}

func allowed(list []plan.AccountRef) []string {
	var names []string
	for _, ref := range list {
		if a := ref.Account; a != nil {
			names = append(names, pcAccount(a).String())
		}
	}
	return names
}

func faults(list []plan.ShareFault) []smb.Fault {
	var out []smb.Fault
	for _, f := range list {
		status, _ := smbwire.StatusByName(f.Status.Value)
		out = append(out, smb.Fault{On: smb.Moment(f.On.Value), Path: f.File.Value, After: f.After.Value, Status: status,
			Cut: f.Cut.Value, Delay: f.Delay.Value, Times: f.Times.Value})
	}
	return out
}

// changeShares alters shares while they run.
func (f *fakes) changeShares(c plan.Change) error {
	for _, one := range c.Shares {
		if err := f.shares[c.Node].SetFaults(one.Name, faults(one.Faults.Value)); err != nil {
			return err
		}
	}
	return nil
}

// shareSource says which file of which server a name on a share is.
func (w *world) shareSource(remote string) source {
	name, err := agentsmb.ParseName(remote)
	if err != nil {
		return source{}
	}
	for i := range w.plan.Servers {
		s := &w.plan.Servers[i]
		if !hasHost(s, name.Server) {
			continue
		}
		for _, share := range s.Shares {
			if strings.EqualFold(share.Name, name.Share) {
				return source{server: s.Name, path: share.Folder.Or("/") + strings.ReplaceAll(name.Path, `\`, "/")}
			}
		}
	}
	return source{}
}

func hasHost(s *plan.Server, host string) bool {
	for _, own := range hostsOf(s) {
		if strings.EqualFold(own, host) {
			return true
		}
	}
	return false
}

// compareOnShare tells how a file that was uploaded to a share compares with the PC's.
func (w *world) compareOnShare(f *bits.File) (plan.Content, string) {
	name, err := agentsmb.ParseName(f.RemoteName())
	server := w.shares[w.sources[f].server]
	if err != nil || server == nil {
		return plan.Missing, fmt.Sprintf("no server of the scenario has the share of %s", f.RemoteName())
	}
	got, _, ok := server.Written(name.Share, strings.ReplaceAll(name.Path, `\`, "/"))
	if !ok {
		return plan.Missing, "nobody wrote " + name.String()
	}
	sent, err := os.ReadFile(f.Path())
	if err != nil {
		return plan.Different, err.Error()
	}
	return compareBytes(name.String(), got, sent)
}

// share judges what a share has.
func (j *judge) share(e *plan.ExpectShare) {
	bound(j, e.Files, "files on the share "+e.Share.Value+" of "+e.On.Value, len(j.w.shares[e.On.Value].Names(e.Share.Value)))
}
