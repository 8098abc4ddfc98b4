package ntlm_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"testing"
	"time"

	"github.com/wualab/wualab/auth/ntlm"
)

// The examples of MS-NLMP 4.2.
const (
	msFlagsV1  = ntlm.Flags(0xe2028233)
	msFlagsESS = ntlm.Flags(0x820a8233)
	msFlagsV2  = ntlm.Flags(0xe28a8233)

	msChallengeV1  = "4e544c4d53535000020000000c000c0038000000338202e20123456789abcdef00000000000000000000000000000000060070170000000f530065007200760065007200"
	msChallengeESS = "4e544c4d53535000020000000c000c003800000033820a820123456789abcdef00000000000000000000000000000000060070170000000f530065007200760065007200"
	msChallengeV2  = "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000060070170000000f53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000"

	msNames   = "44006f006d00610069006e00550073006500720043004f004d0050005500540045005200"
	msHeadV1  = "4e544c4d5353500003000000180018006c00000018001800840000000c000c00480000000800080054000000100010005c000000100010009c000000358280e20501280a0000000f"
	msHeadESS = "4e544c4d5353500003000000180018006c00000018001800840000000c000c00480000000800080054000000100010005c000000000000009c000000358208820501280a0000000f"
	msHeadV2  = "4e544c4d5353500003000000180018006c00000054005400840000000c000c00480000000800080054000000100010005c00000010001000d8000000358288e20501280a0000000f"

	msLM     = "98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13"
	msNTLM   = "67c43011f30298a2ad35ece64f16331c44bdbed927841f94"
	msLMESS  = "aaaaaaaaaaaaaaaa00000000000000000000000000000000"
	msNTESS  = "7537f803ae367128ca458204bde7caf81e97ed2683267232"
	msLMv2   = "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"
	msProof  = "68cd0ab851e51c96aabc927bebef6a1c"
	msTemp   = "01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000"
	msKeyV1  = "518822b1b3f350c8958682ecbb3e3cb7"
	msKeyV2  = "c5dad2544fc9799094ce1ce90bc9d03e"
	msRandom = "55555555555555555555555555555555"
)

var (
	msAuthV1  = unhex(msHeadV1, msNames, msLM, msNTLM, msKeyV1)
	msAuthESS = unhex(msHeadESS, msNames, msLMESS, msNTESS)
	msAuthV2  = unhex(msHeadV2, msNames, msLMv2, msProof, msTemp, msKeyV2)

	msServer = hexNonce("0123456789abcdef")
	msClient = hexNonce("aaaaaaaaaaaaaaaa")
	year1601 = time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)
)

// vector is one published value.
type vector struct {
	name string
	got  []byte
	want string
}

func checkVectors(t *testing.T, vectors []vector) {
	t.Helper()
	for _, v := range vectors {
		if want := unhex(v.want); !bytes.Equal(v.got, want) {
			t.Errorf("%s:\n got %x\nwant %x", v.name, v.got, want)
		}
	}
}

func key(k ntlm.Key) []byte { return k[:] }

func mustLM(t *testing.T, password string) ntlm.Key {
	t.Helper()
	lm, err := ntlm.LMOWFv1(password)
	if err != nil {
		t.Fatal(err)
	}
	return lm
}

func TestMSNLMPNTLMv1(t *testing.T) { // 4.2.2
	lm, nt := mustLM(t, "Password"), ntlm.NTOWFv1("Password")
	response := ntlm.LMResponse(lm, msServer)
	base := ntlm.SessionBaseKeyV1(nt)
	plain := ntlm.KXKEY(msFlagsV1, base, lm, response, msServer)
	nonNT := ntlm.KXKEY(msFlagsV1|ntlm.RequestNonNTSessionKey, base, lm, response, msServer)
	lmKey := ntlm.KXKEY(msFlagsV1|ntlm.NegotiateLMKey, base, lm, response, msServer)
	random := hexKey(msRandom)
	checkVectors(t, []vector{
		{"LMOWFv1", key(lm), "e52cac67419a9a224a3b108f3fa6cb6d"},
		{"NTOWFv1", key(nt), "a4f49c406510bdcab6824ee7c30fd852"},
		{"LM response", response, msLM},
		{"NTLMv1 response", ntlm.NTLMv1Response(nt, msServer), msNTLM},
		{"SessionBaseKey", key(base), "d87262b0cde4b1cb7499becccdf10784"},
		{"KXKEY", key(plain), "d87262b0cde4b1cb7499becccdf10784"},
		{"KXKEY LM_KEY", key(lmKey), "b09e379f7fbecb1eaf0afdcb0383c8a0"},
		{"EncryptedRandomSessionKey", key(ntlm.EncryptSessionKey(plain, random)), msKeyV1},
		{"EncryptedRandomSessionKey NON_NT", key(ntlm.EncryptSessionKey(nonNT, random)), "7452ca55c225a1ca04b48fae32cf56fc"},
		{"EncryptedRandomSessionKey LM_KEY", key(ntlm.EncryptSessionKey(lmKey, random)), "4cd7bb57d697ef9b549f02b8f9b37864"},
	})
	sealed, signature := ntlm.NewSealer(msFlagsV1, random, true).Seal(plaintext)
	checkVectors(t, []vector{
		{"sealed", sealed, "56fe04d861f9319af0d7238a2e3b4d457fb8"},
		{"signature", signature, "0100000045c844e509dcd1df2e459d36"},
		{"CRC", binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(plaintext)), "7d84aa93"},
	})
}

