package client

import (
	"encoding/json"
	"fmt"
	"time"
)

// Info is what is served.
type Info struct {
	Version      string `json:"version"`        // of wualab
	Scenario     string `json:"scenario"`       // id of the cell
	Title        string `json:"title"`          // of the scenario
	Seed         int64  `json:"seed"`           // of what happens by chance
	ShowsSecrets bool   `json:"showsSecrets"`   // the transcript is not redacted
	Nodes        []Node `json:"nodes"`          // servers, then proxies
	Clock        Clock  `json:"clock"`          // that the fakes wait on
	Since        int    `json:"since"`          // seq of the transcript's entry after which all counts: the last reset
	Lost         int    `json:"lost,omitempty"` // entries that the transcript has no room for any more
}

// Node is a server or proxy.
type Node struct {
	Name       string      `json:"name"`
	Kind       string      `json:"kind"`             // "server" or "proxy"
	URL        string      `json:"url"`              // beginning of URLs on a server, or the address of a proxy
	Address    string      `json:"address"`          // the same as host:port
	Listen     string      `json:"listen"`           // where it listens
	TLS        bool        `json:"tls,omitempty"`    // clients must trust the certificate of GET /v1/ca.pem
	Down       bool        `json:"down"`             // connections are refused
	Auth       []string    `json:"auth"`             // schemes that it offers; empty: open to all
	Behaviours []Behaviour `json:"behaviours"`       // outermost first
	Shares     string      `json:"shares,omitempty"` // host:port of its file shares (SMB2)
}

// Behaviour is something that a server or proxy is told to do, as a scenario file
// writes it: a name, or a name with parameters, of which "when" is one. Sizes and
// durations are texts with their unit.
type Behaviour struct {
	Name   string
	Params map[string]any
}

