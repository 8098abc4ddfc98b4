package fakeproxy_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/transcript"
)

// digits is an origin with a file of twenty digits that can be replaced, and the list
// of what it was asked.
type digits struct {
	*fakehttp.Server
	mu       sync.Mutex
	body     string
	modified time.Time
	asked    []string // method, Range and conditions
}

func tenDigits() *digits {
	GinkgoHelper()
	d := &digits{body: "01234567890123456789", modified: time.Unix(1e9, 0)}
	d.Server = serve(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		body, modified := d.body, d.modified
		what := []string{r.Method}
		for _, name := range []string{"Range", "If-Unmodified-Since", "If-None-Match"} {
			if v := r.Header.Get(name); v != "" {
				what = append(what, v)
			}
		}
		d.asked = append(d.asked, strings.Join(what, " "))
		d.mu.Unlock()
		if r.URL.Path == "/missing" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("ETag", `"`+modified.UTC().Format("150405")+`"`)
		http.ServeContent(w, r, "f.cab", modified, strings.NewReader(body))
	})
	return d
}

// replace puts another file of the same length in place.
func (d *digits) replace() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.body, d.modified = "abcdefghijabcdefghij", d.modified.Add(time.Hour)
}

func (d *digits) seen() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.asked...)
}

func head(host, path string) []string {
	return []string{"HEAD http://" + host + path + " HTTP/1.1", "Host: " + host}
}

func notes(rec *transcript.Recorder) []string {
	var list []string
	for _, x := range rec.Exchanges(0) {
		list = append(list, x.Notes...)
	}
	return list
}

