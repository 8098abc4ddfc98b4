package transport_test

import (
	"context"
	"io"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("cut-after", func() {
	DescribeTable("ends the connection inside the body", func(how string, want error) {
		f := with("cut-after", params{"bytes": "4kB", "how": how, "times": 1})
		_, body, err := f.ask("GET")
		Expect(body).To(Equal(string(whole[:4000])))
		if want != nil {
			Expect(err).To(MatchError(want))
		} else {
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(f.notes()).To(Equal([]string{"cut-after: cut the connection (" + how + ")"}))
		_, body = f.get()
		Expect(body).To(Equal(string(whole)), "after so many times")
	},
		Entry("in good order", "close", nil),
		Entry("with a reset", "reset", syscall.ECONNRESET),
		Entry("in one direction", "half-close", nil),
	)

	It("reads on after half-close", func() {
		f := with("cut-after", params{"bytes": 0, "how": "half-close"})
		conn := f.dial()
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		_, err = io.ReadAll(conn)
		Expect(err).NotTo(HaveOccurred())
		for range 20 { // a closed socket would answer with a reset
			_, err = conn.Write(whole)
			Expect(err).NotTo(HaveOccurred())
		}
	})
})

var _ = Describe("stall", func() {
	It("sends the rest after a while", func() {
		f := with("stall", params{"bytes": "4kB", "for": "6m"})
		_, body := f.get()
		Expect(body).To(Equal(string(whole)))
		Expect(f.passed()).To(Equal(6 * time.Minute))
		Expect(f.notes()).To(ConsistOf("stall: sent nothing for 6m0s"))
	})

	It("sends nothing more when it has no end", func() {
		f := with("stall", params{"bytes": "4kB"})
		conn := f.dial()
		h, timer := f.clk.Hold("client"), f.clk.Hold("time-out")
		defer h.Release()
		h.Bind(conn)
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		go func() {
			defer GinkgoRecover()
			defer timer.Release()
			Expect(timer.Sleep(context.Background(), 5*time.Minute)).To(Succeed())
			h.Reclaim()
		}()
		all, err := io.ReadAll(conn)
		Expect(err).NotTo(HaveOccurred())
		Expect(strings.HasSuffix(string(all), string(whole[:4000]))).To(BeTrue())
		Expect(f.passed()).To(Equal(5 * time.Minute))
		Expect(f.notes()).To(Equal([]string{"stall: sent nothing until the client gave up", "stall: ended the connection"}))
	})

	It("leaves shorter bodies and HEAD alone", func() {
		f := with("stall", params{"bytes": "10kB"})
		_, body := f.get()
		Expect(body).To(Equal(string(whole)))
		_, _, err := f.ask("HEAD")
		Expect(err).NotTo(HaveOccurred())
		Expect(f.notes()).To(BeEmpty())
	})
})

var _ = Describe("bandwidth", func() {
	It("sends head and body at that rate", func() {
		f := with("bandwidth", params{"per-second": "1kB"})
		head, body := f.get()
		Expect(body).To(Equal(string(whole)))
		bytes := len(head) + len("\r\n\r\n") + len(whole)
		Expect(f.passed()).To(Equal(time.Duration(bytes) * time.Millisecond))
		Expect(f.notes()).To(ConsistOf("bandwidth: sent 1000 bytes a second"))
	})

	It("knows rates that are not even", func() {
		f := with("bandwidth", params{"per-second": "3B"})
		head, _, err := f.ask("HEAD")
		Expect(err).NotTo(HaveOccurred())
		bytes := time.Duration(len(head) + len("\r\n\r\n"))
		Expect(f.passed()).To(BeNumerically("~", bytes*time.Second/3, time.Microsecond))
	})

	It("refuses to send nothing", func() {
		Expect(refusal("bandwidth", params{"per-second": 0})).To(MatchError(ContainSubstring("stall")))
	})
})

var _ = Describe("drip", func() {
	DescribeTable("sends a few bytes at a time", func(where string, drops func(head, body int) int) {
		f := with("drip", params{"where": where, "bytes": "10B", "every": "1m"})
		head, body := f.get()
		Expect(body).To(Equal(string(whole)))
		Expect(f.passed()).To(Equal(time.Duration(drops(len(head)+len("\r\n\r\n"), len(body))) * time.Minute))
		Expect(f.notes()).To(ConsistOf("drip: sent 10 bytes every 1m0s (" + where + ")"))
	},
		Entry("of the head", "head", func(head, _ int) int { return (head+9)/10 - 1 }),
		Entry("of the body", "body", func(_, body int) int { return (body+9)/10 - 1 }),
		Entry("of both", "both", func(head, body int) int { return (head+body+9)/10 - 1 }),
	)

	It("refuses to send nothing", func() {
		Expect(refusal("drip", params{"bytes": 0})).To(MatchError(ContainSubstring("stall")))
	})
})
