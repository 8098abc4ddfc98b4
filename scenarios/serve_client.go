package scenarios

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/wusp"
)

// Advice is what to configure on a client, for a person.
type Advice struct {
	Curl      [][]string // command lines, as words
	SMBClient [][]string // of Samba's smbclient, for file shares
	Windows   []string   // command lines for a Windows PC; lines that begin with "rem" are remarks
}

// Environment gives variables, as "NAME=value", that tell a program where the fakes are,
// and whether the scenario's client uses a proxy:
//
//	WUALAB_<NAME>_URL   http://127.0.0.1:41235, of each server and proxy
//	WUALAB_<NAME>_ADDR  127.0.0.1:41235
//	WUALAB_<NAME>_PAC_URL   http://127.0.0.1:41235/proxy.pac, of each server with a proxy script
//	WUALAB_CA_FILE      caFile, unless that is ""
//	WUALAB_DOMAIN, WUALAB_USER, WUALAB_PASSWORD   the account of the scenario's client
//	http_proxy, https_proxy, no_proxy             when the scenario's client has a proxy
//
// NAME is the node's name in capitals, with _ for what is no letter or digit.
func (s *Served) Environment(caFile string) []string {
	var env []string
	for _, n := range s.nodes {
		name := "WUALAB_" + variable(n.Name)
		env = append(env, name+"_URL="+n.URL(), name+"_ADDR="+n.Addr)
		if n.Server != nil && n.Server.PAC != nil {
			env = append(env, name+"_PAC_URL="+n.URL()+pacPath)
		}
	}
	if caFile != "" {
		env = append(env, "WUALAB_CA_FILE="+caFile)
	}
	client := &s.cfg.Cell.Scenario.Client
	if a := client.Account.Account; a != nil {
		env = append(env, "WUALAB_DOMAIN="+a.Domain, "WUALAB_USER="+a.User, "WUALAB_PASSWORD="+a.Password)
	}
	if proxy, ok := s.Node(client.Proxy.Use.Value); ok {
		env = append(env, "http_proxy="+proxy.URL(), "https_proxy="+proxy.URL(), "no_proxy="+strings.Join(client.Proxy.Bypass, ","))
	}
	return env
}

// variable makes a node's name one of the environment.
func variable(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, name)
}

// Advice tells how clients are pointed at the fakes. caFile is where they find the
// authority's certificate, "" when there is no TLS.
func (s *Served) Advice(caFile string) Advice {
	var a Advice
	for _, n := range s.nodes {
		if n.Server == nil {
			continue
		}
		if len(n.Server.Files) > 0 {
			a.Curl = append(a.Curl, s.curl(n, caFile, []string{"-O"}, n.Server.Files[0].Path))
		}
		if n.Server.WSUS != nil {
			a.Curl = append(a.Curl, s.curl(n, caFile, getConfig(), wusp.ClientService.Path))
		}
		if len(n.Server.Uploads) > 0 {
			path := strings.TrimSuffix(n.Server.Uploads[0].Path, "/") + "/report.xml"
			a.Curl = append(a.Curl, s.curl(n, caFile, createSession(), path))
		}
		if len(n.Server.Shares) > 0 {
			a.SMBClient = append(a.SMBClient, s.smbClient(n))
		}
	}
	a.Windows = s.windows(caFile)
	return a
}

// createSession are curl's options for the first packet of an upload, whose answer
// names the session (MC-BUP 3.1.5.1).
func createSession() []string {
	return []string{"-i", "-X", bitsupload.Verb, "-H", bitsupload.HeaderPacketType + ": Create-Session",
		"-H", "BITS-Supported-Protocols: " + bitsupload.Protocol15, "-H", "Content-Length: 0"}
}

// smbClient is the command that lists the first share of a server, which other clients
// than Windows reach at its port.
func (s *Served) smbClient(n ServedNode) []string {
	host, port, _ := net.SplitHostPort(n.Shares)
	words := []string{"smbclient", "-p", port, "//" + host + "/" + n.Server.Shares[0].Name, "-c", "ls"}
	account := s.account(&n.Server.Login)
	if account == nil {
		return append(words, "-N")
	}
	return append(words, "-U", fmt.Sprintf(`%s\%s%%%s`, account.Domain, account.User, account.Password))
}

// curl is the command that asks a server for a path.
func (s *Served) curl(n ServedNode, caFile string, options []string, path string) []string {
	words := append([]string{"curl"}, options...)
	if proxy, ok := s.Node(s.cfg.Cell.Scenario.Client.Proxy.Use.Value); ok {
		words = append(words, "-x", proxy.URL())
		words = append(words, s.login(&proxy.Proxy.Login, "--proxy-", "-U")...)
	}
	words = append(words, s.login(&n.Server.Login, "--", "-u")...)
	if n.Server.TLS.Value && caFile != "" {
		words = append(words, "--cacert", caFile)
	}
	return append(words, s.reach(n, n.Addr)+path)
}

// reach is how a URL on the server begins for the scenario's client: by its name
// through a proxy, by an address else.
func (s *Served) reach(n ServedNode, addr string) string {
	if s.cfg.Cell.Scenario.Client.Proxy.Use.Set {
		return n.Server.Origin()
	}
	return n.scheme() + "://" + addr
}

