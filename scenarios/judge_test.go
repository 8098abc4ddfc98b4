package scenarios_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

// The worlds of the table below: a scenario up to what its last step expects.
const (
	worldHead = `version: 1
id: test/judge
title: A claim about a small world
level: expected
refs: [our own]
accounts:
  alice: {domain: LAB, user: alice, password: pw}
  mallory: {domain: LAB, user: alice, password: guess}
`
	// plain is a download of 10 kB in one step.
	plain = worldHead + `client: {profile: xp-sp2}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}, behaviours: [{set-header: {name: X-Test, value: "yes"}}]}}
steps:
  - download: {job: j1, files: [origin/f]}
    expect: `
	// gone is a download of a file that does not exist.
	gone = worldHead + `client: {profile: xp-sp2}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
steps:
  - download: {job: j1, files: [origin/missing]}
    expect: `
	// slow is a download of which each answer takes a minute.
	slow = worldHead + `client: {profile: xp-sp2}
servers: {origin: {files: {/f: {size: 0}}, behaviours: [{delay: {duration: 1m}}]}}
steps:
  - download: {job: j1, files: [origin/f]}
    expect: `
	// changed is a download of what the server has replaced since.
	changed = worldHead + `client: {profile: xp-sp2}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
steps:
  - download: {job: j1, files: [origin/f]}
  - complete: j1
  - change: {origin: {files: {/f: {size: 10kB, seed: 2}}}}
    expect: `
	// two is a download of two files.
	two = worldHead + `client: {profile: xp-sp2}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}, /g: {size: 5kB, seed: 1}}}}
steps:
  - download: {job: j1, files: [origin/f, origin/g]}
    expect: `
	// created is a job that has not begun.
	created = worldHead + `client: {profile: xp-sp2}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
steps:
  - create: {job: j1, files: [origin/f]}
    expect: `
	// refused is a call that BITS refuses.
	refused = worldHead + `client: {profile: xp-sp2}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
steps:
  - create: {job: j1, files: [origin/f]}
  - set-credentials: {job: j1, target: proxy, scheme: basic, account: implicit}
    expect: `
	// login is a download through a proxy with the right password, told it as
	// explicit credentials.
	login = worldHead + `client: {profile: xp-sp2, account: alice, proxy: corp, registry: {LmCompatibilityLevel: 3}}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
proxies: {corp: {auth: [ntlm], accounts: [alice]}}
steps:
  - download: {job: j1, files: [origin/f], credentials: [{target: proxy, scheme: ntlm, account: alice}]}
    expect: `
	// ticket is a download through a proxy by Kerberos.
	ticket = worldHead + `client: {profile: xp-sp2, domain: LAB, account: alice, proxy: corp, kerberos: {}}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
proxies: {corp: {auth: [negotiate], accounts: [alice], kerberos: {}}}
steps:
  - download: {job: j1, files: [origin/f], credentials: [{target: proxy, scheme: negotiate, account: alice}]}
    expect: `
	// guess is login with a wrong password.
	guess = worldHead + `client: {profile: xp-sp2, account: alice, proxy: corp, registry: {LmCompatibilityLevel: 3}}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
proxies: {corp: {auth: [ntlm], accounts: [alice]}}
steps:
  - download: {job: j1, files: [origin/f], credentials: [{target: proxy, scheme: ntlm, account: mallory}]}
    expect: `
)

// claim is one kind of expectation: in its world one holds and one does not, which
// the judge tells so; actual is the end of what came.
type claim struct {
	kind                   string
	world                  string
	holds, fails           string
	what, expected, actual string
}

