package plan_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
)

func loadFile(name string) *plan.File {
	GinkgoHelper()
	src, err := os.ReadFile("testdata/good/" + name)
	Expect(err).NotTo(HaveOccurred())
	f, err := plan.Load(name, src, options())
	Expect(err).NotTo(HaveOccurred())
	return f
}

// head is a scenario up to its matrix.
const head = `version: 1
id: test/x
title: A test
level: required
refs: [our own]
`

func load(text string) (*plan.File, error) {
	return plan.Load("x.yaml", []byte(head+text), plan.Options{})
}

func ids(f *plan.File) []string {
	var out []string
	for _, c := range f.Cells {
		out = append(out, c.ID)
	}
	return out
}

var _ = Describe("A loaded file", func() {
	It("knows what it is", func() {
		f := loadFile("minimal.yaml")
		Expect(f.ID).To(Equal("test/minimal"))
		Expect(f.Title).To(Equal("As little as a scenario can have"))
		Expect(f.Level).To(Equal(plan.Expected))
		Expect(f.Path).To(Equal("minimal.yaml"))
		Expect(f.Source).To(HavePrefix("version: 1"))
		Expect(ids(f)).To(Equal([]string{"test/minimal"}))
		Expect(f.Cells[0].Axes).To(BeEmpty())
	})

	It("has the defaults of the language where the file is silent", func() {
		s := loadFile("minimal.yaml").Cells[0].Scenario
		Expect(s.Client.Hostname).To(Equal(plan.Opt[string]{Value: "PC1"}))
		Expect(s.Client.Hostname.Or("other")).To(Equal("other"), "a default is not set")
		Expect(s.Client.Proxy.Use.Set).To(BeFalse())
		Expect(s.Steps[0].Wait.Set).To(BeTrue())
	})

	It("keeps the place of each value", func() {
		s := loadFile("sketch.yaml").Cells[0].Scenario
		job := s.Steps[0].Expect[0].Job
		Expect(job.State.Pos.String()).To(Equal("sketch.yaml:23:20"))
		Expect(job.Error.Pos.String()).To(Equal("sketch.yaml:23:34"))
		wire := s.Steps[0].Expect[0].Wire[0]
		Expect(wire.Every.Status.Pos.String()).To(Equal("sketch.yaml:26:38"))
		Expect(wire.Every.Header[0].Pattern.Pos.String()).To(Equal("sketch.yaml:26:73"))
		Expect(s.Client.Registry[0].Pos.String()).To(Equal("sketch.yaml:7:18"), "the value in the matrix")
	})

	It("reads every kind of value", func() {
		s := loadFile("everything.yaml").Cells[0].Scenario
		Expect(s.About).To(Equal("Several lines,\nwith a reference: ntlm.\n"))
		Expect(s.Accounts).To(HaveLen(2))
		Expect(s.Account("bob").Locked).To(BeTrue())
		Expect(s.Client.Account.Service).To(Equal("LocalSystem"))
		Expect(s.Client.Hostname.Value).To(Equal("PC-ntlm"))
		Expect(s.Client.BITS.Block.Value).To(BeEquivalentTo(64 << 10))
		origin := s.Server("origin")
		Expect(origin.Hosts).To(Equal([]string{"origin.lab", "www.origin.lab"}))
		Expect(s.Server("other").Hosts).To(Equal([]string{"other.lab"}), "one host without a list")
		Expect(origin.Auth).To(Equal([]plan.Scheme{plan.NTLM, plan.Basic}))
		Expect(origin.Files[0].LastModified.Value).To(Equal(time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)))
		Expect(origin.Files[1].From.Value).To(Equal("data/ntlm.cab"))
		Expect(origin.Behaviours[1].Name).To(Equal("cut-after"))
		Expect(origin.Behaviours[1].Params).To(Equal(map[string]any{"bytes": "100kB", "times": int64(1)}))
		Expect(origin.Accounts[1].Account.User).To(Equal("carol"), "a mapping out of the matrix")
		Expect(s.Proxy("corp").Via.Value).To(Equal("upstream"))
		Expect(s.Server("nobody")).To(BeNil())
	})

	It("reads the registry by short names and full keys", func() {
		r := loadFile("everything.yaml").Cells[0].Scenario.Client.Registry
		for i := range r {
			r[i].Pos = plan.Pos{}
		}
		Expect(r).To(Equal(plan.Registry{
			{Key: `HKLM\SYSTEM\CurrentControlSet\Control\Lsa`, Name: "LmCompatibilityLevel"},
			{Key: `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\BITS`, Name: "UseLMCompat", Absent: true},
			{Key: `HKLM\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0`, Name: "NtlmMinClientSec", Number: 0x80000},
			{Key: `HKLM\SOFTWARE\X`, Name: "Name", IsText: true, Text: "text absent"},
			{Key: `HKLM\SOFTWARE\X`, Name: "Count", Number: 5},
			{Key: `HKLM\SOFTWARE\X`, Name: "Gone", Absent: true},
		}))
	})

	It("reads what there is to know about logins", func() {
		s := loadFile("everything.yaml").Cells[0].Scenario
		Expect(s.Client.Skew.Value).To(Equal(-10 * time.Minute))
		Expect(s.Client.Kerberos.Skew.Value).To(Equal(10 * time.Minute))
		Expect(s.Client.Kerberos.Tickets.Value).To(Equal(plan.Tickets{"HTTP/origin", "HTTP/ntlm"}))
		Expect(s.Account("bob").Refuse.Value).To(Equal("STATUS_LOGON_TYPE_NOT_GRANTED"))
		origin := s.Server("origin")
		Expect(origin.DomainController.Accounts[0].Account.User).To(Equal("alice"), "a name is resolved")
		Expect(origin.DomainController.Level.Value).To(Equal(5))
		Expect(origin.LockAfter.Value).To(Equal(3))
		Expect(origin.PersistentAuth).To(HaveField("Set", true))
		Expect(origin.Kerberos.Key.Value).To(Equal("wrong"))
		Expect(origin.NTLMBlocked.Value).To(BeTrue())
		Expect(origin.Basic.Charset.Value).To(Equal("utf-8"))
		Expect(origin.Digest.Algorithm.Value).To(Equal("MD5-sess"))
		Expect(s.Proxy("corp").Kerberos.Key.Value).To(Equal("right"), "a default")
		Expect(s.Proxy("corp").NTLMBlocked.Value).To(BeFalse())
		Expect(s.Proxy("corp").Basic).To(BeNil())
		Expect(s.Proxy("corp").Digest).To(BeNil())
		Expect(s.Server("other").PassportLogin.Value).To(BeTrue())
	})

	It("reads no tickets as none", func() {
		f, err := load("client: {profile: xp, kerberos: {tickets: none}}\nsteps: [{wait: 1s}]\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(f.Cells[0].Scenario.Client.Kerberos.Tickets).To(And(HaveField("Set", true), HaveField("Value", BeEmpty())))
	})

	It("bounds what was given away", func() {
		s := loadFile("everything.yaml").Cells[0].Scenario
		e := s.Steps[0].Expect[1].Exposure
		Expect(e.String()).To(Equal("ticket to ntlm2-session"))
		for _, x := range exposure.All() {
			Expect(e.Holds(x)).To(Equal(x >= exposure.Ticket && x <= exposure.NTLM2Session), x.String())
		}
		Expect(s.Steps[0].Expect[1].Wire[1].Exposure.String()).To(Equal("at most clear-password"))
		for text, want := range map[string]string{"lm": "lm", "{min: lm}": "at least lm", "{max: lm}": "at most lm"} {
			f, err := load("client: {profile: xp}\nsteps: [{wait: 1s, expect: {exposure: " + text + "}}]\n")
			Expect(err).NotTo(HaveOccurred())
			e := f.Cells[0].Scenario.Steps[0].Expect[0].Exposure
			Expect(e.String()).To(Equal(want))
			Expect(e.Holds(exposure.LM)).To(BeTrue())
		}
		Expect(plan.Exposures{}.Holds(exposure.LM)).To(BeTrue())
		Expect(plan.Exposures{}.String()).To(Equal("anything"))
		Expect(plan.Exposures{Any: true}.String()).To(Equal("?"))
	})

	It("reads steps and what is expected of them", func() {
		s := loadFile("everything.yaml").Cells[0].Scenario
		step := s.Steps[0]
		verb, job := step.Verb()
		Expect([]string{string(verb), job}).To(Equal([]string{"download", "j1"}))
		Expect(step.Change[1].Behaviours.Set).To(BeTrue(), "an empty list is a change")
		Expect(step.Download.Files[1].Ranges[1].ToEOF).To(BeTrue())
		Expect(step.Download.Files[1].Ranges[0].Last).To(BeEquivalentTo(99))
		Expect(step.Download.NoProgressTimeout.Value).To(Equal(14 * 24 * time.Hour))
		Expect(step.Download.Credentials[0].Account.Account.User).To(Equal("alice"))
		Expect(step.Download.Credentials[1].Account.Implicit).To(BeTrue())
		Expect(step.Expect[0].Job.Error.Value.HRESULT).To(Equal(hresult.HRESULT(0x80190197)))
		Expect(step.Expect[0].Elapsed.String()).To(Equal("10m0s to 11m40s"))
		Expect(s.Steps[2].Expect[0].Job.Name.Value).To(Equal("j2"), "the job of the step")
		verbs := []plan.Verb{}
		for _, st := range s.Steps {
			v, _ := st.Verb()
			verbs = append(verbs, v)
		}
		Expect(verbs).To(Equal([]plan.Verb{"download", "create", "resume", "suspend", "resume", "complete", "cancel", ""}))
	})

	It("knows the steps that pass whatever becomes of their jobs", func() {
		s := loadFile("scheduling.yaml").Cells[0].Scenario
		job := &plan.Download{}
		s.Steps = []plan.Step{{Download: job}, {Create: job}, {Suspend: plan.Opt[string]{Set: true}}}
		Expect([]bool{s.Unjudged(0), s.Unjudged(1), s.Unjudged(2)}).To(Equal([]bool{true, false, false}))
		s.Steps = append(s.Steps, plan.Step{Resume: &plan.Resume{}, Expect: []plan.Expect{{}}}, plan.Step{Upload: &plan.Upload{}})
		Expect([]bool{s.Unjudged(0), s.Unjudged(3), s.Unjudged(4)}).To(Equal([]bool{false, false, true}))
	})

	It("reads what concerns several jobs", func() {
		s := loadFile("scheduling.yaml").Cells[0].Scenario
		Expect(s.Client.BITS.Slice.Value).To(Equal(10 * time.Minute))
		Expect(s.Client.BITS.ReconnectDelay.Value).To(Equal(20 * time.Second))
		Expect(s.Steps[0].Create.Names()).To(Equal([]string{"j1"}))
		one := s.Steps[1].Set[0]
		Expect(one.Job.Value).To(Equal("j1"))
		Expect(one.Priority.Value).To(Equal(plan.High))
		Expect(one.RetryDelay.Value).To(Equal(5 * time.Second))
		Expect(one.NoProgressTimeout.Set).To(BeTrue())
		Expect(one.MaximumTime.Value).To(Equal(30 * 24 * time.Hour))
		Expect(s.Steps[1].Network.Value).To(Equal("down"))
		Expect(s.Steps[1].Clock.Value).To(Equal(-time.Hour))
		order := s.Steps[1].Expect[0].Order
		Expect(order[0].Job).To(Equal("j1"))
		Expect(order[0].State).To(Equal(plan.TransientError))
		Expect(order[0].Code.HRESULT).To(Equal(hresult.BG_E_NETWORK_DISCONNECTED))
		Expect(order[1].Code.Text).To(BeEmpty())
		Expect(s.Steps[2].Set).To(HaveLen(2))
		last := s.Steps[len(s.Steps)-1].Set[0]
		Expect(last.RemoteName.Value).To(Equal("origin/update.cab"))
		Expect(last.ReplacePrefix.New.Value).To(Equal("http://origin/x/"))
		Expect(s.Steps[3].Create.Names()).To(Equal([]string{"many-1", "many-2", "many-3"}))
		Expect(s.Steps[3].Expect[0].Job.Name.Value).To(Equal("many-3"), "the last")
		Expect(s.Steps[3].Create.Files[0].Count.Value).To(Equal(2))
	})

	It("is refused when it is over 1 MiB", func() {
		_, err := load("about: '" + strings.Repeat("x", 1<<20) + "'\n")
		Expect(err).To(MatchError(HavePrefix("x.yaml:1:1: the file has 104")))
	})

	It("is read with a byte order mark and with CR LF", func() {
		text := strings.ReplaceAll(head+"client: {profile: vista}\nsteps: [{wait: 1s}]\n", "\n", "\r\n")
		f, err := plan.Load("x.yaml", []byte("\ufeff"+text), plan.Options{})
		Expect(err).NotTo(HaveOccurred())
		Expect(f.Title).To(Equal("A test"))
	})
})

