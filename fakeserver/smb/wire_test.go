package smb_test

import (
	"crypto/rand"
	"encoding/binary"
	"net"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/fakeserver/smb"
	"github.com/wualab/wualab/smbwire"
)

func start(t interface{ Fatal(...any) }) *smb.Server {
	s, err := smb.New(smb.Config{Shares: map[string]smb.Share{"packages": {Files: func() map[string]content.File {
		return map[string]content.File{"a": {Size: 10}}
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// raw is a client that says what it is told.
type raw struct{ net.Conn }

func dial(s *smb.Server) (raw, error) {
	c, err := net.Dial("tcp", s.Addr())
	if err == nil {
		err = c.SetDeadline(time.Now().Add(10 * time.Second))
	}
	return raw{c}, err
}

func (r raw) ask(message []byte) (smbwire.Header, []byte, error) {
	if _, err := r.Write(smbwire.AppendFrame(nil, message)); err != nil {
		return smbwire.Header{}, nil, err
	}
	reply, err := smbwire.ReadFrame(r, smbwire.MaxFrame)
	if err != nil {
		return smbwire.Header{}, nil, err
	}
	h, err := smbwire.ParseHeader(reply)
	return h, reply, err
}

func negotiate(dialects ...uint16) []byte {
	h := smbwire.Header{Command: smbwire.Negotiate, Credits: 1}
	b := make([]byte, 36)
	b[0], b[2] = 36, byte(len(dialects))
	for _, d := range dialects {
		b = binary.LittleEndian.AppendUint16(b, d)
	}
	return append(h.Append(nil), b...)
}

func dialectOf(reply []byte) uint16 { return binary.LittleEndian.Uint16(reply[smbwire.HeaderSize+4:]) }

var _ = Describe("the file server on the wire", func() {
	var server *smb.Server
	var client raw
	BeforeEach(func() {
		server = start(GinkgoT())
		DeferCleanup(func() { Expect(server.Close()).To(Succeed()) })
		var err error
		client, err = dial(server)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { _ = client.Close() })
	})

	DescribeTable("chooses the dialect", func(offered []uint16, status smbwire.Status, dialect uint16) {
		h, reply, err := client.ask(negotiate(offered...))
		Expect(err).NotTo(HaveOccurred())
		Expect(h.Status).To(Equal(status))
		if status == smbwire.StatusSuccess {
			Expect(dialectOf(reply)).To(Equal(dialect))
		}
	},
		Entry("2.1 of all", []uint16{0x0202, 0x0210, 0x0300, 0x0302, 0x0311}, smbwire.StatusSuccess, uint16(0x0210)),
		Entry("2.0.2 of Vista", []uint16{0x0202}, smbwire.StatusSuccess, uint16(0x0202)),
		Entry("none of 3.1.1 alone", []uint16{0x0311}, smbwire.StatusNotSupported, uint16(0)),
		Entry("none of none", []uint16{}, smbwire.StatusNotSupported, uint16(0)),
	)

	It("asks a client that begins with SMB 1 to go on with SMB2", func() {
		_, reply, err := client.ask(append([]byte{0xFF, 'S', 'M', 'B', 0x72}, make([]byte, 40)...))
		Expect(err).NotTo(HaveOccurred())
		Expect(dialectOf(reply)).To(BeEquivalentTo(0x02FF))
		_, reply, err = client.ask(negotiate(0x0202, 0x0210))
		Expect(err).NotTo(HaveOccurred())
		Expect(dialectOf(reply)).To(BeEquivalentTo(0x0210))
	})

	DescribeTable("refuses what has no logon", func(c smbwire.Command) {
		_, _, err := client.ask(negotiate(0x0210))
		Expect(err).NotTo(HaveOccurred())
		h, _, err := client.ask(append(smbwire.Header{Command: c, MessageID: 1}.Append(nil), make([]byte, 64)...))
		Expect(err).NotTo(HaveOccurred())
		Expect(h.Status).To(Equal(smbwire.StatusUserSessionDeleted))
	},
		Entry("TREE_CONNECT", smbwire.TreeConnect), Entry("CREATE", smbwire.Create), Entry("READ", smbwire.Read), Entry("an unknown command", smbwire.Command(99)))

	It("ends the connection at a second NEGOTIATE, and at what is no SMB", func() {
		_, _, err := client.ask(negotiate(0x0210))
		Expect(err).NotTo(HaveOccurred())
		_, _, err = client.ask(negotiate(0x0210))
		Expect(err).To(HaveOccurred())
		other, err := dial(server)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { _ = other.Close() })
		_, _, err = other.ask([]byte("GET / HTTP/1.1\r\n\r\n"))
		Expect(err).To(HaveOccurred())
	})

	DescribeTable("refuses a configuration", func(name string, share smb.Share, text string) {
		_, err := smb.New(smb.Config{Name: "dp1", Shares: map[string]smb.Share{name: share}})
		Expect(err).To(MatchError(ContainSubstring(text)))
	},
		Entry("name of a share", `a\b`, smb.Share{}, `share "a\\b": want a name`),
		Entry("reserved name", "ipc$", smb.Share{}, "want a name"),
		Entry("fault that does nothing", "a", smb.Share{Faults: []smb.Fault{{}}}, "neither status nor cut nor delay"),
		Entry("fault that does too much", "a", smb.Share{Faults: []smb.Fault{{Cut: true, Status: smbwire.StatusAccessDenied}}}, "only one can happen"),
		Entry("unknown moment", "a", smb.Share{Faults: []smb.Fault{{On: "list", Cut: true}}}, "unknown moment"),
		Entry("bytes where none are read", "a", smb.Share{Faults: []smb.Fault{{After: 1, Cut: true}}}, "goes with on: read"),
		Entry("negative room", "a", smb.Share{FreeSpace: -1}, "free space is negative"),
		Entry("file where none is", "a", smb.Share{Faults: []smb.Fault{{On: smb.OnConnect, Path: "x", Cut: true}}}, "does not go with on: connect"),
	)
})

// FuzzServer sends anything behind a NEGOTIATE: the server answers or ends the
// connection, and serves the next client.
func FuzzServer(f *testing.F) {
	setup := smbwire.Header{Command: smbwire.SessionSetup, MessageID: 1}.Append(nil)
	f.Add(append(setup, make([]byte, 24)...))
	f.Add(negotiate(0x0210))
	f.Add(smbwire.Header{Command: smbwire.Echo, NextCommand: 64}.Append(nil))
	f.Add([]byte{0xFE, 'S', 'M', 'B', 64, 0})
	f.Fuzz(func(t *testing.T, message []byte) {
		if len(message) > 64<<10 {
			return
		}
		s := start(t)
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		c, err := dial(s)
		if err != nil {
			t.Fatal(err)
		}
		_, _, _ = c.ask(negotiate(0x0202, 0x0210))
		_, _ = c.Write(smbwire.AppendFrame(nil, message))
		_ = c.Close()
		next, err := dial(s)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = next.Close() }()
		if _, reply, err := next.ask(negotiate(0x0210)); err != nil || dialectOf(reply) != 0x0210 {
			t.Errorf("the next client gets %v", err)
		}
	})
}

// guest logs on as nobody, which a server without accounts lets in, and connects to
// the share.
func (r raw) guest() (session uint64, tree uint32, err error) {
	client, err := ntlm.NewClient(ntlm.ClientConfig{Anonymous: true, OS: ntlm.WindowsXP(), Rand: rand.Reader, Now: time.Now})
	if err != nil {
		return 0, 0, err
	}
	token := client.Negotiate()
	for id := uint64(1); ; id++ {
		body := make([]byte, 24)
		body[0] = 25
		binary.LittleEndian.PutUint16(body[12:], smbwire.HeaderSize+24)
		binary.LittleEndian.PutUint16(body[14:], uint16(len(token)))
		h, reply, err := r.ask(append(append(smbwire.Header{Command: smbwire.SessionSetup, MessageID: id, SessionID: session}.Append(nil), body...), token...))
		if err != nil || h.Status != smbwire.StatusMoreProcessingRequired {
			if err == nil && h.Status != smbwire.StatusSuccess {
				err = h.Status
			}
			break
		}
		session = h.SessionID
		if token, err = client.Authenticate(reply[smbwire.HeaderSize+8:]); err != nil {
			return 0, 0, err
		}
	}
	name := smbwire.AppendText(nil, `\\dp1\packages`)
	body := []byte{9, 0, 0, 0, smbwire.HeaderSize + 8, 0, byte(len(name)), 0}
	h, _, err := r.ask(append(append(smbwire.Header{Command: smbwire.TreeConnect, MessageID: 9, SessionID: session}.Append(nil), body...), name...))
	if err == nil && h.Status != smbwire.StatusSuccess {
		err = h.Status
	}
	return session, h.TreeID, err
}

// create opens the share's file a.
func create(session uint64, tree uint32) []byte {
	body := make([]byte, 56)
	body[0] = 57
	binary.LittleEndian.PutUint32(body[36:], 1)
	binary.LittleEndian.PutUint16(body[44:], smbwire.HeaderSize+56)
	binary.LittleEndian.PutUint16(body[46:], 2)
	return append(append(smbwire.Header{Command: smbwire.Create, MessageID: 10, SessionID: session, TreeID: tree}.Append(nil), body...), 'a', 0)
}

// FuzzRequests sends anything as a request of a client that is logged on and has a
// file open: each is answered, and the next one too.
func FuzzRequests(f *testing.F) {
	last := [16]byte{8: 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}
	f.Add(uint16(smbwire.Read), append(append(make([]byte, 16), last[:]...), make([]byte, 17)...))
	f.Add(uint16(smbwire.QueryInfo), append([]byte{41, 0, 1, 18, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, last[:]...))
	f.Add(uint16(smbwire.QueryInfo), append([]byte{41, 0, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0}, last[:]...))
	f.Add(uint16(smbwire.Create), make([]byte, 56))
	f.Add(uint16(smbwire.QueryDirectory), append([]byte{33, 0, 37, 0, 0, 0, 0, 0}, append(last[:], make([]byte, 9)...)...))
	f.Add(uint16(smbwire.Close), append(make([]byte, 8), last[:]...))
	s := start(f)
	f.Cleanup(func() { _ = s.Close() })
	f.Fuzz(func(t *testing.T, command uint16, body []byte) {
		if len(body) > 16<<10 || smbwire.Command(command) <= smbwire.SessionSetup || smbwire.Command(command) == smbwire.Cancel {
			return
		}
		c, err := dial(s)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, _, err = c.ask(negotiate(0x0210)); err != nil {
			t.Fatal(err)
		}
		session, tree, err := c.guest()
		if err != nil {
			t.Fatal(err)
		}
		if h, _, err := c.ask(create(session, tree)); err != nil || h.Status != smbwire.StatusSuccess {
			t.Fatalf("opening the file: %v, %v", h.Status, err)
		}
		h, _, err := c.ask(append(smbwire.Header{Command: smbwire.Command(command), MessageID: 11, SessionID: session, TreeID: tree}.Append(nil), body...))
		if err != nil || h.Command != smbwire.Command(command) || h.MessageID != 11 {
			t.Fatalf("%v: answered %+v, %v", smbwire.Command(command), h, err)
		}
		if h, _, err := c.ask(append(smbwire.Header{Command: smbwire.Echo, MessageID: 12, SessionID: session}.Append(nil), 4, 0, 0, 0)); err != nil || h.Status != smbwire.StatusSuccess {
			t.Fatalf("then ECHO: %v, %v", h.Status, err)
		}
	})
}
