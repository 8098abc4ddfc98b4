package kerberos_test

import (
	"encoding/hex"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/jcmturner/gokrb5/v8/keytab"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
)

func TestKerberos(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "kerberos")
}

const (
	realm = "LAB.EXAMPLE"
	spn   = "HTTP/proxy.lab.example"
)

var noon = time.Date(2004, 3, 1, 12, 0, 0, 123456000, time.UTC)

func atNoon() time.Time { return noon }

// counter is a random source that counts.
type counter byte

func (c *counter) Read(b []byte) (int, error) {
	for i := range b {
		*c++
		b[i] = byte(*c)
	}
	return len(b), nil
}

// after is a random source that fails after n bytes.
type after int

func (a *after) Read(b []byte) (int, error) {
	if int(*a) < len(b) {
		return 0, io.ErrUnexpectedEOF
	}
	*a -= after(len(b))
	return len(b), nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func fixture(name string) []byte {
	text := must(os.ReadFile("testdata/" + name))
	return must(hex.DecodeString(strings.Join(strings.Fields(string(text)), "")))
}

// site is one service with its key and a ticket for it.
type site struct {
	keytab *keytab.Keytab
	ticket kerberos.TicketConfig
}

func newSite(etype kerberos.EType) site {
	kt := keytab.New()
	if err := kt.AddEntry(spn, realm, "secret", noon, 3, int32(etype)); err != nil {
		panic(err)
	}
	return site{kt, kerberos.TicketConfig{
		Client: "alice", Realm: realm, SPN: spn, ServiceKey: kt.Entries[0].Key, KeyVersion: 3,
		SessionEType: etype, Start: noon.Add(-time.Minute), End: noon.Add(time.Hour), Rand: new(counter),
	}}
}

func (s site) service(edit ...func(*kerberos.ServiceConfig)) *kerberos.Service {
	cfg := kerberos.ServiceConfig{Keytab: s.keytab, Rand: new(counter), Now: atNoon}
	for _, e := range edit {
		e(&cfg)
	}
	return must(kerberos.NewService(cfg))
}

func request(t *kerberos.Ticket, mutual bool) ([]byte, *kerberos.Exchange) {
	GinkgoHelper()
	token, exchange, err := t.Request(kerberos.RequestOptions{Rand: new(counter), Now: atNoon, Mutual: mutual})
	Expect(err).NotTo(HaveOccurred())
	return token, exchange
}
