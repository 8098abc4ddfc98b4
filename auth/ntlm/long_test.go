package ntlm_test

import (
	"bytes"
	"strings"

	"github.com/wualab/wualab/auth/ntlm"
)

// Names and lists of which a message of 48 kB is made, which in base64 fills a head of
// 64 kB, the most that WinHTTP reads.
var (
	longName  = strings.Repeat("ALICE", 800)
	longPairs = append(bytes.Repeat([]byte{99, 0, 0, 0}, 6000), 0, 0, 0, 0)
)

func longNegotiate() []byte {
	return (&ntlm.NegotiateMessage{Domain: longName, Workstation: longName,
		Flags: ntlm.NegotiateOEM | ntlm.NegotiateOEMDomainSupplied | ntlm.NegotiateOEMWorkstationSupplied}).Marshal()
}

func longChallenge() []byte {
	return (&ntlm.ChallengeMessage{TargetName: longName, TargetInfo: longPairs,
		Flags: ntlm.NegotiateUnicode | ntlm.NegotiateTargetInfo}).Marshal()
}

// longAuthenticate has an NTLMv2 response full of pairs.
func longAuthenticate() []byte {
	response := append(bytes.Repeat([]byte{7}, 16), 1, 1)
	response = append(append(response, make([]byte, 26)...), longPairs...)
	return (&ntlm.AuthenticateMessage{Domain: longName, User: longName, Workstation: longName,
		LmResponse: make([]byte, 24), NtResponse: response, HasFlags: true, Flags: ntlm.NegotiateUnicode}).Marshal()
}