// TestTheJudge checks the checker: each kind of expectation once where it holds and
// once where it does not.
func TestTheJudge(t *testing.T) {
	for _, c := range slices.Concat(jobClaims(), stepClaims(), wireClaims(), matchClaims(), uploadClaims(), lifeClaims(), updateClaims(), automaticClaims(), pcClaims()) {
		t.Run(c.kind, func(t *testing.T) {
			if r := judged(t, c.world+c.holds+"\n"); r.Verdict != scenarios.Pass {
				t.Errorf("%s does not hold: %s", c.holds, story(r))
			}
			r := judged(t, c.world+c.fails+"\n")
			if r.Verdict != scenarios.Fail {
				t.Fatalf("%s: %s", c.fails, story(r))
			}
			failures := r.Steps[len(r.Steps)-1].Failures
			if len(failures) != 1 {
				t.Fatalf("%d failures: %s", len(failures), story(r))
			}
			f := failures[0]
			if f.What != c.what || f.Expected != c.expected || !strings.HasSuffix(f.Actual, c.actual) || c.actual == "" {
				t.Errorf("told so:\n\t%q, %q, %q\nwant:\n\t%q, %q, %q", f.What, f.Expected, f.Actual, c.what, c.expected, c.actual)
			}
			if f.Pos.Line == 0 {
				t.Error("the failure has no place")
			}
		})
	}
}

// judged plays the one cell of a text.
func judged(t *testing.T, text string) *scenarios.Result {
	t.Helper()
	file, err := plan.Load("judge.yaml", []byte(text), scenarios.PlanOptions())
	if err != nil {
		t.Fatal(err)
	}
	runner := scenarios.Runner{Seed: 1, KeepRecords: true}
	r := runner.RunCell(context.Background(), file, file.Cells[0])
	if r.Verdict == scenarios.CouldNotRun {
		t.Fatalf("%v", r.Err)
	}
	return r
}

func jobClaims() []claim {
	sum := sha256.New()
	_, _ = io.Copy(sum, io.NewSectionReader(fakeserver.Content(10_000, 1), 0, 10_000))
	right, wrong := hex.EncodeToString(sum.Sum(nil)), strings.Repeat("0", 64)
	return []claim{
		{"job state", plain, "{job: {state: TRANSFERRED}}", "{job: {state: ERROR}}", "job j1: state", "ERROR", "TRANSFERRED"},
		{"job by name", plain, "{job: {name: j1, bytes: 10kB}}", "{job: {name: j1, bytes: 11kB}}", "job j1: bytes transferred", "11000", "10000"},
		{"job error", gone, "{job: {error: BG_E_HTTP_ERROR_404}}", "{job: {error: BG_E_HTTP_ERROR_403}}",
			"job j1: error", "BG_E_HTTP_ERROR_403", "BG_E_HTTP_ERROR_404 (0x80190194)"},
		{"job without error", plain, "{job: {error: S_OK}}", "{job: {error: BG_E_HTTP_ERROR_404}}", "job j1: error", "BG_E_HTTP_ERROR_404", "none"},
		{"job context", gone, "{job: {context: REMOTE_FILE}}", "{job: {context: LOCAL_FILE}}", "job j1: error context", "LOCAL_FILE", "REMOTE_FILE"},
		{"job exchange", gone, "{job: {exchange: {status: 404}}}", "{job: {exchange: {status: 403}}}",
			"job j1: exchange that caused the error", "one that matches", "the status is 404, not 403"},
		{"job exchange of none", plain, "{job: {state: TRANSFERRED}}", "{job: {exchange: {status: 404}}}",
			"job j1: exchange that caused the error", "an exchange", "no exchange caused it"},
		{"job content identical", plain, "{job: {content: identical}}", "{job: {content: absent}}", "job j1: content", "absent", "identical"},
		{"job content different", changed, "{job: {name: j1, content: different}}", "{job: {name: j1, content: identical}}",
			"job j1: content", "identical", `C:\j1-1\f differs from the server's file at byte 0`},
		{"job content absent", created, "{job: {content: absent}}", "{job: {content: identical}}",
			"job j1: content", "identical", `C:\j1-1\f is absent`},
		{"job sha256", plain, "{job: {sha256: '" + right + "'}}", "{job: {sha256: '" + wrong + "'}}",
			"job j1: SHA-256 of the first file", wrong, right},
	}
}

