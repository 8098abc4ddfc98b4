package negotiate_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wualab/wualab/auth/negotiate"
)

// Tokens with their bytes, written down by hand after RFC 4178 and MS-SPNG. The hint
// is what file servers since Vista send first.
var codecCases = []struct {
	name  string
	raw   string
	token negotiate.Token
}{
	{"init with NTLM", "60" + "1c" + "06062b0601050502" + "a012" + "3010" + "a00e300c060a2b06010401823702020a",
		negotiate.Token{Kind: negotiate.KindInit, Init: &negotiate.NegTokenInit{MechTypes: []negotiate.Mech{negotiate.MechNTLM}}}},
	{"init with all", "60" + "3d" + "06062b0601050502" + "a033" + "3031" +
		"a018" + "3016" + "06092a864882f712010202" + "06092a864886f712010202" +
		"a104" + "03020040" + "a205" + "0403" + "010203" + "a308" + "0406" + "0a0b0c0d0e0f",
		negotiate.Token{Kind: negotiate.KindInit, Init: &negotiate.NegTokenInit{
			MechTypes: []negotiate.Mech{negotiate.MechMSKerberos, negotiate.MechKerberos}, ReqFlags: new(byte(0x40)),
			MechToken: []byte{1, 2, 3}, MechListMIC: []byte{10, 11, 12, 13, 14, 15}}}},
	{"hint", "6048" + "06062b0601050502" + "a03e" + "303c" + "a00e300c060a2b06010401823702020a" +
		"a32a" + "3028" + "a026" + "1b24" + "6e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265",
		negotiate.Token{Kind: negotiate.KindInit2, Init: &negotiate.NegTokenInit{MechTypes: []negotiate.Mech{negotiate.MechNTLM},
			Hints: &negotiate.NegHints{HintName: "not_defined_in_RFC4178@please_ignore"}}}},
	{"hint with address and MIC", "6023" + "06062b0601050502" + "a019" + "3017" + "a30f" + "300d" + "a003" + "1b01" + "78" +
		"a106" + "0404" + "7f000001" + "a404" + "0402" + "0102",
		negotiate.Token{Kind: negotiate.KindInit2, Init: &negotiate.NegTokenInit{MechListMIC: []byte{1, 2},
			Hints: &negotiate.NegHints{HintName: "x", HintAddress: []byte{127, 0, 0, 1}}}}},
	{"response that says nothing", "a1023000", negotiate.Token{Kind: negotiate.KindResp, Resp: &negotiate.NegTokenResp{}}},
	{"response with all", "a121" + "301f" + "a0030a0101" + "a10c060a2b06010401823702020a" + "a204" + "0402" + "0102" + "a304" + "0402" + "0304",
		negotiate.Token{Kind: negotiate.KindResp, Resp: &negotiate.NegTokenResp{NegState: new(negotiate.AcceptIncomplete),
			SupportedMech: negotiate.MechNTLM, ResponseToken: []byte{1, 2}, MechListMIC: []byte{3, 4}}}},
	{"response with empty strings", "a10a" + "3008" + "a202" + "0400" + "a302" + "0400",
		negotiate.Token{Kind: negotiate.KindResp, Resp: &negotiate.NegTokenResp{ResponseToken: []byte{}, MechListMIC: []byte{}}}},
	{"reject", "a107" + "3005" + "a0030a0102",
		negotiate.Token{Kind: negotiate.KindResp, Resp: &negotiate.NegTokenResp{NegState: new(negotiate.Reject)}}},
	{"bare NTLM", "4e544c4d53535000010000000000", negotiate.Token{Kind: negotiate.KindRawNTLM, Raw: []byte("NTLMSSP\x00\x01\x00\x00\x00\x00\x00")}},
	{"bare Kerberos", "600d" + "06092a864886f712010202" + "0100",
		negotiate.Token{Kind: negotiate.KindRawKerberos, Raw: unhex("600d06092a864886f7120102020100")}},
}

func TestCodec(t *testing.T) {
	same := cmpopts.IgnoreUnexported(negotiate.NegTokenInit{})
	for _, c := range codecCases {
		got, err := negotiate.ParseToken(unhex(c.raw))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.token, got, same); d != "" {
			t.Errorf("%s read (-want +got):\n%s", c.name, d)
		}
		if raw, err := c.token.Marshal(); err != nil || !bytes.Equal(raw, unhex(c.raw)) {
			t.Errorf("%s written:\n%x, want\n%s; %v", c.name, raw, c.raw, err)
		}
	}
}

func TestMechList(t *testing.T) {
	const list = "300c060a2b06010401823702020a"
	init := &negotiate.NegTokenInit{MechTypes: []negotiate.Mech{negotiate.MechNTLM}}
	if got, err := init.MechList(); err != nil || !bytes.Equal(got, unhex(list)) {
		t.Errorf("written %x, %v", got, err)
	}
	parsed := must(negotiate.ParseToken(unhex(codecCases[0].raw)))
	parsed.Init.MechTypes = nil
	if got, err := parsed.Init.MechList(); err != nil || !bytes.Equal(got, unhex(list)) {
		t.Errorf("as received %x, %v", got, err)
	}
}