var _ = Describe("a proxy that looks into what it passes on", func() {
	It("head-from-get asks with GET for a HEAD", func() {
		o := tenDigits()
		p, rec := proxy(fakeproxy.Config{Behaviours: use("head-from-get")})
		b := browse(p.Addr())
		a := b.ask(head(o.Addr(), "/f.cab")...)
		Expect(a.ContentLength).To(BeEquivalentTo(20))
		Expect(a.body).To(BeEmpty())
		Expect(b.ask(get(o.Addr(), "/f.cab")...).body).To(Equal("01234567890123456789"), "the connection stays in step")
		Expect(o.seen()).To(Equal([]string{"GET", "GET"}))
		Expect(notes(rec)).To(ConsistOf(ContainSubstring("head-from-get")))
	})

	It("head-407 offers HEAD no login, unless the connection is logged in", func() {
		o := tenDigits()
		p, rec := proxy(fakeproxy.Config{Behaviours: use("head-407"), Auth: byNTLM()})
		b := browse(p.Addr())
		a := b.ask(head(o.Addr(), "/f.cab")...)
		Expect(a.StatusCode).To(Equal(407))
		Expect(a.Header).NotTo(HaveKey("Proxy-Authenticate"))
		Expect(statuses(b.login("Proxy-Authorization", user("alice", "pw", 0), get(o.Addr(), "/f.cab")...))).To(Equal([]int{407, 407, 200}))
		Expect(b.ask(head(o.Addr(), "/f.cab")...).StatusCode).To(Equal(200))
		Expect(notes(rec)).To(ContainElement(ContainSubstring("head-407")))

		Expect(p.SetBehaviours(use("head-407", "status", 405))).To(Succeed())
		Expect(browse(p.Addr()).ask(head(o.Addr(), "/f.cab")...).StatusCode).To(Equal(405))
	})

	It("prefetch fetches the whole and serves the range, or strips it", func() {
		o := tenDigits()
		p, rec := proxy(fakeproxy.Config{Behaviours: use("prefetch")})
		b := browse(p.Addr())
		a := b.ask(get(o.Addr(), "/f.cab", "Range: bytes=2-3")...)
		Expect(a.StatusCode).To(Equal(206))
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 2-3/20"))
		Expect(a.body).To(Equal("23"))
		Expect(b.ask(get(o.Addr(), "/f.cab", "Range: bytes=-1")...).body).To(Equal("9"))
		Expect(b.ask(get(o.Addr(), "/f.cab", "Range: bytes=20-")...).StatusCode).To(Equal(416))
		Expect(b.ask(get(o.Addr(), "/f.cab", "Range: bytes=0-1,4-5")...).StatusCode).To(Equal(200))
		old := "If-Unmodified-Since: " + time.Unix(1e9-60, 0).UTC().Format(http.TimeFormat)
		Expect(b.ask(get(o.Addr(), "/f.cab", old)...).StatusCode).To(Equal(412))
		Expect(o.seen()).To(HaveEach("GET"))
		Expect(notes(rec)).To(ContainElement("prefetch: fetched 20 bytes before the first was sent"))

		Expect(p.SetBehaviours(use("prefetch", "ranges", "strip"))).To(Succeed())
		Expect(b.ask(get(o.Addr(), "/f.cab", "Range: bytes=2-3")...).body).To(HaveLen(20))
	})

	It("prefetch passes a file on that is longer than its memory, and says so", func() {
		o := tenDigits()
		p, rec := proxy(fakeproxy.Config{Behaviours: use("prefetch", "limit", "10B")})
		Expect(browse(p.Addr()).ask(get(o.Addr(), "/f.cab")...).body).To(Equal("01234567890123456789"))
		Expect(notes(rec)).To(ContainElement(ContainSubstring("longer than 10 bytes")))
		Expect(p.SetBehaviours(use("prefetch", "limit", "2GB"))).To(MatchError(ContainSubstring("keeps in memory")))
	})

	It("prefetch answers 502 when the file does not come whole", func() {
		o := script("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123<close>")
		p, _ := proxy(fakeproxy.Config{Behaviours: use("prefetch")})
		a := browse(p.Addr()).ask(get(o.addr(), "/f.cab")...)
		Expect(a.StatusCode).To(Equal(502))
		Expect(a.cut).NotTo(HaveOccurred())
	})

	DescribeTable("rewrite-validators changes them", func(etag, modified string, wantTag, wantStamp any) {
		o := tenDigits()
		p, rec := proxy(fakeproxy.Config{Behaviours: use("rewrite-validators", "etag", etag, "last-modified", modified),
			Clock: clock.NewVirtual(time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC))})
		a := browse(p.Addr()).ask(get(o.Addr(), "/f.cab")...)
		Expect(a.Header.Get("ETag")).To(Equal(wantTag))
		Expect(a.Header.Get("Last-Modified")).To(Equal(wantStamp))
		Expect(notes(rec)).To(ContainElement(ContainSubstring("rewrite-validators")))
	},
		Entry("dropped", "drop", "drop", "", ""),
		Entry("weak", "weaken", "keep", `W/"014640"`, "Sun, 09 Sep 2001 01:46:40 GMT"),
		Entry("new ones", "change", "now", `"1"`, "Fri, 06 Aug 2004 12:00:00 GMT"))

	It("strip-conditions makes no answer a 412", func() {
		o := tenDigits()
		p, rec := proxy(fakeproxy.Config{Behaviours: use("strip-conditions")})
		old := "If-Unmodified-Since: " + time.Unix(1e9-60, 0).UTC().Format(http.TimeFormat)
		Expect(browse(p.Addr()).ask(get(o.Addr(), "/f.cab", old)...).StatusCode).To(Equal(200))
		Expect(notes(rec)).To(ConsistOf("strip-conditions: dropped If-Unmodified-Since"))
	})

	DescribeTable("several-ranges makes one of them", func(become string, status int, asked string) {
		o := tenDigits()
		p, rec := proxy(fakeproxy.Config{Behaviours: use("several-ranges", "become", become)})
		a := browse(p.Addr()).ask(get(o.Addr(), "/f.cab", "Range: bytes=4-5, 1-2,8-8")...)
		Expect(a.StatusCode).To(Equal(status))
		if asked != "" {
			Expect(o.seen()).To(Equal([]string{asked}))
		}
		Expect(notes(rec)).To(ContainElement(HavePrefix("several-ranges: " + become)))
	},
		Entry("the first", "first", 206, "GET bytes=4-5"),
		Entry("all between", "span", 206, "GET bytes=1-8"),
		Entry("the whole", "whole", 200, "GET"),
		Entry("none", "416", 416, ""))

	It("recode compresses what was to be left alone, and unpacks", func() {
		o := tenDigits()
		p, rec := proxy(fakeproxy.Config{Behaviours: use("recode")})
		b := browse(p.Addr())
		a := b.ask(get(o.Addr(), "/f.cab", "Accept-Encoding: identity")...)
		Expect(a.Header.Get("Content-Encoding")).To(Equal("gzip"))
		Expect(a.TransferEncoding).To(Equal([]string{"chunked"}))
		Expect(unzip(a.body)).To(Equal("01234567890123456789"))
		Expect(b.ask(get(o.Addr(), "/f.cab", "Range: bytes=2-3")...).body).To(Equal("23"), "parts are left alone")
		Expect(b.ask(head(o.Addr(), "/f.cab")...).ContentLength).To(BeEquivalentTo(-1))
		Expect(notes(rec)).To(ContainElement(HavePrefix("recode: 20 bytes became")))

		Expect(p.SetBehaviours(use("recode", "length", "new", "parts", true))).To(Succeed())
		a = b.ask(get(o.Addr(), "/f.cab", "Range: bytes=2-3")...)
		Expect(a.ContentLength).To(BeEquivalentTo(len(a.body)))
		Expect(unzip(a.body)).To(Equal("23"))

		inner := p.Addr()
		outer, _ := proxy(fakeproxy.Config{Name: "outer", Via: inner, Behaviours: use("recode", "to", "identity", "length", "new")})
		Expect(p.SetBehaviours(use("recode", "length", "new"))).To(Succeed())
		a = browse(outer.Addr()).ask(get(o.Addr(), "/f.cab")...)
		Expect(a.body).To(Equal("01234567890123456789"))
		Expect(a.ContentLength).To(BeEquivalentTo(20))
		Expect(a.Header).NotTo(HaveKey("Content-Encoding"))
	})

	It("strip-fields drops fields by pattern, from requests and answers", func() {
		o := script("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nBITS-Session-Id: 1\r\nX-Other: 2\r\n\r\n")
		p, rec := proxy(fakeproxy.Config{Behaviours: use("strip-fields", "fields", "bits-*")})
		b := browse(p.Addr())
		a := b.ask(get(o.addr(), "/", "BITS-Packet-Type: Ping", "X-Mine: 3")...)
		Expect(a.Header).NotTo(HaveKey("Bits-Session-Id"))
		Expect(a.Header.Get("X-Other")).To(Equal("2"))
		Expect(o.seen()[0]).NotTo(ContainSubstring("BITS-"))
		Expect(o.seen()[0]).To(ContainSubstring("X-Mine: 3"))
		Expect(notes(rec)).To(ConsistOf("strip-fields: dropped Bits-Packet-Type from the request", "strip-fields: dropped BITS-Session-Id from the answer"))

		Expect(p.SetBehaviours(use("strip-fields", "fields", "BITS-*", "from", "answers"))).To(Succeed())
		b.ask(get(o.addr(), "/", "BITS-Packet-Type: Ping")...)
		Expect(o.seen()[1]).To(ContainSubstring("BITS-Packet-Type: Ping"))
	})

	It("allow-methods refuses BITS_POST and keeps the connection", func() {
		o := tenDigits()
		p, rec := proxy(fakeproxy.Config{Behaviours: use("allow-methods")})
		b := browse(p.Addr())
		a := b.ask("BITS_POST http://"+o.Addr()+"/f HTTP/1.1", "Host: "+o.Addr(), "Content-Length: 0")
		Expect(a.StatusCode).To(Equal(501))
		Expect(b.ask(get(o.Addr(), "/f.cab")...).StatusCode).To(Equal(200))
		Expect(o.seen()).To(Equal([]string{"GET"}))
		Expect(notes(rec)).To(ConsistOf("allow-methods: refused BITS_POST with 501"))
	})

	It("max-body refuses long bodies before the next hop sees them", func() {
		o := tenDigits()
		p, rec := proxy(fakeproxy.Config{Behaviours: use("max-body", "size", "4B")})
		b := browse(p.Addr())
		post := func(body string) int {
			return b.ask("POST http://"+o.Addr()+"/f HTTP/1.1", "Host: "+o.Addr(), "Content-Length: "+string(rune('0'+len(body)))+"\r\n\r\n"+body[:max(0, len(body)-4)]+"").StatusCode
		}
		Expect(post("12345678")).To(Equal(413)) // the four bytes that ask adds end the body
		Expect(o.seen()).To(BeEmpty())
		Expect(post("1234")).NotTo(Equal(413))
		Expect(notes(rec)).To(ContainElement(ContainSubstring("max-body: refused 8 bytes")))
	})

	It("block shows its page with any status, and sends to another place", func() {
		o := tenDigits()
		p, _ := proxy(fakeproxy.Config{Behaviours: use("block", "hosts", "127.*", "status", 200)})
		b := browse(p.Addr())
		a := b.ask(get(o.Addr(), "/f.cab")...)
		Expect(a.StatusCode).To(Equal(200))
		Expect(a.Header.Get("Content-Type")).To(Equal("text/html"))
		Expect(b.ask(connect(o.Addr())...).StatusCode).To(Equal(403), "a 200 would open the tunnel")
		Expect(p.SetBehaviours(use("block", "hosts", "127.*", "status", 302, "location", "http://portal/"))).To(Succeed())
		a = b.ask(get(o.Addr(), "/f.cab")...)
		Expect(a.StatusCode).To(Equal(302))
		Expect(a.Header.Get("Location")).To(Equal("http://portal/"))
		Expect(p.SetBehaviours(use("block", "hosts", "127.*", "status", 302))).NotTo(Succeed())
		Expect(o.seen()).To(BeEmpty())
	})
})

