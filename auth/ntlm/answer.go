package ntlm

import (
	"fmt"
	"io"
)

// answer is what a client computes from a challenge.
type answer struct {
	lm, nt   []byte
	exchange Key // KeyExchangeKey
	mic      bool
}

// answer chooses the responses by level: the client table of LmCompatibilityLevel.
func (c *Client) answer(type2 *ChallengeMessage) (answer, error) {
	switch {
	case c.cfg.Anonymous:
		// Assumed: the key exchange key is zero, as the session base key is.
		return answer{lm: make([]byte, 1)}, nil
	case levelRules[c.cfg.Level].sendsV2:
		return c.answerV2(type2)
	case c.flags.Has(NegotiateExtendedSessionSecurity):
		return c.answerNTLM2(type2.ServerChallenge)
	default:
		return c.answerV1(type2.ServerChallenge), nil
	}
}

// answerV1 repeats the NTLMv1 response in the LM field when there is to be no LM
// response (MS-NLMP 3.3.1, NoLMResponseNTLMv1). Assumed: the same when the password
// has no LM hash.
func (c *Client) answerV1(server [8]byte) answer {
	nt := NTOWFv1(c.cfg.Password)
	lmowf, err := LMOWFv1(c.cfg.Password)
	a := answer{nt: NTLMv1Response(nt, server)}
	a.lm = a.nt
	if err == nil && levelRules[c.cfg.Level].sendsLM {
		a.lm = LMResponse(lmowf, server)
	}
	a.exchange = KXKEY(c.flags, SessionBaseKeyV1(nt), lmowf, a.lm, server)
	return a
}

func (c *Client) answerNTLM2(server [8]byte) (answer, error) {
	challenge, err := c.challenge()
	if err != nil {
		return answer{}, err
	}
	nt := NTOWFv1(c.cfg.Password)
	var a answer
	a.lm, a.nt = NTLM2SessionResponse(nt, server, challenge)
	a.exchange = KXKEY(c.flags, SessionBaseKeyV1(nt), Key{}, a.lm, server)
	return a, nil
}

func (c *Client) answerV2(type2 *ChallengeMessage) (answer, error) {
	challenge, err := c.challenge()
	if err != nil {
		return answer{}, err
	}
	pairs, err := type2.Pairs()
	if err != nil {
		return answer{}, err
	}
	stamp, stamped := pairs.Timestamp()
	blob := ClientChallenge{Time: NewFileTime(c.cfg.Now()), Challenge: challenge, TargetInfo: type2.TargetInfo}
	if stamped && c.cfg.OS.CopyTimestamp {
		blob.Time = stamp
	}
	a := answer{mic: stamped && c.cfg.OS.MIC}
	if added := c.addPairs(pairs, a.mic); len(added) > 0 {
		blob.TargetInfo = added.Marshal()
	}
	v2 := NTOWFv2(c.cfg.Password, c.cfg.User, c.cfg.Domain)
	a.lm = LMv2Response(v2, type2.ServerChallenge, challenge)
	if stamped && c.cfg.OS.Z24LM {
		a.lm = make([]byte, v1Size)
	}
	a.nt = NTLMv2Response(v2, type2.ServerChallenge, blob)
	a.exchange = SessionBaseKeyV2(v2, Key(a.nt[:proofSize]))
	return a, nil
}

// addPairs gives the server's pairs with those that the client's system adds to a
// TargetInfo (MS-NLMP 3.1.5.1.2). Without TargetInfo there is nothing to add to.
func (c *Client) addPairs(pairs AVPairs, mic bool) AVPairs {
	if len(pairs) == 0 {
		return nil
	}
	if mic {
		flags := pairs.Flags() | AVFlagMIC
		pairs = pairs.Set(MsvAvFlags, []byte{byte(flags), byte(flags >> 8), byte(flags >> 16), byte(flags >> 24)})
	}
	if c.cfg.OS.ChannelBindings {
		pairs = pairs.Set(MsvAvChannelBindings, c.cfg.ChannelBindings[:])
	}
	if c.cfg.OS.TargetNameAV && c.cfg.TargetName != "" {
		pairs = pairs.SetText(MsvAvTargetName, c.cfg.TargetName)
	}
	return pairs
}

func (c *Client) challenge() ([8]byte, error) {
	var challenge [8]byte
	if _, err := io.ReadFull(c.cfg.Rand, challenge[:]); err != nil {
		return challenge, fmt.Errorf("ntlm: reading a random client challenge: %w", err)
	}
	return challenge, nil
}