// login gives curl's options for the first scheme that a node offers and curl knows.
func (s *Served) login(l *plan.Login, prefix, option string) []string {
	i := slices.IndexFunc(l.Auth, func(scheme plan.Scheme) bool { return scheme != plan.Passport })
	account := s.account(l)
	if i < 0 || account == nil {
		return nil
	}
	scheme := l.Auth[i]
	name := account.User
	if account.Domain != "" && scheme != plan.Digest {
		name = account.Domain + `\` + name
	}
	if scheme == plan.Negotiate { // curl takes tickets or what GSS-API has
		return []string{prefix + string(scheme), option, ":"}
	}
	return []string{prefix + string(scheme), option, name + ":" + account.Password}
}

// account is whom a node would let in: the scenario's client, or else the first.
func (s *Served) account(l *plan.Login) *plan.Account {
	refs := l.Accounts
	if l.DomainController != nil {
		refs = slices.Concat(l.DomainController.Accounts, refs)
	}
	client := s.cfg.Cell.Scenario.Client.Account.Account
	var first *plan.Account
	for _, ref := range refs {
		switch {
		case ref.Account == nil:
		case client != nil && ref.Account.Domain == client.Domain && strings.EqualFold(ref.Account.User, client.User):
			return ref.Account
		case first == nil:
			first = ref.Account
		}
	}
	return first
}

// internetSettings is where Internet Explorer keeps the user's proxy, which BITS uses.
const internetSettings = `HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings`

// windows is what a PC must be told to be the client of the scenario.
func (s *Served) windows(caFile string) []string {
	client := &s.cfg.Cell.Scenario.Client
	var lines []string
	if proxy, ok := s.Node(client.Proxy.Use.Value); ok {
		lines = append(lines,
			"rem the proxy, for the jobs of the user; and for those of services (bitsadmin 2.0 or later)",
			fmt.Sprintf(`reg add "%s" /v ProxyEnable /t REG_DWORD /d 1 /f`, internetSettings),
			fmt.Sprintf(`reg add "%s" /v ProxyServer /t REG_SZ /d %s /f`, internetSettings, proxy.Far),
			fmt.Sprintf(`bitsadmin /util /setieproxy LOCALSYSTEM MANUAL_PROXY %s NULL`, proxy.Far))
	}
	lines = append(lines, s.windowsScript()...)
	for i, v := range client.Registry {
		if i == 0 {
			lines = append(lines, "rem the registry of the scenario's PC; restart BITS afterwards")
		}
		v.Text = s.atServer(v.Text)
		lines = append(lines, regCommand(v))
	}
	lines = append(lines, s.windowsUpdate()...)
	if s.TLS() && caFile != "" {
		lines = append(lines, "rem the certification authority", "certutil -addstore Root "+caFile)
	}
	for _, n := range s.nodes {
		if n.Server != nil && len(n.Server.Files) > 0 {
			path := n.Server.Files[0].Path
			lines = append(lines, fmt.Sprintf(`bitsadmin /transfer lab %s%s C:\%s`, s.reach(n, n.Far), path, path[strings.LastIndexByte(path, '/')+1:]))
			break
		}
	}
	return lines
}

// getConfig are curl's options for the first call of an update agent (MS-WUSP 3.1.5.2).
func getConfig() []string {
	o, _ := wusp.OperationOf("GetConfig")
	return []string{"-H", "Content-Type: text/xml; charset=utf-8", "-H", `SOAPAction: "` + o.Action() + `"`, "-d", string(wusp.WriteRequest(wusp.GetConfig{ProtocolVersion: "1.8"}, wusp.Plain))}
}

// atServer puts the address of a server in place of a URL of the scenario, such as that
// of WUServer.
func (s *Served) atServer(text string) string {
	for _, n := range s.nodes {
		if n.Server == nil {
			continue
		}
		if rest, ok := strings.CutPrefix(text, n.Server.Origin()); ok && (rest == "" || rest[0] == '/') {
			return n.scheme() + "://" + n.Far + rest
		}
	}
	return text
}

// windowsUpdate has the agent of a PC look for updates, where there is a server for it.
func (s *Served) windowsUpdate() []string {
	if !slices.ContainsFunc(s.nodes, func(n ServedNode) bool { return n.Server != nil && n.Server.WSUS != nil }) {
		return nil
	}
	return []string{"rem the policy counts once the service has started again", "net stop wuauserv", "net start wuauserv",
		"wuauclt /resetauthorization /detectnow", "wuauclt /reportnow"}
}

// regCommand sets or deletes a value as reg.exe does.
func regCommand(v plan.RegistryValue) string {
	switch {
	case v.Absent:
		return fmt.Sprintf(`reg delete "%s" /v %s /f`, v.Key, v.Name)
	case v.IsText:
		return fmt.Sprintf(`reg add "%s" /v %s /t REG_SZ /d "%s" /f`, v.Key, v.Name, v.Text)
	}
	return fmt.Sprintf(`reg add "%s" /v %s /t REG_DWORD /d %d /f`, v.Key, v.Name, v.Number)
}
