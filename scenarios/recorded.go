package scenarios

import (
	"strings"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/recorded"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

var framings = map[string]recorded.Framing{"": recorded.ByLength, "length": recorded.ByLength, "chunked": recorded.Chunked, "close": recorded.ToClose}

// recordedAnswers are the answers of a file in the terms of package recorded.
func recordedAnswers(list []plan.RecordedAnswer) []recorded.Answer {
	var out []recorded.Answer
	for i := range list {
		one := &list[i]
		method, target := one.Asked()
		a := recorded.Answer{Method: method, Target: target, Range: one.Range.Value, Status: one.Status.Value,
			Body:   fakeserver.File{From: one.Body.Value, Size: one.Size.Value, Seed: one.Seed.Value},
			Length: -1, Framing: framings[one.Framing.Value], Closed: one.Closed.Value}
		if one.Length.Set {
			a.Length = one.Length.Value
		}
		for _, f := range one.Fields {
			name, value, _ := strings.Cut(f, ":")
			a.Fields = append(a.Fields, transcript.Field{Name: name, Value: strings.TrimSpace(value)})
		}
		out = append(out, a)
	}
	return out
}