func stepClaims() []claim {
	const proxy = "decision for the proxy: "
	return []claim{
		{"result", refused, "{result: E_INVALIDARG}", "{result: S_OK}", "result of the call", "S_OK", "E_INVALIDARG (0x80070057)"},
		{"result unsaid", refused, "{result: E_INVALIDARG}", "{job: {state: SUSPENDED}}", "call", "S_OK", "E_INVALIDARG (0x80070057)"},
		{"elapsed exactly", slow, "{elapsed: 1m}", "{elapsed: 2m}", "virtual time", "2m0s", "1m0s"},
		{"elapsed at least", slow, "{elapsed: {at-least: 1m}}", "{elapsed: {at-least: 2m}}", "virtual time", "at least 2m0s", "1m0s"},
		{"elapsed at most", slow, "{elapsed: {at-most: 1m}}", "{elapsed: {at-most: 59s}}", "virtual time", "at most 59s", "1m0s"},
		{"decision send", login, "{decision: {target: proxy, send: true}}", "{decision: {target: proxy, send: false}}", proxy + "send", "false", "true"},
		{"decision rule", login, "{decision: {target: proxy, rule: explicit}}", "{decision: {target: proxy, rule: uselmcompat-1}}", proxy + "rule", "uselmcompat-1", "explicit"},
		{"decision kind", login, "{decision: {target: proxy, kind: explicit}}", "{decision: {target: proxy, kind: implicit}}", proxy + "kind", "implicit", "explicit"},
		{"decision scheme", login, "{decision: {target: proxy, scheme: ntlm}}", "{decision: {target: proxy, scheme: basic}}", proxy + "scheme", "basic", "NTLM"},
		{"decision at all", plain, "{elapsed: 0}", "{decision: {target: server, send: false}}", "decision for the server", "a decision", "none was taken in this step"},
		{"exposure", login, "{exposure: ntlmv2}", "{exposure: nothing}", "exposure", "nothing", "NTLMv2"},
		{"exposure at most", login, "{exposure: {max: ntlmv2}}", "{exposure: {max: ticket}}", "exposure", "at most ticket", "NTLMv2"},
		{"exposure at least", login, "{exposure: {min: ntlmv2}}", "{exposure: {min: lm}}", "exposure", "at least lm", "NTLMv2"},
		{"exposure of refused credentials", guess, "{exposure: ntlmv2}", "{exposure: lm}", "exposure", "lm", "NTLMv2"},
		{"exposure without a login", plain, "{exposure: nothing}", "{exposure: {min: ticket}}", "exposure", "at least ticket", "nothing"},
	}
}

func wireClaims() []claim {
	const origin, corp = "wire on origin: ", "wire on corp: "
	return []claim{
		{"wire count", two, "{wire: [{on: origin, count: 4}]}", "{wire: [{on: origin, count: 3}]}", origin + "number of exchanges", "3", "4"},
		{"wire connections", two, "{wire: [{on: origin, connections: 1}]}", "{wire: [{on: origin, connections: {at-least: 2}}]}",
			origin + "number of connections", "at least 2", "1"},
		{"wire every", two, "{wire: [{on: origin, every: {status: 200}}]}", "{wire: [{on: origin, every: {url: /f}}]}", origin + "every exchange", "all match",
			"exchange 3 of 4 (origin#1 3: HEAD /g -> 200) does not: the URL is /g, not /f"},
		{"wire every of none", refused, "{result: E_INVALIDARG}", "{result: E_INVALIDARG, wire: [{on: origin, every: {method: GET}}]}",
			origin + "every exchange", "at least one exchange", "there was none"},
		{"wire some", two, "{wire: [{on: origin, some: {url: /f}}]}", "{wire: [{on: origin, some: {method: PUT}}]}", origin + "some exchange", "one matches",
			"none of 4 does; the last one, origin#1 4: GET /g -> 200: the method is GET, not PUT"},
		{"wire none", two, "{wire: [{on: origin, none: {method: PUT}}]}", "{wire: [{on: origin, none: {url: /g}}]}", origin + "no exchange", "none matches",
			"origin#1 3: HEAD /g -> 200 does"},
		{"wire matching", two, "{wire: [{on: origin, matching: {count: 2, of: {url: /f}}}]}", "{wire: [{on: origin, matching: [{count: 4, of: {}}, {count: {at-most: 1}, of: {url: /f}}]}]}",
			origin + "number of exchanges that match", "at most 1", "2"},
		{"wire sequence", two, "{wire: [{on: origin, sequence: [{url: /f}, {url: /g}]}]}", "{wire: [{on: origin, sequence: [{url: /g}, {url: /f}]}]}",
			origin + "sequence on one connection", "2 exchanges in order", "origin#1 has the first 1 of 2, then nothing that matches the next"},
		{"wire on the client", two, "{wire: [{on: client, count: 4}]}", "{wire: [{on: client, count: 1}]}", "wire on client: number of exchanges", "1", "4"},
		{"wire verified", login, `{wire: [{on: corp, verified: 'lab\ALICE'}]}`, `{wire: [{on: corp, verified: 'LAB\bob'}]}`,
			corp + "account verified", `LAB\bob`, `LAB\alice`},
		{"wire verified none", guess, `{wire: [{on: corp, verified: none}]}`, `{wire: [{on: corp, verified: 'LAB\alice'}]}`,
			corp + "account verified", `LAB\alice`, `nobody`},
		{"wire verified somebody", login, `{wire: [{on: corp, verified: 'LAB\alice'}]}`, `{wire: [{on: corp, verified: none}]}`,
			corp + "account verified", `none`, `LAB\alice`},
		{"wire refused", guess, `{wire: [{on: corp, refused: "does not match its password$"}]}`, `{wire: [{on: corp, refused: "no such"}]}`,
			corp + "refused because", `no such`, `NTLMv2 response of LAB\alice does not match its password`},
		{"wire exposure", login, "{wire: [{on: corp, exposure: ntlmv2}, {on: origin, exposure: nothing}]}", "{wire: [{on: corp, exposure: {max: ticket}}]}",
			corp + "exposure", "at most ticket", "NTLMv2"},
	}
}

