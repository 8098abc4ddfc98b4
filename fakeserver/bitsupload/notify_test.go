package bitsupload_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

// told is a notification that came to the application.
type told struct {
	method, uri, original, request, response, body string
	hasRequest                                     bool
}

// app records what it is told and answers with h.
type app struct {
	told []told
	h    http.HandlerFunc
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_, has := r.Header[http.CanonicalHeaderKey(bitsupload.HeaderRequestFile)]
	a.told = append(a.told, told{r.Method, r.RequestURI, r.Header.Get(bitsupload.HeaderOriginalURL),
		r.Header.Get(bitsupload.HeaderRequestFile), r.Header.Get(bitsupload.HeaderResponseFile), string(body), has})
	if a.h != nil {
		a.h(w, r)
	}
}

var _ = Describe("the server application", func() {
	const application = hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION
	var a *app
	BeforeEach(func() { a = &app{} })

	serving := func(kind bitsupload.NotificationType, cfg bitsupload.Config) *world {
		w := newWorld()
		cfg.Properties.NotificationType, cfg.Properties.NotificationURL = kind, w.application(a.ServeHTTP)
		return w.serve(cfg)
	}
	byValue := func(cfg bitsupload.Config) *world { return serving(bitsupload.NotifyByValue, cfg) }
	get := func(w *world, url string, lines ...string) answer {
		c := w.dial()
		c.path = url[len("http://upload"):]
		return c.raw("GET", "", lines...)
	}

	It("gets the file by value and answers the reply", func() {
		a.h = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "the reply") }
		w := byValue(bitsupload.Config{})
		c := w.dial()
		c.path += "?ACCOUNT=873112"
		c.begin()
		Expect(c.fragment(0, 10, "01234")).To(accept(5))
		Expect(a.told).To(BeEmpty())
		last := c.fragment(5, 10, "56789")
		Expect(last).To(accept(10))
		Expect(a.told).To(HaveExactElements(told{method: "POST", uri: "/handle.asp?ACCOUNT=873112",
			original: "http://upload" + target + "?ACCOUNT=873112", body: "0123456789"}))
		Expect(w.names()).To(BeEmpty(), "the file is not put in its place")

		Expect(last.ReplyURL).To(HavePrefix("http://upload/upload/BITS-Sessions/"))
		Expect(get(w, last.ReplyURL).Body).To(Equal("the reply"))
		part := get(w, last.ReplyURL, "Range: bytes=4-8")
		Expect(part.Status).To(Equal(http.StatusPartialContent))
		Expect(part.Body).To(Equal("reply"))
		Expect(c.end()).To(accept(-1))
		Expect(get(w, last.ReplyURL).Status).To(Equal(http.StatusNotFound))
	})

	It("finds the file and leaves the reply by reference", func() {
		a.h = func(_ http.ResponseWriter, r *http.Request) {
			data, err := os.ReadFile(r.Header.Get(bitsupload.HeaderRequestFile))
			if err == nil {
				err = os.WriteFile(r.Header.Get(bitsupload.HeaderResponseFile), append([]byte("re: "), data...), 0o600)
			}
			if err != nil {
				panic(err)
			}
		}
		dir := GinkgoT().TempDir()
		w := serving(bitsupload.NotifyByReference, bitsupload.Config{Dir: dir})
		c := w.dial().begin()
		last := c.fragment(0, 5, "01234")
		Expect(last).To(accept(5))
		Expect(a.told).To(HaveLen(1))
		session := filepath.Join(dir, "BITS-Sessions", c.id)
		Expect(a.told[0].request).To(Equal(filepath.Join(session, "request")))
		Expect(a.told[0].response).To(Equal(filepath.Join(session, "response")))
		Expect(a.told[0].body).To(BeEmpty())
		Expect(get(w, last.ReplyURL).Body).To(Equal("re: 01234"))
		Expect(filepath.Join(session, "request")).NotTo(BeAnExistingFile())
		Expect(c.end()).To(accept(-1))
		Expect(session).NotTo(BeAnExistingFile())
	})

	It("keeps a reply by value on disk", func() {
		a.h = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "the reply") }
		w := byValue(bitsupload.Config{Dir: GinkgoT().TempDir(), BaseURL: "http://upload"})
		last := w.dial().begin().fragment(0, 5, "01234")
		Expect(get(w, last.ReplyURL).Body).To(Equal("the reply"))
	})

	It("names a reply elsewhere and has the file put in its place", func() {
		a.h = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(bitsupload.HeaderStaticResponseURL, "http://static/reply.cab")
			w.Header().Set(bitsupload.HeaderCopyToDestination, "")
		}
		w := byValue(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 5, "01234")).To(And(accept(5), HaveField("ReplyURL", "http://static/reply.cab")))
		Expect(w.file("report.xml")).To(Equal("01234"))
	})

	It("may have no reply", func() {
		w := byValue(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 5, "01234")).To(And(accept(5), HaveField("ReplyURL", "")))
		Expect(c.end()).To(accept(-1))
	})

	It("is not asked again when only the answer was lost", func() {
		a.h = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "the reply") }
		w := byValue(bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.LoseAck}}})
		c := w.dial().begin()
		Expect(c.fragment(0, 5, "01234").Err).To(HaveOccurred())
		again := w.dial()
		again.id = c.id
		Expect(again.fragment(0, 5, "01234")).To(And(accept(5), HaveField("ReplyURL", ContainSubstring(c.id[1:len(c.id)-1]))))
		Expect(a.told).To(HaveLen(1))
	})

	It("is told twice when the server forgets that it was", func() {
		w := byValue(bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.ForgetNotification}}})
		c := w.dial().begin()
		Expect(c.fragment(0, 5, "01234").Err).To(HaveOccurred())
		Expect(w.Sessions()).To(ConsistOf(And(HaveField("State", bitsupload.ReceiveFragments), HaveField("Notified", 1))))
		again := w.dial()
		again.id = c.id
		Expect(again.fragment(0, 5, "01234")).To(accept(5))
		Expect(a.told).To(HaveLen(2))
		Expect(a.told[1]).To(Equal(a.told[0]))
	})

	DescribeTable("fails, and is told again with the next fragment", func(status, posts int) {
		failing := true
		a.h = func(w http.ResponseWriter, _ *http.Request) {
			if failing {
				w.WriteHeader(status)
			}
		}
		w := byValue(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 5, "01234")).To(refuse(status, hresult.FromHTTPStatus(status), application))
		Expect(w.Sessions()).To(ConsistOf(HaveField("State", bitsupload.ReceiveFragments)))
		Expect(c.ping()).To(accept(-1))
		failing = false
		Expect(c.fragment(0, 5, "01234").Failed()).To(Equal(posts == 1))
		Expect(a.told).To(HaveLen(posts))
	},
		Entry("503, a transient error", 503, 2),
		Entry("501, a fatal one", 501, 2),
		Entry("409", 409, 2),
		Entry("302, which is not followed", 302, 2),
		Entry("204, which is not 200", 204, 2),
		Entry("403, the only one after which it is not told again", 403, 1),
	)

	It("fails on demand, with a code of its own", func() {
		w := byValue(bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.ApplicationError, Status: 500, Code: 0x80040154}}})
		c := w.dial().begin()
		Expect(c.fragment(0, 5, "01234")).To(refuse(500, hresult.REGDB_E_CLASSNOTREG, application))
		Expect(a.told).To(BeEmpty())
		Expect(c.fragment(0, 5, "01234")).To(accept(5))
	})

	It("can be there without its reply being named", func() {
		a.h = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "the reply") }
		w := byValue(bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.NoReplyURL}}})
		Expect(w.dial().begin().fragment(0, 5, "01234")).To(And(accept(5), HaveField("ReplyURL", "")))
		Expect(w.Sessions()).To(ConsistOf(HaveField("ReplyURL", Not(BeEmpty()))))
	})

	It("has five minutes", func() {
		sleep := 5*time.Minute - time.Second
		a.h = func(_ http.ResponseWriter, r *http.Request) {
			if fakehttp.Sleep(r, sleep) != nil {
				panic(http.ErrAbortHandler)
			}
		}
		w := byValue(bitsupload.Config{})
		c := w.dial().begin()
		Expect(c.fragment(0, 5, "01234")).To(accept(5))
		Expect(w.clk.Now().Sub(start)).To(Equal(sleep))

		sleep = time.Hour
		c.begin()
		Expect(c.fragment(0, 5, "01234")).To(refuse(500, hresult.ERROR_WINHTTP_TIMEOUT, application))
		Expect(w.clk.Now().Sub(start)).To(Equal(10*time.Minute - time.Second))
		w.pass(time.Hour)
		sleep = 0
		Expect(c.fragment(0, 5, "01234")).To(accept(5))
	})

	It("has the time that the properties say", func() {
		a.h = func(_ http.ResponseWriter, r *http.Request) { _ = fakehttp.Sleep(r, time.Minute) }
		w := byValue(bitsupload.Config{Properties: bitsupload.Properties{NotificationTimeout: 30 * time.Second}})
		Expect(w.dial().begin().fragment(0, 5, "01234").Error).To(Equal(hresult.ERROR_WINHTTP_TIMEOUT))
		Expect(w.clk.Now().Sub(start)).To(Equal(30 * time.Second))
	})

	It("cancels only the reply once the file is there", func() {
		a.h = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(bitsupload.HeaderCopyToDestination, "1")
			fmt.Fprint(w, "the reply")
		}
		w := byValue(bitsupload.Config{})
		c := w.dial().begin()
		last := c.fragment(0, 5, "01234")
		Expect(c.cancel()).To(accept(-1))
		Expect(get(w, last.ReplyURL).Status).To(Equal(http.StatusNotFound))
		Expect(w.file("report.xml")).To(Equal("01234"))
	})

	It("is found beside the upload when its URL is relative", func() {
		w := newWorld()
		address := w.application(a.ServeHTTP)
		w.serve(bitsupload.Config{BaseURL: address[:len(address)-len("/handle.asp")],
			Properties: bitsupload.Properties{NotificationType: bitsupload.NotifyByValue, NotificationURL: "myasp.asp"}})
		Expect(w.dial().begin().fragment(0, 5, "01234")).To(accept(5))
		Expect(a.told).To(HaveLen(1))
		Expect(a.told[0].uri).To(Equal("/upload/myasp.asp"))
	})
})
