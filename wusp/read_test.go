package wusp_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/wusp"
)

const (
	soap   = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`
	unsoap = `</e:Body></e:Envelope>`
	config = `<GetConfig xmlns="http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService"><protocolVersion>1.0</protocolVersion></GetConfig>`
)

var _ = Describe("reading a request", func() {
	DescribeTable("takes what real agents send", func(body string, want any) {
		Expect(wusp.ReadRequest([]byte(body), boundedxml.Limits{})).To(Equal(want))
	},
		Entry("another prefix", soap+config+unsoap, &wusp.GetConfig{ProtocolVersion: "1.0"}),
		Entry("a declaration and comments", "<?xml version='1.0'?><!-- a -->\n"+soap+"<!-- b -->"+config+unsoap+"\n<!-- c -->", &wusp.GetConfig{ProtocolVersion: "1.0"}),
		Entry("a header that need not be understood", strings.Replace(soap, "<e:Body>", `<e:Header><a b="c"><d/></a></e:Header><e:Body>`, 1)+config+unsoap, &wusp.GetConfig{ProtocolVersion: "1.0"}),
		Entry("elements outside the schema", soap+strings.Replace(config, "<protocolVersion>", "<new><deep>1</deep></new><protocolVersion>", 1)+unsoap, &wusp.GetConfig{ProtocolVersion: "1.0"}),
		Entry("a message with a prefix of its own", soap+`<q:GetConfig xmlns:q="http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService"><q:protocolVersion>1.0</q:protocolVersion></q:GetConfig>`+unsoap, &wusp.GetConfig{ProtocolVersion: "1.0"}),
		Entry("a nil, an empty and an absent array", soap+`<SyncUpdates xmlns="http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService"><parameters><InstalledNonLeafUpdateIDs xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="1" /><CachedDriverIDs></CachedDriverIDs></parameters></SyncUpdates>`+unsoap, &wusp.SyncUpdates{Parameters: &wusp.SyncUpdateParameters{}}),
		Entry("a digest over several lines", soap+"<GetFileLocations xmlns=\"http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService\"><fileDigests><base64Binary>\n YW\n Jj\n</base64Binary></fileDigests></GetFileLocations>"+unsoap, &wusp.GetFileLocations{FileDigests: []wusp.Binary{wusp.Binary("abc")}}),
	)

	It("reads the code of an event in both spellings", func() {
		for _, name := range []string{"Win32HResult", "Win32Hresult"} {
			body := soap + `<ReportEventBatch xmlns="http://www.microsoft.com/SoftwareDistribution"><eventBatch><ReportingEvent><BasicData><` + name + `>-2145107943</` + name + `></BasicData></ReportingEvent></eventBatch></ReportEventBatch>` + unsoap
			message, err := wusp.ReadRequest([]byte(body), boundedxml.Limits{})
			Expect(err).NotTo(HaveOccurred())
			Expect(uint32(message.(*wusp.ReportEventBatch).EventBatch[0].BasicData.HResult())).To(Equal(uint32(0x80244019)))
		}
	})

	DescribeTable("refuses what is broken or hostile, and says where", func(body string, kind wusp.Kind, want string) {
		_, err := wusp.ReadRequest([]byte(body), boundedxml.Limits{Size: 4096, Depth: 12})
		Expect(err).To(MatchError(want))
		Expect(err.(*wusp.Error).Kind).To(Equal(kind))
	},
		Entry("nothing", "", wusp.BadXML, "1:1: the text ends too early"),
		Entry("no XML", "hello", wusp.BadEnvelope, "1:6: text stands where an element should be"),
		Entry("a document type", `<!DOCTYPE a [<!ENTITY b "c">]>`+soap+config+unsoap, wusp.BadXML, "1:31: a document type is refused"),
		Entry("an entity", soap+strings.Replace(config, "1.0", "&x;", 1)+unsoap, wusp.BadXML, "1:182: invalid character entity &x;"),
		Entry("a processing instruction", `<?php a ?>`+soap+config+unsoap, wusp.BadXML, `1:11: the processing instruction "php" is refused`),
		Entry("another charset", `<?xml version="1.0" encoding="utf-7"?>`+soap+config+unsoap, wusp.BadXML, `1:39: opening charset "utf-7": charset "utf-7" is not read; use utf-8`),
		Entry("too deep", soap+strings.Replace(config, "1.0", strings.Repeat("<a>", 20), 1), wusp.BadXML, "1:206: elements are nested more than 12 deep"),
		Entry("too large", soap+strings.Repeat(" ", 5000), wusp.TooLarge, "5072 bytes are more than the 4096 allowed"),
		Entry("cut off", soap+config[:len(config)-5], wusp.BadXML, "1:207: unexpected EOF"),
		Entry("another root", `<a/>`, wusp.BadEnvelope, `1:5: want a SOAP envelope, not a in namespace ""`),
		Entry("SOAP 1.2", `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>`, wusp.BadVersion, "1:64: an envelope of SOAP 1.2; the protocol uses 1.1"),
		Entry("no message", soap+unsoap, wusp.BadEnvelope, "1:82: Body is empty"),
		Entry("no body", `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><b/></e:Envelope>`, wusp.BadEnvelope, "1:69: want the envelope's Body, not b"),
		Entry("two messages", soap+config+config+unsoap, wusp.BadEnvelope, "1:301: a second message, GetConfig"),
		Entry("a header that must be understood", strings.Replace(soap, "<e:Body>", `<e:Header><a e:mustUnderstand="1"/></e:Header><e:Body>`, 1)+config+unsoap, wusp.BadHeader, "1:100: the header a must be understood, and is not"),
		Entry("an unknown operation", soap+`<GetConfig xmlns="urn:x"/>`+unsoap, wusp.BadMessage, `1:99: no operation GetConfig in namespace "urn:x"`),
		Entry("a word for a number", soap+`<SyncPrinterCatalog xmlns="http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService"><printerUpdateIDs><int>many</int></printerUpdateIDs></SyncPrinterCatalog>`+unsoap, wusp.BadMessage, `1:204: "many" is not a number that fits`),
		Entry("a bad time", soap+`<GetCookie xmlns="http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService"><lastChange>soon</lastChange></GetCookie>`+unsoap, wusp.BadMessage, `1:191: "soon" is not a date and time; write 2006-05-17T16:16:38Z`),
	)

	It("takes an answer of its own operation alone", func() {
		body := wusp.WriteResponse(wusp.RegisterComputerResponse{})
		Expect(wusp.ReadResponse(body, boundedxml.Limits{}, new(wusp.GetCookieResponse))).To(MatchError(ContainSubstring("want GetCookieResponse in namespace")))
	})
})

var _ = Describe("values", func() {
	It("reads GUIDs in any case and with braces", func() {
		Expect(wusp.ParseGUID("{D67661EB-2423-451D-BF5D-13199E37DF28}")).To(Equal(wusp.GUID("d67661eb-2423-451d-bf5d-13199e37df28")))
		for _, bad := range []string{"", "{}", "{d67661eb-2423-451d-bf5d-13199e37df28", "d67661eb-2423-451d-bf5d-13199e37df28}", "d67661eb24234 51dbf5d13199e37df28", "g67661eb-2423-451d-bf5d-13199e37df28"} {
			_, err := wusp.ParseGUID(bad)
			Expect(err).To(MatchError(ContainSubstring("is not a GUID")), bad)
		}
	})
	It("reads times with and without a zone", func() {
		for text, want := range map[string]string{"2006-05-17T16:16:38.015": "2006-05-17T16:16:38.015Z", "2006-05-17T18:16:38+02:00": "2006-05-17T16:16:38Z", "2006-05-17": "2006-05-17T00:00:00Z"} {
			var t wusp.Time
			Expect(t.UnmarshalText([]byte(text))).To(Succeed())
			Expect(t.String()).To(Equal(want))
		}
	})
})