// plaintext is "Plaintext" in UTF-16LE, the message of the wrap examples.
var plaintext = unhex("50006c00610069006e007400650078007400")

func TestMSNLMPNTLM2Session(t *testing.T) { // 4.2.3
	nt := ntlm.NTOWFv1("Password")
	lmField, ntField := ntlm.NTLM2SessionResponse(nt, msServer, msClient)
	exchange := ntlm.KXKEY(msFlagsESS, ntlm.SessionBaseKeyV1(nt), ntlm.Key{}, lmField, msServer)
	sealed, signature := ntlm.NewSealer(msFlagsESS, exchange, true).Seal(plaintext)
	checkVectors(t, []vector{
		{"LM field", lmField, msLMESS},
		{"NT field", ntField, msNTESS},
		{"KeyExchangeKey", key(exchange), "eb93429a8bd952f8b89c55b87f475edc"},
		{"SEALKEY", ntlm.SEALKEY(msFlagsESS, exchange, true), "04dd7f014d8504d265a25cc86a3a7c06"},
		{"SIGNKEY", ntlm.SIGNKEY(msFlagsESS, exchange, true), "60e799be5c72fc92922ae8ebe961fb8d"},
		{"sealed", sealed, "a02372f6530273f3aa1eb90190ce5200c99d"},
		{"signature", signature, "01000000ff2aeb52f681793a00000000"},
	})
}

func TestMSNLMPNTLMv2(t *testing.T) { // 4.2.4
	v2 := ntlm.NTOWFv2("Password", "User", "Domain")
	pairs := ntlm.AVPairs{}.SetText(ntlm.MsvAvNbDomainName, "Domain").SetText(ntlm.MsvAvNbComputerName, "Server")
	blob := ntlm.ClientChallenge{Challenge: msClient, TargetInfo: pairs.Marshal()}
	proof := ntlm.NTProofStr(v2, msServer, blob.Marshal())
	base := ntlm.SessionBaseKeyV2(v2, proof)
	random := hexKey(msRandom)
	sealed, signature := ntlm.NewSealer(msFlagsV2, random, true).Seal(plaintext)
	checkVectors(t, []vector{
		{"NTOWFv2", key(v2), "0c868a403bfd7a93a3001ef22ef02e3f"},
		{"temp", blob.Marshal(), msTemp},
		{"NTProofStr", key(proof), msProof},
		{"NTLMv2 response", ntlm.NTLMv2Response(v2, msServer, blob), msProof + msTemp},
		{"LMv2 response", ntlm.LMv2Response(v2, msServer, msClient), msLMv2},
		{"SessionBaseKey", key(base), "8de40ccadbc14a82f15cb0ad0de95ca3"},
		{"EncryptedRandomSessionKey", key(ntlm.EncryptSessionKey(base, random)), msKeyV2},
		{"SIGNKEY", ntlm.SIGNKEY(msFlagsV2, random, true), "4788dc861b4782f35d43fd98fe1a2d39"},
		{"SEALKEY", ntlm.SEALKEY(msFlagsV2, random, true), "59f600973cc4960a25480a7c196e4c58"},
		{"sealed", sealed, "54e50165bf1936dc996020c1811b0f06fb5f"},
		{"signature", signature, "010000007fb38ec5c55d497600000000"},
	})
	plain := ntlm.NewSealer(msFlagsV2&^ntlm.NegotiateKeyExch, random, true).Sign(plaintext)
	checkVectors(t, []vector{{"checksum before encryption", plain[4:12], "70352851f2564309"}})
}