// MarshalJSON writes "name", or {"name": {parameters}}.
func (b Behaviour) MarshalJSON() ([]byte, error) {
	if len(b.Params) == 0 {
		return json.Marshal(b.Name)
	}
	return json.Marshal(map[string]any{b.Name: b.Params})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (b *Behaviour) UnmarshalJSON(text []byte) error {
	*b = Behaviour{}
	var m map[string]map[string]any
	if json.Unmarshal(text, &b.Name) == nil {
		return nil
	}
	if err := json.Unmarshal(text, &m); err != nil || len(m) != 1 {
		return fmt.Errorf("%.100s is no behaviour: want a name or {name: {parameters}}", text)
	}
	for name, params := range m {
		b.Name, b.Params = name, params
	}
	return nil
}

// Account is an account that a server or proxy knows.
type Account struct {
	Name         string `json:"name"`   // DOMAIN\user, or a user without domain
	Locked       bool   `json:"locked"` // out
	BadPasswords int    `json:"badPasswords"`
}

// UpdateServer is what an update server (MS-WUSP) knows of its clients.
type UpdateServer struct {
	Computers []Computer    `json:"computers"` // by name
	Events    []UpdateEvent `json:"events"`    // in the order of their coming
}

// Computer is a client of an update server.
type Computer struct {
	ClientID   string   `json:"clientId"`
	DNSName    string   `json:"dnsName"`
	Groups     []string `json:"groups"`
	Registered bool     `json:"registered"` // it has called RegisterComputer
	Synced     int      `json:"synced"`     // its calls of SyncUpdates
}

// UpdateEvent is an event that a client has reported.
type UpdateEvent struct {
	ClientID string    `json:"clientId"`
	ID       int       `json:"id"`                 // EventID, such as 147
	Time     time.Time `json:"time"`               // of the client
	Update   string    `json:"update,omitempty"`   // the scenario's name of the update, or its UpdateID
	UpdateID string    `json:"updateId,omitempty"` // absent for an event about none
	Result   string    `json:"result"`             // Win32HResult with its name
	App      string    `json:"app"`
	Strings  []string  `json:"strings,omitempty"` // ReplacementStrings
	Misc     []string  `json:"misc,omitempty"`    // MiscData
}

// File is a file of a server: generated from Size and Seed, read From the scenario's
// folder, or bytes that were sent (SHA256).
type File struct {
	Size         string `json:"size,omitempty"` // with its unit, "300000B"
	Seed         *int64 `json:"seed,omitempty"`
	From         string `json:"from,omitempty"`
	ETag         string `json:"etag,omitempty"`          // with its quotes
	LastModified string `json:"last-modified,omitempty"` // RFC 3339
	Type         string `json:"type,omitempty"`          // Content-Type
	SHA256       string `json:"sha256,omitempty"`        // hex; the server tells it, it is not sent
}

// Change is what becomes different, by server or proxy, as a scenario file writes it
// under change of a step:
// Change{"origin": {"shares": map[string]any{"pkg": map[string]any{"faults": []any{}}}}}.
type Change map[string]map[string]any

// Wire is an expectation as a scenario file writes it under wire:
// Wire{"on": "origin", "count": 1, "every": map[string]any{"status": 200}}.
type Wire map[string]any

// Verdict says whether expectations hold.
type Verdict struct {
	Verdict  string    `json:"verdict"`            // "pass", "fail", "observed" when nothing was asked, or "could-not-run" after a script failed
	Judged   int       `json:"judged"`             // expectations
	Failures []Failure `json:"failures"`           // those that do not hold
	Unjudged []string  `json:"unjudged,omitempty"` // what the scenario expects and can't be told from the fakes
	Since    int       `json:"since"`              // seq of the entry after which all counted
	Seconds  float64   `json:"seconds"`            // of real time that it took
}

// Pass reports whether the expectations hold.
func (v *Verdict) Pass() bool { return v.Verdict == "pass" }

// Failure is one expectation that does not hold.
type Failure struct {
	What      string   `json:"what"` // "wire on origin: number of exchanges"
	Expected  string   `json:"expected"`
	Actual    string   `json:"actual"`
	Why       []string `json:"why,omitempty"`
	Exchanges []int    `json:"exchanges,omitempty"` // seq of those that bear on it
}

// String gives the failure in a line.
func (f Failure) String() string {
	return fmt.Sprintf("%s: expected %s, actual %s", f.What, f.Expected, f.Actual)
}

// Clock is the clock of the fakes: real time, and how far it was put forward.
type Clock struct {
	Now           time.Time  `json:"now"`
	OffsetSeconds float64    `json:"offsetSeconds"`  // ahead of real time
	Waiting       int        `json:"waiting"`        // delays and timers that wait for their time
	Next          *time.Time `json:"next,omitempty"` // when the first of them is over
}

// Advanced is what became of putting the clock forward.
type Advanced struct {
	Clock
	BySeconds float64 `json:"bySeconds"`
	Woken     int     `json:"woken"` // delays and timers whose time came
}

// Entry is an entry of the transcript in short.
type Entry struct {
	Seq      int        `json:"seq"`
	Kind     string     `json:"kind"` // "exchange", or the kind of an event
	Node     string     `json:"node,omitempty"`
	Conn     string     `json:"conn,omitempty"`
	At       time.Time  `json:"at"`
	End      *time.Time `json:"end,omitempty"` // absent while in flight, and for events
	Method   string     `json:"method,omitempty"`
	URL      string     `json:"url,omitempty"` // as it was sent
	Status   int        `json:"status,omitempty"`
	Bytes    int64      `json:"bytes,omitempty"`    // of the answer's body that crossed
	Complete bool       `json:"complete,omitempty"` // the answer came whole
	Verified string     `json:"verified,omitempty"` // DOMAIN\user that logged in
	Refused  string     `json:"refused,omitempty"`  // why credentials were refused
	Err      string     `json:"err,omitempty"`
	Text     string     `json:"text,omitempty"` // of an event
	Notes    []string   `json:"notes,omitempty"`
}

// Page is a part of the transcript.
type Page struct {
	Entries []Entry `json:"entries"`
	More    bool    `json:"more"` // there are further ones after the last
	Lost    int     `json:"lost"` // entries that there is no room for any more
}

// Problem is an error that the API answers (RFC 9457).
type Problem struct {
	Title    string    `json:"title"`
	Status   int       `json:"status"`
	Code     string    `json:"code"` // stable, for programs: "bad-body", "not-found", ...
	Detail   string    `json:"detail"`
	Hint     string    `json:"hint,omitempty"`
	Pointer  *string   `json:"pointer,omitempty"` // JSON Pointer (RFC 6901) to what is wrong in the body
	Line     int       `json:"line,omitempty"`    // of the body, from 1
	Column   int       `json:"column,omitempty"`
	Failures []Failure `json:"failures,omitempty"`
}

// Error gives detail and hint in a line.
func (p *Problem) Error() string {
	text := p.Detail
	if p.Pointer != nil {
		text += fmt.Sprintf(" (at %q of the body)", *p.Pointer)
	}
	if p.Hint != "" {
		text += "; hint: " + p.Hint
	}
	return text
}
