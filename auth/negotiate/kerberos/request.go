package kerberos

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana"
	"github.com/jcmturner/gokrb5/v8/iana/chksumtype"
	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/iana/msgtype"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

// Flags of the checksum in an authenticator (RFC 4121 4.1.1.1).
const (
	gssMutual   = 2
	gssReplay   = 4
	gssSequence = 8
	gssConf     = 16
	gssInteg    = 32
)

// RequestOptions says how an AP-REQ is made. Rand and Now must be set.
type RequestOptions struct {
	Rand   io.Reader
	Now    func() time.Time
	Mutual bool // ask for an AP-REP
}

// Exchange is what the client keeps to check the service's answer to one AP-REQ.
type Exchange struct {
	key    types.EncryptionKey
	time   time.Time
	cusec  int
	mutual bool
}

// Request makes the token with the AP-REQ (RFC 4120 3.2.2, RFC 4121 4.1).
func (t *Ticket) Request(opts RequestOptions) ([]byte, *Exchange, error) {
	if opts.Rand == nil || opts.Now == nil {
		return nil, nil, errors.New("kerberos: a request needs a random source and a clock")
	}
	if t.Replay != nil && t.Replay.first != nil {
		return append([]byte(nil), t.Replay.first...), t.Replay.exchange, nil
	}
	token, exchange, err := t.request(opts)
	if err == nil && t.Replay != nil {
		t.Replay.first, t.Replay.exchange = append([]byte(nil), token...), exchange
	}
	return token, exchange, err
}

func (t *Ticket) request(opts RequestOptions) ([]byte, *Exchange, error) {
	auth, err := t.authenticator(opts)
	if err != nil {
		return nil, nil, err
	}
	plain, err := auth.Marshal()
	if err != nil {
		return nil, nil, fmt.Errorf("kerberos: writing the authenticator: %w", err)
	}
	sealed, err := seal(t.SessionKey, usageAuthenticator, plain, opts.Rand)
	if err != nil {
		return nil, nil, err
	}
	req := messages.APReq{
		PVNO: iana.PVNO, MsgType: msgtype.KRB_AP_REQ, APOptions: types.NewKrbFlags(),
		Ticket: t.Ticket, EncryptedAuthenticator: sealed,
	}
	if opts.Mutual {
		types.SetFlag(&req.APOptions, flags.APOptionMutualRequired)
	}
	body, err := req.Marshal()
	if err != nil {
		return nil, nil, fmt.Errorf("kerberos: writing the AP-REQ: %w", err)
	}
	token, err := frame(APReq, body)
	return token, &Exchange{t.SessionKey, auth.CTime, auth.Cusec, opts.Mutual}, err
}

func (t *Ticket) authenticator(opts RequestOptions) (types.Authenticator, error) {
	seq, err := read(opts.Rand, 4)
	if err != nil {
		return types.Authenticator{}, fmt.Errorf("kerberos: making an authenticator: %w", err)
	}
	now := opts.Now().Add(t.Skew).UTC()
	return types.Authenticator{
		AVNO: iana.PVNO, CRealm: t.ClientRealm, CName: t.Client,
		Cksum:     types.Checksum{CksumType: chksumtype.GSSAPI, Checksum: gssChecksum(opts.Mutual)},
		Cusec:     now.Nanosecond() / int(time.Microsecond),
		CTime:     now.Truncate(time.Second),
		SeqNumber: int64(binary.BigEndian.Uint32(seq) & 0x3fffffff),
	}, nil
}

// gssChecksum is the structure of RFC 4121 4.1.1 without channel bindings.
func gssChecksum(mutual bool) []byte {
	wanted := uint32(gssReplay | gssSequence | gssConf | gssInteg)
	if mutual {
		wanted |= gssMutual
	}
	b := binary.LittleEndian.AppendUint32(nil, 16)
	b = append(b, make([]byte, 16)...)
	return binary.LittleEndian.AppendUint32(b, wanted)
}

// Finish checks the service's token: an AP-REP must answer this very request (RFC
// 4120 3.2.5), a KRB-ERROR is returned as an *Error. No token is fine unless one was
// asked for.
func (x *Exchange) Finish(token []byte) error {
	if len(token) == 0 {
		if x.mutual {
			return refusal(MutualFailed, "the service sent no AP-REP")
		}
		return nil
	}
	m, body, err := unframe(token)
	switch {
	case err != nil:
		return err
	case m == APRep:
		return x.checkReply(body)
	case m == KRBError:
		return readError(body)
	}
	return malformed("the service answered with %s", m)
}

func (x *Exchange) checkReply(body []byte) error {
	var rep messages.APRep
	if err := rep.Unmarshal(body); err != nil {
		return malformed("AP-REP: %v", err)
	}
	plain, err := unseal(rep.EncPart, x.key, usageAPRep)
	if err != nil {
		return refusal(MutualFailed, "%v", err)
	}
	var part messages.EncAPRepPart
	if err := part.Unmarshal(plain); err != nil {
		return malformed("AP-REP: %v", err)
	}
	if !part.CTime.Equal(x.time) || part.Cusec != x.cusec {
		return refusal(MutualFailed, "the AP-REP answers another request")
	}
	return nil
}

func readError(body []byte) error {
	var e messages.KRBError
	if err := e.Unmarshal(body); err != nil {
		return malformed("KRB-ERROR: %v", err)
	}
	text := "the service refused the ticket"
	if e.EText != "" {
		text = fmt.Sprintf("%s: %q", text, e.EText)
	}
	return &Error{ErrorCode(e.ErrorCode), text}
}