func TestMSNLMPMessagesMarshal(t *testing.T) { // 4.2.2.3, 4.2.3.3, 4.2.4.3
	for name, raw := range map[string][]byte{
		"v1 challenge": unhex(msChallengeV1), "ESS challenge": unhex(msChallengeESS), "v2 challenge": unhex(msChallengeV2),
	} {
		m, err := ntlm.ParseChallenge(raw)
		if err != nil {
			t.Fatal(name, err)
		}
		if m.TargetName != "Server" || m.ServerChallenge != msServer || m.Version.String() != "6.0.6000" {
			t.Errorf("%s read as %+v", name, m)
		}
		checkVectors(t, []vector{{name, m.Marshal(), fmt.Sprintf("%x", raw)}})
	}
	for name, raw := range map[string][]byte{"v1": msAuthV1, "ESS": msAuthESS, "v2": msAuthV2} {
		m, err := ntlm.ParseAuthenticate(raw)
		if err != nil {
			t.Fatal(name, err)
		}
		if m.Domain != "Domain" || m.User != "User" || m.Workstation != "COMPUTER" || m.Version.String() != "5.1.2600" {
			t.Errorf("%s read as %+v", name, m)
		}
		checkVectors(t, []vector{{name + " authenticate", m.Marshal(), fmt.Sprintf("%x", raw)}})
	}
}

// sequence gives its blocks in turn.
type sequence struct{ *bytes.Reader }

func randomBlocks(blocks ...string) sequence { return sequence{bytes.NewReader(unhex(blocks...))} }

// The client makes the document's messages from the document's challenges.
func TestMSNLMPClient(t *testing.T) {
	const cc = "aaaaaaaaaaaaaaaa"
	extra := ntlm.NegotiateSign | ntlm.NegotiateSeal | ntlm.NegotiateKeyExch
	// 4.2.2 shows TARGET_INFO in message 3 although its challenge has none.
	v1 := append([]byte(nil), msAuthV1...)
	v1[62] &^= 0x80
	// 4.2.3 negotiates 56-bit keys without KEY_EXCH; its challenge says so.
	for _, c := range []struct {
		name      string
		level     ntlm.Level
		challenge string
		random    sequence
		want      []byte
	}{
		{"NTLMv1", 0, msChallengeV1, randomBlocks(msRandom), v1},
		{"NTLM2 session", 1, msChallengeESS, randomBlocks(cc), msAuthESS},
		{"NTLM2 session", 2, msChallengeESS, randomBlocks(cc), msAuthESS},
		{"NTLMv2", 3, msChallengeV2, randomBlocks(cc, msRandom), msAuthV2},
		{"NTLMv2", 5, msChallengeV2, randomBlocks(cc, msRandom), msAuthV2},
	} {
		client, err := ntlm.NewClient(ntlm.ClientConfig{
			Level: c.level, Domain: "Domain", User: "User", Password: "Password", Workstation: "COMPUTER",
			OS: ntlm.WindowsXPSP2(), ExtraFlags: extra, Rand: c.random, Now: at(year1601),
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := client.Authenticate(unhex(c.challenge))
		if err != nil {
			t.Fatal(c.name, err)
		}
		checkVectors(t, []vector{{fmt.Sprintf("%s at level %d", c.name, c.level), got, fmt.Sprintf("%x", c.want)}})
	}
}

// The acceptor believes the document's messages, and gets the document's key.
func TestMSNLMPAcceptor(t *testing.T) {
	accounts := ntlm.NewAccounts(ntlm.Account{Domain: "Domain", User: "User", Password: "Password"})
	cfg := acceptorConfig(0)
	cfg.Accounts, cfg.Now = accounts, at(year1601)
	acceptor, err := ntlm.NewAcceptor(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		challenge string
		answer    []byte
		kind      ntlm.ResponseKind
		key       string
	}{
		{msChallengeV1, msAuthV1, ntlm.ResponseLMAndNTLMv1, msRandom},
		{msChallengeESS, msAuthESS, ntlm.ResponseNTLM2Session, "eb93429a8bd952f8b89c55b87f475edc"},
		{msChallengeV2, msAuthV2, ntlm.ResponseNTLMv2, msRandom},
	} {
		session, err := acceptor.ResumeSession(nil, unhex(c.challenge))
		if err != nil {
			t.Fatal(err)
		}
		result := session.Verify(c.answer)
		if !result.OK || result.Response != c.kind {
			t.Errorf("%s: %+v", c.kind, result)
		}
		exported, _ := session.SessionKey()
		checkVectors(t, []vector{{c.kind.String() + " session key", key(exported), c.key}})
	}
}
