package bits_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

// queue is a bench whose server, slow, takes its time for each request.
type queue struct{ *bench }

const perRequest = 70 * time.Second

// newQueue makes one whose background jobs ask for 100 bytes at a time.
func newQueue(profile string) *queue {
	GinkgoHelper()
	q := &queue{newBench(profile, bits.Tuning{FirstBlock: 100, MaxBlock: 100})}
	q.handler = file(1000, epoch)
	slow, err := fakehttp.Start(fakehttp.Config{Name: "slow", Clock: q.clock, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fakehttp.Sleep(r, perRequest) != nil {
			fakehttp.Close(w, r)
			return
		}
		q.serve(w, r)
	})})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(slow.Close)
	host, port, err := net.SplitHostPort(slow.Addr())
	Expect(err).NotTo(HaveOccurred())
	Expect(q.pc.SetHost("slow", 80, net.JoinHostPort(host, port))).To(Succeed())
	return q
}

// add makes a job of one file of the slow server and resumes it.
func (q *queue) add(name string, p bits.Priority) *bits.Job {
	GinkgoHelper()
	j, err := q.bits.CreateJob(name, bits.Download, owner)
	Expect(err).NotTo(HaveOccurred())
	Expect(j.AddFile("http://slow/"+name, fmt.Sprintf(`C:\%s.bin`, name))).To(Succeed())
	Expect(j.SetPriority(p)).To(Succeed())
	Expect(j.Resume()).To(Succeed())
	return j
}

// pass lets time pass.
func (q *queue) pass(d time.Duration) {
	GinkgoHelper()
	Expect(q.hold.Sleep(GinkgoT().Context(), d)).To(Succeed())
}

// turns gives who had a turn, in order, each with the second in which it began.
func (q *queue) turns() []string {
	var list []string
	for _, e := range q.record.Events(0) {
		if e.Kind == transcript.KindJob && e.Data["to"] == "CONNECTING" {
			list = append(list, fmt.Sprintf("%s %v", e.Subject, int(e.At.Sub(epoch).Seconds())))
		}
	}
	return list
}

// ends gives who was TRANSFERRED, in order.
func (q *queue) ends() []string {
	var list []string
	for _, e := range q.record.Events(0) {
		if e.Kind == transcript.KindJob && e.Data["to"] == "TRANSFERRED" {
			list = append(list, e.Subject)
		}
	}
	return list
}

func (q *queue) finish() {
	GinkgoHelper()
	for _, j := range q.bits.Jobs() {
		Expect(q.wait(j)).To(Equal(bits.Transferred))
	}
}

