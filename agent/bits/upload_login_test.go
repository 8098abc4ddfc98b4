package bits_test

import (
	"fmt"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("an upload that must log in", func() {
	data := strings.Repeat("0123456789", 30_000)
	wire := map[credrule.Scheme]httpauth.Scheme{credrule.Basic: httpauth.Basic, credrule.Digest: httpauth.Digest,
		credrule.NTLM: httpauth.NTLM, credrule.Negotiate: httpauth.Negotiate, credrule.Passport: httpauth.Passport}

	// Digest and Passport do not log in in advance (WinHTTP documentation,
	// Authentication in WinHTTP): each fragment goes out once without a login.
	inVain := map[credrule.Scheme]int{credrule.Digest: len(data), credrule.Passport: len(data)}

	// upload sends data where the target demands scheme.
	upload := func(target httpauth.Target, scheme credrule.Scheme, password string) (*guardedBench, *bits.Job, bits.State, *bitsupload.Server) {
		GinkgoHelper()
		g := newGuarded(target, wire[scheme])
		g.tickets()
		server, err := bitsupload.New(bitsupload.Config{Clock: g.clock})
		Expect(err).NotTo(HaveOccurred())
		g.behind = server.ServeHTTP
		j, err := g.bits.CreateJob("up", bits.Upload, owner)
		Expect(err).NotTo(HaveOccurred())
		Expect(j.AddFile("http://origin/report.xml", `C:\report.xml`)).To(Succeed())
		write(j, []byte(data))
		at, user := credrule.Server, `LAB\alice`
		if target == httpauth.Proxy {
			at = credrule.Proxy
			Expect(j.SetProxySettings(winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"})).To(Succeed())
		}
		if scheme == credrule.Passport {
			user = "alice@lab.example"
		}
		Expect(j.SetCredentials(bits.Explicit(at, scheme, user, password))).To(Succeed())
		return g, j, g.run(j), server
	}

	for _, target := range []httpauth.Target{httpauth.Server, httpauth.Proxy} {
		for scheme := range wire {
			if scheme == credrule.Passport && target == httpauth.Proxy {
				continue
			}
			It(fmt.Sprintf("sends fragments to a %v with %v in vain only where no login can be made in advance", target, scheme), func() {
				g, _, state, server := upload(target, scheme, "pw")
				Expect(state).To(Equal(bits.Transferred))
				Expect(server.File("report.xml")).To(BeEquivalentTo(data))
				var vain int64
				for _, x := range g.record.Exchanges(0) {
					if x.Status() != http.StatusOK {
						vain += x.Request.Body.Length
					}
				}
				Expect(vain).To(BeEquivalentTo(inVain[scheme]))
			})
		}
	}

	It("gives up when the credentials are refused", func() {
		for _, scheme := range []credrule.Scheme{credrule.Basic, credrule.NTLM} {
			_, j, state, _ := upload(httpauth.Server, scheme, "wrong")
			Expect(state).To(Equal(bits.Error))
			e, err := j.GetError()
			Expect(err).NotTo(HaveOccurred())
			Expect(e.Code).To(Equal(hresult.BG_E_HTTP_ERROR_401))
			Expect(e).To(MatchError(httpauth.ErrRejected))
		}
	})
})
