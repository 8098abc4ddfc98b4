package wusp_test

import (
	"encoding/xml"
	"reflect"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/wusp"
)

var expiry = wusp.At(time.Date(2006, 5, 23, 4, 6, 32, 984374600, time.UTC))

// The texts are those of the conversation in MS-WUSP section 4, without its line ends.
var _ = Describe("requests", func() {
	const envelope = `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"><soap:Body>`
	const client = ` xmlns="http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService">`
	const end = `</soap:Body></soap:Envelope>`

	DescribeTable("as MS-WUSP section 4 prints them", func(message any, want string) {
		Expect(string(wusp.WriteRequest(message, wusp.Encoded))).To(Equal(envelope + want + end))
	},
		Entry("GetConfig", wusp.GetConfig{ProtocolVersion: "1.0"},
			"<GetConfig"+client+"<protocolVersion>1.0</protocolVersion></GetConfig>"),
		Entry("GetAuthorizationCookie", wusp.GetAuthorizationCookie{ClientID: "5c7f4f80-3896-4d10-8a38-469286a0febc", DNSName: "microsof-cd0710.redmond.corp.microsoft.com"},
			`<GetAuthorizationCookie xmlns="http://www.microsoft.com/SoftwareDistribution/Server/SimpleAuthWebService"><clientId>5c7f4f80-3896-4d10-8a38-469286a0febc</clientId><targetGroupName /><dnsName>microsof-cd0710.redmond.corp.microsoft.com</dnsName></GetAuthorizationCookie>`),
		Entry("GetCookie", wusp.GetCookie{
			AuthCookies: []wusp.AuthorizationCookie{{PlugInID: "SimpleTargeting", CookieData: wusp.Binary("abc")}},
			OldCookie:   &wusp.Cookie{Expiration: wusp.At(time.Date(2006, 5, 16, 18, 54, 28, 850e6, time.UTC))},
			LastChange:  wusp.At(time.Date(2006, 5, 16, 18, 54, 28, 850e6, time.UTC)), CurrentTime: wusp.At(time.Date(2006, 5, 17, 16, 16, 38, 0, time.UTC)), ProtocolVersion: "1.8"},
			"<GetCookie"+client+`<authCookies xmlns:q1="http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService" soapenc:arrayType="q1:AuthorizationCookie[1]"><AuthorizationCookie><PlugInId>SimpleTargeting</PlugInId><CookieData>YWJj</CookieData></AuthorizationCookie></authCookies><oldCookie><Expiration>2006-05-16T18:54:28.85Z</Expiration><EncryptedData xsi:nil="1" /></oldCookie><lastChange>2006-05-16T18:54:28.85Z</lastChange><currentTime>2006-05-17T16:16:38Z</currentTime><protocolVersion>1.8</protocolVersion></GetCookie>`),
		Entry("SyncUpdates, the first", wusp.SyncUpdates{Cookie: &wusp.Cookie{Expiration: expiry, EncryptedData: wusp.Binary("abc")}, Parameters: &wusp.SyncUpdateParameters{}},
			"<SyncUpdates"+client+`<cookie><Expiration>2006-05-23T04:06:32.9843746Z</Expiration><EncryptedData>YWJj</EncryptedData></cookie><parameters><ExpressQuery>false</ExpressQuery><InstalledNonLeafUpdateIDs xsi:nil="1" /><OtherCachedUpdateIDs xsi:nil="1" /><SystemSpec xsi:nil="1" /><CachedDriverIDs xsi:nil="1" /><SkipSoftwareSync>false</SkipSoftwareSync></parameters></SyncUpdates>`),
		Entry("SyncUpdates, the second", wusp.SyncUpdates{Parameters: &wusp.SyncUpdateParameters{InstalledNonLeafUpdateIDs: []int{109}, OtherCachedUpdateIDs: []int{101, 102}}},
			"<SyncUpdates"+client+`<parameters><ExpressQuery>false</ExpressQuery><InstalledNonLeafUpdateIDs soapenc:arrayType="xsd:int[1]"><int>109</int></InstalledNonLeafUpdateIDs><OtherCachedUpdateIDs soapenc:arrayType="xsd:int[2]"><int>101</int><int>102</int></OtherCachedUpdateIDs><SystemSpec xsi:nil="1" /><CachedDriverIDs xsi:nil="1" /><SkipSoftwareSync>false</SkipSoftwareSync></parameters></SyncUpdates>`),
		Entry("GetFileLocations", wusp.GetFileLocations{FileDigests: []wusp.Binary{make([]byte, 20)}},
			"<GetFileLocations"+client+`<fileDigests soapenc:arrayType="xsd:base64Binary[1]"><base64Binary>AAAAAAAAAAAAAAAAAAAAAAAAAAA=</base64Binary></fileDigests></GetFileLocations>`),
	)

	It("leaves empty arrays out in the style of later agents", func() {
		Expect(string(wusp.WriteRequest(wusp.SyncUpdates{Parameters: &wusp.SyncUpdateParameters{OtherCachedUpdateIDs: []int{7}}}, wusp.Plain))).To(ContainSubstring(
			`<parameters><ExpressQuery>false</ExpressQuery><OtherCachedUpdateIDs><int>7</int></OtherCachedUpdateIDs><SkipSoftwareSync>false</SkipSoftwareSync></parameters>`))
	})
	It("escapes what is not for XML", func() {
		body := string(wusp.WriteRequest(wusp.GetConfig{ProtocolVersion: "a<b>&\r\x00"}, wusp.Plain))
		Expect(body).To(ContainSubstring("<protocolVersion>a&lt;b&gt;&amp;&#xD;\uFFFD</protocolVersion>"))
		Expect(xml.Unmarshal([]byte(body), new(struct{}))).To(Succeed())
	})
	It("refuses to write what is no message", func() {
		Expect(func() { wusp.WriteRequest(wusp.Cookie{}, wusp.Plain) }).To(PanicWith(ContainSubstring("wusp.Cookie is no request")))
		Expect(func() { wusp.WriteResponse(wusp.GetConfig{}) }).To(PanicWith(ContainSubstring("wusp.GetConfig is no response")))
	})
})

