package report

import (
	"regexp"
	"strings"

	"github.com/wualab/wualab/transcript"
)

// veil takes the secrets of one cell out of its texts and its record. The nil
// veil leaves everything as it is.
//
// What is secret in a header is what [transcript.Redact] takes out of it; the
// same value may stand in the text of a failure, "Proxy-Authorization is Basic
// ..., not absent", so texts are searched for the values of the record.
type veil struct {
	redacted *transcript.Record
	texts    *strings.Replacer
}

func newVeil(r *transcript.Record) *veil {
	if r == nil {
		return &veil{texts: strings.NewReplacer()}
	}
	hidden := r.Redact()
	v := &veil{redacted: &hidden}
	v.texts = transcript.Concealer(r.Exchanges(), hidden.Exchanges())
	for i := range hidden.Entries {
		if e := hidden.Entries[i].Event; e != nil {
			hidden.Entries[i].Event = v.event(*e)
		}
	}
	return v
}

func (v *veil) record(r *transcript.Record) *transcript.Record {
	if v == nil || r == nil {
		return r
	}
	return v.redacted
}

func (v *veil) event(e transcript.Event) *transcript.Event {
	e.Text = v.text(e.Text)
	data := make(map[string]string, len(e.Data))
	for name, value := range e.Data {
		data[name] = v.text(value)
	}
	if e.Data != nil {
		e.Data = data
	}
	return &e
}

// userinfo is what stands between the scheme and the host of a URL (RFC 3986
// 3.2.1).
var userinfo = regexp.MustCompile(`://[^/?#\s]*@`)

func (v *veil) text(s string) string {
	if v == nil {
		return s
	}
	return userinfo.ReplaceAllString(v.texts.Replace(s), "://(redacted)@")
}
