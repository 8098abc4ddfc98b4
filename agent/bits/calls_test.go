package bits_test

import (
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/hresult"
)

// calls makes each call of the interfaces once, in a way that is right on a
// download job with a file.
func calls(b *bench) map[string]func(*bits.Job) error {
	code := func(f func(*bits.Job) (hresult.HRESULT, error)) func(*bits.Job) error {
		return func(j *bits.Job) error { _, err := f(j); return err }
	}
	return map[string]func(*bits.Job) error{
		"AddFile":              func(j *bits.Job) error { return j.AddFile("http://origin/x", `C:\x`) },
		"AddFileSet":           func(j *bits.Job) error { return j.AddFileSet([2]string{"http://origin/x", `C:\x`}) },
		"Resume":               (*bits.Job).Resume,
		"Suspend":              (*bits.Job).Suspend,
		"Complete":             code((*bits.Job).Complete),
		"Cancel":               code((*bits.Job).Cancel),
		"SetDisplayName":       func(j *bits.Job) error { return j.SetDisplayName("other") },
		"SetDescription":       func(j *bits.Job) error { return j.SetDescription("text") },
		"SetPriority":          func(j *bits.Job) error { return j.SetPriority(bits.High) },
		"SetNotifyFlags":       func(j *bits.Job) error { return j.SetNotifyFlags(bits.NotifyJobError) },
		"SetNotifyInterface":   func(j *bits.Job) error { return j.SetNotifyInterface(nil) },
		"SetMinimumRetryDelay": func(j *bits.Job) error { return j.SetMinimumRetryDelay(time.Hour) },
		"SetNoProgressTimeout": func(j *bits.Job) error { return j.SetNoProgressTimeout(time.Hour) },
		"SetProxySettings": func(j *bits.Job) error {
			return j.SetProxySettings(winhttp.ProxySettings{Usage: winhttp.ProxyNone})
		},
		"SetMaximumDownloadTime": func(j *bits.Job) error { return j.SetMaximumDownloadTime(time.Hour) },
		"TakeOwnership":          func(j *bits.Job) error { return j.TakeOwnership("LocalSystem") },
		"SetNotifyCmdLine":       func(j *bits.Job) error { return j.SetNotifyCmdLine(`C:\done.exe`, "") },
		"SetReplyFileName":       func(j *bits.Job) error { return j.SetReplyFileName(`C:\reply`) },
		"SetCredentials":         func(j *bits.Job) error { return j.SetCredentials(bits.Implicit(credrule.Proxy, credrule.NTLM)) },
		"RemoveCredentials":      func(j *bits.Job) error { return j.RemoveCredentials(credrule.Server, credrule.Basic) },
		"ReplaceRemotePrefix": func(j *bits.Job) error {
			_, err := j.ReplaceRemotePrefix("http://origin/", "http://origin/y/")
			return err
		},
		"AddFileWithRanges": func(j *bits.Job) error {
			return j.AddFileWithRanges("http://origin/x", `C:\x`, []bits.FileRange{{Length: 1}})
		},
		"SetFileACLFlags":          func(j *bits.Job) error { return j.SetFileACLFlags(bits.ACLAll) },
		"SetCustomHeaders":         func(j *bits.Job) error { return j.SetCustomHeaders("X-A: 1\r\n") },
		"SetSecurityFlags":         func(j *bits.Job) error { return j.SetSecurityFlags(bits.EnableCRLCheck) },
		"SetClientCertificateByID": func(j *bits.Job) error { return j.SetClientCertificateByID(0, "MY", certify(b, owner)) },
		"SetClientCertificateByName": func(j *bits.Job) error {
			certify(b, owner)
			return j.SetClientCertificateByName(0, "MY", "alice")
		},
		"RemoveClientCertificate": func(j *bits.Job) error { _, err := j.RemoveClientCertificate(); return err },
		"GetOwnerIntegrityLevel":  func(j *bits.Job) error { _, err := j.OwnerIntegrityLevel(); return err },
		"GetOwnerElevationState":  func(j *bits.Job) error { _, err := j.OwnerElevationState(); return err },
		"SetPeerCachingFlags":     func(j *bits.Job) error { return j.SetPeerCachingFlags(bits.EnablePeerCachingClient) },
		"SetValidationState":      func(j *bits.Job) error { return j.Files()[0].SetValidationState(true) },
		"SetProperty": func(j *bits.Job) error {
			return j.SetProperty(bits.PropertyCostFlags, bits.PropertyValue{Dword: 1})
		},
		"SetHttpMethod": func(j *bits.Job) error { return j.SetHTTPMethod("GET") },
		"SetRemoteName": func(j *bits.Job) error { return j.Files()[0].SetRemoteName("http://origin/z") },
	}
}

