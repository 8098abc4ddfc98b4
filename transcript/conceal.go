package transcript

import "strings"

// Concealer gives what takes out of texts the secrets that stand in exchanges. Before are
// the exchanges, after the same as [Redact] has left them. A text such as
// "Authorization is Basic ..., not absent" may have the value of a field, or a URL.
func Concealer(before, after []*Exchange) *strings.Replacer {
	var pairs []string
	for i, x := range before {
		pairs = append(pairs, secrets(x.Request, after[i].Request)...)
		pairs = append(pairs, secrets(x.Response, after[i].Response)...)
	}
	return strings.NewReplacer(pairs...)
}

// secrets pairs what redaction changed with what it became.
func secrets(before, after *Message) []string {
	if before == nil || after == nil || len(before.Fields) != len(after.Fields) {
		return nil
	}
	var pairs []string
	if before.URL != after.URL && before.URL != "" {
		pairs = append(pairs, before.URL, after.URL)
	}
	for i, f := range before.Fields {
		if was, is := f.Value, after.Fields[i].Value; was != is && was != "" {
			pairs = append(pairs, was, is)
		}
	}
	return pairs
}
