// Package har reads and writes HTTP Archives, version 1.2: JSON files of requests and
// answers as browsers, proxies and their tools exchange them (HAR 1.2 specification, W3C
// Web Performance draft "HTTP Archive (HAR) format").
//
// What a [transcript.Record] knows and HAR does not is in fields that begin with an
// underscore, as the specification asks of extensions: the node and connection, decoded
// tokens of logins, who was verified or refused, notes. Reading back what was written
// gives them again. The package takes no secrets out; redact a record before.
//
//	err := har.Write(w, har.Page{Record: record})
//	archive, err := har.Read(r, "session.har")
package har

import (
	"time"

	"github.com/wualab/wualab/transcript"
)

// The form of the file; absent fields that the specification demands are written as
// their empty values. Numbers are those of JSON, -1 stands for what nobody knows.
type document struct {
	Log archive `json:"log"`
}

type archive struct {
	Version string   `json:"version"`
	Creator creator  `json:"creator"`
	Pages   []page   `json:"pages,omitempty"`
	Entries []*entry `json:"entries"`
	Comment string   `json:"comment,omitempty"`
}

type creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type page struct {
	Started string   `json:"startedDateTime"`
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Timings struct{} `json:"pageTimings"`
}

type entry struct {
	PageRef    string   `json:"pageref,omitempty"`
	Started    string   `json:"startedDateTime"`
	Time       float64  `json:"time"` // milliseconds
	Request    request  `json:"request"`
	Response   response `json:"response"`
	Cache      struct{} `json:"cache"`
	Timings    timings  `json:"timings"`
	Connection string   `json:"connection,omitempty"`
	Comment    string   `json:"comment,omitempty"`
	own
}

// own is what the record knows besides.
type own struct {
	Seq      int                    `json:"_seq,omitempty"`
	Node     string                 `json:"_node,omitempty"`
	Role     transcript.Role        `json:"_role,omitempty"`
	N        int                    `json:"_n,omitempty"`
	Target   string                 `json:"_target,omitempty"` // the request target, as sent
	Step     string                 `json:"_step,omitempty"`
	Tokens   []transcript.Token     `json:"_tokens,omitempty"`
	Verified string                 `json:"_verified,omitempty"`
	Refused  string                 `json:"_refused,omitempty"`
	NTStatus string                 `json:"_ntStatus,omitempty"`
	Exposure string                 `json:"_exposure,omitempty"`
	Decision []*transcript.Decision `json:"_decisions,omitempty"`
	Notes    []string               `json:"_notes,omitempty"`
	Err      string                 `json:"_error,omitempty"`
	Sent     *transcript.Body       `json:"_requestBody,omitempty"`
	Received *transcript.Body       `json:"_responseBody,omitempty"`
}

type request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	Proto       string    `json:"httpVersion"`
	Cookies     []cookie  `json:"cookies"`
	Headers     []pair    `json:"headers"`
	Query       []pair    `json:"queryString"`
	Post        *postData `json:"postData,omitempty"`
	HeadersSize int64     `json:"headersSize"`
	BodySize    int64     `json:"bodySize"`
}

type postData struct {
	Type string `json:"mimeType"`
	Text string `json:"text"`
}

type response struct {
	Status      int      `json:"status"` // 0: there was none
	Reason      string   `json:"statusText"`
	Proto       string   `json:"httpVersion"`
	Cookies     []cookie `json:"cookies"`
	Headers     []pair   `json:"headers"`
	Content     content  `json:"content"`
	RedirectURL string   `json:"redirectURL"`
	HeadersSize int64    `json:"headersSize"`
	BodySize    int64    `json:"bodySize"`
}

type content struct {
	Size     int64   `json:"size"`
	Type     string  `json:"mimeType"`
	Text     *string `json:"text,omitempty"`
	Encoding string  `json:"encoding,omitempty"` // base64, or none
}

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type cookie struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type timings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// stamp writes a time as ISO 8601 has it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