// inState brings a job of one file into a state, on a server that answers what
// it takes to get there.
func inState(b *bench, s bits.State) *bits.Job {
	GinkgoHelper()
	b.handler = file(10, epoch)
	j := b.job("j", "/f")
	if s == bits.Suspended {
		return j
	}
	switch s {
	case bits.Queued:
		Expect(b.pc.Logoff(owner)).To(Succeed())
		Expect(j.Resume()).To(Succeed())
	case bits.Connecting, bits.Transferring:
		reached, release := make(chan struct{}, 1), make(chan struct{})
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if s == bits.Transferring {
				w.Header().Set("Content-Length", "10")
				_, _ = w.Write([]byte("01234"))
				w.(http.Flusher).Flush()
			}
			select {
			case reached <- struct{}{}:
			default:
			}
			<-release
		}
		DeferCleanup(func() { close(release) })
		Expect(j.SetPriority(bits.Foreground)).To(Succeed())
		Expect(j.Resume()).To(Succeed())
		Eventually(reached).Should(Receive())
		Eventually(j.State).Should(Equal(s))
	case bits.Error:
		b.handler = status(http.StatusNotFound)
		Expect(b.run(j)).To(Equal(s))
	case bits.TransientError:
		b.handler = status(http.StatusServiceUnavailable)
		Expect(b.run(j, s)).To(Equal(s))
	case bits.Transferred:
		Expect(b.run(j)).To(Equal(s))
	case bits.Acknowledged:
		_, err := j.Complete()
		Expect(err).NotTo(HaveOccurred())
	case bits.Cancelled:
		_, err := j.Cancel()
		Expect(err).NotTo(HaveOccurred())
	}
	Expect(j.State()).To(Equal(s))
	return j
}

var _ = Describe("every call in every state", func() {
	states := []bits.State{bits.Queued, bits.Connecting, bits.Transferring, bits.Suspended, bits.Error,
		bits.TransientError, bits.Transferred, bits.Acknowledged, bits.Cancelled}
	// What a call gives that is not S_OK outside the final states.
	special := map[string]hresult.HRESULT{
		"RemoveCredentials": hresult.BG_E_NOT_FOUND, // none were set
		"SetReplyFileName":  hresult.E_NOTIMPL,      // it is no upload-reply job
	}
	for _, s := range states {
		It("in "+s.String(), func() {
			for _, c := range bits.Calls() {
				b := newBench("windows-10", bits.Tuning{}) // which has them all
				j := inState(b, s)
				f, ok := calls(b)[c.Name]
				Expect(ok).To(BeTrue(), "the test has no call %s", c.Name)
				want := special[c.Name]
				if want == 0 && s.Final() && !c.Reads {
					want = hresult.BG_E_INVALID_STATE
				}
				if s == bits.Transferred && c.Name == "SetFileACLFlags" { // BITS documentation: SetFileACLFlags
					want = hresult.BG_E_INVALID_STATE
				}
				switch {
				case s.Final() && c.Name == "RemoveCredentials":
					want = hresult.BG_E_INVALID_STATE
				case !s.Final() && s != bits.Transferred && c.Name == "SetValidationState":
					want = hresult.E_PENDING
				}
				err := f(j)
				code, _ := hresult.Of(err)
				Expect(code).To(Equal(want), "%s in %v: %v", c.Name, s, err)
			}
		})
	}
})

