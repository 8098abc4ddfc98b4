package scenarios

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
	"github.com/wualab/wualab/wusp"
)

// mismatch says in words why an exchange does not match, or "".
func mismatch(m *plan.Match, x *transcript.Exchange) string {
	checks := []func(*plan.Match, *transcript.Exchange) string{
		methodOff, packetOff, operationOff, urlOff, statusOff, headersOff, ntlmOff, loginOff, bodyOff,
	}
	for _, off := range checks {
		if wrong := off(m, x); wrong != "" {
			return wrong
		}
	}
	return ""
}

func off[T comparable](w plan.Want[T], what string, actual T) string {
	if !w.Judges() || w.Value == actual {
		return ""
	}
	return fmt.Sprintf("%s is %v, not %v", what, actual, w.Value)
}

func methodOff(m *plan.Match, x *transcript.Exchange) string {
	return off(m.Method, "the method", x.Request.Method)
}

// packetOff compares the packet of the BITS Upload Protocol.
func packetOff(m *plan.Match, x *transcript.Exchange) string {
	if m.Packet.Judges() {
		name := "none"
		if packet, ok := bitsupload.PacketOf(x.Request.Method, x.Request.Get(bitsupload.HeaderPacketType)); ok {
			name = string(packet)
		}
		if name != m.Packet.Value {
			return fmt.Sprintf("the packet is %s, not %s", name, m.Packet.Value)
		}
	}
	if !m.BITSError.Judges() {
		return ""
	}
	for _, name := range []string{bitsupload.HeaderError, bitsupload.HeaderErrorCode} {
		if code, err := hresult.Parse(x.Response.Get(name)); err == nil && code == m.BITSError.Value.HRESULT {
			return ""
		}
	}
	return fmt.Sprintf("the answer does not tell of %s", m.BITSError.Value)
}

// operationOff compares the web method of MS-WUSP.
func operationOff(m *plan.Match, x *transcript.Exchange) string {
	name := "none"
	if o, ok := wusp.OperationOfAction(x.Request.Get("SOAPAction")); ok {
		name = o.Name
	}
	return off(m.Operation, "the web method", name)
}

// urlOff compares with the request target, and with its path alone.
func urlOff(m *plan.Match, x *transcript.Exchange) string {
	forms := []string{x.Request.URL}
	if u, err := url.Parse(x.Request.URL); err == nil {
		forms = append(forms, u.EscapedPath())
	}
	if !m.URL.Matches(forms...) {
		return fmt.Sprintf("the URL is %s, not %s", x.Request.URL, m.URL.Text)
	}
	return ""
}

func statusOff(m *plan.Match, x *transcript.Exchange) string {
	if wrong := off(m.Status, "the status", x.Status()); wrong != "" {
		return wrong
	}
	if wrong := off(m.ReqProto, "the request's protocol", x.Request.Proto); wrong != "" {
		return wrong
	}
	if !m.Proto.Judges() {
		return ""
	}
	if x.Response == nil {
		return "there is no answer"
	}
	return off(m.Proto, "the protocol", x.Response.Proto)
}

func headersOff(m *plan.Match, x *transcript.Exchange) string {
	for _, h := range m.Header {
		if wrong := headerOff(h.Name, h.Pattern, x.Request); wrong != "" {
			return wrong
		}
	}
	for _, h := range m.Answer {
		if wrong := headerOff(h.Name, h.Pattern, x.Response); wrong != "" {
			return wrong
		}
	}
	return headerOff("Range", m.Range, x.Request)
}

func headerOff(name string, p plan.Pattern, m *transcript.Message) string {
	values := m.Values(name)
	if p.Matches(values...) {
		return ""
	}
	actual := strings.Join(values, ", ")
	if len(values) == 0 {
		actual = "absent"
	}
	return fmt.Sprintf("%s is %s, not %s", name, actual, p.Text)
}

// ntlmOff compares the NTLM message of the exchange, a request's before an
// answer's, and the form of the response in a type 3.
func ntlmOff(m *plan.Match, x *transcript.Exchange) string {
	if m.NTLM.Judges() && !hasNTLM(x, m.NTLM.Value) {
		return fmt.Sprintf("it has no NTLM %s", m.NTLM.Value)
	}
	if !m.Response.Judges() {
		return ""
	}
	token := x.Token(false, "type3")
	if token == nil {
		return "it has no NTLM type3"
	}
	return off(m.Response, "the response", token.Fields["response"])
}

func hasNTLM(x *transcript.Exchange, want string) bool {
	found := false
	for _, t := range x.Tokens {
		if strings.HasPrefix(t.Type, "type") {
			found = true
			if t.Type == want {
				return true
			}
		}
	}
	return want == "none" && !found
}

func bodyOff(m *plan.Match, x *transcript.Exchange) string {
	var body transcript.Body
	if x.Response != nil {
		body = x.Response.Body
	}
	if wrong := off(m.Body, "the body's length", body.Length); wrong != "" {
		return wrong
	}
	return off(m.Complete, "that the body is complete", body.Complete)
}
