package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// Secrets of the sample run: none of them may reach a redacted document.
const (
	basicSecret = "TEFCXGFsaWNlOnB3ZDEyMw=="
	ntlmSecret  = "TlRMTVNTUAADAAAAGAAYAEgAAAAYABgAYAAAAAYABgBAAAAA"
	urlSecret   = "hunter2"
)

var secretWords = []string{basicSecret, ntlmSecret, urlSecret}

var noon = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)

// message reads a head as transcript does.
func message(lines ...string) *transcript.Message {
	head := strings.Join(lines, "\r\n") + "\r\n\r\n"
	method, _, _ := strings.Cut(head, " ")
	if strings.HasPrefix(method, "HTTP/") {
		method = ""
	}
	data, err := json.Marshal(map[string]any{"head": head, "method": method})
	if err != nil {
		panic(err)
	}
	var m transcript.Message
	if err := json.Unmarshal(data, &m); err != nil {
		panic(err)
	}
	m.Body.Complete = true
	return &m
}

func sampleExchanges() []*transcript.Exchange {
	challenge := &transcript.Exchange{
		Seq: 2, Node: "corp", Role: transcript.Proxy, Conn: "corp#1", N: 1, Start: noon, Step: "refused",
		Request:  message("GET http://origin/update.cab HTTP/1.1", "Host: origin", "Range: bytes=0-65535"),
		Response: message("HTTP/1.1 407 Proxy Authentication Required", "Proxy-Authenticate: NTLM", "Proxy-Authenticate: Basic realm=\"corp\"", "Content-Length: 179"),
		Tokens:   []transcript.Token{{Response: true, Header: "Proxy-Authenticate", Scheme: "NTLM", Type: "challenge", Text: "NTLM"}, {Response: true, Header: "Proxy-Authenticate", Scheme: "Basic", Type: "challenge", Text: `Basic realm="corp"`}},
	}
	challenge.Response.Body.Length = 179
	refused := &transcript.Exchange{
		Seq: 3, Node: "corp", Role: transcript.Proxy, Conn: "corp#1", N: 2, Start: noon.Add(time.Second), Step: "refused",
		Request:  message("GET http://alice:hunter2@origin/a/long/way/to/a/file/that/has/a/long/name/update.cab HTTP/1.1", "Host: origin", "Proxy-Authorization: Basic "+basicSecret),
		Response: message("HTTP/1.1 407 Proxy Authentication Required", "Proxy-Authenticate: NTLM"),
		Tokens:   []transcript.Token{{Header: "Proxy-Authorization", Scheme: "Basic", Type: "basic", Text: `Basic credentials of LAB\alice`}},
		Refused:  `the password of LAB\alice is wrong`,
		NTStatus: "STATUS_WRONG_PASSWORD (0xC000006A)",
		Exposure: "clear password",
		Notes:    []string{"behaviour delay: 5m"},
	}
	verified := &transcript.Exchange{
		Seq: 5, Node: "corp", Role: transcript.Proxy, Conn: "corp#1", N: 3, Start: noon.Add(2 * time.Second), Step: "refused",
		Request:   message("GET http://origin/update.cab HTTP/1.1", "Host: origin", "Proxy-Authorization: NTLM "+ntlmSecret),
		Response:  message("HTTP/1.1 206 Partial Content", "Content-Range: bytes 0-65535/300000", "Content-Length: 65536"),
		Tokens:    []transcript.Token{{Header: "Proxy-Authorization", Scheme: "NTLM", Type: "type3", Text: `Type 3: LAB\alice`, Fields: map[string]string{"response": "NTLMv2", "user": "alice", "domain": "LAB"}}},
		Verified:  `LAB\alice`,
		NTStatus:  "STATUS_SUCCESS (0x00000000)",
		Exposure:  "NTLMv2",
		Decisions: []*transcript.Decision{sampleDecision()},
		Err:       "the connection was closed after 1000 of 65536 body bytes",
	}
	verified.Response.Body = transcript.Body{Length: 1000, Declared: 65536}
	return []*transcript.Exchange{challenge, refused, verified}
}

func sampleDecision() *transcript.Decision {
	return &transcript.Decision{
		Target: "proxy", Rule: "uselmcompat-1", Documented: true, Source: "BITS documentation: Authentication; KB 842309",
		Words:    "BITS 2.0 keeps the logon credentials from the proxy: UseLMCompat is absent (which means 1), LmCompatibilityLevel is 0, below 2.",
		Remedies: []string{"Call SetCredentials with NULL user name and password for the proxy and NTLM.", "Set the DWORD UseLMCompat to 0."},
	}
}