var _ = Describe("every call on every version", func() {
	// By the interface that has it: IBackgroundCopyJob2 came with 1.5, 3 and
	// IBackgroundCopyFile2 with 2.0, IBackgroundCopyJobHttpOptions with 2.5,
	// IBackgroundCopyJob4 and IBackgroundCopyFile3 with 3.0, 5 with 5.0,
	// IBackgroundCopyJobHttpOptions2 with Windows 10.
	versions := map[string]int{"xp-rtm": 1, "xp-sp1": 1, "server-2003": 2, "xp-sp2": 3, "xp-sp3": 4, "vista": 5, "windows-7": 5, "windows-10": 7}
	level := map[string]int{"SetNotifyCmdLine": 2, "SetReplyFileName": 2, "SetCredentials": 2, "RemoveCredentials": 2,
		"ReplaceRemotePrefix": 3, "AddFileWithRanges": 3, "SetFileACLFlags": 3, "SetRemoteName": 3,
		"SetCustomHeaders": 4, "SetSecurityFlags": 4, "SetClientCertificateByID": 4, "SetClientCertificateByName": 4, "RemoveClientCertificate": 4,
		"SetMaximumDownloadTime": 5, "SetPeerCachingFlags": 5, "GetOwnerIntegrityLevel": 5, "GetOwnerElevationState": 5, "SetValidationState": 5, "SetProperty": 6, "SetHttpMethod": 7}
	for profile, has := range versions {
		It("on "+profile, func() {
			for _, c := range bits.Calls() {
				b := newBench(profile, bits.Tuning{})
				b.handler = file(10, epoch)
				err := calls(b)[c.Name](inState(b, bits.Suspended))
				code, _ := hresult.Of(err)
				Expect(code == hresult.E_NOINTERFACE).To(Equal(level[c.Name] > has), "%s: %v", c.Name, err)
			}
		})
	}

	DescribeTable("uploads", func(profile string, code hresult.HRESULT) {
		b := newBench(profile, bits.Tuning{})
		j, err := b.bits.CreateJob("up", bits.UploadReply, owner)
		if code != hresult.S_OK {
			Expect(err).To(failWith(code))
			return
		}
		Expect(err).NotTo(HaveOccurred())
		Expect(j.SetReplyFileName(`C:\reply`)).To(Succeed())
		Expect(j.AddFile("http://origin/up", `C:\up`)).To(Succeed())
		Expect(j.AddFile("http://origin/up2", `C:\up2`)).To(failWith(hresult.BG_E_TOO_MANY_FILES))
	},
		Entry("came with 1.5", "xp-sp1", hresult.E_NOTIMPL),
		Entry("are there in 1.5", "server-2003", hresult.S_OK),
	)
})

