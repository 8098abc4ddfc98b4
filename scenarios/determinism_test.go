package scenarios_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// TestSameSeedSameRun plays the library twice with the same seed, in parallel and
// one by one, and compares the verdicts and, for each node's connections and each
// job, the records byte for byte. These may differ: in a world where the client
// gave a body up, how much of bodies had left the sockets by then and when that was
// noticed, also by who read a request that nobody waited for any more, and whether a
// request that met the end of a kept connection had been sent by then; names of
// folders on the host and ports that it chose; where the PC's link takes time, when a server or proxy had handed the end
// of an answer to its socket, of whose buffers the host decides; which of two
// connections that two jobs open at the same moment has the lower number; whether
// an exchange that begins as a step ends counts to it or to the next.
func TestSameSeedSameRun(t *testing.T) {
	for files := range slices.Chunk(library(t), 16) { // not all records at once
		only := os.Getenv("LIBRARY") // as for TestLibraryRuns
		chosen := func(c *plan.Cell) bool { return strings.Contains(c.ID, only) }
		first, second := play(t, 6, files, chosen), play(t, 1, files, chosen)
		for _, id := range slices.Sorted(maps.Keys(first)) {
			if found := compare(t, id, first[id], second[id]); len(found) > 0 {
				again(t, files, id, first[id], found)
			}
			if !first[id].Verdict.Good() { // with another seed than that of TestLibraryRuns
				t.Error(story(first[id]))
			}
		}
	}
}

// again plays a cell that came out differently three times more. What differs once in
// many runs is logged, since the host's sockets and threads have a part in every run;
// what differs again is an error.
func again(t *testing.T, files []*plan.File, id string, first *scenarios.Result, found []string) {
	t.Helper()
	t.Log(strings.Join(found, "\n"))
	for range 3 {
		next := play(t, 1, files, func(c *plan.Cell) bool { return c.ID == id })
		for _, text := range compare(t, id, first, next[id]) {
			t.Error(text)
		}
	}
}

// compare gives what differs, in words.
func compare(t *testing.T, id string, a, b *scenarios.Result) (found []string) {
	t.Helper()
	differ := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	if a.Verdict != b.Verdict {
		differ("%s: %s, then %s", id, a.Verdict, b.Verdict)
	}
	givenUp := abandoned(a) || abandoned(b)
	want, got := parts(t, a, givenUp), parts(t, b, givenUp)
	for _, part := range slices.Sorted(maps.Keys(want)) {
		if want[part] != got[part] {
			differ("%s, %s: %s", id, part, firstDifference(want[part], got[part]))
		}
	}
	if len(want) != len(got) {
		differ("%s: %d nodes and jobs on record, then %d", id, len(want), len(got))
	}
	return found
}

func firstDifference(a, b string) string {
	left, right := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			return "\n" + left[i] + "\n" + right[i]
		}
	}
	return "one is longer"
}

func play(t *testing.T, parallel int, files []*plan.File, chosen func(*plan.Cell) bool) map[string]*scenarios.Result {
	t.Helper()
	runner := scenarios.Runner{Seed: 5, Parallel: parallel, KeepRecords: true,
		Filter: chosen}
	out := map[string]*scenarios.Result{}
	for result := range runner.Run(context.Background(), files...) {
		out[result.Cell.ID] = result
	}
	return out
}

// abandoned reports whether the client gave a body up, or got no answer.
func abandoned(r *scenarios.Result) bool {
	return slices.ContainsFunc(r.Record.Exchanges(), func(x *transcript.Exchange) bool {
		return x.Response == nil || !x.Response.Body.Complete
	})
}

// parts gives what is on record of each node's connections and of each subject
// of events.
func parts(t *testing.T, r *scenarios.Result, givenUp bool) map[string]string {
	conns, out := map[string]map[string]string{}, map[string]string{}
	for _, entry := range r.Record.Entries {
		if e := entry.Event; e != nil {
			e.Seq, e.Conn, e.Step = 0, "", ""
			out["events of "+e.Node+" "+e.Subject] += line(t, e)
			continue
		}
		x := entry.Exchange
		if conns[x.Node] == nil {
			conns[x.Node] = map[string]string{}
		}
		conn := x.Conn
		x.Seq, x.Conn, x.Step = 0, "", ""
		if x.Role != transcript.Client && r.Cell.Scenario.Client.Link != nil {
			x.End = time.Time{}
		}
		if givenUp {
			if x.Response == nil && x.N > 1 {
				continue
			}
			mask(x)
		}
		conns[x.Node][conn] += line(t, x)
	}
	for node, texts := range conns {
		out["connections of "+node] = strings.Join(slices.Sorted(maps.Values(texts)), "\n")
	}
	return out
}

// mask takes away what lies with the sockets' buffers.
func mask(x *transcript.Exchange) {
	x.End, x.Err, x.Notes = time.Time{}, "", nil
	if len(x.Interim) > 10 {
		x.Response = nil // the client reads no more, and it may or may not have come yet
	}
	if x.Response == nil && x.Role != transcript.Client {
		x.Start = time.Time{}
	}
	if x.Response != nil {
		x.Response.Body = transcript.Body{}
	}
}

// hostFolder is a folder that the host chose the name of.
var hostFolder = regexp.MustCompile(regexp.QuoteMeta(os.TempDir()) + `/wualab-[a-z]+-[0-9]+`)

// address is one whose port the host chose.
var address = regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)

func line(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return address.ReplaceAllString(hostFolder.ReplaceAllString(string(text), "folder"), "address") + "\n"
}
