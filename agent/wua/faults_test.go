package wua_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

const service = "/ClientWebService/client.asmx"

var _ = DescribeTable("a fault in SyncUpdates is answered as MS-WUSP 2.2.2.4 asks", func(code wusp.ErrorCode, want ...string) {
	w := start(nil)
	w.scan()
	w.actions()
	w.WSUS.SetFaults([]wsus.Fault{{Operation: "SyncUpdates", Nth: 1, ErrorCode: code}})
	_, err := w.detect()
	Expect(err).NotTo(HaveOccurred())
	Expect(w.actions()).To(Equal(append(append([]string{"SyncUpdates"}, want...), "SyncUpdates", "GetExtendedUpdateInfo")))
},
	Entry(nil, wusp.InvalidCookie, "GetConfig", "GetAuthorizationCookie", "GetCookie", "RefreshCache"),
	Entry(nil, wusp.ServerChanged, "GetConfig", "GetAuthorizationCookie", "GetCookie", "RefreshCache"),
	Entry(nil, wusp.ConfigChanged, "GetConfig", "GetAuthorizationCookie", "GetCookie"),
	Entry(nil, wusp.CookieExpired, "GetAuthorizationCookie", "GetCookie"),
	Entry(nil, wusp.RegistrationRequired, "RegisterComputer"),
	Entry(nil, wusp.InvalidAuthorizationCookie, "GetAuthorizationCookie", "GetCookie"),
)

var _ = DescribeTable("a fault that stays ends the scan with a code", func(fault wsus.Fault, want hresult.HRESULT) {
	w := start(nil)
	fault.Operation = "SyncUpdates"
	w.WSUS.SetFaults([]wsus.Fault{fault})
	_, err := w.detect()
	Expect(codeOf(err)).To(Equal(want))
	Expect(w.Log().String()).To(ContainSubstring("SyncUpdates_WithRecovery failed"))
	Expect(len(w.actions())).To(BeNumerically("<", 30), "recoveries are bounded")
},
	Entry(nil, wsus.Fault{ErrorCode: wusp.InvalidCookie}, hresult.WU_E_PT_REFRESH_CACHE_REQUIRED),
	Entry(nil, wsus.Fault{ErrorCode: wusp.ServerChanged}, hresult.WU_E_PT_REFRESH_CACHE_REQUIRED),
	Entry(nil, wsus.Fault{ErrorCode: wusp.ConfigChanged}, hresult.WU_E_PT_SOAPCLIENT_SOAPFAULT),
	Entry(nil, wsus.Fault{ErrorCode: wusp.CookieExpired}, hresult.WU_E_PT_SOAPCLIENT_SOAPFAULT),
	Entry(nil, wsus.Fault{ErrorCode: wusp.RegistrationRequired}, hresult.WU_E_PT_SOAPCLIENT_SOAPFAULT),
	Entry(nil, wsus.Fault{ErrorCode: wusp.InvalidParameters, Message: "parameters"}, hresult.WU_E_PT_SOAPCLIENT_SOAPFAULT),
	Entry(nil, wsus.Fault{ErrorCode: wusp.InternalServerError}, hresult.WU_E_PT_SOAPCLIENT_SOAPFAULT),
	Entry(nil, wsus.Fault{ErrorCode: wusp.ServerBusy}, hresult.WU_E_PT_SOAPCLIENT_SOAPFAULT),
	Entry(nil, wsus.Fault{ErrorCode: wusp.FileLocationChanged}, hresult.WU_E_PT_FILE_LOCATIONS_CHANGED),
	Entry(nil, wsus.Fault{Code: wusp.FaultClient}, hresult.WU_E_PT_SOAP_CLIENT),
	Entry(nil, wsus.Fault{Code: wusp.FaultServer}, hresult.WU_E_PT_SOAP_SERVER),
	Entry(nil, wsus.Fault{Code: wusp.FaultMustUnderstand}, hresult.WU_E_PT_SOAP_MUST_UNDERSTAND),
	Entry(nil, wsus.Fault{Code: wusp.FaultVersionMismatch}, hresult.WU_E_PT_SOAP_VERSION),
	Entry(nil, wsus.Fault{Code: "Else"}, hresult.WU_E_PT_SOAPCLIENT_SOAPFAULT),
	Entry("no XML", wsus.Fault{Body: []byte("no XML")}, hresult.WU_E_PT_SOAPCLIENT_PARSE),
	Entry("another answer", wsus.Fault{Body: wusp.WriteResponse(wusp.RegisterComputerResponse{})}, hresult.WU_E_PT_SOAPCLIENT_PARSE),
	Entry("an answer without a result", wsus.Fault{Body: wusp.WriteResponse(wusp.SyncUpdatesResponse{})}, hresult.WU_E_PT_SOAPCLIENT_PARSE),
	Entry("SOAP 1.2", wsus.Fault{Body: []byte(`<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>`)}, hresult.WU_E_PT_SOAP_VERSION),
)