var _ = Describe("what calls refuse", func() {
	DescribeTable("by their arguments", func(f func(*bits.Job) error, code hresult.HRESULT) {
		Expect(f(newBench("xp-sp2", bits.Tuning{}).job("j", "/f"))).To(failWith(code))
	},
		Entry("a long display name", func(j *bits.Job) error { return j.SetDisplayName(strings.Repeat("x", 257)) }, hresult.BG_E_STRING_TOO_LONG),
		Entry("a long description", func(j *bits.Job) error { return j.SetDescription(strings.Repeat("x", 1025)) }, hresult.BG_E_STRING_TOO_LONG),
		Entry("an unknown priority", func(j *bits.Job) error { return j.SetPriority(4) }, hresult.E_NOTIMPL),
		Entry("unknown notify flags", func(j *bits.Job) error { return j.SetNotifyFlags(0x100) }, hresult.E_NOTIMPL),
		Entry("parameters without a program", func(j *bits.Job) error { return j.SetNotifyCmdLine("", "/x") }, hresult.E_INVALIDARG),
		Entry("a long program", func(j *bits.Job) error { return j.SetNotifyCmdLine(strings.Repeat("x", 261), "") }, hresult.BG_E_STRING_TOO_LONG),
		Entry("long parameters", func(j *bits.Job) error { return j.SetNotifyCmdLine("x", strings.Repeat("x", 4001)) }, hresult.BG_E_STRING_TOO_LONG),
		Entry("unknown ACL flags", func(j *bits.Job) error { return j.SetFileACLFlags(0x10) }, hresult.E_INVALIDARG),
		Entry("a proxy list without override", func(j *bits.Job) error {
			return j.SetProxySettings(winhttp.ProxySettings{Usage: winhttp.ProxyNone, List: "p:80"})
		}, hresult.E_INVALIDARG),
		Entry("a long proxy list", func(j *bits.Job) error {
			return j.SetProxySettings(winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: strings.Repeat("p", 4001)})
		}, hresult.BG_E_PROXY_LIST_TOO_LARGE),
		Entry("a long bypass list", func(j *bits.Job) error {
			return j.SetProxySettings(winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "p", Bypass: strings.Repeat("p", 4001)})
		}, hresult.BG_E_PROXY_BYPASS_LIST_TOO_LARGE),
		Entry("an unknown owner", func(j *bits.Job) error { return j.TakeOwnership("nobody") }, hresult.E_INVALIDARG),
		Entry("an empty prefix", func(j *bits.Job) error { _, err := j.ReplaceRemotePrefix("", "http://x/"); return err }, hresult.E_INVALIDARG),
		Entry("a prefix that is no URL", func(j *bits.Job) error { _, err := j.ReplaceRemotePrefix("http://origin", "ftp://x"); return err }, hresult.E_INVALIDARG),
		Entry("a remote name that is none", func(j *bits.Job) error { return j.Files()[0].SetRemoteName("file:///x") }, hresult.E_INVALIDARG),
		Entry("a set of which one is not right", func(j *bits.Job) error {
			return j.AddFileSet([2]string{"http://origin/a", `C:\a`}, [2]string{"http://origin/b", `..\b`})
		}, hresult.E_INVALIDARG),
	)

	It("adds nothing of a set of which one is not right", func() {
		j := newBench("xp-sp2", bits.Tuning{}).job("j")
		_ = j.AddFileSet([2]string{"http://origin/a", `C:\a`}, [2]string{"http://origin/b", ""})
		Expect(j.Files()).To(BeEmpty())
	})

	It("replaces prefixes in the same case only", func() {
		j := newBench("xp-sp2", bits.Tuning{}).job("j", "/dir/a", "/b")
		changed, err := j.ReplaceRemotePrefix("http://origin/DIR", "http://other")
		Expect(changed, err).To(BeFalse())
		changed, err = j.ReplaceRemotePrefix("http://origin/dir/", "http://other/")
		Expect(changed, err).To(BeTrue())
		Expect(j.Files()[0].RemoteName()).To(Equal("http://other/a"))
		Expect(j.Files()[1].RemoteName()).To(Equal("http://origin/b"))
	})

	It("replaces the prefix of all files, or of none when one would get a name that cannot be taken", func() {
		j := newBench("xp-sp2", bits.Tuning{}).job("j", "/dir/a", "/dir/b", "/dir/"+strings.Repeat("c", 250))
		_, err := j.ReplaceRemotePrefix("http://origin/dir/", "http://other/"+strings.Repeat("d", 20))
		Expect(err).To(failWith(hresult.E_INVALIDARG))
		Expect(j.Files()[0].RemoteName()).To(Equal("http://origin/dir/a"))
		Expect(j.ReplaceRemotePrefix("http://origin/dir/", "http://other/")).To(BeTrue())
		Expect(j.Files()[0].RemoteName()).To(Equal("http://other/a"))
		Expect(j.Files()[1].RemoteName()).To(Equal("http://other/b"))
	})

	It("forgets credentials when the owner changes", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		j := b.job("j", "/f")
		Expect(j.SetCredentials(bits.Implicit(credrule.Proxy, credrule.NTLM))).To(Succeed())
		Expect(j.TakeOwnership("LocalSystem")).To(Succeed())
		Expect(j.Owner()).To(Equal(`NT AUTHORITY\SYSTEM`))
		Expect(j.RemoveCredentials(credrule.Proxy, credrule.NTLM)).To(failWith(hresult.BG_E_NOT_FOUND))
	})

	It("finds jobs by their GUID while they are in the queue", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		j := b.job("j", "/f")
		Expect(j.ID()).To(MatchRegexp(`^\{[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}\}$`))
		Expect(b.bits.GetJob(strings.ToLower(j.ID()))).To(BeIdenticalTo(j))
		_, _ = j.Cancel()
		_, err := b.bits.GetJob(j.ID())
		Expect(err).To(failWith(hresult.BG_E_NOT_FOUND))
	})
})
