// Package transcript is the record of what crossed the wire and why: every
// HTTP exchange as each side saw it, with the connection it ran on, the
// authentication tokens in it decoded, and the decisions, job transitions and
// clock jumps between. Assertions and reports read only this record, so what
// is asserted is what is shown.
//
// Both sides of the wire feed it in the same way: a connection is wrapped by
// [Recorder.Tap], and everything that is read from and written to it is
// parsed as HTTP/1.x as it passes (RFC 9112 message framing). Heads are kept
// byte for byte, bodies as length and SHA-256, and whole on request.
//
// The package explains no authentication scheme, a [Decoder] given to [New] does;
// [Redact] knows of each only where its secret stands. A run is kept for later as a
// [Record], which reads and writes JSON.
package transcript

import (
	"net/http"
	"time"
)

// Role says which side of the wire an observer stands on.
type Role string

// The roles of a connection's observer.
const (
	Client Role = "client" // the agent: writes requests, reads responses
	Server Role = "server" // an origin
	Proxy  Role = "proxy"  // a proxy's side towards its clients
)

// Body is what is kept of a message body.
type Body struct {
	Length   int64  `json:"length"`             // bytes that crossed, framing not counted
	SHA256   string `json:"sha256,omitempty"`   // hex, of those bytes; empty without any
	Complete bool   `json:"complete"`           // the framing's end was reached
	Declared int64  `json:"declared,omitempty"` // Content-Length; -1 without a usable one, which JSON leaves out
	Chunked  bool   `json:"chunked,omitempty"`
	Data     []byte `json:"data,omitempty"` // when KeepBodies was asked
}

// Message is a request or a response. All but Head and Body follows from Head.
type Message struct {
	Head   []byte  // byte for byte, with the empty line at its end
	Line   string  // the start line
	Fields []Field // header fields in order and spelling of the wire
	Body   Body

	Method string // request
	URL    string // request target as sent
	Status int    // response
	Proto  string // "HTTP/1.1"
}

// Field is one header field as it was on the wire.
type Field struct{ Name, Value string }

// Values returns the values of all fields of that name, whatever their case.
func (m *Message) Values(name string) []string {
	if m == nil {
		return nil
	}
	name = http.CanonicalHeaderKey(name)
	var values []string
	for _, f := range m.Fields {
		if http.CanonicalHeaderKey(f.Name) == name {
			values = append(values, f.Value)
		}
	}
	return values
}

// Get returns the first value of the named field, or "".
func (m *Message) Get(name string) string {
	if v := m.Values(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// Token is an authentication token found in a header, explained.
type Token struct {
	Response bool              `json:"response,omitempty"` // it was in the response
	Header   string            `json:"header"`             // e.g. "Proxy-Authorization"
	Scheme   string            `json:"scheme"`             // as written on the wire
	Type     string            `json:"type,omitempty"`     // e.g. "type1", "type2", "type3", "basic"
	Text     string            `json:"text,omitempty"`     // one line for a person, without secrets
	Fields   map[string]string `json:"fields,omitempty"`   // decoded parts, without secrets
}

// Decoder explains the value of an authentication header field. It returns
// one token for each challenge or credential in value.
type Decoder func(header, value string) []Token

// Exchange is one request and what came back, as seen at one end of one
// connection.
type Exchange struct {
	Seq   int       `json:"seq"`  // place in the record
	Node  string    `json:"node"` // "client" or the fake's name
	Role  Role      `json:"role"`
	Conn  string    `json:"conn"`           // connection id, e.g. "corp#1"
	N     int       `json:"n"`              // nth exchange on the connection, from 1
	Start time.Time `json:"start"`          // of the world's clock
	End   time.Time `json:"end,omitzero"`   // zero while in flight
	Step  string    `json:"step,omitempty"` // the scenario step under way

	Request  *Message   `json:"request"`
	Interim  []*Message `json:"interim,omitempty"` // 1xx responses
	Response *Message   `json:"response,omitempty"`
	Tokens   []Token    `json:"tokens,omitempty"`

	Packet    string      `json:"packet,omitempty"`    // of the BITS Upload Protocol, e.g. "Fragment"
	Verified  string      `json:"verified,omitempty"`  // DOMAIN\user that the fake accepted here
	Refused   string      `json:"refused,omitempty"`   // why the fake refused credentials
	NTStatus  string      `json:"ntStatus,omitempty"`  // of the logon judged here, e.g. "STATUS_WRONG_PASSWORD (0xC000006A)"
	Exposure  string      `json:"exposure,omitempty"`  // what the request's credentials gave away, e.g. "NTLMv2"; empty is nothing
	Target    string      `json:"target,omitempty"`    // client side: the host the request is for
	Decisions []*Decision `json:"decisions,omitempty"` // client side: credential decisions taken on the response
	Notes     []string    `json:"notes,omitempty"`     // e.g. the behaviours that acted
	Err       string      `json:"err,omitempty"`       // why it has no complete response
}

// Status returns the response's status, or 0 when there was none.
func (x *Exchange) Status() int {
	if x.Response == nil {
		return 0
	}
	return x.Response.Status
}

// Token returns the first token of that type in the request or response.
func (x *Exchange) Token(response bool, typ string) *Token {
	for i := range x.Tokens {
		if t := &x.Tokens[i]; t.Response == response && t.Type == typ {
			return t
		}
	}
	return nil
}

// Decision is a credential decision with its reason, as the agent took it.
type Decision struct {
	Target     string   `json:"target"` // "server" or "proxy"
	Send       bool     `json:"send"`
	Kind       string   `json:"kind,omitempty"`   // "implicit", "explicit", ...
	Scheme     string   `json:"scheme,omitempty"` // that is answered with
	Rule       string   `json:"rule"`
	Words      string   `json:"words"`
	Source     string   `json:"source"`
	Documented bool     `json:"documented"`
	Remedies   []string `json:"remedies,omitempty"`
}

// Kind says what an Event tells of.
type Kind string

// The kinds of events.
const (
	KindStep     Kind = "step"     // a scenario step begins
	KindJob      Kind = "job"      // a job changed its state
	KindDecision Kind = "decision" // credentials may or may not be sent
	KindClock    Kind = "clock"    // virtual time jumped
	KindMachine  Kind = "machine"  // the simulated PC was changed
	KindConn     Kind = "conn"     // a connection was opened or closed
	KindSMB      Kind = "smb"      // a message of a file share was answered, or its connection opened or ended
	KindLink     Kind = "link"     // what crossed the PC's network link within an interval
	KindNote     Kind = "note"
)

// Event is something that is no exchange.
type Event struct {
	Seq      int               `json:"seq"`
	At       time.Time         `json:"at"`
	Kind     Kind              `json:"kind"`
	Node     string            `json:"node,omitempty"`
	Conn     string            `json:"conn,omitempty"`
	Subject  string            `json:"subject,omitempty"` // e.g. the job's name
	Text     string            `json:"text"`
	Step     string            `json:"step,omitempty"`
	Data     map[string]string `json:"data,omitempty"`
	Decision *Decision         `json:"decision,omitempty"`
}