func unzip(body string) string {
	GinkgoHelper()
	z, err := gzip.NewReader(bytes.NewReader([]byte(body)))
	Expect(err).NotTo(HaveOccurred())
	plain, err := io.ReadAll(z)
	Expect(err).NotTo(HaveOccurred())
	return string(plain)
}

var _ = Describe("the behaviour buffer-uploads", func() {
	It("knows how long a body is before the next hop hears of it, and refuses a longer one than its memory", func() {
		o := script(plainOK)
		p, rec := proxy(fakeproxy.Config{Behaviours: use("buffer-uploads", "limit", "6B")})
		b := browse(p.Addr())
		a := b.ask("POST http://"+o.addr()+"/ HTTP/1.1", "Host: "+o.addr(), "Transfer-Encoding: chunked", "", "3\r\nabc\r\n3\r\ndef\r\n0")
		Expect(a.StatusCode).To(Equal(200))
		Expect(o.seen()).To(ConsistOf(And(ContainSubstring("Content-Length: 6\r\n"), Not(ContainSubstring("Transfer-Encoding")))))
		Expect(notes(rec)).To(ConsistOf(ContainSubstring("took in 6 bytes")))
		a = browse(p.Addr()).ask("POST http://"+o.addr()+"/ HTTP/1.1", "Host: "+o.addr(), "Transfer-Encoding: chunked", "", "7\r\nabcdefg\r\n0")
		Expect(a.StatusCode).To(Equal(413))
		Expect(o.seen()).To(HaveLen(1))
	})
})
