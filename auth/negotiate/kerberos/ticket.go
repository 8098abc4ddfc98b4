package kerberos

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/asn1tools"
	"github.com/jcmturner/gokrb5/v8/iana"
	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

// Ticket is a service ticket with what a client needs to use it. It comes from a
// TicketSource; the zero value is no ticket. It holds the session key and must not
// be printed.
type Ticket struct {
	Ticket      messages.Ticket
	SessionKey  types.EncryptionKey
	Client      types.PrincipalName
	ClientRealm string

	// For scripts.
	Skew   time.Duration // how far the client's clock is wrong; moves the authenticator's time
	Replay *Replay       // when not nil, a request is sent twice
}

// Replay makes a client send the request again that it sent first, as an attacker
// would. One value belongs to the tickets of one login. The zero value has seen none.
type Replay struct {
	first    []byte
	exchange *Exchange
}

// String names the service and the client, and no key.
func (t *Ticket) String() string {
	return fmt.Sprintf("ticket of %s@%s for %s@%s", t.Client.PrincipalNameString(), t.ClientRealm,
		t.Ticket.SName.PrincipalNameString(), t.Ticket.Realm)
}

// GoString is String, so that %#v shows no key either.
func (t *Ticket) GoString() string { return t.String() }

// TicketConfig says what Mint puts in a ticket. All but Padding must be set.
type TicketConfig struct {
	Client, Realm string // user name and realm of the client; the service's realm is the same
	SPN           string // such as "HTTP/proxy.lab.example"
	ServiceKey    types.EncryptionKey
	KeyVersion    int
	SessionEType  EType
	Start, End    time.Time
	Padding       int // bytes of authorization data, to reach the size that a PAC gives
	Rand          io.Reader
}

// Mint makes a service ticket as a key distribution centre does (RFC 4120 5.3). It
// has no PAC. A failing random source and an encryption type that is not known are
// errors.
func Mint(cfg TicketConfig) (*Ticket, error) {
	session, err := NewKey(cfg.SessionEType, cfg.Rand)
	if err != nil {
		return nil, err
	}
	client := principal(nametype.KRB_NT_PRINCIPAL, cfg.Client)
	plain, err := encTicketPart(cfg, session, client)
	if err != nil {
		return nil, err
	}
	sealed, err := seal(cfg.ServiceKey, usageTicket, plain, cfg.Rand)
	if err != nil {
		return nil, err
	}
	sealed.KVNO = cfg.KeyVersion
	return &Ticket{
		Ticket: messages.Ticket{
			TktVNO: iana.PVNO, Realm: cfg.Realm,
			SName: principal(nametype.KRB_NT_SRV_INST, cfg.SPN), EncPart: sealed,
		},
		SessionKey: session, Client: client, ClientRealm: cfg.Realm,
	}, nil
}

func encTicketPart(cfg TicketConfig, session types.EncryptionKey, client types.PrincipalName) ([]byte, error) {
	part := messages.EncTicketPart{
		Flags: types.NewKrbFlags(), Key: session, CRealm: cfg.Realm, CName: client,
		AuthTime: cfg.Start.UTC(), StartTime: cfg.Start.UTC(), EndTime: cfg.End.UTC(),
	}
	if cfg.Padding > 0 {
		data, err := padding(cfg.Padding)
		if err != nil {
			return nil, err
		}
		part.AuthorizationData = data
	}
	b, err := asn1.Marshal(part)
	if err != nil {
		return nil, fmt.Errorf("kerberos: writing a ticket: %w", err)
	}
	return asn1tools.AddASNAppTag(b, asnAppTag.EncTicketPart), nil
}

// padding is authorization data that a service may ignore, of a type that is free
// for local use (RFC 4120 5.2.6).
func padding(size int) (types.AuthorizationData, error) {
	const ifRelevant, local = 1, -1
	inner, err := asn1.Marshal(types.AuthorizationData{{ADType: local, ADData: make([]byte, size)}})
	if err != nil {
		return nil, fmt.Errorf("kerberos: writing authorization data: %w", err)
	}
	return types.AuthorizationData{{ADType: ifRelevant, ADData: inner}}, nil
}

func principal(kind int32, name string) types.PrincipalName {
	return types.PrincipalName{NameType: kind, NameString: strings.Split(name, "/")}
}
