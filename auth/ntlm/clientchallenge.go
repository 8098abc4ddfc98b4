package ntlm

import (
	"encoding/binary"
	"fmt"
)

const (
	clientChallengeName  = "NTLMv2_CLIENT_CHALLENGE"
	clientChallengeFixed = 28 // RespType to Reserved3
	clientChallengeTail  = 4  // zeros that MS-NLMP 3.3.2 puts behind the pairs
)

// ClientChallenge is NTLMv2_CLIENT_CHALLENGE, the part of an NTLMv2 response that
// its proof covers, called "temp" and "blob" elsewhere (MS-NLMP 2.2.2.7).
type ClientChallenge struct {
	Time       FileTime
	Challenge  [8]byte // ChallengeFromClient
	TargetInfo []byte  // marshalled AV pairs; empty when the server sent none
}

// Marshal writes the structure with the four zero bytes that end it.
func (c ClientChallenge) Marshal() []byte {
	b := make([]byte, 0, clientChallengeFixed+len(c.TargetInfo)+clientChallengeTail)
	b = append(b, 1, 1, 0, 0, 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint64(b, uint64(c.Time))
	b = append(b, c.Challenge[:]...)
	b = append(b, 0, 0, 0, 0)
	b = append(b, c.TargetInfo...)
	return append(b, 0, 0, 0, 0)
}

// ParseClientChallenge reads the structure; TargetInfo keeps all bytes behind the
// fixed part, so that Pairs can read them. One that is too short or not version 1 is
// a *FormatError.
func ParseClientChallenge(b []byte) (ClientChallenge, error) {
	if len(b) < clientChallengeFixed {
		return ClientChallenge{}, &FormatError{clientChallengeName, "RespType", 0,
			fmt.Sprintf("is %d bytes, shorter than the %d before the pairs", len(b), clientChallengeFixed)}
	}
	if b[0] != 1 || b[1] != 1 {
		return ClientChallenge{}, &FormatError{clientChallengeName, "RespType", 0,
			fmt.Sprintf("is version %d of at most %d, not 1 of 1", b[0], b[1])}
	}
	return ClientChallenge{
		Time:       FileTime(binary.LittleEndian.Uint64(b[8:])),
		Challenge:  [8]byte(b[16:24]),
		TargetInfo: append([]byte(nil), b[clientChallengeFixed:]...),
	}, nil
}

// Pairs reads TargetInfo. A response to a server that sent no TargetInfo has only
// the closing zeros, which read as an empty list.
func (c ClientChallenge) Pairs() (AVPairs, error) { return ParseAVPairs(c.TargetInfo) }

// announcesMIC reports whether an NTLMv2 response carries the MIC bit of MsvAvFlags.
func announcesMIC(nt []byte) bool {
	if len(nt) <= v1Size {
		return false
	}
	c, err := ParseClientChallenge(nt[proofSize:])
	if err != nil {
		return false
	}
	pairs, err := c.Pairs()
	return err == nil && pairs.Flags()&AVFlagMIC != 0
}
