package wua_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/hresult"
)

// codings gives, of each call of a web service, what was asked for and what came.
func (w *world) codings() (list []string) {
	for _, x := range w.Record.Exchanges(0) {
		if x.Node == "wsus" && x.Request.Get("SOAPAction") != "" && x.Response != nil {
			list = append(list, x.Request.Get("Accept-Encoding")+">"+x.Response.Get("Content-Encoding"))
		}
	}
	return list
}

var _ = Describe("the answers of the web services", func() {
	It("are asked for compressed, all but those to reports", func() {
		w := start(nil)
		w.scan()
		Expect(w.sendEvents()).To(Succeed())
		codings := w.codings()
		Expect(codings[len(codings)-1]).To(Equal(">"), "ReportEventBatch")
		Expect(codings[:len(codings)-1]).To(HaveEach("xpress>xpress"))
	})
	It("come as they are from a server that does not compress, and to an agent that does not ask", func() {
		w := start(func(s *setup) { s.server.NoCompression = true })
		w.scan()
		Expect(w.codings()).To(HaveEach("xpress>"))
		w = start(func(s *setup) { s.agent.Tuning.NoCompression = true })
		w.scan()
		Expect(w.codings()).To(HaveEach(">"))
	})
	It("that can't be decompressed end the scan", func() {
		w := start(func(s *setup) {
			s.server.NoCompression = true
			s.origin.Behaviours = []fakeserver.Use{{Name: "set-header", Params: map[string]any{"name": "Content-Encoding", "value": "xpress", "path": service}}}
		})
		_, err := w.detect()
		Expect(codeOf(err)).To(Equal(hresult.WU_E_PT_SOAPCLIENT_READ))
		Expect(err).To(MatchError(ContainSubstring("xpress: at byte 0")))
	})
})
