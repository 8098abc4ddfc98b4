package kerberos_test

import (
	"errors"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/jcmturner/gokrb5/v8/keytab"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
)

// sha2 is an encryption type whose confounder gokrb5 alone makes.
const sha2 = kerberos.EType(20)

var _ = Describe("a ticket", func() {
	DescribeTable("logs in",
		func(etype kerberos.EType, mutual bool) {
			s := newSite(etype)
			token, exchange := request(must(kerberos.Mint(s.ticket)), mutual)
			r := s.service().Accept(token)
			Expect(r.Err).NotTo(HaveOccurred())
			Expect(r.OK).To(BeTrue())
			Expect(r.Code()).To(BeZero())
			Expect([]string{r.Client, r.Realm, r.Service, r.ServiceRealm}).To(Equal([]string{"alice", realm, spn, realm}))
			Expect(r.EType).To(Equal(etype))
			Expect(r.Mutual).To(Equal(mutual))
			Expect(r.Token != nil).To(Equal(mutual))
			Expect(exchange.Finish(r.Token)).To(Succeed())
		},
		Entry("RC4", kerberos.RC4HMAC, false), Entry("RC4, mutual", kerberos.RC4HMAC, true),
		Entry("AES128", kerberos.AES128, false), Entry("AES128, mutual", kerberos.AES128, true),
		Entry("AES256", kerberos.AES256, false), Entry("AES256, mutual", kerberos.AES256, true),
		Entry("AES256 with SHA2, mutual", sha2, true),
	)

	It("is the same with the same clock and random source, and the answer too", func() {
		for _, etype := range []kerberos.EType{kerberos.RC4HMAC, kerberos.AES128, kerberos.AES256} {
			both := func() [2][]byte {
				s := newSite(etype)
				token, _ := request(must(kerberos.Mint(s.ticket)), true)
				return [2][]byte{token, s.service().Accept(token).Token}
			}
			Expect(both()).To(Equal(both()))
		}
	})

	It("shows no key when it is printed", func() {
		t := must(kerberos.Mint(newSite(kerberos.AES256).ticket))
		want := "ticket of alice@LAB.EXAMPLE for HTTP/proxy.lab.example@LAB.EXAMPLE"
		Expect(fmt.Sprintf("%v|%+v|%#v|%s", t, t, t, t)).To(Equal(want + "|" + want + "|" + want + "|" + want))
	})

	It("is told by errors when it can't be made", func() {
		for n := range 3 {
			cfg := newSite(kerberos.AES256).ticket
			cfg.Rand = new(after(40*n - 1 + min(n, 1)))
			if n == 2 {
				cfg.Rand = new(after(48))
				Expect(must(kerberos.Mint(cfg))).NotTo(BeNil())
				continue
			}
			_, err := kerberos.Mint(cfg)
			Expect(err).To(MatchError(ContainSubstring("random bytes")))
		}
		cfg := newSite(kerberos.AES256).ticket
		cfg.SessionEType = 99
		_, err := kerberos.Mint(cfg)
		Expect(err).To(MatchError(ContainSubstring("99")))
	})

	It("needs a clock and a random source to be used", func() {
		_, _, err := must(kerberos.Mint(newSite(kerberos.RC4HMAC).ticket)).Request(kerberos.RequestOptions{})
		Expect(err).To(MatchError("kerberos: a request needs a random source and a clock"))
	})
})

