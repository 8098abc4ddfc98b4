package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/transcript"
)

// Client speaks to one "wualab serve". Make it with [New]. It is safe for concurrent
// use. The error of a request that the server refused is a [*Problem].
type Client struct {
	base  string
	token string
	http  *http.Client
}

// Option sets up a Client.
type Option func(*Client)

// WithToken sends the token of --control-token.
func WithToken(token string) Option { return func(c *Client) { c.token = token } }

// WithHTTPClient sends requests through another client than http.DefaultClient.
func WithHTTPClient(h *http.Client) Option { return func(c *Client) { c.http = h } }

// New makes a client for the API at a URL such as "http://127.0.0.1:8079". It does not
// connect yet.
func New(base string, options ...Option) *Client {
	c := &Client{base: strings.TrimSuffix(base, "/"), http: http.DefaultClient}
	for _, o := range options {
		o(c)
	}
	return c
}

// FromEnvironment makes a client from WUALAB_CONTROL_URL and WUALAB_CONTROL_TOKEN, which
// serve sets for the program of --exec.
func FromEnvironment(options ...Option) (*Client, error) {
	base := os.Getenv("WUALAB_CONTROL_URL")
	if base == "" {
		return nil, errors.New("WUALAB_CONTROL_URL is not set: start wualab serve with --control")
	}
	if token := os.Getenv("WUALAB_CONTROL_TOKEN"); token != "" {
		options = append([]Option{WithToken(token)}, options...)
	}
	return New(base, options...), nil
}

// request is one call of the API.
type request struct {
	method, path string
	query        url.Values
	body         any // to be written as JSON; nil for none
	raw          io.Reader
	rawType      string
}

// do sends a request and reads the answer into out, which may be nil.
func (c *Client) do(ctx context.Context, r request, out any) error {
	resp, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)
	} else {
		err = json.NewDecoder(resp.Body).Decode(out)
	}
	if err != nil {
		return fmt.Errorf("%s %s: reading the answer: %w", r.method, r.path, err)
	}
	return nil
}

// send gives a good answer, whose body must be closed.
func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	body := r.raw
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", r.method, r.path, err)
		}
		body, r.rawType = bytes.NewReader(text), "application/json"
	}
	target := c.base + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return nil, err
	}
	if r.rawType != "" {
		req.Header.Set("Content-Type", r.rawType)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 == 2 {
		return resp, nil
	}
	defer resp.Body.Close()
	problem := &Problem{Status: resp.StatusCode, Detail: resp.Status}
	_ = json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(problem)
	return nil, fmt.Errorf("%s %s: %w", r.method, r.path, problem)
}

func node(name string, more ...string) string {
	return "/v1/nodes/" + url.PathEscape(name) + strings.Join(append([]string{""}, more...), "/")
}

// Info tells what is served.
func (c *Client) Info(ctx context.Context) (*Info, error) {
	info := new(Info)
	return info, c.do(ctx, request{method: http.MethodGet, path: "/v1"}, info)
}

// Nodes lists the servers and proxies.
func (c *Client) Nodes(ctx context.Context) (list []Node, err error) {
	return list, c.do(ctx, request{method: http.MethodGet, path: "/v1/nodes"}, &list)
}

// Node tells of one server or proxy.
func (c *Client) Node(ctx context.Context, name string) (*Node, error) {
	n := new(Node)
	return n, c.do(ctx, request{method: http.MethodGet, path: node(name)}, n)
}

// Down takes a server or proxy off the network: connections are refused.
func (c *Client) Down(ctx context.Context, name string) error {
	return c.do(ctx, request{method: http.MethodPost, path: node(name, "down")}, nil)
}

// Up brings a server or proxy back, at the same port.
func (c *Client) Up(ctx context.Context, name string) error {
	return c.do(ctx, request{method: http.MethodPost, path: node(name, "up")}, nil)
}

// Behaviours lists what a server or proxy is told to do, outermost first.
func (c *Client) Behaviours(ctx context.Context, name string) (list []Behaviour, err error) {
	return list, c.do(ctx, request{method: http.MethodGet, path: node(name, "behaviours")}, &list)
}

// SetBehaviours replaces what a server or proxy is told to do; nothing takes all away.
func (c *Client) SetBehaviours(ctx context.Context, name string, list ...Behaviour) error {
	return c.do(ctx, request{method: http.MethodPut, path: node(name, "behaviours"), body: append([]Behaviour{}, list...)}, nil)
}

