package scenarios

import (
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/scenarios/plan"
)

// negotiateOf fills in what a node says of Negotiate.
func negotiateOf(n *plan.NodeNegotiate, cfg *httpauth.NegotiateConfig) {
	if n == nil {
		return
	}
	cfg.NoNTLM, cfg.SendReject = n.NTLM.Set && !n.NTLM.Value, n.Reject.Value
	switch n.MechListMIC.Value {
	case "omitted":
		cfg.OmitMechListMIC = true
	case "demanded":
		cfg.RequireMechListMIC = true
	case "wrong":
		cfg.WrongMechListMIC = true
	}
}

// setNegotiate tells the PC how to speak.
func setNegotiate(m *machine.Machine, n plan.ClientNegotiate) {
	if n.NTLM.Set {
		m.SetRawNegotiate(n.NTLM.Value == "raw")
	}
}

// sessionProxies pairs the language's words with those of the client.
var sessionProxies = map[string]winhttp.SessionProxies{
	"any": winhttp.SessionProxyAny, "promised": winhttp.SessionProxyPromised,
}