// matcher is a claim about one key of a matcher that an exchange of the node has.
func matcher(key, world, on, good, bad, actual string) claim {
	return claim{kind: "matcher " + key, world: world,
		holds: "{wire: [{on: " + on + ", some: {" + good + "}}]}", fails: "{wire: [{on: " + on + ", some: {" + bad + "}}]}",
		what: "wire on " + on + ": some exchange", expected: "one matches", actual: ": " + actual}
}

func matchClaims() []claim {
	return []claim{
		matcher("method", plain, "origin", "method: GET", "method: POST", "the method is GET, not POST"),
		matcher("url", plain, "origin", "url: /f", "url: /g", "the URL is /f, not /g"),
		matcher("full url", login, "corp", "url: http://origin/f", "url: http://origin/g", "the URL is http://origin/f, not http://origin/g"),
		matcher("url regexp", plain, "origin", "url: /^.f$/", "url: /^.g$/", "the URL is /f, not /^.g$/"),
		matcher("status", plain, "origin", "status: 206", "status: 416", "the status is 206, not 416"),
		matcher("header", plain, "origin", "header: {Host: origin}", "header: {Host: other}", "Host is origin, not other"),
		matcher("header absent", plain, "origin", "header: {Authorization: absent}", "header: {Host: absent}", "Host is origin, not absent"),
		matcher("header present", plain, "origin", "header: {Host: present}", "header: {Authorization: present}", "Authorization is absent, not present"),
		matcher("header regexp", plain, "origin", "header: {User-Agent: /BITS/}", "header: {User-Agent: /curl/}", "User-Agent is Microsoft BITS/6.6, not /curl/"),
		matcher("answer", plain, "origin", `answer: {X-Test: "yes"}`, `answer: {X-Test: "no"}`, "X-Test is yes, not no"),
		matcher("range", plain, "origin", "range: bytes=0-65535", "range: absent", "Range is bytes=0-65535, not absent"),
		matcher("body", plain, "origin", "body: 10kB", "body: 9kB", "the body's length is 10000, not 9000"),
		matcher("complete", plain, "origin", "complete: true", "complete: false", "that the body is complete is true, not false"),
		matcher("proto", plain, "origin", "proto: HTTP/1.1", "proto: HTTP/1.0", "the protocol is HTTP/1.1, not HTTP/1.0"),
		matcher("request-proto", plain, "origin", "request-proto: HTTP/1.1", "request-proto: HTTP/1.0", "the request's protocol is HTTP/1.1, not HTTP/1.0"),
		matcher("ntlm", login, "corp", "ntlm: type2", "url: http://origin/f, header: {Proxy-Authorization: present}, status: 206, ntlm: type1", "it has no NTLM type1"),
		matcher("ntlm none", guess, "corp", "ntlm: none", "status: 200, ntlm: none", "the status is 407, not 200"),
		matcher("response", login, "corp", "response: NTLMv2", "response: LM", "the response is NTLMv2, not LM"),
		matcher("response of none", login, "corp", "ntlm: type3, response: NTLMv2", "ntlm: type1, response: NTLMv2", "it has no NTLM type1"),
		matcher("ntstatus", guess, "corp", "ntstatus: STATUS_WRONG_PASSWORD", "ntstatus: STATUS_NO_SUCH_USER", "the NTSTATUS is STATUS_WRONG_PASSWORD, not STATUS_NO_SUCH_USER"),
		matcher("ntstatus of none", guess, "corp", "ntstatus: STATUS_WRONG_PASSWORD", "method: PUT, ntstatus: STATUS_NO_SUCH_USER", "the method is GET, not PUT"),
		matcher("scheme", login, "corp", "scheme: ntlm", "scheme: basic", "the scheme is NTLM, not Basic"),
		matcher("mechanism", ticket, "corp", "mechanism: kerberos", "url: http://origin/f, mechanism: ntlm", "the mechanism is kerberos, not ntlm"),
		matcher("mechanism of none", login, "corp", "ntlm: type3", "mechanism: raw-ntlm", "it has no Negotiate token"),
		matcher("scheme of none", plain, "origin", "method: GET", "scheme: basic", "it has no credentials"),
	}
}