// AddBehaviours adds to what a server or proxy is told to do, innermost.
func (c *Client) AddBehaviours(ctx context.Context, name string, list ...Behaviour) error {
	return c.do(ctx, request{method: http.MethodPost, path: node(name, "behaviours"), body: append([]Behaviour{}, list...)}, nil)
}

// RemoveBehaviour takes the behaviour at a place away; the first is 0.
func (c *Client) RemoveBehaviour(ctx context.Context, name string, index int) error {
	return c.do(ctx, request{method: http.MethodDelete, path: node(name, "behaviours", strconv.Itoa(index))}, nil)
}

// Files lists the files of a server by path.
func (c *Client) Files(ctx context.Context, name string) (files map[string]File, err error) {
	return files, c.do(ctx, request{method: http.MethodGet, path: node(name, "files")}, &files)
}

// SetFiles replaces all files of a server.
func (c *Client) SetFiles(ctx context.Context, name string, files map[string]File) error {
	return c.do(ctx, request{method: http.MethodPut, path: node(name, "files"), body: noNil(files)}, nil)
}

// AddFiles adds files to a server, or replaces those at the same paths.
func (c *Client) AddFiles(ctx context.Context, name string, files map[string]File) error {
	return c.do(ctx, request{method: http.MethodPost, path: node(name, "files"), body: noNil(files)}, nil)
}

func noNil(files map[string]File) map[string]File {
	copied := map[string]File{}
	maps.Copy(copied, files)
	return copied
}

// RemoveFile takes a file of a server away.
func (c *Client) RemoveFile(ctx context.Context, name, path string) error {
	return c.do(ctx, request{method: http.MethodDelete, path: node(name, "files"), query: url.Values{"path": {path}}}, nil)
}

// SetContent puts these bytes on a server as the file at a path. contentType "" is
// application/octet-stream.
func (c *Client) SetContent(ctx context.Context, name, path string, content io.Reader, contentType string) error {
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	return c.do(ctx, request{method: http.MethodPut, path: node(name, "content"), query: url.Values{"path": {path}},
		raw: content, rawType: contentType}, nil)
}

// State gives the named values that behaviours of a server or proxy set, and ask for with
// when.
func (c *Client) State(ctx context.Context, name string) (state map[string]string, err error) {
	return state, c.do(ctx, request{method: http.MethodGet, path: node(name, "state")}, &state)
}

// SetState gives names a value that behaviours of a server or proxy can ask for with
// when; the empty value takes a name away. Others stay.
func (c *Client) SetState(ctx context.Context, name string, state map[string]string) error {
	if state == nil {
		state = map[string]string{}
	}
	return c.do(ctx, request{method: http.MethodPost, path: node(name, "state"), body: state}, nil)
}

// Accounts lists the accounts that a server or proxy knows, without their passwords.
func (c *Client) Accounts(ctx context.Context, name string) (list []Account, err error) {
	return list, c.do(ctx, request{method: http.MethodGet, path: node(name, "accounts")}, &list)
}

// UpdateServer tells which clients an update server knows, and what they reported.
func (c *Client) UpdateServer(ctx context.Context, name string) (known UpdateServer, err error) {
	return known, c.do(ctx, request{method: http.MethodGet, path: node(name, "wsus")}, &known)
}

// Lock locks an account out, DOMAIN\user, as too many wrong passwords do.
func (c *Client) Lock(ctx context.Context, name, account string) error {
	return c.do(ctx, request{method: http.MethodPost, path: node(name, "accounts", "lock"), body: map[string]string{"account": account}}, nil)
}

// Unlock lets an account in again, and forgets its failed logons.
func (c *Client) Unlock(ctx context.Context, name, account string) error {
	return c.do(ctx, request{method: http.MethodPost, path: node(name, "accounts", "unlock"), body: map[string]string{"account": account}}, nil)
}

// Change changes servers and proxies as change of a step in a scenario file does, also
// faults of upload directories and of shares, and gives all as they are then.
func (c *Client) Change(ctx context.Context, change Change) (list []Node, err error) {
	return list, c.do(ctx, request{method: http.MethodPost, path: "/v1/change", body: change}, &list)
}

// Reset makes all fakes as they were at the start. clear forgets the transcript, too.
func (c *Client) Reset(ctx context.Context, clear bool) error {
	record := "keep"
	if clear {
		record = "clear"
	}
	return c.do(ctx, request{method: http.MethodPost, path: "/v1/reset", body: map[string]string{"record": record}}, nil)
}

