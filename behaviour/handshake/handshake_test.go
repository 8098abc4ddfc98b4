package handshake_test

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/behaviour/handshake"
)

var targets = []httpauth.Target{httpauth.Server, httpauth.Proxy}

var _ = Describe("the behaviours of a login", func() {
	It("are described", func() {
		for _, target := range targets {
			for _, d := range handshake.Table(target) {
				Expect(d.Help).To(HaveSuffix("."), d.Name)
				Expect(d.Source != "" || d.Assumed).To(BeTrue(), d.Name)
				Expect(d.Example).To(HavePrefix("{"+d.Name+": "), d.Name)
				Expect(handshake.Has(d.Name)).To(BeTrue())
			}
		}
		Expect(handshake.Has("close")).To(BeFalse())
	})

	for _, target := range targets {
		status := target.Status()
		Describe("close-on-challenge of a "+target.String(), func() {
			It("closes after the bare challenge, as told by default, and lets the login go on after it", func() {
				f := with(target, "close-on-challenge", nil)
				c := f.dial()
				all := c.legs(alice())
				Expect(statuses(all)).To(Equal([]int{status}))
				Expect(all[0].Close).To(BeTrue())
				Expect(c.closed()).To(BeTrue())
				Expect(f.notes()).To(ConsistOf("close-on-challenge: closed the connection"))
			})

			It("closes after the challenge with a token alone", func() {
				c := with(target, "close-on-challenge", map[string]any{"leg": "challenge"}).dial()
				all := c.legs(alice())
				Expect(statuses(all)).To(Equal([]int{status, status}))
				Expect(all[0].Close).To(BeFalse())
				Expect(all[1].Close).To(BeTrue())
				Expect(c.closed()).To(BeTrue())
			})

			It("closes after both", func() {
				c := with(target, "close-on-challenge", map[string]any{"leg": "both"}).dial()
				Expect(statuses(c.legs(alice()))).To(Equal([]int{status}))
			})

			It("leaves other answers alone", func() {
				resp, body, err := with(target, "close-on-challenge", nil).dial().ask(basic(`LAB\alice:pw`))
				Expect(err).NotTo(HaveOccurred())
				Expect(resp.Close).To(BeFalse())
				Expect(body).To(Equal("hello"))
			})
		})

		Describe("challenge-body of a "+target.String(), func() {
			It("sends chunks, after which the connection goes on", func() {
				f := with(target, "challenge-body", map[string]any{"form": "chunked"})
				c := f.dial()
				resp, body, err := c.ask("")
				Expect(err).NotTo(HaveOccurred())
				Expect(resp.TransferEncoding).To(Equal([]string{"chunked"}))
				Expect(body).To(Equal("who are you?"))
				Expect(statuses(c.legs(alice()))).To(Equal([]int{status, status, http.StatusOK}))
				Expect(f.notes()).To(HaveLen(3))
			})

			It("sends a body without length up to the end of the connection", func() {
				c := with(target, "challenge-body", map[string]any{"form": "no-length"}).dial()
				resp, body, err := c.ask("")
				Expect(err).NotTo(HaveOccurred())
				Expect(resp.ContentLength).To(BeEquivalentTo(-1))
				Expect(resp.TransferEncoding).To(BeEmpty())
				Expect(body).To(Equal("who are you?"))
				Expect(c.closed()).To(BeTrue())
			})

			It("sends neither body nor length nor Connection, and lets the client wait", func() {
				f := with(target, "challenge-body", map[string]any{"form": "none", "open": "30s"})
				c := f.dial()
				resp, body, err := c.ask("")
				Expect(err).NotTo(HaveOccurred())
				Expect(resp.StatusCode).To(Equal(status))
				Expect(resp.ContentLength).To(BeEquivalentTo(-1))
				Expect(resp.Header).NotTo(HaveKey("Connection"))
				Expect(resp.Header.Values(target.ChallengeHeader())).To(ContainElements("NTLM", `Basic realm="lab"`))
				Expect(resp.Header.Get("Date")).NotTo(BeEmpty())
				Expect(body).To(BeEmpty())
				Expect(f.clk.Now().Sub(start)).To(Equal(30 * time.Second))
				Expect(c.closed()).To(BeTrue())
			})

			for _, form := range []string{"chunked", "no-length", "none"} {
				It("leaves the answer to good credentials alone: "+form, func() {
					f := with(target, "challenge-body", map[string]any{"form": form})
					resp, body, err := f.dial().ask(basic(`LAB\alice:pw`))
					Expect(err).NotTo(HaveOccurred())
					Expect(resp.ContentLength).To(BeEquivalentTo(5))
					Expect(body).To(Equal("hello"))
					Expect(f.notes()).To(BeEmpty())
				})
			}
		})
	}
})
