package negotiate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/ntlm"
)

// Description is a token for a record. It holds no secret: of what is inside only
// what the mechanism sends in clear.
type Description struct {
	Kind        Kind
	Mechs       []Mech // the client's list
	Mech        Mech   // that the inner token is for, or that the server takes; "" when not said
	NegState    *NegState
	HintName    string                // of a NegTokenInit2
	NTLM        *ntlm.Description     // the inner NTLM message
	Kerberos    *kerberos.Description // the inner Kerberos token
	Inner       int                   // bytes of the inner token
	Problem     string                // why the inner token can't be read; "" when it can
	MechListMIC bool                  // one is present
}

// Describe reads a token of any kind. A malformed one is an error that wraps
// ErrMalformed; a malformed inner token is not, Problem says so.
func Describe(token []byte) (Description, error) {
	t, err := ParseToken(token)
	if err != nil {
		return Description{}, err
	}
	d := Description{Kind: t.Kind}
	inner := t.Raw
	switch {
	case t.Init != nil:
		inner = t.Init.MechToken
		d.Mechs, d.MechListMIC = t.Init.MechTypes, len(t.Init.MechListMIC) > 0
		if len(d.Mechs) > 0 && len(inner) > 0 {
			d.Mech = d.Mechs[0]
		}
		if t.Init.Hints != nil {
			d.HintName = t.Init.Hints.HintName
		}
	case t.Resp != nil:
		inner = t.Resp.ResponseToken
		d.Mech, d.NegState, d.MechListMIC = t.Resp.SupportedMech, t.Resp.NegState, len(t.Resp.MechListMIC) > 0
	}
	d.describeInner(inner)
	return d, nil
}

// describeInner goes by the inner token's own form, since later tokens don't name
// the mechanism.
func (d *Description) describeInner(inner []byte) {
	d.Inner = len(inner)
	switch {
	case len(inner) == 0:
	case IsRawNTLM(inner):
		n, err := ntlm.Describe(inner)
		if err != nil {
			d.Problem = err.Error()
			return
		}
		d.NTLM = &n
		d.Mech = MechNTLM
	case inner[0] == byte(tagGSS):
		k, err := kerberos.Describe(inner)
		if err != nil {
			d.Problem = err.Error()
			return
		}
		d.Kerberos = &k
		if d.Mech == "" {
			d.Mech = MechKerberos
		}
	}
}

// String gives one line, such as "NegTokenResp: accept-incomplete, NTLMSSP, Type 2:
// ...". It holds no secret.
func (d Description) String() string {
	var parts []string
	if d.NegState != nil {
		parts = append(parts, d.NegState.String())
	}
	if len(d.Mechs) > 0 {
		parts = append(parts, "offers "+mechList(d.Mechs))
	}
	if d.Mech != "" && len(d.Mechs) == 0 && d.Kind == KindResp {
		parts = append(parts, d.Mech.String())
	}
	if d.HintName != "" {
		parts = append(parts, "hint "+strconv.Quote(d.HintName))
	}
	if inner := d.inner(); inner != "" {
		parts = append(parts, inner)
	}
	if d.MechListMIC {
		parts = append(parts, "mechListMIC")
	}
	if len(parts) == 0 {
		return d.Kind.String()
	}
	return d.Kind.String() + ": " + strings.Join(parts, ", ")
}

func (d Description) inner() string {
	switch {
	case d.NTLM != nil:
		return d.NTLM.String()
	case d.Kerberos != nil:
		return d.Kerberos.String()
	case d.Problem != "":
		return fmt.Sprintf("inner token of %d bytes that can't be read: %s", d.Inner, d.Problem)
	case d.Inner > 0:
		return fmt.Sprintf("inner token of %d bytes", d.Inner)
	}
	return ""
}

func mechList(mechs []Mech) string {
	names := make([]string, len(mechs))
	for i, m := range mechs {
		names[i] = m.String()
	}
	return strings.Join(names, ", ")
}
