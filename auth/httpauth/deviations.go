package httpauth

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/auth/ntlm"
)

// TargetInfoForm is what a Type 2 says of its server in TargetInfo.
type TargetInfoForm string

// The forms of TargetInfo. The zero value is TargetInfoFull.
const (
	TargetInfoFull      TargetInfoForm = ""
	TargetInfoTruncated TargetInfoForm = "truncated" // cut inside its last pair
	TargetInfoMissing   TargetInfoForm = "missing"   // as servers before Windows 2000 and squid's ntlm_fake_auth
)

// Deviations are ways in which a gate fails to be what it should, each seen in the
// field or feared there. The zero value is faithful.
type Deviations struct {
	// CloseAfterType2 closes the connection with the answer that carries Type 2, so
	// that Type 3 can't come back on it.
	CloseAfterType2 bool
	// NewChallengeEachLeg judges Type 3 by another challenge than the one that was
	// sent, as a balancer does that spreads the legs of a login over several machines.
	NewChallengeEachLeg bool
	// StaleType2 sends a Type 2 that was made for another connection, the same to all.
	StaleType2 bool
	// Type3LoopsType2 answers each Type 3 with a new Type 2, for ever.
	Type3LoopsType2 bool

	TargetInfo TargetInfoForm
	OEMOnly    bool // agrees to no Unicode
	NoESS      bool // agrees to no extended session security
	No128      bool // agrees to no 128-bit encryption

	MergedSchemes    bool     // all challenges in one field value, comma between (RFC 9110 11.6.1 allows it)
	LowerCaseSchemes bool     // "ntlm", "basic" (RFC 9110 11.1 allows it)
	ExtraSchemes     []string // challenges of schemes that nobody knows, before the others
	OddQuoting       bool     // Digest: qop without quotes, algorithm and stale with them
}

func (d Deviations) check() error {
	switch d.TargetInfo {
	case TargetInfoFull, TargetInfoTruncated, TargetInfoMissing:
	default:
		return fmt.Errorf("unknown form %q of TargetInfo", d.TargetInfo)
	}
	for _, extra := range d.ExtraSchemes {
		if i := strings.IndexFunc(extra, isControl); i >= 0 || extra == "" {
			return fmt.Errorf("extra scheme %q can't stand in a field", extra)
		}
	}
	return nil
}

// list writes the challenges that begin a login as the deviations want them.
func (d Deviations) list(challenges []string) []string {
	if len(d.ExtraSchemes) > 0 {
		challenges = append(append([]string(nil), d.ExtraSchemes...), challenges...)
	}
	if d.MergedSchemes && len(challenges) > 0 {
		challenges = []string{strings.Join(challenges, ", ")}
	}
	return challenges
}

// deviate applies what concerns the answer as a whole.
func (g *Gate) deviate(out Outcome) Outcome {
	if !g.cfg.Deviations.LowerCaseSchemes {
		return out
	}
	lower := make([]string, len(out.Challenges))
	for i, challenge := range out.Challenges {
		lower[i] = lowerSchemes(challenge)
	}
	if len(lower) > 0 {
		out.Challenges = lower
	}
	return out
}

// lowerSchemes writes the scheme names of a value in lower case: its first word and,
// in a merged value, each known name behind a comma.
func lowerSchemes(value string) string {
	parts := strings.Split(value, ", ")
	for i, part := range parts {
		name, _, _ := strings.Cut(part, " ")
		if i == 0 || SchemeOf(name).Known() {
			parts[i] = strings.ToLower(name) + part[len(name):]
		}
	}
	return strings.Join(parts, ", ")
}

// distort gives the Type 2 to send in place of the one that the session made.
func (g *Gate) distort(type2, negotiate []byte) ([]byte, error) {
	if g.cfg.Deviations.StaleType2 {
		return g.stale.get(g.acceptor, negotiate)
	}
	if g.cfg.Deviations.TargetInfo != TargetInfoTruncated {
		return type2, nil
	}
	m, err := ntlm.ParseChallenge(type2)
	if err != nil {
		return nil, err
	}
	m.TargetInfo = truncate(m.TargetInfo)
	return m.Marshal(), nil
}

// truncate leaves out the end of the list and the last two bytes of its last pair.
func truncate(targetInfo []byte) []byte {
	const end = 4
	return targetInfo[:max(len(targetInfo)-end-2, 0)]
}

func isControl(c rune) bool { return c < ' ' || c == 0x7f }
