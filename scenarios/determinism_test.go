package scenarios_test

import (
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/transcript"
)

// TestSameSeedSameRun plays the library twice with the same seed, in parallel
// and one by one, and compares the verdicts and, for each connection and job,
// the records byte for byte. These may differ: the ports of loopback; how much
// of a body that its reader gave up had left the sender's sockets by then, and
// when the sender noticed; which of two connections that two jobs open at the
// same moment has the lower number; whether an exchange that begins as a step
// ends counts to it or to the next.
func TestSameSeedSameRun(t *testing.T) {
	first, second := records(t, 6), records(t, 1)
	for id, want := range first {
		for part, text := range want {
			if got := second[id][part]; got != text {
				t.Errorf("%s, %s: %s", id, part, firstLines(text, got))
			}
		}
		if len(want) != len(second[id]) {
			t.Errorf("%s: %d connections and jobs, then %d", id, len(want), len(second[id]))
		}
	}
}

func firstLines(a, b string) string {
	left, right := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			return "\n" + left[i] + "\n" + right[i]
		}
	}
	return "one is longer"
}

var loopback = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// records gives for each cell the verdict and what is on record of each node's
// connections and of each subject of events.
func records(t *testing.T, parallel int) map[string]map[string]string {
	runner := scenarios.Runner{Seed: 5, Parallel: parallel, KeepRecords: true}
	out := map[string]map[string]string{}
	for result := range runner.Run(context.Background(), library(t)...) {
		parts := map[string]string{"verdict": string(result.Verdict)}
		conns := map[string]map[string]string{}
		givenUp := abandoned(result.Record.Exchanges())
		for _, e := range result.Record.Entries {
			if x := e.Exchange; x != nil {
				if conns[x.Node] == nil {
					conns[x.Node] = map[string]string{}
				}
				conn := x.Conn
				x.Seq, x.Conn, x.Step = 0, "", ""
				if givenUp && (x.Role != transcript.Client || !complete(x)) {
					x.End, x.Err, x.Notes = time.Time{}, "", nil
					if x.Response != nil {
						x.Response.Body = transcript.Body{}
					}
				}
				conns[x.Node][conn] += line(t, x)
				continue
			}
			e.Event.Seq, e.Event.Conn, e.Event.Step = 0, "", ""
			parts["events of "+e.Event.Node+" "+e.Event.Subject] += line(t, e.Event)
		}
		for node, texts := range conns {
			parts["connections of "+node] = strings.Join(slices.Sorted(maps.Values(texts)), "\n")
		}
		out[result.Cell.ID] = parts
	}
	return out
}

func line(t *testing.T, v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return loopback.ReplaceAllString(string(text), "127.0.0.1:PORT") + "\n"
}

// abandoned reports whether the client gave a body up in the cell. What the
// fakes then record of bodies lies with the sockets' buffers.
func abandoned(list []*transcript.Exchange) bool {
	return slices.ContainsFunc(list, func(x *transcript.Exchange) bool { return !complete(x) })
}

func complete(x *transcript.Exchange) bool { return x.Response != nil && x.Response.Body.Complete }
