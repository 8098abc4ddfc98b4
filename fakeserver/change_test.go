package fakeserver_test

import (
	"io"
	"net/http"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
)

var _ = Describe("a server that runs", func() {
	files := func() map[string]fakeserver.File { return map[string]fakeserver.File{"/a": {Size: 10, Seed: 1}} }

	It("takes files on and off", func() {
		w := serve(fakeserver.Config{Files: files()})
		Expect(w.SetFiles(map[string]fakeserver.File{"/a": {Body: []byte("new")}, "/b": {Size: 1}})).To(Succeed())
		Expect(string(w.get("/a").Body)).To(Equal("new"))
		Expect(w.get("/b").Status).To(Equal(http.StatusOK))
		Expect(w.RemoveFiles("/b")).To(Succeed())
		Expect(w.get("/b").Status).To(Equal(http.StatusNotFound))
		Expect(w.SetFiles(map[string]fakeserver.File{"c": {}})).To(MatchError(ContainSubstring(`file "c"`)))
		Expect(w.get("/a").Status).To(Equal(http.StatusOK))
	})

	It("does not change the maps that it was given", func() {
		given := files()
		w := serve(fakeserver.Config{Files: given})
		Expect(w.SetFiles(map[string]fakeserver.File{"/b": {}})).To(Succeed())
		Expect(given).To(HaveLen(1))
		delete(given, "/a")
		Expect(w.get("/a").Status).To(Equal(http.StatusOK))
	})

	It("takes behaviours on and off, and keeps those it has after an error", func() {
		w := serve(fakeserver.Config{Files: files(), Behaviours: []fakeserver.Use{{Name: "ignore-range"}}})
		c := w.dial()
		Expect(c.Get("/a", "Range: bytes=0-0").Status).To(Equal(http.StatusOK))
		Expect(w.SetBehaviours([]fakeserver.Use{{Name: "nonsense"}})).To(MatchError(ContainSubstring("nonsense")))
		Expect(c.Get("/a", "Range: bytes=0-0").Status).To(Equal(http.StatusOK))
		Expect(w.SetBehaviours(nil)).To(Succeed())
		Expect(c.Get("/a", "Range: bytes=0-0").Status).To(Equal(http.StatusPartialContent))
	})

	It("takes routes on, with files and handlers of their own", func() {
		w := serve(fakeserver.Config{Files: files()})
		hello := http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "hello") })
		Expect(w.SetRoutes([]fakeserver.Route{
			{Path: "/x/", Files: map[string]fakeserver.File{"/x/a": {Size: 5}}},
			{Path: "/x/h", Handler: hello},
		})).To(Succeed())
		Expect(w.get("/x/a").Length).To(Equal(int64(5)))
		Expect(string(w.get("/x/h").Body)).To(Equal("hello"))
		Expect(w.get("/x/h/h").Status).To(Equal(http.StatusNotFound), "/x/h is an exact path")
		Expect(w.get("/a").Status).To(Equal(http.StatusOK))
		Expect(w.SetRoutes([]fakeserver.Route{{Path: "/y", Behaviours: []fakeserver.Use{{Name: "x"}}}})).NotTo(Succeed())
		Expect(w.get("/x/a").Status).To(Equal(http.StatusOK))
	})

	It("applies behaviours outermost first, the server's around the route's", func() {
		set := func(value string) fakeserver.Use {
			return fakeserver.Use{Name: "set-header", Params: map[string]any{"name": "X-Last", "value": value}}
		}
		w := serve(fakeserver.Config{Files: files(), Behaviours: []fakeserver.Use{set("1"), set("2")},
			Routes: []fakeserver.Route{{Path: "/a", Behaviours: []fakeserver.Use{set("3"), {Name: "ignore-range"}}}}})
		a := w.get("/a")
		Expect(a.Header.Get("X-Last")).To(Equal("1"), "the outermost sees the answer last")
		Expect(w.last().Notes).To(HaveLen(3))
	})

	It("may be changed while it serves", func() {
		w := serve(fakeserver.Config{Files: files()})
		var clients sync.WaitGroup
		for range 4 {
			clients.Go(func() {
				defer GinkgoRecover()
				for c, i := w.dial(), 0; i < 50; i++ {
					Expect(c.Get("/a", "Range: bytes=0-0").Status).To(BeElementOf(200, 206))
				}
			})
		}
		for range 50 {
			Expect(w.SetBehaviours([]fakeserver.Use{{Name: "ignore-range"}})).To(Succeed())
			Expect(w.SetFiles(files())).To(Succeed())
			Expect(w.SetBehaviours(nil)).To(Succeed())
		}
		clients.Wait()
	})

	It("gives URLs by its address", func() {
		w := serve(fakeserver.Config{})
		Expect(w.URL("/a?b")).To(Equal("http://" + w.Addr() + "/a?b"))
	})
})
