package wua

import (
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/wusp"
)

// Release is a version of the agent, and what follows from it.
type Release struct {
	Version    machine.FileVersion // "7.6.7600.256"
	Protocol   string              // protocolVersion, MS-WUSP product note 11
	UserAgent  string
	Style      wusp.Style // of requests
	SelfUpdate bool       // checks for a newer agent first: not from Windows 10 on (product note 48)
	Assumed    string     // what of it no document settles
}

// ReleaseFor gives the agent that a PC with this system has here.
func ReleaseFor(os machine.OSVersion) Release {
	if os.Major >= 10 {
		return Release{Version: machine.FileVersion{Major: 10, Minor: 0, Build: 19041, Private: 1}, Protocol: "2.4", Style: wusp.Plain,
			UserAgent: "Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.40", Assumed: "the version of the agent, and the last part of User-Agent"}
	}
	if os.Major >= 6 {
		return Release{Version: machine.FileVersion{Major: 7, Minor: 6, Build: 7600, Private: 256}, Protocol: "1.8", Style: wusp.Encoded,
			UserAgent: "Windows-Update-Agent", SelfUpdate: true, Assumed: "User-Agent"}
	}
	return Release{Version: machine.FileVersion{Major: 5, Minor: 8, Build: 0, Private: 2469}, Protocol: "1.0", Style: wusp.Encoded,
		UserAgent: "Windows-Update-Agent", SelfUpdate: true, Assumed: "that this system has the agent of WSUS 2.0; User-Agent"}
}

// agentFile is a file whose version is that of the agent.
const agentFile = `%windir%\System32\wuaueng.dll`

// releaseOn gives the agent that a PC has: that of its system, or a later one that came
// by self-update.
func releaseOn(pc *machine.Machine) Release {
	r := ReleaseFor(pc.OS())
	if v, ok := pc.Files().Version(agentFile); ok && r.SelfUpdate {
		r = r.at(v)
	}
	return r
}

// protocols are the versions of the protocol that versions of the agent speak: MS-WUSP
// product note 11, for the agents of WSUS 3.0, 3.0 SP1 and 3.0 SP2. Assumed: that those
// are the agents 7.0, 7.1 and 7.4.
var protocols = []struct {
	from     machine.FileVersion
	protocol string
}{{machine.FileVersion{Major: 7, Minor: 4}, "1.8"}, {machine.FileVersion{Major: 7, Minor: 1}, "1.6"}, {machine.FileVersion{}, "1.0"}}

// at is the same agent at another version.
func (r Release) at(v machine.FileVersion) Release {
	r.Version = v
	for _, p := range protocols {
		if v.Compare(p.from) >= 0 {
			r.Protocol = p.protocol
			break
		}
	}
	return r
}

// Release gives the version of the agent, which a self-update changes.
func (a *Agent) Release() Release {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.cfg.Release
}
