package smswire_test

import (
	"bytes"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/smswire"
)

var none boundedxml.Limits

func message() smswire.Message {
	return smswire.Message{ID: "{1}", CorrelationID: "{0}", SourceID: "GUID:2", SourceHost: "PC1", TargetHost: "mp", TargetEndpoint: smswire.LocationManager,
		ReplyTo: "direct:PC1:LS_ReplyLocations", SentTime: "2004-08-06T09:00:00Z", Body: []byte("<a b=\"ü\U0001F5A5\"/>")}
}

var _ = Describe("a message", func() {
	It("is read as it was written", func() {
		kind, body := smswire.Write(message())
		Expect(smswire.Read(kind, body, none)).To(Equal(message()))
	})
	It("is multipart with texts in UTF-16, the header's with a mark, as public traces show it", func() {
		kind, body := smswire.Write(message())
		Expect(kind).To(Equal(`multipart/mixed; boundary="aAbBcCdDv1234567890VxXyYzZ"`))
		Expect(bytes.Count(body, []byte("Content-Type: text/plain; charset=UTF-16\r\n"))).To(Equal(2))
		Expect(body).To(ContainSubstring("\xff\xfe<\x00M\x00s\x00g\x00"))
		Expect(body).To(ContainSubstring("<\x00a\x00 \x00b\x00"))
		Expect(body).To(ContainSubstring("/\x00>\x00\x00\x00\r\n"), "the body ends in a NUL")
	})
	wide := func(text string) string {
		var b strings.Builder
		for _, c := range text {
			b.WriteByte(byte(c))
			b.WriteByte(0)
		}
		return b.String()
	}
	const kind = "multipart/mixed; boundary=x"
	part := func(text string) string {
		return "--x\r\nContent-Type: text/plain; charset=UTF-16\r\n\r\n" + text + "\r\n"
	}
	header := func(length string) string {
		return part(wide(`<Msg><TargetEndpoint>MP</TargetEndpoint><Body Type="ByteRange" Offset="0" Length="` + length + `"/></Msg>`))
	}
	DescribeTable("is refused, and why is told", func(kind, body, want string) {
		_, err := smswire.Read(kind, []byte(body), none)
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry("another type", "text/xml", "<a/>", `Content-Type "text/xml": want multipart/mixed with a boundary`),
		Entry("a malformed type", "multipart/mixed; boundary", "", "Content-Type"),
		Entry("no part", kind, "--x--\r\n", "header: it is missing"),
		Entry("no body", kind, header("2")+"--x--\r\n", "body: it is missing"),
		Entry("compression", kind, header("2")+"--x\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--x--\r\n", "only text/plain is read"),
		Entry("a body that is shorter than the header says", kind, header("8")+part(wide("ab"))+"--x--\r\n", "the header names 8 bytes from 0 on, and there are 4"),
		Entry("a negative length", kind, header("-2")+part(wide("ab"))+"--x--\r\n", "the header names -2 bytes"),
		Entry("half a unit", kind, header("3")+part(wide("ab"))+"--x--\r\n", "an odd number of bytes"),
		Entry("half a character", kind, header("2")+part("\x00\xd8")+"--x--\r\n", "half a character"),
		Entry("another element", kind, part(wide("<a/>"))+part("")+"--x--\r\n", "expected element type <Msg> but have <a>"),
		Entry("entities", kind, part(wide(`<!DOCTYPE a [<!ENTITY b "c">]><Msg/>`))+part("")+"--x--\r\n", "a document type is refused"),
	)
	It("may have the high byte first", func() {
		body := header("6") + part("\xfe\xff\x00a\x00b") + "--x--\r\n"
		m, err := smswire.Read(kind, []byte(body), none)
		Expect(err).NotTo(HaveOccurred())
		Expect(m.Body).To(BeEquivalentTo("ab"))
	})
})
