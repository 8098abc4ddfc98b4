package smb_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver/content"
	fakesmb "github.com/wualab/wualab/fakeserver/smb"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smbwire"
	"github.com/wualab/wualab/transcript"
)

var epoch = time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC)

const owner = `LAB\alice`

// bench is a PC and a file server dp1.
type bench struct {
	clock  *clock.Virtual
	record *transcript.Recorder
	pc     *machine.Machine
	client *smb.Client
	server *fakesmb.Server
	hold   clock.Hold
}

func newBench(password string, configure func(*fakesmb.Config)) *bench {
	GinkgoHelper()
	b := &bench{clock: clock.NewVirtual(epoch)}
	b.record = transcript.New(transcript.Options{Now: b.clock.Now})
	profile, err := machine.ProfileByID("xp-sp2")
	Expect(err).NotTo(HaveOccurred())
	b.pc = machine.New(profile, machine.WithInteractiveUser(machine.Account{Domain: "LAB", User: "alice", Password: machine.Secret(password)}))
	cfg := fakesmb.Config{Name: "dp1", Clock: b.clock, Recorder: b.record, Domain: "LAB",
		Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
		Shares: map[string]fakesmb.Share{"Packages": {Files: func() map[string]content.File {
			return map[string]content.File{"LAB00001/setup.exe": {Size: 300000, Seed: 7}, "empty": {}}
		}}}}
	if configure != nil {
		configure(&cfg)
	}
	b.server, err = fakesmb.New(cfg)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { Expect(b.server.Close()).To(Succeed()) })
	Expect(b.pc.SetHost("dp1", smb.Port, b.server.Addr())).To(Succeed())
	Expect(b.pc.SetHost("down", smb.Port, "127.0.0.1:1")).To(Succeed())
	b.client = smb.New(smb.Config{Machine: b.pc, Clock: b.clock, Dial: b.dial, Recorder: b.record})
	b.hold = b.clock.Hold("spec")
	DeferCleanup(b.hold.Release)
	return b
}

func (b *bench) dial(ctx context.Context, host string, port int) (net.Conn, error) {
	addr, ok := b.pc.Resolve(host, port)
	if !ok {
		return nil, fmt.Errorf("no host %s:%s", host, strconv.Itoa(port))
	}
	return new(net.Dialer).DialContext(ctx, "tcp", addr)
}

func (b *bench) open(remote string) (*smb.File, error) {
	GinkgoHelper()
	name, err := smb.ParseName(remote)
	Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return b.client.Open(ctx, b.hold, owner, name, link.Background)
}

// texts gives the events of the file share at a node.
func (b *bench) texts(node string) []string {
	var out []string
	for _, e := range b.record.Events(0) {
		if e.Kind == transcript.KindSMB && e.Node == node {
			out = append(out, e.Text)
		}
	}
	return out
}

const remote = `\\dp1\packages\lab00001\SETUP.EXE`

func codeOf(err error) hresult.HRESULT {
	var e *smb.Error
	if !errors.As(err, &e) {
		return hresult.S_OK
	}
	return e.Code
}

