package report

import (
	"bytes"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/comparison"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/transcript"
)

// changedRecord is the sample record as another run may have it: an exchange is gone, one
// is new, one differs in range, status, a header field, body and connection.
func changedRecord() *transcript.Record {
	list := sampleExchanges()
	last := list[len(list)-1]
	last.Conn = "corp#7"
	last.Request = message("GET http://origin/update.cab HTTP/1.1", "Host: origin", "Range: bytes=65536-", "Via: 1.1 isa")
	last.Response = message("HTTP/1.1 503 Service Unavailable", "Retry-After: \x1b[31m60", "Content-Length: 4")
	last.Response.Body.Length, last.Response.Body.SHA256 = 4, "another"
	fresh := &transcript.Exchange{Seq: 90, Node: "corp", Role: transcript.Proxy, Conn: "corp#7", N: 9, Start: last.Start,
		Request: message("HEAD http://origin/other.cab HTTP/1.1", "Host: origin"), Response: message("HTTP/1.1 200 OK", "Content-Length: 0")}
	var r transcript.Record
	for _, x := range append(list[1:], fresh) {
		r.Entries = append(r.Entries, transcript.Entry{Exchange: x})
	}
	return &r
}

// document has cells of two scenarios with these records.
func document(records ...*transcript.Record) *Document {
	b := NewBuilder(Options{Tool: "wualab test", Seed: 1, Keep: true})
	for i, record := range records {
		one := *sampleProbe(scenarios.Pass, "SUSPENDED")
		cell := *one.Cell
		cell.ID = []string{"first", "second"}[i]
		one.Cell, one.Record = &cell, record
		b.Add(&one)
	}
	return b.Finish(1500e6, "")
}

var _ = Describe("What diff prints", func() {
	compare := func(a, b *Document) (text string) {
		GinkgoHelper()
		list, notes, err := CompareDocuments(a, b, "", comparison.Options{})
		Expect(err).NotTo(HaveOccurred())
		for _, c := range list {
			text += DifferenceText(c, Style{})
		}
		return text + strings.Join(notes, "\n")
	}

	It("tells what changed, exchange by exchange", func() {
		text := compare(document(sampleRecord()), document(changedRecord()))
		Expect(text).NotTo(ContainSubstring("\x1b"))
		expectGolden("diff", text)
	})
	It("names cells when there are several, and those that one side has alone", func() {
		expectGolden("diff-cells", compare(document(sampleRecord(), sampleRecord()), document(sampleRecord(), changedRecord()))+
			"\n"+compare(document(sampleRecord(), sampleRecord()), document(sampleRecord())))
	})
	It("has the same as JSON", func() {
		list, _, err := CompareDocuments(document(sampleRecord()), document(changedRecord()), "", comparison.Options{})
		Expect(err).NotTo(HaveOccurred())
		var out bytes.Buffer
		Expect(WriteComparisons(&out, list)).To(Succeed())
		expectGolden("diff.json", out.String())
	})
})

var _ = Describe("The HAR of a run", func() {
	It("has a page for each cell, and no secret", func() {
		var out bytes.Buffer
		Expect(WriteHAR(&out, document(sampleRecord(), changedRecord()))).To(Succeed())
		for _, secret := range secretWords {
			Expect(out.String()).NotTo(ContainSubstring(secret))
		}
		expectGolden("run.har", out.String())
		back, err := ReadHAR(&out, "run.har")
		Expect(err).NotTo(HaveOccurred())
		Expect(back.Cells).To(HaveLen(2))
		Expect(back.Cells[1].ID).To(Equal("second"))
	})
})
