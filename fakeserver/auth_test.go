package fakeserver_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/internal/rawhttp"
)

func labAuth(schemes ...httpauth.Scheme) *fakeserver.Auth {
	return &fakeserver.Auth{
		Schemes: schemes, NetBIOSDomain: "LAB", Realm: "lab",
		Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
	}
}

func basic(user, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// login does the three legs of NTLM on c.
func login(c *rawhttp.Conn, path, password string) []rawhttp.Answer {
	client, err := ntlm.NewClient(ntlm.ClientConfig{
		Domain: "LAB", User: "alice", Password: password, OS: ntlm.WindowsXPSP2(), Rand: zeros{},
		Now: func() time.Time { return start },
	})
	Expect(err).NotTo(HaveOccurred())
	m := httpauth.NewNTLM(client)
	answers := []rawhttp.Answer{c.Get(path)}
	for range 2 {
		challenges, err := httpauth.ParseChallenges(answers[len(answers)-1].Header.Values("WWW-Authenticate"))
		Expect(err).NotTo(HaveOccurred())
		credentials, err := m.Next(challenges[0])
		Expect(err).NotTo(HaveOccurred())
		answers = append(answers, c.Get(path, "Authorization: "+credentials))
	}
	return answers
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func statuses(answers []rawhttp.Answer) (list []int) {
	for _, a := range answers {
		list = append(list, a.Status)
	}
	return list
}

var _ = Describe("authentication", func() {
	files := map[string]fakeserver.File{"/a": {Size: 10}, "/open/a": {Size: 10}, "/sms/a": {Size: 10}}

	It("demands Basic credentials and records who was verified and why not", func() {
		w := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.Basic)})
		c := w.dial()
		bare := c.Get("/a")
		Expect(bare.Status).To(Equal(http.StatusUnauthorized))
		Expect(bare.Header.Values("WWW-Authenticate")).To(Equal([]string{`Basic realm="lab"`}))
		Expect(string(w.last().Response.Head)).To(ContainSubstring("\r\nWWW-Authenticate: "))
		Expect(w.last().Refused).To(BeEmpty())
		Expect(c.Get("/a", basic(`LAB\alice`, "wrong")).Status).To(Equal(http.StatusUnauthorized))
		Expect(w.last().Refused).NotTo(BeEmpty())
		Expect(c.Get("/a", basic(`LAB\alice`, "pw")).Status).To(Equal(http.StatusOK))
		Expect(w.last().Verified).To(Equal(`LAB\alice`))
		Expect(c.Get("/a").Status).To(Equal(http.StatusUnauthorized), "Basic is for one request")
	})

	It("offers schemes in order, each in a field of its own", func() {
		a := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.NTLM, httpauth.Basic)}).get("/a")
		Expect(a.Header.Values("WWW-Authenticate")).To(Equal([]string{"NTLM", `Basic realm="lab"`}))
	})

	It("binds an NTLM login to the connection", func() {
		w := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.NTLM)})
		c := w.dial()
		Expect(statuses(login(c, "/a", "pw"))).To(Equal([]int{401, 401, 200}))
		Expect(w.last().Verified).To(Equal(`LAB\alice`))
		Expect(c.Get("/a", "Range: bytes=0-1").Status).To(Equal(http.StatusPartialContent))
		Expect(w.last().Verified).To(Equal(`LAB\alice`))
		Expect(w.get("/a").Status).To(Equal(http.StatusUnauthorized), "another connection")
		Expect(statuses(login(w.dial(), "/a", "wrong"))).To(Equal([]int{401, 401, 401}))
		Expect(w.last().Refused).NotTo(BeEmpty())
	})

	It("draws its challenges from the seed", func() {
		type2 := func(seed int64) string {
			w := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.NTLM), Seed: seed})
			return login(w.dial(), "/a", "pw")[1].Header.Get("WWW-Authenticate")
		}
		Expect(type2(1)).To(Equal(type2(1)))
		Expect(type2(1)).NotTo(Equal(type2(2)))
	})

	It("is settled by the longest route, which may be open", func() {
		w := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.NTLM), Routes: []fakeserver.Route{
			{Path: "/sms*", Auth: labAuth(httpauth.Basic)},
			{Path: "/open/", Auth: &fakeserver.Auth{}},
			{Path: "/", Behaviours: nil},
		}})
		Expect(w.get("/a").Header.Get("WWW-Authenticate")).To(Equal("NTLM"))
		Expect(w.get("/sms/a").Header.Get("WWW-Authenticate")).To(HavePrefix("Basic"))
		Expect(w.get("/open/a").Status).To(Equal(http.StatusOK))
	})

	It("stands before all behaviours unless the list says where", func() {
		closing, here := fakeserver.Use{Name: "close"}, fakeserver.Use{Name: fakeserver.Authenticate}
		closes := func(cfg fakeserver.Config) bool {
			cfg.Files, cfg.Auth = files, labAuth(httpauth.NTLM)
			a := serve(cfg).get("/a")
			Expect(a.Status).To(Equal(http.StatusUnauthorized))
			return a.Close
		}
		Expect(closes(fakeserver.Config{Behaviours: []fakeserver.Use{closing}})).To(BeFalse())
		Expect(closes(fakeserver.Config{Behaviours: []fakeserver.Use{closing, here}})).To(BeTrue())
		Expect(closes(fakeserver.Config{Behaviours: []fakeserver.Use{here, closing}})).To(BeFalse())
		route := fakeserver.Route{Path: "/a", Behaviours: []fakeserver.Use{closing, here}}
		Expect(closes(fakeserver.Config{Routes: []fakeserver.Route{route}})).To(BeTrue())
	})

	It("is asked for once when both lists place it", func() {
		here := []fakeserver.Use{{Name: fakeserver.Authenticate}}
		w := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.NTLM), Behaviours: here,
			Routes: []fakeserver.Route{{Path: "/a", Behaviours: here}}})
		Expect(statuses(login(w.dial(), "/a", "pw"))).To(Equal([]int{401, 401, 200}))
	})

	It("names the server after its node", func() {
		w := serve(fakeserver.Config{Name: "dp1", Files: files, Auth: labAuth(httpauth.NTLM)})
		_, token, _ := strings.Cut(login(w.dial(), "/a", "pw")[1].Header.Get("WWW-Authenticate"), " ")
		raw, err := base64.StdEncoding.DecodeString(token)
		Expect(err).NotTo(HaveOccurred())
		message, err := ntlm.ParseChallenge(raw)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(message.TargetInfo)).To(ContainSubstring("D\x00P\x001\x00"))
	})
})
