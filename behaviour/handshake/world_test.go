package handshake_test

import (
	"bufio"
	"encoding/base64"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/handshake"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

var start = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)

// fake demands a login and answers "hello" to those who have it.
type fake struct {
	target httpauth.Target
	clk    *clock.Virtual
	rec    *transcript.Recorder
	addr   string
}

// with starts a fake that has one behaviour in front of its gate.
func with(target httpauth.Target, name string, params map[string]any) *fake {
	GinkgoHelper()
	f := &fake{target: target, clk: clock.NewVirtual(start)}
	f.rec = transcript.New(transcript.Options{Now: f.clk.Now, Decode: httpauth.DecodeForTranscript})
	m, err := handshake.Table(target).Build(name, params, behaviour.Env{Clock: f.clk})
	Expect(err).NotTo(HaveOccurred())
	s, err := fakehttp.Start(fakehttp.Config{Clock: f.clk, Recorder: f.rec, Handler: m(f.guard())})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.Close)
	f.addr = s.Addr()
	return f
}

// guard is a gate with a page of known length.
func (f *fake) guard() http.Handler {
	gates, err := handshake.NewGates(httpauth.GateConfig{
		Target: f.target, Schemes: []httpauth.Scheme{httpauth.NTLM, httpauth.Basic, httpauth.Digest}, Realm: "lab",
		Accounts:        ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
		NetBIOSComputer: "FAKE", NetBIOSDomain: "LAB", OS: ntlm.WindowsServer2003(), Rand: rand.NewChaCha8([32]byte{}), Now: f.clk.Now,
	})
	Expect(err).NotTo(HaveOccurred())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handshake.Disclose(r)
		out := gates.Check(r, w.Header())
		text := "hello"
		w.Header().Set("Content-Type", "text/plain")
		if !out.Allowed {
			text = "who are you?"
			w.Header().Set("Content-Length", "12")
			w.WriteHeader(gates.Status(out))
		}
		_, _ = io.WriteString(w, text)
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// client is a connection to a fake.
type client struct {
	*fake
	conn net.Conn
	in   *bufio.Reader
}

func (f *fake) dial() *client {
	GinkgoHelper()
	conn, err := net.Dial("tcp", f.addr)
	Expect(err).NotTo(HaveOccurred())
	Expect(conn.SetDeadline(time.Now().Add(20 * time.Second))).To(Succeed())
	DeferCleanup(func() { _ = conn.Close() })
	c := &client{fake: f, conn: f.clk.Track(conn)}
	c.in = bufio.NewReader(c.conn)
	return c
}

// ask sends a request and returns the answer, its body and the error in its place.
func (c *client) ask(credentials string) (*http.Response, string, error) {
	h := c.clk.Hold("client")
	defer h.Release()
	h.Bind(c.conn)
	head := "GET / HTTP/1.1\r\nHost: x\r\n"
	if credentials != "" {
		head += c.target.CredentialHeader() + ": " + credentials + "\r\n"
	}
	if _, err := io.WriteString(c.conn, head+"\r\n"); err != nil {
		return nil, "", err
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

// legs goes on with an NTLM login as long as the connection lasts, and returns the
// answers.
func (c *client) legs(user ntlm.ClientConfig) []*http.Response {
	GinkgoHelper()
	user.Rand, user.Now, user.OS = zeros{}, c.clk.Now, ntlm.WindowsXPSP2()
	login, err := ntlm.NewClient(user)
	Expect(err).NotTo(HaveOccurred())
	m := httpauth.NewNTLM(login)
	var all []*http.Response
	for credentials := ""; ; {
		resp, _, err := c.ask(credentials)
		if err != nil {
			return all
		}
		all = append(all, resp)
		if resp.StatusCode != c.target.Status() || resp.Close {
			return all
		}
		offered, err := httpauth.ParseChallenges(resp.Header.Values(c.target.ChallengeHeader()))
		Expect(err).NotTo(HaveOccurred())
		if credentials, err = m.Next(offered[0]); err != nil {
			return all
		}
	}
}

func alice() ntlm.ClientConfig {
	return ntlm.ClientConfig{Level: 3, Domain: "LAB", User: "alice", Password: "pw", ExtraFlags: ntlm.NegotiateSign | ntlm.Negotiate128}
}

// type2 gives the NTLM challenge that the fake answers a NEGOTIATE_MESSAGE with.
func (c *client) type2() ntlm.Description {
	GinkgoHelper()
	all := c.legs(alice())
	Expect(len(all)).To(BeNumerically(">=", 2))
	return type2In(c.target, all[1])
}

func type2In(target httpauth.Target, resp *http.Response) ntlm.Description {
	GinkgoHelper()
	offered, err := httpauth.ParseChallenges(resp.Header.Values(target.ChallengeHeader()))
	Expect(err).NotTo(HaveOccurred())
	raw, err := base64.StdEncoding.DecodeString(offered[0].Token)
	Expect(err).NotTo(HaveOccurred())
	d, err := ntlm.Describe(raw)
	Expect(err).NotTo(HaveOccurred())
	Expect(d.Type).To(BeEquivalentTo(2))
	return d
}

func (c *client) closed() bool {
	_, err := c.in.ReadByte()
	return errors.Is(err, io.EOF)
}

func (f *fake) notes() []string {
	var list []string
	for _, x := range f.rec.Exchanges(0) {
		list = append(list, x.Notes...)
	}
	return list
}

func statuses(all []*http.Response) (list []int) {
	for _, a := range all {
		list = append(list, a.StatusCode)
	}
	return list
}

func basic(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