var _ = Describe("the service", func() {
	DescribeTable("refuses",
		func(code kerberos.ErrorCode, text string, edit func(*site, *kerberos.ServiceConfig), change func(*kerberos.Ticket)) {
			s := newSite(kerberos.AES256)
			cfg := kerberos.ServiceConfig{Keytab: s.keytab, Rand: new(counter), Now: atNoon}
			if edit != nil {
				edit(&s, &cfg)
			}
			t := must(kerberos.Mint(s.ticket))
			if change != nil {
				change(t)
			}
			token, exchange := request(t, true)
			r := must(kerberos.NewService(cfg)).Accept(token)
			Expect(r.OK).To(BeFalse())
			Expect(r.Code()).To(Equal(code))
			Expect(r.Err).To(MatchError(ContainSubstring(text)))
			err := exchange.Finish(r.Token)
			var refused *kerberos.Error
			Expect(errors.As(err, &refused)).To(BeTrue(), "%v", err)
			Expect(refused.Code).To(Equal(code))
		},
		Entry("a service that it is not", kerberos.NoKey, "no key of version 3 and type aes256-cts-hmac-sha1-96 for "+spn+"@"+realm,
			func(_ *site, c *kerberos.ServiceConfig) { c.Keytab = keytab.New() }, nil),
		Entry("an old key", kerberos.NoKey, "no key of version 2", func(s *site, _ *kerberos.ServiceConfig) { s.ticket.KeyVersion = 2 }, nil),
		Entry("a key of another", kerberos.Modified, "not encrypted with the service's key", func(s *site, _ *kerberos.ServiceConfig) {
			s.ticket.ServiceKey = must(kerberos.NewKey(kerberos.AES256, new(counter)))
		}, nil),
		Entry("a short ticket", kerberos.Modified, "5 bytes are less than 28", nil, func(t *kerberos.Ticket) { t.Ticket.EncPart.Cipher = make([]byte, 5) }),
		Entry("the session key of another ticket", kerberos.Modified, "not encrypted with the ticket's session key", nil, func(t *kerberos.Ticket) {
			t.SessionKey = must(kerberos.NewKey(kerberos.AES256, new(counter)))
			t.SessionKey.KeyValue[0] ^= 1
		}),
		Entry("a session key of another type", kerberos.Modified, "the key is of another type", nil, func(t *kerberos.Ticket) {
			t.SessionKey = must(kerberos.NewKey(kerberos.RC4HMAC, new(counter)))
		}),
		Entry("another client's name", kerberos.BadMatch, "the authenticator is of bob@LAB.EXAMPLE, the ticket of alice@LAB.EXAMPLE", nil,
			func(t *kerberos.Ticket) { t.Client.NameString = []string{"bob"} }),
		Entry("another client's realm", kerberos.BadMatch, "the authenticator is of alice@OTHER", nil,
			func(t *kerberos.Ticket) { t.ClientRealm = "OTHER" }),
		Entry("another version", kerberos.BadVersion, "its ticket of 4", nil, func(t *kerberos.Ticket) { t.Ticket.TktVNO = 4 }),
		Entry("a clock over its own limit", kerberos.Skew, "the clocks differ by 2s, more than 1s",
			func(_ *site, c *kerberos.ServiceConfig) { c.MaxSkew = time.Second }, func(t *kerberos.Ticket) { t.Skew = 2 * time.Second }),
		Entry("an old ticket", kerberos.TicketExpired, "was valid until", func(s *site, _ *kerberos.ServiceConfig) { s.ticket.End = noon.Add(-301 * time.Second) }, nil),
		Entry("a ticket of tomorrow", kerberos.TicketNotYet, "is valid from", func(s *site, _ *kerberos.ServiceConfig) { s.ticket.Start = noon.Add(302 * time.Second) }, nil),
		Entry("what it is told to", kerberos.NotUs, "told to refuse", func(_ *site, c *kerberos.ServiceConfig) { c.Refuse = kerberos.NotUs }, nil),
	)

	It("finds replays for as long as their time is good, and no longer", func() {
		s := newSite(kerberos.RC4HMAC)
		now := noon
		service := s.service(func(c *kerberos.ServiceConfig) { c.Now = func() time.Time { return now } })
		t := must(kerberos.Mint(s.ticket))
		token, _ := request(t, false)
		Expect(service.Accept(token).OK).To(BeTrue())
		for _, later := range []time.Duration{0, 300 * time.Second} {
			now = noon.Add(later)
			Expect(service.Accept(token).Code()).To(Equal(kerberos.Repeat))
		}
		now = noon.Add(301 * time.Second)
		Expect(service.Accept(token).Code()).To(Equal(kerberos.Skew))
	})

	It("takes two authenticators of one moment", func() {
		s := newSite(kerberos.RC4HMAC)
		service, t := s.service(), must(kerberos.Mint(s.ticket))
		random := new(counter)
		for range 2 {
			token, _, err := t.Request(kerberos.RequestOptions{Rand: random, Now: atNoon})
			Expect(err).NotTo(HaveOccurred())
			Expect(service.Accept(token).OK).To(BeTrue())
		}
	})

	It("fails to prove itself when the random source does", func() {
		s := newSite(kerberos.RC4HMAC)
		token, _ := request(must(kerberos.Mint(s.ticket)), true)
		r := s.service(func(c *kerberos.ServiceConfig) { c.Rand = new(after(0)) }).Accept(token)
		Expect(r.OK).To(BeFalse())
		Expect(r.Code()).To(Equal(kerberos.Generic))
	})

	DescribeTable("can't read",
		func(token []byte, problem string) {
			r := newSite(kerberos.RC4HMAC).service().Accept(token)
			Expect(r.OK).To(BeFalse())
			Expect(r.Token).To(BeNil())
			Expect(r.Err).To(MatchError(kerberos.ErrMalformed))
			Expect(r.Err).To(MatchError(ContainSubstring(problem)))
			Expect(r.Code()).To(Equal(kerberos.Generic))
		},
		Entry("nothing", nil, "it is not one token"),
		Entry("two tokens", []byte{0x60, 0, 0x60, 0}, "it is not one token"),
		Entry("no mechanism", []byte{0x60, 0}, "it names no mechanism"),
		Entry("another mechanism", []byte{0x60, 3, 6, 1, 0x2b}, "its mechanism is 1.3, not Kerberos"),
		Entry("no message", framed(""), "it ends before the message's type"),
		Entry("a service's message", framed("\x02\x00"), "the client sent AP-REP"),
		Entry("an unknown message", framed("\x09\x00"), "the client sent message 0900"),
		Entry("an empty AP-REQ", framed("\x01\x00"), "AP-REQ: "),
		Entry("too much", make([]byte, 64<<10+1), "it has 65537 bytes"),
	)

	DescribeTable("is told by configuration errors",
		func(cfg kerberos.ServiceConfig, problem string) {
			_, err := kerberos.NewService(cfg)
			Expect(err).To(MatchError(problem))
		},
		Entry("no keytab", kerberos.ServiceConfig{Rand: new(counter), Now: atNoon}, "kerberos: service has no keytab"),
		Entry("no clock", kerberos.ServiceConfig{Keytab: keytab.New(), Rand: new(counter)}, "kerberos: service needs a random source and a clock"),
		Entry("negative skew", kerberos.ServiceConfig{Keytab: keytab.New(), Rand: new(counter), Now: atNoon, MaxSkew: -1}, "kerberos: service has a negative clock skew -1ns"),
	)
})