var _ = Describe("a file of a share", func() {
	ctx := context.Background()

	It("is read byte for byte, at any place, with the messages on both records", func() {
		b := newBench("pw", nil)
		f, err := b.open(remote)
		Expect(err).NotTo(HaveOccurred())
		Expect(f.Size()).To(BeEquivalentTo(300000))
		Expect(f.Modified()).To(Equal(content.DefaultModified()))
		got, want := make([]byte, 100000), make([]byte, 100000)
		n, err := f.ReadAt(ctx, b.hold, got, 150001)
		Expect(n, err).To(Equal(100000))
		_, _ = content.Generated(300000, 7).ReadAt(want, 150001)
		Expect(got).To(Equal(want))
		n, err = f.ReadAt(ctx, b.hold, got, 299990)
		Expect(n).To(Equal(10))
		Expect(err).To(MatchError(io.EOF))
		n, err = f.ReadAt(ctx, b.hold, got, 300000)
		Expect(n).To(Equal(0))
		Expect(err).To(MatchError(io.EOF))
		Expect(f.Close(ctx, b.hold)).To(Succeed())

		for _, node := range []string{"client", "dp1"} {
			Eventually(func() []string { return b.texts(node) }).Should(ContainElements(
				"SMB2 NEGOTIATE: STATUS_SUCCESS, dialect 0x0210",
				"SMB2 SESSION_SETUP: STATUS_MORE_PROCESSING_REQUIRED",
				"SMB2 SESSION_SETUP: STATUS_SUCCESS",
				`SMB2 TREE_CONNECT \\dp1\packages: STATUS_SUCCESS`,
				`SMB2 CREATE lab00001\SETUP.EXE: STATUS_SUCCESS, 300000 bytes long`,
				"SMB2 READ offset 150001 length 100000: STATUS_SUCCESS, 100000 bytes",
				"SMB2 READ offset 300000 length 100000: STATUS_END_OF_FILE",
				"SMB2 CLOSE: STATUS_SUCCESS",
				"SMB2 LOGOFF: STATUS_SUCCESS"))
		}
		Expect(b.texts("client")).To(ContainElements("connection opened", "connection closed"))
		Expect(b.texts("client")).To(ContainElement(`logs on as LAB\alice with the logon credentials of the job's owner`))
		Expect(b.texts("dp1")).To(ContainElement(HavePrefix(`lets LAB\alice (`)))
	})

	It("is read with every message signed when the server wants that", func() {
		b := newBench("pw", func(c *fakesmb.Config) { c.RequireSigning = true })
		f, err := b.open(remote)
		Expect(err).NotTo(HaveOccurred())
		n, err := f.ReadAt(ctx, b.hold, make([]byte, 1000), 0)
		Expect(n, err).To(Equal(1000))
		Expect(f.Close(ctx, b.hold)).To(Succeed())
		for _, e := range b.record.Events(0) {
			if e.Kind == transcript.KindSMB && e.Node == "client" && strings.HasPrefix(e.Text, "SMB2 READ") {
				Expect(e.Data).To(HaveKeyWithValue("signed", "true"))
			}
		}
	})

	DescribeTable("logs on as LmCompatibilityLevel says", func(level, server int, response string, code hresult.HRESULT) {
		b := newBench("pw", func(c *fakesmb.Config) { c.Level = ntlm.Level(server) })
		Expect(b.pc.Registry().Set(`HKLM\SYSTEM\CurrentControlSet\Control\Lsa`, "LmCompatibilityLevel", machine.DWORD(uint32(level)))).To(Succeed())
		f, err := b.open(remote)
		Expect(codeOf(err)).To(Equal(code))
		if err == nil {
			Expect(b.texts("dp1")).To(ContainElement(`lets LAB\alice (` + response + `) in`))
			Expect(f.Close(ctx, b.hold)).To(Succeed())
		}
	},
		Entry("0", 0, 0, "LM and NTLMv1", hresult.S_OK),
		Entry("1", 1, 0, "NTLM2 session", hresult.S_OK),
		Entry("2", 2, 0, "NTLM2 session", hresult.S_OK),
		Entry("3", 3, 5, "NTLMv2", hresult.S_OK),
		Entry("2, where the server takes NTLMv2 only", 2, 5, "", hresult.ERROR_LOGON_FAILURE),
	)

	It("is open to everybody at a server without accounts", func() {
		b := newBench("whatever", func(c *fakesmb.Config) { c.Accounts = nil })
		f, err := b.open(remote)
		Expect(err).NotTo(HaveOccurred())
		n, err := f.ReadAt(ctx, b.hold, make([]byte, 10), 5)
		Expect(n, err).To(Equal(10))
		Expect(f.Close(ctx, b.hold)).To(Succeed())
		Expect(b.texts("dp1")).To(ContainElement(HaveSuffix("in as guest")))
	})

	DescribeTable("is not opened", func(remote, password string, fault *fakesmb.Fault, code hresult.HRESULT, status smbwire.Status) {
		b := newBench(password, func(c *fakesmb.Config) {
			share := c.Shares["Packages"]
			if fault != nil {
				share.Faults = []fakesmb.Fault{*fault}
			}
			c.Shares["Packages"] = share
			c.Shares["Closed"] = fakesmb.Share{Allow: []string{`LAB\bob`}, Files: share.Files}
		})
		_, err := b.open(remote)
		Expect(err).To(HaveOccurred())
		var e *smb.Error
		Expect(errors.As(err, &e)).To(BeTrue(), "%v", err)
		Expect(e.Code).To(Equal(code), "%v", err)
		Expect(e.Status).To(Equal(status), "%v", err)
	},
		Entry("at an unknown server", `\\nowhere\packages\x`, "pw", nil, hresult.ERROR_BAD_NETPATH, smbwire.StatusSuccess),
		Entry("at a server that is down", `\\down\packages\x`, "pw", nil, hresult.ERROR_BAD_NETPATH, smbwire.StatusSuccess),
		Entry("with a wrong password", remote, "wrong", nil, hresult.ERROR_LOGON_FAILURE, smbwire.StatusLogonFailure),
		Entry("of an unknown share", `\\dp1\other\x`, "pw", nil, hresult.ERROR_BAD_NET_NAME, smbwire.StatusBadNetworkName),
		Entry("of a share for others", `\\dp1\closed\empty`, "pw", nil, hresult.E_ACCESSDENIED, smbwire.StatusAccessDenied),
		Entry("when it is absent", `\\dp1\packages\lab00001\other.exe`, "pw", nil, hresult.ERROR_FILE_NOT_FOUND, smbwire.StatusObjectNameNotFound),
		Entry("when its folder is absent", `\\dp1\packages\lab00002\setup.exe`, "pw", nil, hresult.ERROR_PATH_NOT_FOUND, smbwire.StatusObjectPathNotFound),
		Entry("when it is a folder", `\\dp1\packages\lab00001`, "pw", nil, hresult.E_ACCESSDENIED, smbwire.StatusSuccess),
		Entry("when another program has it", remote, "pw", &fakesmb.Fault{Status: smbwire.StatusSharingViolation}, hresult.ERROR_SHARING_VIOLATION, smbwire.StatusSharingViolation),
		Entry("with a status that has no line", remote, "pw", &fakesmb.Fault{Status: 0xC0001234}, hresult.ERROR_UNEXP_NET_ERR, smbwire.Status(0xC0001234)),
		Entry("when the connection breaks", remote, "pw", &fakesmb.Fault{Cut: true}, hresult.ERROR_NETNAME_DELETED, smbwire.StatusSuccess),
		Entry("when the share is slower than SessTimeout", remote, "pw", &fakesmb.Fault{On: fakesmb.OnConnect, Delay: 61 * time.Second}, hresult.ERROR_SEM_TIMEOUT, smbwire.StatusSuccess),
	)

	It("waits as long as SessTimeout says", func() {
		b := newBench("pw", func(c *fakesmb.Config) {
			share := c.Shares["Packages"]
			share.Faults = []fakesmb.Fault{{Delay: 61 * time.Second}}
			c.Shares["Packages"] = share
		})
		Expect(b.pc.Registry().Set(`HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters`, "SessTimeout", machine.DWORD(90))).To(Succeed())
		f, err := b.open(remote)
		Expect(err).NotTo(HaveOccurred())
		Expect(b.clock.Now()).To(Equal(epoch.Add(61 * time.Second)))
		Expect(f.Close(ctx, b.hold)).To(Succeed())
	})

	It("breaks off at the byte that a fault says", func() {
		b := newBench("pw", func(c *fakesmb.Config) {
			share := c.Shares["Packages"]
			share.Faults = []fakesmb.Fault{{On: fakesmb.OnRead, After: 1500, Cut: true, Times: 1}}
			c.Shares["Packages"] = share
		})
		f, err := b.open(remote)
		Expect(err).NotTo(HaveOccurred())
		n, err := f.ReadAt(ctx, b.hold, make([]byte, 1000), 0)
		Expect(n, err).To(Equal(1000))
		n, err = f.ReadAt(ctx, b.hold, make([]byte, 1000), 1000)
		Expect(n).To(Equal(500))
		Expect(err).To(MatchError(io.EOF))
		_, err = f.ReadAt(ctx, b.hold, make([]byte, 1000), 1500)
		Expect(codeOf(err)).To(Equal(hresult.ERROR_NETNAME_DELETED), "%v", err)
		f.Abandon()
	})

	It("tells the parts of its security descriptor", func() {
		b := newBench("pw", nil)
		f, err := b.open(remote)
		Expect(err).NotTo(HaveOccurred())
		sd, err := f.SecurityDescriptor(ctx, b.hold, 7)
		Expect(err).NotTo(HaveOccurred())
		Expect(sd).To(HaveLen(20 + 16 + 16 + 28))
		_, err = f.SecurityDescriptor(ctx, b.hold, 8)
		Expect(codeOf(err)).To(Equal(hresult.ERROR_PRIVILEGE_NOT_HELD))
		Expect(f.Close(ctx, b.hold)).To(Succeed())
	})

	It("is given up when the context ends", func() {
		b := newBench("pw", func(c *fakesmb.Config) {
			share := c.Shares["Packages"]
			share.Faults = []fakesmb.Fault{{Delay: time.Hour}}
			c.Shares["Packages"] = share
		})
		name, err := smb.ParseName(remote)
		Expect(err).NotTo(HaveOccurred())
		ctx, cancel := context.WithCancel(ctx)
		stop := b.clock.AfterFunc(time.Second, "cancel", cancel)
		defer stop()
		_, err = b.client.Open(ctx, b.hold, owner, name, link.Background)
		Expect(err).To(MatchError(context.Canceled))
	})
})