// How says how an expectation is judged.
type How func(url.Values)

// Within waits until the expectation holds, at most d of real time.
func Within(d time.Duration) How {
	return func(q url.Values) { q.Set("timeout", strconv.FormatInt(d.Milliseconds(), 10)+"ms") }
}

// Since judges what came after the entry of the transcript with that seq; without it,
// what came after the start or the last reset.
func Since(seq int) How { return func(q url.Values) { q.Set("since", strconv.Itoa(seq)) } }

// Expect judges an expectation of what crossed the wire, now or [Within] some time.
func (c *Client) Expect(ctx context.Context, wire Wire, how ...How) (*Verdict, error) {
	query := url.Values{}
	for _, h := range how {
		h(query)
	}
	v := new(Verdict)
	return v, c.do(ctx, request{method: http.MethodPost, path: "/v1/expect", query: query, body: wire}, v)
}

// Verdict judges what the scenario file itself expects of the wire, if serve was started
// with --expect.
func (c *Client) Verdict(ctx context.Context) (*Verdict, error) {
	v := new(Verdict)
	return v, c.do(ctx, request{method: http.MethodGet, path: "/v1/verdict"}, v)
}

// Filter chooses entries of the transcript. The zero value chooses all that there is
// room for in one answer.
type Filter struct {
	Node  string // of this server or proxy alone
	Kind  string // "exchange", or the kind of an event
	Since int    // after the entry with that seq
	Limit int    // at most; 0 is 1000
}

func (f Filter) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"node": f.Node, "kind": f.Kind} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name, value := range map[string]int{"since": f.Since, "limit": f.Limit} {
		if value != 0 {
			q.Set(name, strconv.Itoa(value))
		}
	}
	return q
}

// Transcript lists entries of the transcript in short, oldest first.
func (c *Client) Transcript(ctx context.Context, f Filter) (*Page, error) {
	p := new(Page)
	return p, c.do(ctx, request{method: http.MethodGet, path: "/v1/transcript", query: f.query()}, p)
}

// Entry gives one entry of the transcript whole.
func (c *Client) Entry(ctx context.Context, seq int) (*transcript.Entry, error) {
	e := new(transcript.Entry)
	return e, c.do(ctx, request{method: http.MethodGet, path: "/v1/transcript/" + strconv.Itoa(seq)}, e)
}

// ClearTranscript forgets what was received so far.
func (c *Client) ClearTranscript(ctx context.Context) error {
	return c.do(ctx, request{method: http.MethodDelete, path: "/v1/transcript"}, nil)
}

// Clock tells the fakes' time.
func (c *Client) Clock(ctx context.Context) (*Clock, error) {
	clock := new(Clock)
	return clock, c.do(ctx, request{method: http.MethodGet, path: "/v1/clock"}, clock)
}

// Advance puts the fakes' clock forward, so that delays end before their time.
func (c *Client) Advance(ctx context.Context, by time.Duration) (*Advanced, error) {
	a := new(Advanced)
	body := map[string]any{"by": strconv.FormatInt(by.Milliseconds(), 10) + "ms"}
	return a, c.do(ctx, request{method: http.MethodPost, path: "/v1/clock/advance", body: body}, a)
}

// AdvanceToNext puts the fakes' clock forward to when the first delay ends, and waits
// for one to begin, at most patience of real time.
func (c *Client) AdvanceToNext(ctx context.Context, patience time.Duration) (*Advanced, error) {
	a := new(Advanced)
	q := url.Values{}
	Within(patience)(q)
	return a, c.do(ctx, request{method: http.MethodPost, path: "/v1/clock/advance", query: q, body: map[string]any{"next": true}}, a)
}

// CertificatePEM gives the certificate of the authority that clients of servers with TLS
// must trust.
func (c *Client) CertificatePEM(ctx context.Context) ([]byte, error) {
	resp, err := c.send(ctx, request{method: http.MethodGet, path: "/v1/ca.pem"})
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// Shutdown ends "wualab serve", with the verdict of --expect.
func (c *Client) Shutdown(ctx context.Context) (*Verdict, error) {
	v := new(Verdict)
	return v, c.do(ctx, request{method: http.MethodPost, path: "/v1/shutdown"}, v)
}

// URL gives the beginning of URLs on a server, or the address of a proxy, by its name.
func (i *Info) URL(name string) string {
	at := slices.IndexFunc(i.Nodes, func(n Node) bool { return n.Name == name })
	if at < 0 {
		return ""
	}
	return i.Nodes[at].URL
}
