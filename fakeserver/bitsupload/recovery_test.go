package bitsupload_test

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

const hour, day = time.Hour, 24 * time.Hour

var _ = Describe("recovery", func() {
	sessionNotFound := func() OmegaMatcher {
		return refuse(http.StatusInternalServerError, hresult.BG_E_SESSION_NOT_FOUND, hresult.BG_ERROR_CONTEXT_REMOTE_FILE)
	}

	It("writes only what is new of a fragment that overlaps", func() {
		w := serve(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 10, "01234")).To(accept(5))
		Expect(c.fragment(3, 10, "xx567")).To(accept(8))
		Expect(c.fragment(0, 10, "xxx")).To(accept(8))
		Expect(c.fragment(0, 10, "xxxxxxxx89")).To(accept(10))
		Expect(w.file("report.xml")).To(Equal("0123456789"))
	})

	It("says after a gap which byte it wants", func() {
		w := serve(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 10, "01234")).To(accept(5))
		a := c.fragment(6, 10, "6789")
		Expect(a).To(refuse(http.StatusRequestedRangeNotSatisfiable, hresult.S_OK, hresult.BG_ERROR_CONTEXT_REMOTE_FILE))
		Expect(a.HasReceived).To(BeTrue())
		Expect(a.Received).To(Equal(int64(5)))
		Expect(c.fragment(a.Received, 10, "56789")).To(accept(10))
		Expect(w.file("report.xml")).To(Equal("0123456789"))
	})

	It("goes on over another connection", func() {
		w := serve(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 10, "01234")).To(accept(5))
		other := w.dial()
		other.id = c.id
		Expect(other.ping()).To(accept(-1))
		Expect(other.fragment(5, 10, "56789")).To(accept(10))
	})

	It("keeps what had come when a connection broke", func() {
		w := serve(bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.DropConnection, Nth: 2, Bytes: 3}}})
		c := w.dial().begin()
		Expect(c.fragment(0, 10, "01")).To(accept(2))
		Expect(c.fragment(2, 10, "23456789").Err).To(HaveOccurred())
		Expect(w.Sessions()).To(ConsistOf(HaveField("Received", int64(5))))
		again := w.dial()
		again.id = c.id
		Expect(again.fragment(2, 10, "xxx56789")).To(accept(10))
		Expect(w.file("report.xml")).To(Equal("0123456789"))
	})

	It("says the same again when the answer to the last fragment was lost", func() {
		w := serve(bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.LoseAck, Nth: 2}}})
		c := w.dial().begin()
		Expect(c.fragment(0, 10, "01234")).To(accept(5))
		Expect(c.fragment(5, 10, "56789").Err).To(HaveOccurred())
		again := w.dial()
		again.id = c.id
		Expect(again.fragment(5, 10, "56789")).To(accept(10))
		Expect(again.end()).To(accept(-1))
		Expect(w.file("report.xml")).To(Equal("0123456789"))
	})

	It("knows a session for fourteen days without progress", func() {
		w := serve(bitsupload.Config{})
		c := w.dial().begin()
		w.pass(14*day - time.Second)
		Expect(c.fragment(0, 10, "01234")).To(accept(5))
		w.pass(14*day - time.Second)
		Expect(c.fragment(5, 10, "567")).To(accept(8))
		w.pass(14 * day)
		Expect(w.Sessions()).To(BeEmpty())
		Expect(c.fragment(8, 10, "89")).To(sessionNotFound())
		Expect(c.end()).To(sessionNotFound())
		Expect(c.cancel()).To(sessionNotFound())
		c.begin()
		Expect(c.fragment(0, 10, "0123456789")).To(accept(10))
	})

	It("takes the time-out from the properties", func() {
		w := serve(bitsupload.Config{Properties: bitsupload.Properties{SessionTimeout: hour}})
		c := w.dial().begin()
		w.pass(hour)
		Expect(c.fragment(0, 10, "01234")).To(sessionNotFound())
	})

	It("loses sessions that are forgotten, not the files", func() {
		w := serve(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 10, "0123456789")).To(accept(10))
		Expect(w.Forget(c.id)).To(BeTrue())
		Expect(w.Forget(c.id)).To(BeFalse())
		Expect(c.end()).To(sessionNotFound())
		Expect(w.file("report.xml")).To(Equal("0123456789"))
	})

	It("does not know a session at another URL, or on another server of the farm", func() {
		w := serve(bitsupload.Config{Properties: bitsupload.Properties{HostID: "farm-1"}})
		c := w.dial().begin()
		c.path = "/upload/other.xml"
		Expect(c.fragment(0, 10, "01234")).To(sessionNotFound())
		second := newWorld().serve(bitsupload.Config{Properties: bitsupload.Properties{HostID: "farm-2"}}).dial().begin()
		Expect(second.id).NotTo(Equal(c.id))
		second.id = c.id
		Expect(second.fragment(0, 10, "01234")).To(sessionNotFound())
	})

	It("lets the clean-up end the youngest sessions of a user with too many", func() {
		w := serve(bitsupload.Config{
			Properties: bitsupload.Properties{SessionsPerUser: 2},
			User:       func(r *http.Request) string { return r.URL.Path },
		})
		var ids []string
		for range 3 {
			ids = append(ids, w.dial().begin().id)
		}
		other := w.dial()
		other.path = "/upload/other.xml"
		other.begin()
		Expect(w.Sessions()).To(HaveLen(4))
		w.pass(12 * hour)
		Expect(w.Sessions()).To(HaveExactElements(HaveField("ID", ids[0]), HaveField("ID", ids[1]), HaveField("ID", other.id)))
	})

	It("gives space back with a session, and not with a file", func() {
		w := serve(bitsupload.Config{FreeSpace: 15})
		c := w.dial().begin()
		Expect(c.fragment(0, 20, "0123456789")).To(accept(10))
		Expect(c.fragment(10, 20, "0123456789").Error).To(Equal(hresult.HRESULT(0x80070112)))
		Expect(c.cancel()).To(accept(-1))
		c.upload("0123456789", 5)
		c.path = "/upload/other.xml"
		c.begin()
		Expect(c.fragment(0, 6, "012345").Status).To(Equal(http.StatusInternalServerError))
		Expect(c.fragment(0, 6, "01234")).To(accept(5))
	})

	It("needs no space for what it has", func() {
		w := serve(bitsupload.Config{FreeSpace: 10})
		c := w.dial().begin()
		Expect(c.fragment(0, 10, "01234567")).To(accept(8))
		Expect(c.fragment(0, 10, "0123456789")).To(accept(10))
		Expect(w.file("report.xml")).To(Equal("0123456789"))
	})

	It("overwrites only when it may, also when two race for a name", func() {
		w := serve(bitsupload.Config{})
		first, second := w.dial().begin(), w.dial().begin()
		Expect(first.fragment(0, 5, "first")).To(accept(5))
		Expect(second.fragment(0, 6, "second")).To(refuse(http.StatusForbidden, hresult.E_ACCESSDENIED, hresult.BG_ERROR_CONTEXT_REMOTE_FILE))
		Expect(w.file("report.xml")).To(Equal("first"))

		w = serve(bitsupload.Config{Files: map[string][]byte{"report.xml": []byte("old")}, Properties: bitsupload.Properties{AllowOverwrites: true}})
		w.dial().upload("new", 2)
		Expect(w.file("report.xml")).To(Equal("new"))
	})

	It("serves many uploads at once", func() {
		w := serve(bitsupload.Config{})
		const uploads, size = 16, 200_000
		var all sync.WaitGroup
		for i := range uploads {
			c := w.dial()
			c.path = fmt.Sprintf("/upload/%02d/report.xml", i)
			all.Go(func() {
				defer GinkgoRecover()
				c.upload(generated(size, int64(i)), 7000+i)
				Expect(w.Sessions()).NotTo(BeNil())
			})
		}
		all.Wait()
		Expect(w.names()).To(HaveLen(uploads))
		for i := range uploads {
			Expect(w.file(fmt.Sprintf("%02d/report.xml", i)) == generated(size, int64(i))).To(BeTrue())
		}
	})

	It("deals with one packet of a session at a time", func() {
		w := serve(bitsupload.Config{})
		c, second := w.dial().begin(), w.dial()
		second.id = c.id
		_, err := io.WriteString(c, "BITS_POST "+target+" HTTP/1.1\r\nHost: upload\r\nBITS-Packet-Type: Fragment\r\nBITS-Session-Id: "+c.id+
			"\r\nContent-Range: bytes 0-9/10\r\nContent-Length: 10\r\n\r\n01234")
		Expect(err).NotTo(HaveOccurred())
		Eventually(w.Sessions).Should(ConsistOf(HaveField("Received", int64(5))))
		var all sync.WaitGroup
		all.Go(func() {
			defer GinkgoRecover()
			Expect(second.fragment(0, 10, "xxxxxxxxxx")).To(accept(10))
		})
		Eventually(func() []*transcript.Exchange { return w.rec.Exchanges(0) }).Should(ContainElement(HaveField("Conn", "upload#2")))
		_, err = io.WriteString(c, "56789")
		Expect(err).NotTo(HaveOccurred())
		all.Wait()
		Expect(w.file("report.xml")).To(Equal("0123456789"))
	})
})
