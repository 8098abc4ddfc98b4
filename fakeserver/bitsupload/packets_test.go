package bitsupload_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/bitsupload"
)

var _ = Describe("the packets", func() {
	It("opens a session with a GUID, the protocol and the encoding", func() {
		w := serve(bitsupload.Config{})
		a := w.dial().create()
		Expect(a).To(accept(-1))
		Expect(a.Protocol).To(Equal(bitsupload.Protocol15))
		Expect(a.SessionID).To(MatchRegexp(`^\{[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\}$`))
		Expect(a.Header.Get("Accept-Encoding")).To(Equal("identity"))
		Expect(a.Header).NotTo(HaveKey("Bits-Host-Id"))
		Expect(w.Sessions()).To(ConsistOf(And(HaveField("ID", a.SessionID), HaveField("Name", "report.xml"),
			HaveField("URL", "http://upload"+target), HaveField("State", bitsupload.Init), HaveField("Created", start))))
	})

	It("spells the fields as the documents do", func() {
		w := serve(bitsupload.Config{})
		c := w.dial()
		c.create()
		Expect(c.seen.String()).To(And(ContainSubstring("\r\nBITS-Packet-Type: Ack\r\n"), ContainSubstring("\r\nBITS-Session-Id: {"),
			ContainSubstring("\r\nContent-Length: 0\r\n")))
	})

	It("answers a ping without a session", func() {
		w := serve(bitsupload.Config{})
		a := w.dial().ping()
		Expect(a).To(accept(-1))
		Expect(a.SessionID).To(BeEmpty())
	})

	It("takes fragments and puts the file in its place with the last one", func() {
		w := serve(bitsupload.Config{})
		c := w.dial().begin()
		a := c.fragment(0, 10, "01234")
		Expect(a).To(accept(5))
		Expect(a.SessionID).To(Equal(c.id))
		Expect(w.names()).To(BeEmpty())
		Expect(w.Sessions()).To(ConsistOf(And(HaveField("State", bitsupload.ReceiveFragments), HaveField("Received", int64(5)), HaveField("Total", int64(10)))))
		a = c.fragment(5, 10, "56789")
		Expect(a).To(accept(10))
		Expect(a.ReplyURL).To(BeEmpty())
		Expect(w.file("report.xml")).To(Equal("0123456789"))
		Expect(w.Sessions()).To(ConsistOf(HaveField("State", bitsupload.WaitForClose)))
		Expect(c.end()).To(And(accept(-1), HaveField("SessionID", c.id)))
		Expect(w.Sessions()).To(BeEmpty())
		Expect(w.Files()).To(ConsistOf(bitsupload.FileInfo{Name: "report.xml", Size: 10}))
	})

	It("takes an empty file", func() {
		w := serve(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 0, "")).To(accept(0))
		Expect(w.file("report.xml")).To(BeEmpty())
	})

	It("drops a file that is closed before all bytes came", func() {
		w := serve(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 10, "01234")).To(accept(5))
		Expect(c.end()).To(accept(-1))
		Expect(w.names()).To(BeEmpty())
		Expect(c.fragment(5, 10, "56789").Status).To(Equal(http.StatusInternalServerError))
	})

	It("cancels: the file before the last fragment, not after it", func() {
		w := serve(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 10, "01234")).To(accept(5))
		Expect(c.cancel()).To(And(accept(-1), HaveField("SessionID", c.id)))
		Expect(w.names()).To(BeEmpty())
		c.begin()
		Expect(c.fragment(0, 10, "0123456789")).To(accept(10))
		Expect(c.cancel()).To(accept(-1))
		Expect(w.file("report.xml")).To(Equal("0123456789"))
	})

	DescribeTable("compares the type without case", func(name string) {
		w := serve(bitsupload.Config{})
		a := w.dial().raw(bitsupload.Verb, "", name, "BITS-Supported-Protocols: "+bitsupload.Protocol15, "Content-Length: 0")
		Expect(a).To(And(accept(-1), HaveField("SessionID", Not(BeEmpty()))))
	},
		Entry("as the specification spells it", "BITS-Packet-Type: CREATE-SESSION"),
		Entry("as clients spell it", "BITS-Packet-Type: Create-Session"),
		Entry("in small letters", "bits-packet-type: create-session"),
		Entry("under the name of MC-BUP 2.2.1", "BITS-Package-Type: CREATE-SESSION"),
	)

	DescribeTable("finds the protocol in the list", func(list string) {
		w := serve(bitsupload.Config{})
		a := w.dial().raw(bitsupload.Verb, "", "BITS-Packet-Type: Create-Session", list, "Content-Length: 0")
		Expect(a.Protocol).To(Equal(bitsupload.Protocol15))
	},
		Entry("in capitals", "BITS-Supported-Protocols: "+strings.ToUpper(bitsupload.Protocol15)),
		Entry("after a space", "BITS-Supported-Protocols: {0} "+bitsupload.Protocol15),
		Entry("after a comma", "BITS-Supported-Protocols: {0},"+bitsupload.Protocol15+",{1}"),
		Entry("as the hundredth", "BITS-Supported-Protocols: "+strings.Repeat("{0} ", 99)+bitsupload.Protocol15),
	)

	It("names the host to stay with", func() {
		w := serve(bitsupload.Config{Properties: bitsupload.Properties{HostID: "farm-7"}})
		a := w.dial().create()
		Expect(a.HostID).To(Equal("farm-7"))
		Expect(a.FallbackTimeout).To(Equal(24 * time.Hour))
		Expect(a.Header.Get("BITS-Host-Id-Fallback-Timeout")).To(Equal("86400"))
	})

	It("words its answers as the profile says", func() {
		w := serve(bitsupload.Config{Profile: bitsupload.ProfileIIS6()})
		c := w.dial().begin()
		a := c.fragment(0, 10, "01234")
		Expect(a).To(accept(5))
		Expect(a.SessionID).To(BeEmpty())
		Expect(a.Header.Get("Pragma")).To(Equal("no-cache"))

		w = serve(bitsupload.Config{Profile: bitsupload.ProfileWin32()})
		Expect(w.dial().create().Status).To(Equal(http.StatusCreated))
	})

	It("hands other methods on, or refuses them", func() {
		w := serve(bitsupload.Config{Next: http.NotFoundHandler()})
		Expect(w.dial().raw("GET", "").Status).To(Equal(http.StatusNotFound))
		w = serve(bitsupload.Config{})
		a := w.dial().raw("GET", "")
		Expect(a.Status).To(Equal(http.StatusMethodNotAllowed))
		Expect(a.Header.Get("Allow")).To(Equal("BITS_POST"))
	})

	It("tells the transcript what it did", func() {
		w := serve(bitsupload.Config{})
		c := w.dial()
		c.ping()
		c.upload("0123456789", 6)
		Expect(w.notes()).To(And(ContainSubstring("bits-upload: ping"), ContainSubstring("session "+c.id+" for report.xml"),
			ContainSubstring("bytes 0-5/10 of session "+c.id+", next is byte 6"), ContainSubstring("closed at byte 10 of 10")))
	})
})

