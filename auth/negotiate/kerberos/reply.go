package kerberos

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/asn1tools"
	"github.com/jcmturner/gokrb5/v8/iana"
	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/iana/msgtype"
	"github.com/jcmturner/gokrb5/v8/messages"
)

// reply makes the AP-REP (RFC 4120 3.2.4, 5.5.2).
func (s *Service) reply(req *messages.APReq) ([]byte, error) {
	seq, err := read(s.cfg.Rand, 4)
	if err != nil {
		return nil, fmt.Errorf("kerberos: making an AP-REP: %w", err)
	}
	plain, err := asn1.Marshal(messages.EncAPRepPart{
		CTime: req.Authenticator.CTime.UTC(), Cusec: req.Authenticator.Cusec,
		SequenceNumber: int64(binary.BigEndian.Uint32(seq) & 0x3fffffff),
	})
	if err != nil {
		return nil, fmt.Errorf("kerberos: writing an AP-REP: %w", err)
	}
	plain = asn1tools.AddASNAppTag(plain, asnAppTag.EncAPRepPart)
	sealed, err := seal(req.Ticket.DecryptedEncPart.Key, usageAPRep, plain, s.cfg.Rand)
	if err != nil {
		return nil, err
	}
	body, err := asn1.Marshal(messages.APRep{PVNO: iana.PVNO, MsgType: msgtype.KRB_AP_REP, EncPart: sealed})
	if err != nil {
		return nil, fmt.Errorf("kerberos: writing an AP-REP: %w", err)
	}
	return frame(APRep, asn1tools.AddASNAppTag(body, asnAppTag.APREP))
}

// refuse adds the KRB-ERROR (RFC 4120 5.9.1) to a refusal.
func (s *Service) refuse(r Result, req *messages.APReq, failure *Error) Result {
	r.Err = failure
	now := s.cfg.Now().UTC()
	e := messages.KRBError{
		PVNO: iana.PVNO, MsgType: msgtype.KRB_ERROR,
		STime: now.Truncate(time.Second), Susec: now.Nanosecond() / int(time.Microsecond),
		ErrorCode: int32(failure.Code), Realm: req.Ticket.Realm, SName: req.Ticket.SName,
	}
	body, err := e.Marshal()
	if err != nil {
		return r
	}
	if token, err := frame(KRBError, body); err == nil {
		r.Token = token
	}
	return r
}
