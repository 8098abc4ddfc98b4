package kerberos

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/messages"
)

// Description is a Kerberos token for a record: what stands in it in clear. It holds
// no key and nothing that is encrypted.
type Description struct {
	Message    Message
	Service    string // AP-REQ and KRB-ERROR: service name, such as "HTTP/proxy.lab.example"
	Realm      string // of the service
	EType      EType  // AP-REQ: of the ticket; AP-REP: of the answer
	KeyVersion int    // AP-REQ: kvno of the service's key; 0 when absent
	Mutual     bool   // AP-REQ: asks for an AP-REP
	Size       int    // of the ticket's encrypted part, in bytes
	Code       ErrorCode
}

// Describe reads a token of any kind. One that can't be read is an error that wraps
// ErrMalformed.
func Describe(token []byte) (Description, error) {
	m, body, err := unframe(token)
	if err != nil {
		return Description{}, err
	}
	switch m {
	case APReq:
		return describeRequest(body)
	case APRep:
		return describeReply(body)
	case KRBError:
		return describeError(body)
	}
	return Description{}, malformed("it is of unknown type %04x", uint16(m))
}

func describeRequest(body []byte) (Description, error) {
	req, err := readRequest(body)
	if err != nil {
		return Description{}, err
	}
	return Description{
		Message: APReq, Service: req.Ticket.SName.PrincipalNameString(), Realm: req.Ticket.Realm,
		EType: EType(req.Ticket.EncPart.EType), KeyVersion: req.Ticket.EncPart.KVNO,
		Mutual: req.APOptions.At(flags.APOptionMutualRequired) == 1, Size: len(req.Ticket.EncPart.Cipher),
	}, nil
}

func describeReply(body []byte) (Description, error) {
	var rep messages.APRep
	if err := rep.Unmarshal(body); err != nil {
		return Description{}, malformed("AP-REP: %v", err)
	}
	return Description{Message: APRep, EType: EType(rep.EncPart.EType)}, nil
}

func describeError(body []byte) (Description, error) {
	var e messages.KRBError
	if err := e.Unmarshal(body); err != nil {
		return Description{}, malformed("KRB-ERROR: %v", err)
	}
	return Description{
		Message: KRBError, Service: e.SName.PrincipalNameString(), Realm: e.Realm, Code: ErrorCode(e.ErrorCode),
	}, nil
}

// String gives one line, such as "AP-REQ for HTTP/proxy@LAB.EXAMPLE, rc4-hmac, kvno
// 3, mutual".
func (d Description) String() string {
	parts := []string{d.Message.String()}
	if d.Service != "" {
		parts[0] += " for " + quoted(d.Service) + "@" + quoted(d.Realm)
	}
	if d.EType != 0 {
		parts = append(parts, d.EType.String())
	}
	if d.KeyVersion != 0 {
		parts = append(parts, fmt.Sprintf("kvno %d", d.KeyVersion))
	}
	if d.Mutual {
		parts = append(parts, "mutual")
	}
	if d.Message == KRBError {
		parts = append(parts, d.Code.String())
	}
	return strings.Join(parts, ", ")
}

// quoted keeps a peer's control characters out of a record's line.
func quoted(s string) string {
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}
