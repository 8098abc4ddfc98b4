package negotiate_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/ntlm"
)

// Handshakes in SPNEGO with gss-ntlmssp 1.2.0 of Debian 12, in the order of their
// tokens: client, server, client, server. User LAB\user, password "Password". Each
// side checked the other's mechListMIC.
var (
	// curl 7.88.1 with gss-ntlmssp logged in to an acceptor of this package.
	recordedToUs = [4]string{
		"604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa22a04284e544c4d5353500001000000178208e200000000000000000000000000000000060200000000000f",
		"a17f307da0030a0101a10c060a2b06010401823702020aa26804664e544c4d53535000020000000600060038000000158289e2d26c69cb2d8c60e40000000000000000280028003e0000000601b11d0000000f4c0041004200020006004c004100420001000a00500052004f00580059000700080081c76852767bdd0100000000",
		"a182011d30820119a0030a0101a281fd0481fa4e544c4d53535000030000000000000058000000800080005800000006000600d800000008000800de00000004000400e600000010001000ea000000158289e2060200000000000f163ee990d968550f4b4967b0d15af111ae0100311c289aa25ca3c80eb5752635010100000000000081c76852767bdd0153ae218dc0619f5f0000000001000a00500052004f0058005900020006004c004100420006000400020000000700080081c76852767bdd0109001c0048005400540050002f006c006f00630061006c0068006f007300740000000000000000004c0041004200750073006500720056004d0009431442d539038dc60cf1b4d6818ac1a3120410010000003120fd3642d8115d00000000",
		"a11b3019a0030a0100a3120410010000009cc29fd897603b0000000000",
	}
	// A client of this package logged in to Apache mod_auth_gssapi 1.6.4 with
	// gss-ntlmssp. Its random source was counter.
	recordedFromUs = [4]string{
		"604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa22a04284e544c4d5353500001000000178208e2000000000000000000000000000000000601b11d0000000f",
		"a18199308196a0030a0101a10c060a2b06010401823702020aa28180047e4e544c4d5353500002000000040004003800000015828ae2d1be4f4a4f7c44f20000000000000000420042003c000000060200000000000f56004d000100040056004d000200160057004f0052004b00530054004100540049004f004e000300040076006d000600040000000000070008004004d768767bdd0100000000",
		"a182015f3082015ba0030a0101a282013e0482013a4e544c4d5353500003000000180018006c000000a600a600840000000600060058000000080008005e0000000600060066000000100010002a010000158288e20601b11d0000000f821d4a42dee7bb3e13fc575a0bfaddc24c004100420075007300650072005000430031000000000000000000000000000000000000000000000000000186f38da865277475de0ebe8293702f01010000000000004004d768767bdd010102030405060708000000000100040056004d000200160057004f0052004b00530054004100540049004f004e000300040076006d000600040002000000070008004004d768767bdd010a0010000000000000000000000000000000000009001c0048005400540050002f006c006f00630061006c0068006f007300740000000000000000004b6cff86e63e57835c881236e81133f8a3120410010000004ea1c9a283abb5ce00000000",
		"a11b3019a0030a0100a312041001000000086a1c9cab19ed7a00000000",
	}
)

// The inner messages of an older record of the same software, curl and Apache.
const (
	innerType1 = "4e544c4d5353500001000000178208e200000000000000000000000000000000060200000000000f"
	innerType2 = "4e544c4d5353500002000000040004003800000015828ae272817f2541019bdf0000000000000000420042003c000000060200000000000f56004d000100040056004d000200160057004f0052004b00530054004100540049004f004e000300040076006d000600040000000000070008003a27e70e3f7bdd0100000000"
	innerType3 = "4e544c4d53535000030000000000000058000000920092005800000006000600ea00000008000800f000000004000400f800000010001000fc00000015828ae2060200000000000fe8cabaa347446dd80174d3d06ff5594a6fddd687097aeaa9e7a5b214a63321f001010000000000003a27e70e3f7bdd01b73ee851c0991088000000000100040056004d000200160057004f0052004b00530054004100540049004f004e000300040076006d000600040002000000070008003a27e70e3f7bdd0109001c0048005400540050002f006c006f00630061006c0068006f007300740000000000000000004c0041004200750073006500720056004d00efec43f8e96e09466fabc8c2276b12b2"
	innerKey   = "add13a91ce5b160a8d31a2ab6f22d528" // ExportedSessionKey
	innerFlags = ntlm.Flags(0xe28a8215)
)

// fixed is a random source that gives these bytes over and over.
type fixed []byte

func (f fixed) Read(b []byte) (int, error) { return copy(b, f), nil }

func recordedAcceptor(t *testing.T, type2 []byte) *negotiate.Acceptor {
	t.Helper()
	challenge, err := ntlm.ParseChallenge(type2)
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := challenge.Pairs()
	if err != nil {
		t.Fatal(err)
	}
	stamp, _ := pairs.Timestamp()
	return must(negotiate.NewAcceptor(negotiate.AcceptorConfig{
		RequireMechListMIC: true,
		NTLM: must(ntlm.NewAcceptor(ntlm.AcceptorConfig{
			NetBIOSComputer: "PROXY", NetBIOSDomain: "LAB", OS: ntlm.Windows7(),
			Rand: fixed(challenge.ServerChallenge[:]), Now: func() time.Time { return stamp.Time() },
			Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "user", Password: "Password"}),
		})),
	}))
}