// TestEveryKindIsClaimed holds the claims to the keys of the language.
func TestEveryKindIsClaimed(t *testing.T) {
	var text strings.Builder
	for _, c := range slices.Concat(jobClaims(), stepClaims(), wireClaims(), matchClaims(), uploadClaims(), lifeClaims(), updateClaims(), automaticClaims(), pcClaims()) {
		text.WriteString(c.fails + "\n")
	}
	for _, typ := range []reflect.Type{
		reflect.TypeFor[plan.Expect](), reflect.TypeFor[plan.ExpectJob](), reflect.TypeFor[plan.ExpectDecision](),
		reflect.TypeFor[plan.ExpectWire](), reflect.TypeFor[plan.Match](),
	} {
		for i := range typ.NumField() {
			key := typ.Field(i).Tag.Get("yaml")
			if key == "-" || key == "when" {
				continue // when is judged by nobody: the cells are without it
			}
			if !regexp.MustCompile(`[{ ]` + regexp.QuoteMeta(key) + `: `).MatchString(text.String()) {
				t.Errorf("%s: no claim that fails has the key %s", typ.Name(), key)
			}
		}
	}
}

// TestTheJudgeObserves sees that "?" reports and does not judge.
func TestTheJudgeObserves(t *testing.T) {
	text := strings.Replace(login, "level: expected", "level: observe", 1) +
		`{job: {state: "?", bytes: "?"}, elapsed: "?", exposure: "?", wire: [{on: corp, count: "?", verified: "?", refused: "?"}]}` + "\n"
	r := judged(t, text)
	if r.Verdict != scenarios.Observed {
		t.Fatal(story(r))
	}
	var got []string
	for _, o := range r.Steps[0].Observations {
		got = append(got, o.What+": "+o.Actual)
	}
	want := []string{"job j1: state: TRANSFERRED", "job j1: bytes transferred: 10000", "exposure: NTLMv2", "virtual time: 0s",
		"wire on corp: number of exchanges: 3", `wire on corp: account verified: LAB\alice`, "wire on corp: refused because: "}
	if !slices.Equal(got, want) {
		t.Errorf("observed %q", got)
	}
}

// TestTheJudgeBlocks sees that nothing is judged after a step that failed.
func TestTheJudgeBlocks(t *testing.T) {
	r := judged(t, plain+"{job: {state: ERROR}}\n  - complete: j1\n    expect: {result: S_OK}\n")
	if r.Verdict != scenarios.Fail || r.Steps[1].Verdict != scenarios.Blocked {
		t.Error(story(r))
	}
}
