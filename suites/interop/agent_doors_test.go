//go:build interop && linux

package interop_test

import (
	"crypto/tls"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kdc"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/suites/interop/peer"
	"github.com/wualab/wualab/transcript"
)

// credentials are what SetCredentials gets for a door: the account's, or with nil
// NULL for the owner's own.
func (d door) credentials(a *peer.Account) *bits.Credentials {
	c := bits.Implicit(d.target, d.scheme)
	if a != nil {
		name := a.User
		if d.domain != "" {
			name = d.domain + `\` + name
		}
		c = bits.Explicit(d.target, d.scheme, name, a.Password)
	}
	return &c
}

// code is what a job ends with that was not let in.
func (d door) code() hresult.HRESULT {
	if d.target == credrule.Proxy {
		return hresult.BG_E_HTTP_ERROR_407
	}
	return hresult.BG_E_HTTP_ERROR_401
}

// knocks makes a PC of the owner's in the door's domain that sends NTLMv2, gets its
// tickets from the door's KDC, and goes by its proxy.
func (d door) knocks(o *opening, profile string, owner peer.Account, options ...agent.Option) *agent.Agent {
	GinkgoHelper()
	domain := d.domain
	if domain == "" {
		domain = lab
	}
	options = append(options, agent.WithMachine(machine.WithDomain(domain)),
		agent.WithOwner(machine.Account{Domain: domain, User: owner.User, Password: machine.Secret(owner.Password)}))
	a, err := agent.New(profile, options...)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(a.Close)
	set(a, machine.LsaKey, machine.LmCompatibilityLevelValue, 3)
	if o.proxy != "" {
		Expect(a.Machine.SetIEProxy(a.Owner(), machine.ProxySettings{Enable: true, Server: o.proxy})).To(Succeed())
	}
	if o.kdc != nil {
		a.Machine.SetTickets(tickets(o.kdc))
	}
	return a
}

// tickets come from a real KDC, by the account's password.
func tickets(k *peer.KDC) machine.Tickets {
	return func(a machine.Account) negotiate.TicketSource {
		GinkgoHelper()
		return ticketSource(kdc.Config{
			Krb5Conf: k.Config(), Principal: a.User + "@" + peer.Realm, Password: a.Password.Reveal(),
		})
	}
}

func ticketSource(config kdc.Config) negotiate.TicketSource {
	GinkgoHelper()
	source, err := kdc.New(config)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(source.Close)
	return source
}

// sent lists what the record says that the door got, a scheme and what it gives away.
func (d door) sent(record *transcript.Recorder) []string {
	field := httpauth.Server.CredentialHeader()
	if d.target == credrule.Proxy {
		field = httpauth.Proxy.CredentialHeader()
	}
	var sent []string
	for _, x := range record.Exchanges(0) {
		for _, value := range x.Request.Values(field) {
			scheme, _, _ := strings.Cut(value, " ")
			sent = append(sent, strings.TrimSpace(scheme+" "+x.Exposure))
		}
	}
	return sent
}

var _ = Describe("BITS at the door of", func() {
	for _, d := range doors() {
		Describe(d.name, Ordered, ContinueOnFailure, func() {
			var (
				o    *opening
				want = content(fileSize)
			)
			BeforeAll(func() { o = d.open(want) })

			for _, profile := range []string{"xp-sp2", "windows-7"} {
				It("is let in by name and password on "+profile, func(ctx SpecContext) {
					record := transcript.New(transcript.Options{})
					haveArrived(download(ctx, d.knocks(o, profile, mallory, agent.WithRecorder(record)), o.url, d.credentials(&alice)), want)
					Expect(d.sent(record)).To(And(HaveEach(HavePrefix(d.scheme.String())), ContainElement(d.scheme.String()+" "+d.learns)))
					if !d.believes() {
						Eventually(o.users).Should(ContainElement(d.user))
					}
				})
				if d.target == credrule.Proxy {
					It("gets a tunnel by name and password, unless Windows can't, on "+profile, func(ctx SpecContext) {
						client := d.knocks(o, profile, mallory, agent.WithTLS(&tls.Config{RootCAs: o.roots}))
						job := download(ctx, client, o.tunnelled, d.credentials(&alice))
						if profile == "xp-sp2" && d.scheme == credrule.Digest { // as BG_AUTH_SCHEME documents
							haveFailed(job, hresult.BG_E_HTTP_ERROR_407)
							return
						}
						haveArrived(job, want)
					})
				}
				if !d.believes() {
					It("is kept out with a wrong password on "+profile, func(ctx SpecContext) {
						haveFailed(download(ctx, d.knocks(o, profile, alice), o.url, d.credentials(&mallory)), d.code())
					})
				}
				if d.scheme != credrule.NTLM && d.scheme != credrule.Negotiate {
					continue
				}
				It("is let in as the job's owner on "+profile, func(ctx SpecContext) {
					haveArrived(download(ctx, d.knocks(o, profile, alice), o.url, d.credentials(nil)), want)
				})
				if !d.believes() {
					It("is kept out as an owner with a wrong password on "+profile, func(ctx SpecContext) {
						haveFailed(download(ctx, d.knocks(o, profile, mallory), o.url, d.credentials(nil)), d.code())
					})
				}
			}
		})
	}
})

// What gss-ntlmssp takes at a level is that of LmCompatibilityLevel, too: below 3
// everything, from 3 NTLMv2 only.
var _ = Describe("BITS with gss-ntlmssp", func() {
	for _, demanded := range []int{2, 5} {
		Describe(fmt.Sprintf("at level %d", demanded), Ordered, ContinueOnFailure, func() {
			var (
				d    = door{target: credrule.Server, scheme: credrule.Negotiate, domain: peer.NTLMDomain}
				o    *opening
				want = content(fileSize)
			)
			BeforeAll(func() { o = atApache(peer.ByGSSNTLM(alice, demanded))(want) })

			for level := range uint32(6) {
				It(fmt.Sprintf("logs in at LmCompatibilityLevel %d, or ends with 401", level), func(ctx SpecContext) {
					client := d.knocks(o, "xp-sp2", alice)
					set(client, machine.LsaKey, machine.LmCompatibilityLevelValue, level)
					job := download(ctx, client, o.url, d.credentials(nil))
					if demanded < 3 || level >= 3 {
						haveArrived(job, want)
					} else {
						haveFailed(job, hresult.BG_E_HTTP_ERROR_401)
					}
				})
			}
		})
	}
})

var _ = Describe("BITS with the files of Kerberos", Ordered, func() {
	var (
		d    = door{target: credrule.Server, scheme: credrule.Negotiate, domain: peer.Realm}
		o    *opening
		want = content(fileSize)
	)
	BeforeAll(func(ctx SpecContext) {
		o = atKerberosApache(want)
		_, err := o.kdc.Login(ctx, alice)
		Expect(err).NotTo(HaveOccurred())
	})

	DescribeTable("gets tickets from krb5kdc", func(ctx SpecContext, config func() kdc.Config) {
		record := transcript.New(transcript.Options{})
		client := d.knocks(o, "xp-sp2", mallory, agent.WithRecorder(record))
		client.Machine.SetTickets(func(machine.Account) negotiate.TicketSource { return ticketSource(config()) })
		haveArrived(download(ctx, client, o.url, d.credentials(nil)), want)
		Expect(d.sent(record)).To(HaveEach("Negotiate ticket"))
	},
		Entry("by a keytab", func() kdc.Config {
			return kdc.Config{Krb5Conf: o.kdc.Config(), Principal: alice.User, Keytab: o.kdc.UserKeytab()}
		}),
		Entry("by what kinit left", func() kdc.Config {
			return kdc.Config{Krb5Conf: o.kdc.Config(), CCache: o.kdc.CCache(alice)}
		}),
	)
})
