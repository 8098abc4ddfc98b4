package fakehttp_test

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

var _ = Describe("a handler that panics", func() {
	It("is seen in the record with its stack, and one that breaks the connection off is not", func() {
		rec := transcript.New(transcript.Options{Now: time.Now})
		s, err := fakehttp.Start(fakehttp.Config{Recorder: rec, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/abort" {
				panic(http.ErrAbortHandler)
			}
			panic("no such thing")
		})})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(s.Close)
		for _, path := range []string{"/fail", "/abort"} {
			resp, err := http.Get("http://" + s.Addr() + path)
			if err == nil {
				_ = resp.Body.Close()
			}
			Expect(err).To(HaveOccurred())
		}
		Expect(s.Close()).To(Succeed())
		all := rec.Exchanges(0)
		Expect(all[0].Notes).To(ConsistOf(And(HavePrefix(fakehttp.Failed+"no such thing"), ContainSubstring("failure_test.go"))))
		Expect(all[len(all)-1].Notes).To(BeEmpty())
	})
})