// framed puts a message in the frame of RFC 4121.
func framed(body string) []byte {
	return append([]byte{0x60, byte(11 + len(body)), 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2}, body...)
}

var _ = Describe("the client", func() {
	var s site
	BeforeEach(func() { s = newSite(kerberos.AES128) })

	It("needs no answer that it has not asked for", func() {
		_, exchange := request(must(kerberos.Mint(s.ticket)), false)
		Expect(exchange.Finish(nil)).To(Succeed())
	})

	It("does not take the answer to another request", func() {
		for _, later := range []time.Duration{time.Second, time.Microsecond} {
			t := must(kerberos.Mint(s.ticket))
			_, exchange := request(t, true)
			t.Skew = later
			other, _ := request(t, true)
			Expect(exchange.Finish(s.service().Accept(other).Token)).To(MatchError(
				"kerberos: KRB_AP_ERR_MUT_FAIL (46): the AP-REP answers another request"))
		}
	})

	It("does not take the answer of who has not read the ticket", func() {
		other := s.ticket
		other.Rand = new(after(100))
		token, _ := request(must(kerberos.Mint(other)), true)
		_, exchange := request(must(kerberos.Mint(s.ticket)), true)
		err := exchange.Finish(s.service().Accept(token).Token)
		Expect(err).To(MatchError(ContainSubstring("KRB_AP_ERR_MUT_FAIL (46): decrypting")))
	})

	DescribeTable("can't read",
		func(token []byte, problem string) {
			_, exchange := request(must(kerberos.Mint(s.ticket)), true)
			Expect(exchange.Finish(token)).To(MatchError(ContainSubstring(problem)))
		},
		Entry("what is no token", []byte{1}, "it is not one token"),
		Entry("a client's message", framed("\x01\x00"), "the service answered with AP-REQ"),
		Entry("an empty AP-REP", framed("\x02\x00"), "AP-REP: "),
		Entry("an empty KRB-ERROR", framed("\x03\x00"), "KRB-ERROR: "),
	)
})
