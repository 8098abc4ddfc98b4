package ntlm

import (
	"crypto"
	"crypto/md5"
	"crypto/x509"
	"encoding/binary"
	"fmt"
)

// Protection is what an acceptor makes of channel bindings: tokenChecking of Extended
// Protection for Authentication. The zero value checks nothing.
type Protection int

const (
	ProtectionNone    Protection = iota // as servers before Extended Protection
	ProtectionAllow                     // bindings that are sent must be right
	ProtectionRequire                   // right bindings must be sent
)

// endpointPrefix is the unique prefix of tls-server-end-point (RFC 5929 4).
const endpointPrefix = "tls-server-end-point:"

// EndpointBindings gives the value of MsvAvChannelBindings for a TLS connection to a
// server with that certificate: the MD5 of a gss_channel_bindings_struct without
// addresses (MS-NLMP 2.2.2.1, RFC 2744 3.11) whose application data is the binding
// tls-server-end-point (RFC 5929 4).
func EndpointBindings(cert *x509.Certificate) [16]byte {
	hash := endpointHash(cert.SignatureAlgorithm).New()
	hash.Write(cert.Raw)
	return bindingsOf(append([]byte(endpointPrefix), hash.Sum(nil)...))
}

func bindingsOf(data []byte) [16]byte {
	unhashed := make([]byte, 16, 20+len(data)) // address types and lengths, all 0
	unhashed = binary.LittleEndian.AppendUint32(unhashed, uint32(len(data)))
	return md5.Sum(append(unhashed, data...))
}

// endpointHash is that of the certificate's signature, SHA-256 in place of MD5 and
// SHA-1. RFC 5929 leaves open what a signature without one hash has; Assumed: SHA-256.
func endpointHash(signature x509.SignatureAlgorithm) crypto.Hash {
	switch signature {
	case x509.SHA384WithRSA, x509.ECDSAWithSHA384, x509.SHA384WithRSAPSS:
		return crypto.SHA384
	case x509.SHA512WithRSA, x509.ECDSAWithSHA512, x509.SHA512WithRSAPSS:
		return crypto.SHA512
	}
	return crypto.SHA256
}

// checkBindings compares the bindings in the NTLMv2 response with the acceptor's
// (MS-NLMP 3.2.5.1.2). All zero stands for none. Assumed: responses before NTLMv2,
// which have no place for them, are as good as none.
func (l *logon) checkBindings() (Result, bool) {
	if l.session == nil || l.cfg.Protection == ProtectionNone || l.cfg.ChannelBindings == ([16]byte{}) {
		return Result{}, true
	}
	var sent [16]byte
	if l.result.Response == ResponseNTLMv2 {
		blob, err := ParseClientChallenge(l.m.NtResponse[proofSize:])
		if err != nil { // prove has read it already
			return l.conclude(StatusInvalidParameter, "message refused as SEC_E_INVALID_TOKEN: %v", err), false
		}
		pairs, err := ParseAVPairs(blob.TargetInfo)
		if err != nil {
			return l.conclude(StatusInvalidParameter, "message refused as SEC_E_INVALID_TOKEN: %v", err), false
		}
		value, _ := pairs.Get(MsvAvChannelBindings)
		copy(sent[:], value)
	}
	why := ""
	switch none := sent == [16]byte{}; {
	case none && l.cfg.Protection == ProtectionRequire:
		why = fmt.Sprintf("an %s response without channel bindings", l.result.Response)
	case !none && sent != l.cfg.ChannelBindings:
		why = "the channel bindings are those of another TLS server certificate"
	default:
		return Result{}, true
	}
	return l.conclude(StatusBadBindings, "message refused as SEC_E_BAD_BINDINGS: %s", why), false
}