// fill gives every field of a message a value other than its zero, so that a field that
// is lost on the way is noticed.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[wusp.Time]() {
			v.Set(reflect.ValueOf(wusp.At(time.Date(2004, 10, 1, 12, 0, *n%60, 1200, time.UTC))))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[wusp.Binary]() {
			v.SetBytes([]byte{byte(*n), 2, 3})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.String:
		if v.Type() == reflect.TypeFor[wusp.GUID]() {
			v.SetString("00000000-0000-0000-0000-00000000abcd")
			return
		}
		v.SetString(strings.Repeat("x<&>", 1+*n%3))
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(int64(*n))
	}
}

var responses = []any{
	&wusp.GetAuthorizationCookieResponse{}, &wusp.GetConfigResponse{}, &wusp.GetCookieResponse{}, &wusp.RegisterComputerResponse{}, &wusp.SyncUpdatesResponse{},
	&wusp.RefreshCacheResponse{}, &wusp.GetExtendedUpdateInfoResponse{}, &wusp.GetFileLocationsResponse{}, &wusp.StartCategoryScanResponse{},
	&wusp.SyncPrinterCatalogResponse{}, &wusp.GetExtendedUpdateInfo2Response{}, &wusp.ReportEventBatchResponse{},
}

var _ = Describe("every message", func() {
	It("is read as it was written", func() {
		for _, o := range wusp.Operations() {
			message, n := o.Request(), 0
			fill(reflect.ValueOf(message).Elem(), &n)
			for _, style := range []wusp.Style{wusp.Encoded, wusp.Plain} {
				back, err := wusp.ReadRequest(wusp.WriteRequest(message, style), boundedxml.Limits{})
				Expect(err).NotTo(HaveOccurred(), o.Name)
				Expect(back).To(Equal(message), o.Name)
			}
			empty := o.Request()
			back, err := wusp.ReadRequest(wusp.WriteRequest(empty, wusp.Encoded), boundedxml.Limits{})
			Expect(err).NotTo(HaveOccurred(), o.Name)
			Expect(reflect.TypeOf(back)).To(Equal(reflect.TypeOf(empty)))
		}
	})
	It("has an answer that is read as it was written", func() {
		Expect(responses).To(HaveLen(len(wusp.Operations())))
		for _, message := range responses {
			n := 0
			fill(reflect.ValueOf(message).Elem(), &n)
			back := reflect.New(reflect.TypeOf(message).Elem()).Interface()
			Expect(wusp.ReadResponse(wusp.WriteResponse(message), boundedxml.Limits{}, back)).To(Succeed())
			Expect(back).To(Equal(message))
		}
	})
	It("answers in the form of a real server", func() {
		Expect(string(wusp.WriteResponse(wusp.RegisterComputerResponse{}))).To(Equal(`<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body><RegisterComputerResponse xmlns="http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService" /></soap:Body></soap:Envelope>`))
	})
	It("is found by its action in quotes alone", func() {
		o, ok := wusp.OperationOfAction(` "http://www.microsoft.com/SoftwareDistribution/ReportEventBatch" `)
		Expect(ok).To(BeTrue())
		Expect(o.Name).To(Equal("ReportEventBatch"))
		for _, bad := range []string{"", `"`, `http://www.microsoft.com/SoftwareDistribution/ReportEventBatch`, `http://www.microsoft.com/SoftwareDistribution/ReportEventBatch"`,
			`"http://www.microsoft.com/SoftwareDistribution/ReportEventBatch`, `"http://www.microsoft.com/SoftwareDistribution/Else"`} {
			_, ok = wusp.OperationOfAction(bad)
			Expect(ok).To(BeFalse(), bad)
		}
	})
})

var _ = Describe("a fault", func() {
	It("is read as it was written", func() {
		want := &wusp.Fault{Code: wusp.FaultClient, String: "Fault occurred", Actor: "http://wsus:8530/ClientWebService/client.asmx", ErrorCode: wusp.InvalidParameters,
			Message: "parameters.SystemSpec", ID: "2587c8c1-4f54-4033-9f1a-3a195bf0495d", Method: `"http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService/SyncUpdates"`}
		var got *wusp.Fault
		Expect(wusp.ReadResponse(wusp.WriteFault(want), boundedxml.Limits{}, new(wusp.SyncUpdatesResponse))).To(BeAssignableToTypeOf(got))
		Expect(wusp.ReadResponse(wusp.WriteFault(want), boundedxml.Limits{}, new(wusp.SyncUpdatesResponse))).To(Equal(want))
		Expect(want).To(MatchError("SOAP fault Client: InvalidParameters (parameters.SystemSpec)"))
	})
	It("need not have the protocol's detail", func() {
		want := &wusp.Fault{Code: wusp.FaultServer, String: "out of memory"}
		Expect(wusp.ReadResponse(wusp.WriteFault(want), boundedxml.Limits{}, new(wusp.SyncUpdatesResponse))).To(Equal(want))
		Expect(want).To(MatchError("SOAP fault Server: out of memory"))
	})
})
