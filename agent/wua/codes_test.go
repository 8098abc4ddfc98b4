package wua_test

import (
	"strconv"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/hresult"
)

// ownCodes are the statuses with codes of their own, aa387293.
var ownCodes = map[int]hresult.HRESULT{400: 0x80244016, 401: 0x80244017, 403: 0x80244018, 404: 0x80244019, 405: 0x8024401A, 407: 0x8024401B, 408: 0x8024401C,
	409: 0x8024401D, 410: 0x8024401E, 500: 0x8024401F, 501: 0x80244020, 502: 0x80244021, 503: 0x80244022, 504: 0x80244023, 505: 0x80244024}

var _ = Describe("every status from 201 to 599", func() {
	It("has the code that the documents give, or the one for all others", func() {
		w := start(func(s *setup) { s.profile = "windows-10" })
		for status := 201; status < 600; status++ {
			Expect(w.Origin.SetBehaviours([]fakeserver.Use{{Name: "status", Params: map[string]any{"status": status, "path": service}}})).To(Succeed(), "%d", status)
			_, err := w.detect()
			want, own := ownCodes[status]
			if !own {
				want = hresult.WU_E_PT_HTTP_STATUS_NOT_MAPPED
			}
			Expect(codeOf(err)).To(Equal(want), "%d", status)
			Expect(w.Log().String()).To(ContainSubstring("HTTP status code = "+strconv.Itoa(status)+"\n"), "%d", status)
		}
	})
})

var _ = DescribeTable("what goes wrong below HTTP has a code", func(name string, params map[string]any, want hresult.HRESULT) {
	w := start(func(s *setup) {
		s.profile = "windows-10"
		s.origin.Behaviours = []fakeserver.Use{{Name: name, Params: params}}
	})
	_, err := w.detect()
	Expect(codeOf(err)).To(Equal(want), "%v", err)
},
	Entry("the connection ends without an answer", "no-answer", nil, hresult.ERROR_WINHTTP_CONNECTION_ERROR),
	Entry("no answer comes", "delay", map[string]any{"duration": "10m"}, hresult.ERROR_WINHTTP_TIMEOUT),
	Entry("the answer is no HTTP", "malformed-head", map[string]any{"form": "no-colon"}, hresult.ERROR_WINHTTP_INVALID_SERVER_RESPONSE),
	Entry("the body is cut off", "cut-after", map[string]any{"bytes": "100B"}, hresult.WU_E_PT_SOAPCLIENT_READ),
)
