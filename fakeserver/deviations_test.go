package fakeserver_test

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/fakeserver"
)

var _ = Describe("deviations of a login", func() {
	files := map[string]fakeserver.File{"/a": {Size: 10}, "/odd/a": {Size: 10}}
	lower := []fakeserver.Use{{Name: "lower-case-schemes"}}
	offers := func(w *world, path string) []string { return w.get(path).Header.Values("WWW-Authenticate") }

	It("act in front of the gate, of the server and of a route", func() {
		w := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.NTLM), Behaviours: lower})
		Expect(offers(w, "/a")).To(Equal([]string{"ntlm"}))
		w = serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.NTLM), Routes: []fakeserver.Route{{Path: "/odd/", Behaviours: lower}}})
		Expect(offers(w, "/a")).To(Equal([]string{"NTLM"}))
		Expect(offers(w, "/odd/a")).To(Equal([]string{"ntlm"}))
	})

	It("act on some paths only, when told", func() {
		w := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.NTLM),
			Behaviours: []fakeserver.Use{{Name: "lower-case-schemes", Params: map[string]any{"path": "/odd/"}}}})
		Expect(offers(w, "/a")).To(Equal([]string{"NTLM"}))
		Expect(offers(w, "/odd/a")).To(Equal([]string{"ntlm"}))
	})

	It("act where they stand in a list that says where to authenticate", func() {
		list := []fakeserver.Use{{Name: fakeserver.Authenticate}, {Name: "lower-case-schemes"}}
		w := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.NTLM), Behaviours: list})
		Expect(offers(w, "/a")).To(Equal([]string{"NTLM"}), "that is behind the gate")
	})

	It("close a connection after a 401, of which the record tells", func() {
		w := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.Basic), Behaviours: []fakeserver.Use{{Name: "close-on-challenge"}}})
		Expect(w.get("/a").Status).To(Equal(http.StatusUnauthorized))
		Expect(w.last().Response.Get("Connection")).To(Equal("close"))
		Expect(w.last().Notes).To(ContainElement("close-on-challenge: closed the connection"))
	})

	It("leave NTSTATUS and exposure on record", func() {
		w := serve(fakeserver.Config{Files: files, Auth: labAuth(httpauth.Basic)})
		Expect(w.dial().Get("/a", basic(`LAB\alice`, "wrong")).Status).To(Equal(http.StatusUnauthorized))
		Expect(w.last().NTStatus).To(Equal("STATUS_WRONG_PASSWORD (0xC000006A)"))
		Expect(w.last().Exposure).To(Equal("clear password"))
		Expect(w.get("/a").Status).To(Equal(http.StatusUnauthorized))
		Expect(w.last().Exposure).To(BeEmpty())
	})

	It("leave on record what an open server learns", func() {
		w := serve(fakeserver.Config{Files: files})
		Expect(w.dial().Get("/a", basic(`LAB\alice`, "pw")).Status).To(Equal(http.StatusOK))
		Expect(w.last().Exposure).To(Equal("clear password"))
	})
})