var _ = Describe("a file of 3 MiB", func() {
	const size, fragment = 3 << 20, 128 << 10

	It("arrives in fragments of 128 KiB, identical", func() {
		w := serve(bitsupload.Config{})
		data := generated(size, 7)
		w.dial().upload(data, fragment)
		Expect(w.file("report.xml") == data).To(BeTrue())
	})

	It("does so through a route of fakeserver", func() {
		up, err := bitsupload.New(bitsupload.Config{Path: "/upload/"})
		Expect(err).NotTo(HaveOccurred())
		origin, err := fakeserver.New(fakeserver.Config{Routes: []fakeserver.Route{{Path: "/upload/", Handler: up}}})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(origin.Close)
		data := generated(size, 8)
		dial(origin.Addr(), plain).upload(data, fragment)
		Expect(up.File("report.xml")).To(BeEquivalentTo(data))
	})

	It("does so under net/http alone", func() {
		up, err := bitsupload.New(bitsupload.Config{Path: "/upload/", Faults: []bitsupload.Fault{{Kind: bitsupload.SlowAck}}})
		Expect(err).NotTo(HaveOccurred())
		s := httptest.NewServer(up)
		DeferCleanup(s.Close)
		data := generated(size, 9)
		dial(s.Listener.Addr().String(), plain).upload(data, fragment)
		Expect(up.File("report.xml")).To(BeEquivalentTo(data))
	})
})