var _ = Describe("A matrix", func() {
	const rest = "client: {profile: vista}\nsteps:\n  - {wait: 1s, name: \"${a} ${b}\"}\n"

	It("makes a cell of each combination, the last axis fastest", func() {
		f, err := load("matrix: {a: [x, \"y z\"], b: [1, {name: two, deep: [3]}, true]}\n" + rest)
		Expect(err).NotTo(HaveOccurred())
		Expect(ids(f)).To(Equal([]string{
			"test/x[a=x,b=1]", "test/x[a=x,b=two]", "test/x[a=x,b=true]",
			"test/x[a=y z,b=1]", "test/x[a=y z,b=two]", "test/x[a=y z,b=true]",
		}))
		Expect(f.Cells[1].Axes).To(Equal([]plan.AxisValue{{Axis: "a", Name: "x"}, {Axis: "b", Name: "two"}}))
		Expect(f.Cells[1].Scenario.Steps[0].Name.Value).To(Equal("x two"), "a mapping stands for its name")
		Expect(f.Cells[0].Scenario.Matrix.Axes[1].Names).To(Equal([]string{"1", "two", "true"}))
	})

	It("leaves out what exclude names", func() {
		f, err := load("matrix: {a: [x, y], b: [1, 2, 3], exclude: [{a: x}, {b: [1, 3]}]}\n" + rest)
		Expect(err).NotTo(HaveOccurred())
		Expect(ids(f)).To(Equal([]string{"test/x[a=y,b=2]"}))
	})

	It("may have 10,000 cells", func() {
		var values []string
		for i := range 100 {
			values = append(values, fmt.Sprint(i))
		}
		list := "[" + strings.Join(values, ", ") + "]"
		f, err := load("matrix: {a: " + list + ", b: " + list + "}\n" + rest)
		Expect(err).NotTo(HaveOccurred())
		Expect(f.Cells).To(HaveLen(10000))
		Expect(f.Cells[9999].ID).To(Equal("test/x[a=99,b=99]"))
	})

	It("has steps and expectations only where their when holds", func() {
		f, err := load(`matrix: {a: [x, y], b: [1, 2]}
client: {profile: vista}
steps:
  - when: {a: x}
    wait: 1s
    expect: {when: {b: 1}, elapsed: 1s}
  - wait: "${b}s"
    expect:
      - {when: {a: [x, y], b: 2}, elapsed: 2s}
      - elapsed: {at-least: 1s}
`)
		Expect(err).NotTo(HaveOccurred())
		shape := func(c *plan.Cell) (out []int) {
			for _, s := range c.Scenario.Steps {
				Expect(s.When).To(BeEmpty())
				out = append(out, len(s.Expect))
			}
			return out
		}
		Expect(shape(f.Cells[0])).To(Equal([]int{1, 1}))
		Expect(shape(f.Cells[1])).To(Equal([]int{0, 2}))
		Expect(shape(f.Cells[2])).To(Equal([]int{1}))
		Expect(shape(f.Cells[3])).To(Equal([]int{2}))
		Expect(f.Cells[3].Scenario.Steps[0].Wait.Value).To(Equal(2 * time.Second))
	})

	It("does not look at references of steps that are left out", func() {
		_, err := load(`matrix: {a: [{name: x, state: ERROR}, {name: y}]}
client: {profile: vista}
steps:
  - {wait: 1s}
  - {when: {a: x}, wait: 1s, name: "${a.state}"}
`)
		Expect(err).NotTo(HaveOccurred())
	})

	It("can set the level of each cell, and the file has the strictest", func() {
		f := loadFile("everything.yaml")
		Expect(f.Level).To(Equal(plan.Required))
		Expect(f.Cells[1].Scenario.Level).To(Equal(plan.Observe))
		open := f.Cells[1].Scenario.Steps[0].Expect
		Expect(open[0].Job.State.Any).To(BeTrue())
		Expect(open[0].Job.State.Judges()).To(BeFalse())
		Expect(open[0].Elapsed.Any).To(BeTrue())
		Expect(open[0].Wire[0].Some.URL.Any).To(BeTrue())
	})

	It("is refused when the cells are too large together", func() {
		big := strings.Repeat("  - {name: \"${a} ${b}\", wait: 1s}\n", 3000)
		list := "[" + strings.Join(strings.Fields(strings.Repeat("1 ", 1)), ",")
		for i := range 60 {
			list += fmt.Sprintf(", v%d", i)
		}
		start := time.Now()
		_, err := load("matrix: {a: " + list + "], b: " + list + "]}\nclient: {profile: vista}\nsteps:\n" + big)
		Expect(err).To(MatchError(ContainSubstring("the cells are too large together")))
		Expect(time.Since(start)).To(BeNumerically("<", 30*time.Second))
	})
})