func sampleRecord() *transcript.Record {
	x := sampleExchanges()
	event := func(seq int, kind transcript.Kind, text string, d *transcript.Decision) transcript.Entry {
		return transcript.Entry{Event: &transcript.Event{Seq: seq, At: noon, Kind: kind, Node: "client", Subject: "j1", Text: text, Decision: d}}
	}
	return &transcript.Record{Entries: []transcript.Entry{
		event(1, transcript.KindJob, "QUEUED -> CONNECTING http://alice:hunter2@origin/update.cab", nil),
		{Exchange: x[0]}, {Exchange: x[1]},
		event(4, transcript.KindDecision, "the proxy asks", sampleDecision()),
		{Exchange: x[2]},
	}}
}

func sampleFile(id string, level plan.Level, cells ...string) *plan.File {
	f := &plan.File{Path: "lab/" + strings.ReplaceAll(id, "/", "-") + ".yaml", ID: id, Title: "What " + id + " shows", Level: level}
	s := &plan.Scenario{ID: id, Title: f.Title, Level: level, Refs: []string{"KB 842309"}, Tags: []string{"proxy"},
		Assumed: []string{"The exact misbehaviour of the server, which no document that is public tells, and of which we take the simplest."}}
	for i, cell := range cells {
		f.Cells = append(f.Cells, &plan.Cell{ID: id + cell, Scenario: s, Axes: []plan.AxisValue{{Axis: "level", Name: fmt.Sprint(i)}}})
	}
	return f
}

func at(f *plan.File, line int) plan.Pos { return plan.Pos{File: f.Path, Line: line, Column: 11} }

// sampleResults is a run with every verdict.
func sampleResults() []*scenarios.Result {
	good := sampleFile("bits20/good", plan.Required, "[level=0]", "[level=1]")
	bad := sampleFile("bits20/ntlm-proxy", plan.Required, "[level=0]", "[level=1]")
	seen := sampleFile("sms2003/range", plan.Observe, "")
	broken := sampleFile("ranges/broken", plan.Expected, "")
	result := func(f *plan.File, i int, v scenarios.Verdict, steps ...scenarios.StepResult) *scenarios.Result {
		return &scenarios.Result{File: f, Cell: f.Cells[i], Seed: 1, Verdict: v, Steps: steps, Virtual: 14*24*time.Hour + 3*time.Hour, Wall: 9 * time.Millisecond}
	}
	pass := scenarios.StepResult{Name: "download", Pos: at(good, 30), Verdict: scenarios.Pass, Began: noon, Virtual: time.Second}
	failing := result(bad, 0, scenarios.Fail, sampleFailure(bad), scenarios.StepResult{Name: "worked around", Pos: at(bad, 40), Verdict: scenarios.Blocked})
	failing.Record = sampleRecord()
	stuck := result(broken, 0, scenarios.CouldNotRun)
	stuck.Err = errors.New("the world is stuck: no progress for 20s while these hold the clock: exchange http://alice:hunter2@origin/update.cab")
	stuck.Record = sampleRecord()
	return []*scenarios.Result{
		result(good, 0, scenarios.Pass, pass), result(good, 1, scenarios.Pass, pass),
		failing, result(bad, 1, scenarios.Pass, pass),
		result(seen, 0, scenarios.Observed, scenarios.StepResult{Name: "download", Pos: at(seen, 33), Verdict: scenarios.Observed,
			Observations: []scenarios.Observation{{Pos: at(seen, 35), What: "job j1: state", Actual: "TRANSIENT_ERROR"}}}),
		stuck,
	}
}

func sampleFailure(f *plan.File) scenarios.StepResult {
	why := []string{"the job's error: BG_E_HTTP_ERROR_407 (0x80190197): the proxy corp:8080 answered 407 (http://alice:hunter2@origin/update.cab)"}
	return scenarios.StepResult{Name: "refused", Pos: at(f, 28), Verdict: scenarios.Fail, Began: noon, Virtual: 2 * time.Second, Failures: []scenarios.Failure{
		{Pos: at(f, 31), What: "job j1: state", Expected: "TRANSFERRED", Actual: "ERROR", Why: why, Decision: sampleDecision(), Exchanges: sampleExchanges()},
		{Pos: at(f, 32), What: "job j1: bytes transferred", Expected: "300000", Actual: "0", Why: why, Decision: sampleDecision(), Exchanges: sampleExchanges()},
		{Pos: at(f, 33), What: "wire on corp: every exchange", Expected: "all match",
			Actual: "exchange 2 of 3 does not: Proxy-Authorization is Basic " + basicSecret + ", not absent"},
		{Pos: at(f, 34), What: "wire on corp: no exchange", Expected: "none matches",
			Actual: "Proxy-Authorization is NTLM " + ntlmSecret + ", not absent"},
	}}
}

// build takes results into a document.
func build(opts Options, results ...*scenarios.Result) *Document {
	b := NewBuilder(opts)
	for _, r := range results {
		b.Add(r)
	}
	return b.Finish(1500*time.Millisecond, "")
}
