package transcript

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// recordFormat is the version of the JSON form.
const recordFormat = 1

// Record is everything that a [Recorder] collected, for keeping. The zero value is
// empty. Its JSON form has heads as text, so that a saved run can be read and searched;
// reading it back gives an equal record.
type Record struct {
	Entries []Entry // in order
}

// Entry is an exchange or an event; exactly one is set.
type Entry struct {
	Exchange *Exchange `json:"exchange,omitempty"`
	Event    *Event    `json:"event,omitempty"`
}

// Record returns a copy of what was collected so far.
func (r *Recorder) Record() Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	var rec Record
	for _, entry := range r.order {
		rec.Entries = append(rec.Entries, entryOf(entry))
	}
	return rec
}

// Exchanges returns the exchanges, in order.
func (r Record) Exchanges() []*Exchange {
	var list []*Exchange
	for _, e := range r.Entries {
		if e.Exchange != nil {
			list = append(list, e.Exchange)
		}
	}
	return list
}

// Redact returns a copy in which every exchange is redacted; see [Redact]. Events hold
// no bytes of the wire and stay.
func (r Record) Redact() Record {
	var out Record
	for _, e := range r.Entries {
		if e.Exchange != nil {
			e.Exchange = Redact(e.Exchange)
		}
		out.Entries = append(out.Entries, e)
	}
	return out
}

type recordJSON struct {
	Format  int     `json:"transcript"`
	Entries []Entry `json:"entries"`
}

// MarshalJSON writes the record with the version of its form.
func (r Record) MarshalJSON() ([]byte, error) {
	return json.Marshal(recordJSON{recordFormat, r.Entries})
}

// UnmarshalJSON reads a record of the form that MarshalJSON writes. Another version, an
// entry that is neither exchange nor event, and a head that is no HTTP are errors.
func (r *Record) UnmarshalJSON(b []byte) error {
	var j recordJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("transcript: reading a record: %w", err)
	}
	if j.Format != recordFormat {
		return fmt.Errorf("transcript: record has format %d, this program reads %d", j.Format, recordFormat)
	}
	for i, e := range j.Entries {
		if err := e.check(); err != nil {
			return fmt.Errorf("transcript: entry %d of the record: %w", i+1, err)
		}
	}
	r.Entries = j.Entries
	return nil
}

func (e Entry) check() error {
	switch {
	case (e.Exchange == nil) == (e.Event == nil):
		return errors.New("is not one exchange or one event")
	case e.Event != nil:
		return nil
	case e.Exchange.Request == nil || e.Exchange.Request.Method == "":
		return errors.New("the exchange has no request")
	case e.Exchange.Response != nil && e.Exchange.Response.Method != "":
		return errors.New("the exchange's response is a request")
	}
	return nil
}

// messageJSON is a message on file. Status and URL are there for readers, an absent
// method means a response.
type messageJSON struct {
	Head      string `json:"head,omitempty"`
	HeadBytes []byte `json:"headBytes,omitempty"` // instead of Head when that is not UTF-8
	Status    int    `json:"status,omitempty"`
	Method    string `json:"method,omitempty"`
	URL       string `json:"url,omitempty"`
	Body      Body   `json:"body"`
}

// MarshalJSON writes the head as text, or as base64 when it is not UTF-8.
func (m *Message) MarshalJSON() ([]byte, error) {
	j := messageJSON{Status: m.Status, Method: m.Method, URL: m.URL, Body: m.Body}
	j.Body.Declared = max(j.Body.Declared, 0)
	if utf8.Valid(m.Head) {
		j.Head = string(m.Head)
	} else {
		j.HeadBytes = m.Head
	}
	return json.Marshal(j)
}

// UnmarshalJSON rebuilds all but the body from the head.
func (m *Message) UnmarshalJSON(b []byte) error {
	var j messageJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	head := j.HeadBytes
	if j.Head != "" {
		head = []byte(j.Head)
	}
	parsed, err := ParseHead(head, j.Method == "")
	if err != nil {
		return err
	}
	declared := parsed.Body.Declared
	*m = *parsed
	m.Body = j.Body
	m.Body.Declared = declared
	return nil
}
