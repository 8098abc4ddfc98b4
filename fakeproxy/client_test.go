package fakeproxy_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/transcript"
)

// browser is a client that writes its own bytes on one connection.
type browser struct {
	net.Conn
	in *bufio.Reader
}

// answer is a response read whole.
type answer struct {
	*http.Response
	body string
	cut  error // why the body is not whole
}

func browse(addr string) *browser {
	GinkgoHelper()
	conn, err := net.Dial("tcp", addr)
	Expect(err).NotTo(HaveOccurred())
	Expect(conn.SetDeadline(time.Now().Add(20 * time.Second))).To(Succeed())
	DeferCleanup(func() { _ = conn.Close() })
	return &browser{Conn: conn, in: bufio.NewReader(conn)}
}

// ask writes a request of these lines and reads the answer.
func (b *browser) ask(lines ...string) answer {
	GinkgoHelper()
	b.send(lines...)
	return b.read(strings.Fields(lines[0])[0])
}

func (b *browser) send(lines ...string) {
	GinkgoHelper()
	_, err := io.WriteString(b.Conn, strings.Join(lines, "\r\n")+"\r\n\r\n")
	Expect(err).NotTo(HaveOccurred())
}

func (b *browser) read(method string) answer {
	GinkgoHelper()
	resp, err := http.ReadResponse(b.in, &http.Request{Method: method})
	Expect(err).NotTo(HaveOccurred())
	a := answer{Response: resp}
	if method == http.MethodConnect && resp.StatusCode == 200 {
		return a
	}
	body, err := io.ReadAll(resp.Body)
	a.body, a.cut = string(body), err
	return a
}

// closed reports that the other side ends the connection without another byte.
func (b *browser) closed() bool {
	_, err := b.in.ReadByte()
	return err != nil
}

// login goes through NTLM on one request, whose lines are given, and returns all
// answers.
func (b *browser) login(header string, c *ntlm.Client, lines ...string) []answer {
	GinkgoHelper()
	mechanism := httpauth.NewNTLM(c)
	all := []answer{b.ask(lines...)}
	challenge := "Proxy-Authenticate"
	if header == "Authorization" {
		challenge = "WWW-Authenticate"
	}
	for range 2 {
		offered, err := httpauth.ParseChallenges(all[len(all)-1].Header.Values(challenge))
		Expect(err).NotTo(HaveOccurred())
		Expect(offered).NotTo(BeEmpty(), "no challenge in answer %d", len(all))
		credentials, err := mechanism.Next(offered[0])
		Expect(err).NotTo(HaveOccurred())
		all = append(all, b.ask(append(lines, header+": "+credentials)...))
	}
	return all
}

func statuses(all []answer) []int {
	var list []int
	for _, a := range all {
		list = append(list, a.StatusCode)
	}
	return list
}

func accounts() *ntlm.Accounts {
	return ntlm.NewAccounts(
		ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"},
		ntlm.Account{Domain: "LAB", User: "bob", Password: "pw2"})
}

func byNTLM() *fakeproxy.Auth {
	return &fakeproxy.Auth{Schemes: []httpauth.Scheme{httpauth.NTLM}, Accounts: accounts(), NetBIOSDomain: "LAB"}
}

func byBasic() *fakeproxy.Auth {
	return &fakeproxy.Auth{Schemes: []httpauth.Scheme{httpauth.Basic}, Accounts: accounts(), NetBIOSDomain: "LAB", Realm: "corp"}
}

func basic(credentials string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))
}

func user(name, password string, level ntlm.Level) *ntlm.Client {
	GinkgoHelper()
	c, err := ntlm.NewClient(ntlm.ClientConfig{
		Level: level, Domain: "LAB", User: name, Password: password, Workstation: "PC1",
		OS: ntlm.WindowsXPSP2(), Rand: rand.NewChaCha8([32]byte{1}), Now: time.Now,
	})
	Expect(err).NotTo(HaveOccurred())
	return c
}

// proxy starts a proxy and a record of what its clients see.
func proxy(cfg fakeproxy.Config) (*fakeproxy.Server, *transcript.Recorder) {
	GinkgoHelper()
	if cfg.Name == "" {
		cfg.Name = "corp"
	}
	now := time.Now
	if cfg.Clock != nil {
		now = cfg.Clock.Now
	}
	cfg.Recorder = transcript.New(transcript.Options{Now: now, Decode: httpauth.DecodeForTranscript})
	p, err := fakeproxy.New(cfg)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(p.Close)
	return p, cfg.Recorder
}

func use(name string, params ...any) []fakeproxy.Use {
	u := fakeproxy.Use{Name: name, Params: map[string]any{}}
	for i := 0; i+1 < len(params); i += 2 {
		u.Params[params[i].(string)] = params[i+1]
	}
	return []fakeproxy.Use{u}
}

// noise is n bytes that are the same at every call.
func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(b)
	return b
}

func get(host, path string, more ...string) []string {
	return append([]string{fmt.Sprintf("GET http://%s%s HTTP/1.1", host, path), "Host: " + host}, more...)
}

func connect(host string) []string {
	return []string{"CONNECT " + host + " HTTP/1.1", "Host: " + host, "Proxy-Connection: Keep-Alive"}
}