var _ = Describe("the queue", func() {
	for _, profile := range []string{"xp-sp1", "server-2003", "xp-sp2", "xp-sp3", "windows-10"} {
		headFirst := profile == "xp-sp1" || profile == "server-2003"
		Context(profile, func() {
			It("lets a higher background priority pre-empt a lower one, which goes on at the exact byte", func() {
				q := newQueue(profile)
				low := q.add("low", bits.Low)
				q.pass(150 * time.Second)
				high := q.add("high", bits.High)
				Expect(low.State()).To(Equal(bits.Queued))
				Expect(low.Progress().BytesTransferred).To(BeNumerically(">", 0))
				before := low.Progress().BytesTransferred
				normal := q.add("normal", bits.Normal)
				q.pass(30 * time.Second)
				Expect(high.State()).To(BeElementOf(bits.Connecting, bits.Transferring))
				Expect(normal.State()).To(Equal(bits.Queued))
				Expect(low.Progress().BytesTransferred).To(Equal(before))
				q.finish()
				Expect(q.ends()).To(Equal([]string{"high", "normal", "low"}))
				Expect(low.ErrorCount()).To(BeZero())
			})

			It("gives equal priorities turns of a time slice, first come first served", func() {
				q := newQueue(profile)
				for _, name := range []string{"a", "b", "c"} {
					q.add(name, bits.Normal)
				}
				q.finish()
				// Of ten blocks a slice of five minutes brings four whole ones.
				rest := []string{"a 1800", "b 1940", "c 2080"}
				if headFirst {
					rest = []string{"a 1800", "b 2010", "c 2220"}
				}
				Expect(q.turns()).To(Equal(append([]string{"a 0", "b 300", "c 600", "a 900", "b 1200", "c 1500"}, rest...)))
				Expect(q.ends()).To(Equal([]string{"a", "b", "c"}))
			})

			It("counts a time slice only while another waits", func() {
				q := newQueue(profile)
				q.add("a", bits.Normal)
				q.pass(6 * time.Minute)
				q.add("b", bits.Normal)
				q.pass(2 * time.Minute)
				Expect(q.turns()).To(Equal([]string{"a 0"}))
				b, err := q.bits.Job("b")
				Expect(err).NotTo(HaveOccurred())
				Expect(b.Suspend()).To(Succeed())
				q.pass(90 * time.Second)
				Expect(b.Resume()).To(Succeed())
				q.finish()
				Expect(q.ends()).To(Equal([]string{"a", "b"}))
				Expect(q.turns()).To(HaveLen(2))
			})

			It("lets a lower priority run while a higher is in error", func() {
				q := newQueue(profile)
				broken := true
				q.handler = func(w http.ResponseWriter, r *http.Request) {
					if broken && r.URL.Path == "/high" {
						w.WriteHeader(http.StatusServiceUnavailable)
						return
					}
					file(1000, epoch)(w, r)
				}
				high := q.add("high", bits.High)
				low := q.add("low", bits.Low)
				Expect(high.SetMinimumRetryDelay(5 * time.Minute)).To(Succeed())
				q.pass(3 * time.Minute)
				Expect(high.State()).To(Equal(bits.TransientError))
				Expect(low.State()).To(BeElementOf(bits.Connecting, bits.Transferring))
				broken = false
				q.pass(4 * time.Minute)
				Expect(low.State()).To(Equal(bits.Queued))
				q.finish()
				Expect(q.ends()).To(Equal([]string{"high", "low"}))
			})
		})
	}

	DescribeTable("a foreground job and a background job that runs", func(profile string, beside bool) {
		q := newQueue(profile)
		back := q.add("back", bits.High)
		q.pass(90 * time.Second)
		fore := q.add("fore", bits.Foreground)
		q.pass(time.Second)
		Expect(fore.State()).To(Equal(bits.Connecting))
		if beside {
			Expect(back.State()).To(BeElementOf(bits.Connecting, bits.Transferring))
		} else {
			Expect(back.State()).To(Equal(bits.Queued))
		}
		q.finish()
	},
		Entry("run beside each other from BITS 2.0 on", "xp-sp2", true),
		Entry("do not before: the foreground job pre-empts", "xp-sp1", false),
		Entry("nor in 1.5", "server-2003", false),
	)

	DescribeTable("two foreground jobs", func(profile string, first, second bits.State) {
		q := newQueue(profile)
		a, b := q.add("a", bits.Foreground), q.add("b", bits.Foreground)
		q.pass(time.Second)
		Expect([]bits.State{a.State(), b.State()}).To(Equal([]bits.State{first, second}))
		q.finish()
	},
		Entry("run at once from BITS 2.0 on", "xp-sp2", bits.Connecting, bits.Connecting),
		Entry("run one by one before", "xp-sp1", bits.Connecting, bits.Queued),
	)

	It("puts an end to a background job that is no more the first when priorities change", func() {
		q := newQueue("xp-sp2")
		a, b := q.add("a", bits.Normal), q.add("b", bits.Normal)
		q.pass(time.Second)
		Expect(b.State()).To(Equal(bits.Queued))
		Expect(b.SetPriority(bits.High)).To(Succeed())
		Expect(a.State()).To(Equal(bits.Queued))
		q.pass(time.Second)
		Expect(b.State()).To(Equal(bits.Connecting))
		Expect(b.SetPriority(bits.Low)).To(Succeed())
		q.pass(time.Second)
		Expect(a.State()).To(Equal(bits.Connecting))
		Expect(b.State()).To(Equal(bits.Queued))
		q.finish()
	})

	It("lets a job that becomes a foreground job ask for the rest at once, and another run beside it", func() {
		q := newQueue("xp-sp3")
		a, b := q.add("a", bits.Normal), q.add("b", bits.Normal)
		q.pass(90 * time.Second)
		Expect(a.SetPriority(bits.Foreground)).To(Succeed())
		q.pass(time.Second)
		Expect(b.State()).To(Equal(bits.Connecting))
		Expect(q.wait(a)).To(Equal(bits.Transferred))
		Expect(q.clock.Now().Sub(epoch)).To(Equal(3 * perRequest))
		Expect(q.requests()).To(ContainElement("GET 200-999"))
		q.finish()
	})

	It("takes up a job of a user who logs on before a lower one", func() {
		q := newQueue("xp-sp2")
		Expect(q.pc.Logoff(owner)).To(Succeed())
		high := q.add("high", bits.High)
		low, err := q.bits.CreateJob("low", bits.Download, "LocalSystem")
		Expect(err).NotTo(HaveOccurred())
		Expect(low.AddFile("http://slow/low", `C:\low`)).To(Succeed())
		Expect(low.SetPriority(bits.Low)).To(Succeed())
		Expect(low.Resume()).To(Succeed())
		q.pass(90 * time.Second)
		Expect(high.State()).To(Equal(bits.Queued))
		Expect(q.pc.Logon(owner, true)).To(Succeed())
		Expect(low.State()).To(Equal(bits.Queued))
		q.finish()
		Expect(q.ends()).To(Equal([]string{"high", "low"}))
	})

	It("starts the next after a job that is suspended, cancelled or completed", func() {
		q := newQueue("xp-sp2")
		var jobs []*bits.Job
		for _, name := range strings.Fields("a b c d") {
			jobs = append(jobs, q.add(name, bits.Normal))
		}
		q.pass(time.Second)
		Expect(jobs[0].Suspend()).To(Succeed())
		q.pass(time.Second)
		_, err := jobs[1].Cancel()
		Expect(err).NotTo(HaveOccurred())
		q.pass(time.Second)
		_, err = jobs[2].Complete()
		Expect(err).NotTo(HaveOccurred())
		q.pass(time.Second)
		Expect(jobs[3].State()).To(Equal(bits.Connecting))
	})
})