var _ = Describe("a fault that is no hindrance", func() {
	It("is that nobody wants to be told of computers", func() {
		w := start(nil)
		w.WSUS.SetFaults([]wsus.Fault{{Operation: "RegisterComputer", ErrorCode: wusp.RegistrationNotRequired}})
		_, err := w.detect()
		Expect(codeOf(err)).To(Equal(hresult.WU_E_PT_SOAPCLIENT_SOAPFAULT), "this server wants it nevertheless")
		Expect(w.actions()[:5]).To(Equal([]string{"GetConfig", "GetAuthorizationCookie", "GetCookie", "RegisterComputer", "SyncUpdates"}))
	})
})

var _ = DescribeTable("every HTTP status has its code", func(status int, want hresult.HRESULT) {
	w := start(func(s *setup) {
		s.origin.Behaviours = []fakeserver.Use{{Name: "status", Params: map[string]any{"status": status, "path": service}}}
	})
	_, err := w.detect()
	Expect(codeOf(err)).To(Equal(want))
},
	Entry(nil, 400, hresult.HRESULT(0x80244016)), Entry(nil, 401, hresult.HRESULT(0x80244017)), Entry(nil, 403, hresult.HRESULT(0x80244018)),
	Entry(nil, 404, hresult.HRESULT(0x80244019)), Entry(nil, 405, hresult.HRESULT(0x8024401A)), Entry(nil, 407, hresult.HRESULT(0x8024401B)),
	Entry(nil, 408, hresult.HRESULT(0x8024401C)), Entry(nil, 409, hresult.HRESULT(0x8024401D)), Entry(nil, 410, hresult.HRESULT(0x8024401E)),
	Entry(nil, 500, hresult.HRESULT(0x8024401F)), Entry(nil, 501, hresult.HRESULT(0x80244020)), Entry(nil, 502, hresult.HRESULT(0x80244021)),
	Entry(nil, 503, hresult.HRESULT(0x80244022)), Entry(nil, 504, hresult.HRESULT(0x80244023)), Entry(nil, 505, hresult.HRESULT(0x80244024)),
	Entry("any other", 418, hresult.HRESULT(0x8024402B)),
)

var _ = Describe("what lies below HTTP", func() {
	It("has codes too", func() {
		w := start(func(s *setup) { s.profile = "windows-10" })
		w.policy("http://nowhere")
		_, err := w.detect()
		Expect(codeOf(err)).To(Equal(hresult.WU_E_PT_WINHTTP_NAME_NOT_RESOLVED))

		w = start(func(s *setup) { s.profile = "windows-10" })
		Expect(w.Origin.Close()).To(Succeed())
		_, err = w.detect()
		Expect(codeOf(err)).To(Equal(hresult.HRESULT(0x80072EFD)))

		w = start(func(s *setup) {
			s.profile = "windows-10"
			s.origin.Behaviours = []fakeserver.Use{{Name: "delay", Params: map[string]any{"duration": "10m"}}}
		})
		_, err = w.detect()
		Expect(codeOf(err)).To(Equal(hresult.HRESULT(0x80072EE2)))
	})
	It("is what a proxy's page has for an answer", func() {
		w := start(func(s *setup) {
			s.origin.Behaviours = []fakeserver.Use{{Name: "set-header", Params: map[string]any{"name": "Content-Type", "value": "text/html", "path": service}}}
		})
		_, err := w.detect()
		Expect(codeOf(err)).To(Equal(hresult.WU_E_WINHTTP_INVALID_FILE))
	})
})

var _ = DescribeTable("a configuration that lacks something ends the scan", func(config *wusp.Config, want hresult.HRESULT) {
	w := start(nil)
	w.WSUS.SetFaults([]wsus.Fault{{Operation: "GetConfig", Body: wusp.WriteResponse(wusp.GetConfigResponse{Result: config})}})
	_, err := w.detect()
	Expect(codeOf(err)).To(Equal(want))
},
	Entry("no result", nil, hresult.WU_E_PT_SOAPCLIENT_PARSE),
	Entry("no plug-in", &wusp.Config{}, hresult.WU_E_PT_NO_AUTH_PLUGINS_REQUESTED),
	Entry("no property", &wusp.Config{AuthInfo: []wusp.AuthPlugInInfo{{}}}, hresult.WU_E_PT_CONFIG_PROP_MISSING),
	Entry("a bad property", &wusp.Config{AuthInfo: []wusp.AuthPlugInInfo{{}}, Properties: []wusp.ConfigurationProperty{{Name: "MaxExtendedUpdatesPerRequest", Value: "many"}}}, hresult.WU_E_PT_INVALID_CONFIG_PROP),
)
