package transcript_test

import (
	"encoding/json"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/transcript"
)

var _ = Describe("a record", func() {
	// full has an exchange with everything in it, one that failed, and an event between.
	full := func() *transcript.Recorder {
		rec := transcript.New(transcript.Options{Now: epoch, KeepBodies: 9, Decode: func(_, value string) []transcript.Token {
			return []transcript.Token{{Scheme: "NTLM", Type: "type1", Text: value, Fields: map[string]string{"user": "alice"}}}
		}})
		rec.SetStep("first")
		conn := rec.Tap("corp", transcript.Proxy, &scripted{in: [][]byte{[]byte(
			"POST http://h/\xe9 HTTP/1.1\r\nAuthorization: NTLM x\r\nX-Fold: a\r\n b\r\nContent-Length: 2\r\n\r\nhi" + get)}})
		readAll(conn)
		conn.Annotate(func(x *transcript.Exchange) {
			x.Verified, x.Refused, x.Target, x.Notes = `LAB\alice`, "no", "h", []string{"n"}
			x.Decisions = []*transcript.Decision{{Target: "proxy", Send: true, Rule: "r", Words: "w", Source: "s", Remedies: []string{"m"}}}
		})
		writeAll(conn, [][]byte{[]byte("HTTP/1.1 100 Go\r\nA: b\r\n\r\nHTTP/1.1 200 O<K\r\nContent-Length: 3\r\n\r\nabc")})
		rec.Add(transcript.Event{Kind: transcript.KindDecision, Text: "t", Data: map[string]string{"k": "v"}, Decision: &transcript.Decision{Rule: "r"}})
		_ = conn.Close()
		return rec
	}

	It("holds exchanges and events in order", func() {
		rec := full().Record()
		Expect(rec.Entries).To(HaveLen(3))
		Expect(rec.Entries[2].Event.Text).To(Equal("t"))
		Expect(rec.Exchanges()).To(Equal(full().Exchanges(0)))
		Expect(rec.Exchanges()[1].Err).To(Equal("the connection was closed without a response"))
	})

	It("is the same after saving and loading", func() {
		rec := full().Record()
		saved, err := json.Marshal(rec)
		Expect(err).NotTo(HaveOccurred())
		var loaded transcript.Record
		Expect(json.Unmarshal(saved, &loaded)).To(Succeed())
		Expect(loaded).To(Equal(rec))
	})

	It("has heads as text", func() {
		saved, err := json.Marshal(full().Record())
		Expect(err).NotTo(HaveOccurred())
		Expect(string(saved)).To(HavePrefix(`{"transcript":1,"entries":[{"exchange":{"seq":1,"node":"corp","role":"proxy","conn":"corp#1","n":1,"start":"2004-08-25T12:00:00Z"`))
		Expect(string(saved)).To(ContainSubstring(`{"head":"HTTP/1.1 100 Go\r\nA: b\r\n\r\n","status":100,"body":{"length":0,"complete":true}}`))
	})

	It("is a copy", func() {
		rec := full()
		rec.Record().Entries[2].Event.Text = "changed"
		rec.Record().Entries[0].Exchange.Request.URL = "changed"
		Expect(rec.Events(0)[0].Text).To(Equal("t"))
		Expect(rec.Exchanges(0)[0].Request.URL).NotTo(Equal("changed"))
	})

	It("can be redacted whole", func() {
		rec := full().Record()
		hidden := rec.Redact()
		Expect(hidden.Entries).To(HaveLen(3))
		Expect(hidden.Exchanges()[0].Request.Get("Authorization")).To(Equal("NTLM (redacted)"))
		Expect(rec.Exchanges()[0].Request.Get("Authorization")).To(Equal("NTLM x"))
		Expect(hidden.Entries[2]).To(Equal(rec.Entries[2]))
	})

	It("may be empty", func() {
		saved, err := json.Marshal(transcript.Record{})
		Expect(err).NotTo(HaveOccurred())
		var loaded transcript.Record
		Expect(json.Unmarshal(saved, &loaded)).To(Succeed())
		Expect(loaded).To(Equal(transcript.Record{}))
	})

	DescribeTable("refuses to load",
		func(text, reason string) {
			loaded := transcript.Record{Entries: []transcript.Entry{{}}}
			err := json.Unmarshal([]byte(strings.ReplaceAll(text, "'", `"`)), &loaded)
			Expect(err).To(MatchError(ContainSubstring(reason)))
			Expect(loaded.Entries).To(HaveLen(1), "and leaves what was there")
		},
		Entry("another form", `{'transcript':2}`, "transcript: record has format 2, this program reads 1"),
		Entry("no form", `{}`, "format 0"),
		Entry("an empty entry", `{'transcript':1,'entries':[{}]}`, "transcript: entry 1 of the record: is not one exchange or one event"),
		Entry("both at once", `{'transcript':1,'entries':[{'event':{},'exchange':{}}]}`, "is not one exchange or one event"),
		Entry("no request", `{'transcript':1,'entries':[{'event':{}},{'exchange':{}}]}`, "entry 2 of the record: the exchange has no request"),
		Entry("a response for a request", `{'transcript':1,'entries':[{'exchange':{'request':{'head':'HTTP/1.1 200 OK'}}}]}`, "the exchange has no request"),
		Entry("a request for a response", `{'transcript':1,'entries':[{'exchange':{'request':{'method':'GET','head':'GET / HTTP/1.1'},'response':{'method':'GET','head':'GET / HTTP/1.1'}}}]}`, "the exchange's response is a request"),
		Entry("a head that is no HTTP", `{'transcript':1,'entries':[{'exchange':{'request':{'head':'hello'}}}]}`, `transcript: "hello" begins with no HTTP start line`),
		Entry("wrong types", `{'transcript':1,'entries':[{'exchange':{'request':{'head':5}}}]}`, "transcript: reading a record: json"),
	)
})