func TestRecordedLoginToUs(t *testing.T) {
	type2 := must(negotiate.ParseToken(unhex(recordedToUs[1]))).Resp.ResponseToken
	s := recordedAcceptor(t, type2).NewSession()
	for i := 0; i < len(recordedToUs); i += 2 {
		step := s.Accept(unhex(recordedToUs[i]))
		if !bytes.Equal(step.Token, unhex(recordedToUs[i+1])) {
			t.Fatalf("answer to token %d is\n%x, recorded\n%s; %s", i, step.Token, recordedToUs[i+1], step.Reason)
		}
		if step.OK != (i == 2) || step.OK && step.Account() != `LAB\user` {
			t.Fatalf("token %d: %+v", i, step)
		}
	}
}

func TestRecordedLoginToUsAltered(t *testing.T) {
	type2 := must(negotiate.ParseToken(unhex(recordedToUs[1]))).Resp.ResponseToken
	for name, c := range map[string]struct {
		fromEnd int
		status  ntlm.NTStatus
		reason  string
	}{
		"mechListMIC checksum": {5, ntlm.StatusAccessDenied, "the client's mechListMIC is wrong"},
		"mechListMIC sequence": {1, ntlm.StatusAccessDenied, "the client's mechListMIC is wrong"},
		"session key":          {25, ntlm.StatusAccessDenied, "MIC"},
	} {
		s := recordedAcceptor(t, type2).NewSession()
		third := unhex(recordedToUs[2])
		third[len(third)-c.fromEnd] ^= 1
		s.Accept(unhex(recordedToUs[0]))
		step := s.Accept(third)
		if step.OK || step.Token != nil || step.Status != c.status || !strings.Contains(step.Reason, c.reason) {
			t.Errorf("%s: %+v", name, step)
		}
	}
}

func TestRecordedLoginFromUs(t *testing.T) {
	c := must(negotiate.NewClient(negotiate.ClientConfig{
		SPN: "HTTP/localhost", RequireMechListMIC: true,
		NTLM: must(ntlm.NewClient(ntlm.ClientConfig{
			Level: 3, Domain: "LAB", User: "user", Password: "Password", Workstation: "PC1", OS: ntlm.Windows7(),
			TargetName: "HTTP/localhost", ExtraFlags: ntlm.NegotiateSign | ntlm.NegotiateKeyExch,
			Rand: new(counter), Now: atNoon,
		})),
	}))
	var challenge []byte
	for i := 0; i < len(recordedFromUs); i += 2 {
		token, done, err := c.Next(challenge)
		if err != nil || done != (i == 2) {
			t.Fatalf("token %d: done %v, %v", i, done, err)
		}
		if !bytes.Equal(token, unhex(recordedFromUs[i])) {
			t.Fatalf("token %d is\n%x, recorded\n%s", i, token, recordedFromUs[i])
		}
		challenge = unhex(recordedFromUs[i+1])
	}
	if err := c.Finish(challenge); err != nil {
		t.Fatal(err)
	}
}

// replayed answers with recorded messages; what they prove, package ntlm tests.
type replayed struct{ t *testing.T }

func (r replayed) Challenge(type1 []byte) ([]byte, error) {
	if !bytes.Equal(type1, unhex(innerType1)) {
		r.t.Errorf("Type 1 arrives as %x", type1)
	}
	return unhex(innerType2), nil
}

func (r replayed) Verify(type3 []byte) ntlm.Result {
	if !bytes.Equal(type3, unhex(innerType3)) {
		r.t.Errorf("Type 3 arrives as %x", type3)
	}
	return ntlm.Result{OK: true, Domain: "LAB", User: "user"}
}

func (r replayed) SessionKey() (ntlm.Key, ntlm.Flags) {
	return ntlm.Key(unhex(innerKey)), innerFlags
}

func TestRecordedMessagesWrapped(t *testing.T) {
	s := must(negotiate.NewAcceptor(negotiate.AcceptorConfig{
		NTLMSession: func() negotiate.NTLMSession { return replayed{t} }, RequireMechListMIC: true,
	})).NewSession()
	init := &negotiate.NegTokenInit{MechTypes: []negotiate.Mech{negotiate.MechNTLM}, MechToken: unhex(innerType1)}
	first := s.Accept(must(init.Marshal()))
	if r := must(negotiate.ParseToken(first.Token)).Resp; !bytes.Equal(r.ResponseToken, unhex(innerType2)) {
		t.Errorf("Type 2 leaves as %x", r.ResponseToken)
	}
	mic := ntlm.NewSealer(innerFlags, ntlm.Key(unhex(innerKey)), true).Sign(must(init.MechList()))
	last := s.Accept(must((&negotiate.NegTokenResp{
		NegState: new(negotiate.AcceptIncomplete), ResponseToken: unhex(innerType3), MechListMIC: mic,
	}).Marshal()))
	if !last.OK || last.Account() != `LAB\user` {
		t.Errorf("%+v", last)
	}
	// The record has the head of this token: state 0 and 16 bytes of mechListMIC.
	if !bytes.HasPrefix(last.Token, unhex("a11b3019a0030a0100a3120410")) || len(last.Token) != 0x1b+2 {
		t.Errorf("last token %x", last.Token)
	}
}