var _ = Describe("An expected value", func() {
	DescribeTable("of a header", func(text string, values []string, want bool) {
		f, err := load(`client: {profile: vista}
servers: {origin: {}}
steps:
  - {wait: 1s, expect: {wire: [{on: origin, every: {header: {X: ` + text + `}}}]}}
`)
		Expect(err).NotTo(HaveOccurred())
		p := f.Cells[0].Scenario.Steps[0].Expect[0].Wire[0].Every.Header[0].Pattern
		Expect(p.Matches(values...)).To(Equal(want))
	},
		Entry("absent, without it", "absent", nil, true),
		Entry("absent, with it", "absent", []string{""}, false),
		Entry("present, without it", "present", nil, false),
		Entry("present, with it", "present", []string{"a"}, true),
		Entry("a text, the same", `"bytes=0-99"`, []string{"bytes=0-99"}, true),
		Entry("a text, another", `"bytes=0-99"`, []string{"bytes=0-999"}, false),
		Entry("a text, one of two", `b`, []string{"a", "b"}, true),
		Entry("an expression, matching", `/^NTLM T/`, []string{"NTLM TlR"}, true),
		Entry("an expression, not matching", `/^NTLM T/`, []string{"Basic"}, false),
		Entry("one slash is a text", `/`, []string{"/"}, true),
	)

	It("that is not set accepts everything", func() {
		Expect(plan.Pattern{}.Matches()).To(BeTrue())
		Expect(plan.Bound[int]{}.Holds(7)).To(BeTrue())
		Expect(plan.Want[int]{}.Judges()).To(BeFalse())
	})

	DescribeTable("with bounds", func(text, shown string, low, in, high int) {
		f, err := load(`client: {profile: vista}
servers: {origin: {}}
steps:
  - {wait: 1s, expect: {wire: [{on: origin, count: ` + text + `}]}}
`)
		Expect(err).NotTo(HaveOccurred())
		b := f.Cells[0].Scenario.Steps[0].Expect[0].Wire[0].Count
		Expect(b.String()).To(Equal(shown))
		Expect([]bool{b.Holds(low), b.Holds(in), b.Holds(high)}).To(Equal([]bool{low == in, true, high == in}))
	},
		Entry("exactly", "3", "3", 2, 3, 4),
		Entry("at least", "{at-least: 3}", "at least 3", 2, 3, 3),
		Entry("at most", "{at-most: 3}", "at most 3", 3, 3, 4),
		Entry("both", "{at-least: 3, at-most: 3}", "3", 2, 3, 4),
		Entry("between", "{at-least: 2, at-most: 5}", "2 to 5", 1, 3, 6),
	)
})

var _ = Describe("Names that Options leaves open", func() {
	It("are not checked", func() {
		_, err := load(`client: {profile: nothing-known}
servers: {origin: {behaviours: [anything, {other: {x: 1}}]}}
steps: [{wait: 1s, expect: {decision: {target: proxy, rule: some-rule}}}]
`)
		Expect(err).NotTo(HaveOccurred())
	})

	It("are read by the hook for codes", func() {
		opts := plan.Options{Codes: func(s string) (hresult.HRESULT, error) { return 5, nil }}
		f, err := plan.Load("x.yaml", []byte(head+"client: {profile: vista}\nsteps: [{create: {job: j, files: ['http://a.invalid/']}, expect: {result: MINE}}]\n"), opts)
		Expect(err).NotTo(HaveOccurred())
		code := f.Cells[0].Scenario.Steps[0].Expect[0].Result.Value
		Expect(code).To(Equal(plan.Code{Text: "MINE", HRESULT: 5}))
		Expect(code.String()).To(Equal("MINE"))
	})
})
