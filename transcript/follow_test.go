package transcript_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/transcript"
)

var _ = Describe("following a record", func() {
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	begin := func(rec *transcript.Recorder) *transcript.Conn {
		conn := rec.Tap("corp", transcript.Proxy, &scripted{in: [][]byte{[]byte("GET / HTTP/1.1\r\n\r\n")}})
		readAll(conn)
		return conn
	}
	numbers := func(list []transcript.Finished) (ns, seqs []int) {
		for _, f := range list {
			ns = append(ns, f.N)
			if f.Exchange != nil {
				seqs = append(seqs, f.Exchange.Seq)
			} else {
				seqs = append(seqs, f.Event.Seq)
			}
		}
		return ns, seqs
	}

	It("gives what does not change any more, in the order of that", func() {
		rec := transcript.New(transcript.Options{Now: epoch, Follow: true})
		first, second := begin(rec), begin(rec)
		rec.Add(transcript.Event{Text: "between"})
		writeAll(second, [][]byte{[]byte(ok)})
		_ = first.Close()
		list, last, missed := rec.Finished(0, 10)
		ns, seqs := numbers(list)
		Expect(ns).To(Equal([]int{1, 2, 3}))
		Expect(seqs).To(Equal([]int{3, 2, 1}), "the event, the second, the first, which broke off")
		Expect(last).To(Equal(3))
		Expect(missed).To(BeZero())
		Expect(list[2].Exchange.Err).NotTo(BeEmpty())
		list, last, _ = rec.Finished(1, 1)
		Expect(list).To(HaveLen(1))
		Expect(list[0].N).To(Equal(2))
		Expect(last).To(Equal(3))
		list, _, missed = rec.Finished(99, 10)
		Expect(list).To(BeEmpty())
		Expect(missed).To(BeZero())
	})

	It("tells of changes: a beginning, an answer's head, an end, an event, a clearing", func() {
		rec := transcript.New(transcript.Options{Follow: true})
		var conn *transcript.Conn
		for what, change := range []func(){
			func() { conn = begin(rec) },
			func() { writeAll(conn, [][]byte{[]byte("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n")}) },
			func() { writeAll(conn, [][]byte{[]byte("x")}) },
			func() { rec.Add(transcript.Event{}) },
			rec.Clear,
		} {
			changed := rec.Changed()
			Expect(changed).NotTo(BeClosed(), "%d", what)
			change()
			Expect(changed).To(BeClosed(), "%d", what)
		}
	})

	It("finds an entry by its number", func() {
		rec := transcript.New(transcript.Options{Most: 10})
		for i := range 12 {
			rec.Add(transcript.Event{Text: fmt.Sprint(i + 1)})
		}
		Expect(rec.Find(12).Event.Text).To(Equal("12"))
		for _, seq := range []int{-1, 0, 1, 13} {
			Expect(rec.Find(seq)).To(Equal(transcript.Entry{}), "%d", seq)
		}
	})

	It("says what it has no room for", func() {
		rec := transcript.New(transcript.Options{Most: 10, Follow: true})
		for range 11 {
			rec.Add(transcript.Event{})
		}
		list, last, missed := rec.Finished(0, 100)
		Expect(list).To(HaveLen(9))
		Expect(list[0].N).To(Equal(3))
		Expect(last).To(Equal(11))
		Expect(missed).To(Equal(2))
		_, _, missed = rec.Finished(2, 100)
		Expect(missed).To(BeZero())
		Expect(rec.LostAfter(1)).To(BeTrue())
		Expect(rec.LostAfter(2)).To(BeFalse())
	})

	It("gives the entries that somebody wants, as many as wanted", func() {
		rec := transcript.New(transcript.Options{})
		for i := range 6 {
			rec.Add(transcript.Event{Node: []string{"a", "b"}[i%2]})
		}
		ofA := func(e transcript.Entry) bool { return e.Event.Node == "a" }
		list, more := rec.Select(1, 1, ofA)
		Expect(list).To(HaveLen(1))
		Expect(list[0].Event.Seq).To(Equal(3))
		Expect(more).To(BeTrue())
		list, more = rec.Select(3, 5, ofA)
		Expect(list).To(HaveLen(1))
		Expect(more).To(BeFalse())
		list[0].Event.Text = "changed"
		Expect(rec.Events(0)[4].Text).To(BeEmpty())
	})

	It("forgets when told to, and numbers on", func() {
		rec := transcript.New(transcript.Options{Most: 2, Follow: true})
		for range 5 {
			rec.Add(transcript.Event{})
		}
		rec.Clear()
		Expect(rec.Record().Entries).To(BeEmpty())
		Expect(rec.Lost()).To(BeZero())
		Expect(rec.LostAfter(0)).To(BeFalse())
		rec.Add(transcript.Event{})
		Expect(rec.Record().Entries[0].Event.Seq).To(Equal(6))
		list, _, missed := rec.Finished(4, 10)
		Expect(list).To(HaveLen(1))
		Expect(missed).To(Equal(1))
	})
})
