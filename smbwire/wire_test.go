package smbwire_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/smbwire"
	"github.com/wualab/wualab/transcript"
)

// messages made by hand after MS-SMB2 2.2: a READ of 16 bytes at 4096, its answer,
// and that it is over.
func read() []byte {
	h := smbwire.Header{CreditCharge: 1, Command: smbwire.Read, Credits: 1, MessageID: 7, TreeID: 1, SessionID: 0x400}
	body := append([]byte{49, 0, 0, 0, 16, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0}, make([]byte, 33)...)
	return append(h.Append(nil), body...)
}

func answer(status smbwire.Status) []byte {
	h := smbwire.Header{Status: status, Command: smbwire.Read, Flags: smbwire.FlagResponse, MessageID: 7}
	body := append([]byte{17, 0, 80, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, "sixteen bytes...."[:16]...)
	return append(h.Append(nil), body...)
}

var _ = Describe("a tap", func() {
	var record *transcript.Recorder
	texts := func() []string {
		var out []string
		for _, e := range record.Events(0) {
			Expect(e.Kind).To(Equal(transcript.KindSMB))
			Expect(e.Conn).To(Equal("client#1"))
			out = append(out, e.Text)
		}
		return out
	}
	pipe := func() (tap *smbwire.Tap, far net.Conn) {
		record = transcript.New(transcript.Options{})
		near, far := net.Pipe()
		tap = smbwire.NewTap(near, smbwire.Options{Recorder: record, Node: "client"})
		DeferCleanup(func() { _, _ = tap.Close(), far.Close() })
		return tap, far
	}
	exchange := func(tap *smbwire.Tap, far net.Conn, request, reply []byte) {
		GinkgoHelper()
		done := make(chan error, 1)
		go func() {
			_, err := io.ReadFull(far, make([]byte, len(request)))
			for _, b := range reply { // one byte at a time: pieces do not matter
				_, wrong := far.Write([]byte{b})
				err = errors.Join(err, wrong)
			}
			done <- err
		}()
		_, err := tap.Write(request)
		Expect(err).NotTo(HaveOccurred())
		_, err = io.ReadFull(tap, make([]byte, len(reply)))
		Expect(err).NotTo(HaveOccurred())
		Expect(<-done).To(Succeed())
	}

	It("records each answer with its request", func() {
		tap, far := pipe()
		exchange(tap, far, smbwire.AppendFrame(nil, read()), smbwire.AppendFrame(nil, answer(smbwire.StatusSuccess)))
		Expect(tap.Failure()).To(Equal(smbwire.StatusSuccess))
		exchange(tap, far, smbwire.AppendFrame(nil, read()), smbwire.AppendFrame(nil, answer(smbwire.StatusEndOfFile)))
		Expect(tap.Failure()).To(Equal(smbwire.StatusEndOfFile))
		Expect(tap.Close()).To(Succeed())
		Expect(tap.Close()).To(Succeed())
		Expect(texts()).To(Equal([]string{"connection opened",
			"SMB2 READ offset 4096 length 16: STATUS_SUCCESS, 16 bytes",
			"SMB2 READ offset 4096 length 16: STATUS_END_OF_FILE", "connection closed"}))
	})

	It("records a compound, and waits for the end of what is pending", func() {
		tap, far := pipe()
		first := answer(smbwire.StatusPending)
		first[20] = byte(len(first)) // NextCommand
		exchange(tap, far, smbwire.AppendFrame(nil, read()), smbwire.AppendFrame(nil, append(first, answer(smbwire.StatusSuccess)...)))
		Expect(texts()).To(Equal([]string{"connection opened", "SMB2 READ offset 4096 length 16: STATUS_SUCCESS, 16 bytes"}))
	})

	It("says that it cannot read what is encrypted", func() {
		tap, far := pipe()
		exchange(tap, far, smbwire.AppendFrame(nil, read()), smbwire.AppendFrame(nil, append([]byte{0xFD, 'S', 'M', 'B'}, make([]byte, 80)...)))
		Expect(texts()).To(ContainElement(ContainSubstring("no SMB2 message in clear")))
	})
})

func TestStatusTable(t *testing.T) {
	seen := map[smbwire.Status]bool{}
	for _, line := range smbwire.Statuses() {
		byName, ok := smbwire.StatusByName(line.Name)
		if seen[line.Status] || !ok || byName != line.Status || line.Status.String() != line.Name {
			t.Errorf("%s: twice, or not found by its name", line.Name)
		}
		seen[line.Status] = true
	}
	// typed in from MS-ERREF 2.2 and 2.3.1
	for status, win32 := range map[smbwire.Status]uint16{0xC00000CC: 67, 0xC0000034: 2, 0xC000003A: 3, 0xC0000022: 5, 0xC000006D: 1326, 0xC0000043: 32, 0xC00000C9: 64} {
		if got, ok := status.Win32(); !ok || got != win32 {
			t.Errorf("%v becomes %d, want %d", status, got, win32)
		}
	}
	if _, ok := smbwire.Status(0xC0001234).Win32(); ok || smbwire.Status(0xC0001234).String() != "NTSTATUS 0xC0001234" {
		t.Error("a status without a line has one")
	}
}

func FuzzHeader(f *testing.F) {
	f.Add(read())
	f.Add(answer(smbwire.StatusSuccess))
	f.Add([]byte{0xFE, 'S', 'M', 'B'})
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := smbwire.ParseHeader(b)
		if err != nil {
			if !errors.Is(err, smbwire.ErrMalformed) {
				t.Errorf("%v is no ErrMalformed", err)
			}
			return
		}
		again, err := smbwire.ParseHeader(h.Append(nil))
		h.Flags &^= smbwire.FlagAsync
		if err != nil || again != h {
			t.Errorf("%+v is read again as %+v, %v", h, again, err)
		}
	})
}

// FuzzTap lets anything pass in both directions: the tap changes no byte and never
// panics.
func FuzzTap(f *testing.F) {
	f.Add(smbwire.AppendFrame(nil, read()), smbwire.AppendFrame(nil, answer(smbwire.StatusSuccess)))
	f.Add([]byte{0, 0, 0, 0}, []byte{0xFF, 0xFF, 0xFF, 0xFF, 1})
	f.Fuzz(func(t *testing.T, request, reply []byte) {
		conn := &memory{in: bytes.NewReader(reply)}
		tap := smbwire.NewTap(conn, smbwire.Options{Recorder: transcript.New(transcript.Options{}), Node: "client"})
		_, _ = tap.Write(request)
		got, err := io.ReadAll(tap)
		if err != nil || !bytes.Equal(got, reply) || !bytes.Equal(conn.out.Bytes(), request) {
			t.Errorf("bytes changed: %v", err)
		}
		_, _ = smbwire.ReadFrame(bytes.NewReader(reply), 1<<10)
	})
}

// memory is a connection that is not one.
type memory struct {
	net.Conn
	in  *bytes.Reader
	out bytes.Buffer
}

func (m *memory) Read(b []byte) (int, error)  { return m.in.Read(b) }
func (m *memory) Write(b []byte) (int, error) { return m.out.Write(b) }