func TestParseTokenRefuses(t *testing.T) {
	many := &negotiate.NegTokenInit{}
	for range 33 {
		many.MechTypes = append(many.MechTypes, negotiate.MechNTLM)
	}
	for problem, raw := range map[string][]byte{
		"it is empty":                               nil,
		"it has 65537 bytes, more than 65536":       make([]byte, negotiate.MaxToken+1),
		"it begins with byte 0x7b":                  []byte("{}"),
		"the outer length is not that of the token": unhex("600206"),
		"outer mechanism is no object identifier":   unhex("60020400"),
		"its mechanism is 1.3, neither":             unhex("600306012b"),
		"it is no NegTokenInit":                     unhex("6008" + "06062b0601050502"),
		"it is no NegTokenResp":                     unhex("a1020400"),
		"mechTypes can't be read":                   unhex("a00630" + "04a0ff0000"),
		"mechTypes is no list":                      unhex("a00630" + "04a0020400"),
		"mechTypes is no object identifier":         unhex("a00830" + "06a0043002" + "0400"),
		"mechTypes has more than 32 entries":        must(many.Marshal()),
		"reqFlags is no bit string":                 unhex("a00630" + "04a1020400"),
		"mechToken is no octet string":              unhex("a00630" + "04a2020500"),
		"mechListMIC is no octet string":            unhex("a10630" + "04a3020500"),
		"negHints can't be read":                    unhex("a00630" + "04a3023005"),
		"hintName can't be read":                    unhex("a00a30" + "08a3063004" + "a0020400"),
		"NegTokenInit has 2 bytes too many":         unhex("a00430" + "020500"),
		"NegTokenResp has 2 bytes too many":         unhex("a10430" + "020500"),
		"negState is none of the four":              unhex("a10730" + "05a0030a0104"),
		"supportedMech is no object identifier":     unhex("a10630" + "04a1020400"),
		"responseToken is no octet string":          unhex("a10630" + "04a2020500"),
	} {
		_, err := negotiate.ParseToken(raw)
		if !errors.Is(err, negotiate.ErrMalformed) || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %v", problem, err)
		}
		if _, err := negotiate.Describe(raw); !errors.Is(err, negotiate.ErrMalformed) {
			t.Errorf("%s described: %v", problem, err)
		}
	}
}

func TestMarshalRefuses(t *testing.T) {
	for problem, token := range map[string]negotiate.Token{
		"without content":               {},
		`"x.y" is no object identifier`: {Init: &negotiate.NegTokenInit{MechTypes: []negotiate.Mech{"x.y"}}},
		`"1" is no object identifier`:   {Resp: &negotiate.NegTokenResp{SupportedMech: "1"}},
		"writing NegTokenInit":          {Init: &negotiate.NegTokenInit{MechTypes: []negotiate.Mech{"9.9.9"}}},
	} {
		if raw, err := token.Marshal(); err == nil || raw != nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %x, %v", problem, raw, err)
		}
	}
	if _, err := (&negotiate.NegTokenInit{MechTypes: []negotiate.Mech{"x"}}).MechList(); err == nil {
		t.Error("a list with what is no identifier")
	}
}

func TestDescribe(t *testing.T) {
	wrap := func(inner []byte) []byte {
		return must((&negotiate.NegTokenResp{ResponseToken: inner}).Marshal())
	}
	for _, c := range []struct {
		raw  []byte
		want string
	}{
		{unhex("a1023000"), "NegTokenResp"},
		{unhex(codecCases[1].raw), "NegTokenInit: offers MS-Kerberos, Kerberos, inner token of 3 bytes, mechListMIC"},
		{unhex(codecCases[3].raw), `NegTokenInit2: hint "x", mechListMIC`},
		{wrap([]byte("NTLMSSP\x00\x02\x00\x00\x00")), "NegTokenResp: inner token of 12 bytes that can't be read: ntlm: "},
		{wrap(unhex("600d06092a864886f7120102020100")), "NegTokenResp: inner token of 15 bytes that can't be read: kerberos: malformed Kerberos token: AP-REQ"},
		{wrap(unhex("600d06092a864886f7120102020900")), "of unknown type 0900"},
	} {
		d, err := negotiate.Describe(c.raw)
		if err != nil || !strings.Contains(d.String(), c.want) {
			t.Errorf("%x: %q, want %q; %v", c.raw, d, c.want, err)
		}
	}
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		negotiate.Kind(0).String():       "no token",
		negotiate.Kind(9).String():       "unknown",
		negotiate.KindInit2.String():     "NegTokenInit2",
		negotiate.NegState(7).String():   "negState 7",
		negotiate.RequestMIC.String():    "request-mic",
		negotiate.MechNegoEx.String():    "NegoEx",
		negotiate.Mech("1.2.3").String(): "1.2.3",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
