package realm_test

import (
	"errors"
	"io"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
)

func TestRealm(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "realm")
}

const spn = "HTTP/proxy.lab.example"

var noon = time.Date(2004, 3, 1, 12, 0, 0, 0, time.UTC)

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

type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func newRealm(edit ...func(*realm.Config)) *realm.Realm {
	GinkgoHelper()
	cfg := realm.Config{Name: "LAB.EXAMPLE", Rand: new(counter), Now: atNoon}
	for _, e := range edit {
		e(&cfg)
	}
	r, err := realm.New(cfg)
	Expect(err).NotTo(HaveOccurred())
	Expect(r.AddUser("Alice", "pw")).To(Succeed())
	Expect(r.AddService(spn)).To(Succeed())
	return r
}

func accept(r *realm.Realm, t *kerberos.Ticket) (kerberos.Result, []byte) {
	GinkgoHelper()
	s, err := kerberos.NewService(kerberos.ServiceConfig{Keytab: r.Keytab(), Rand: new(counter), Now: atNoon})
	Expect(err).NotTo(HaveOccurred())
	token, _, err := t.Request(kerberos.RequestOptions{Rand: new(counter), Now: atNoon})
	Expect(err).NotTo(HaveOccurred())
	return s.Accept(token), token
}

var _ = Describe("a realm", func() {
	It("gives tickets that its services take, whatever the case of names", func() {
		r := newRealm()
		Expect(r.Name()).To(Equal("LAB.EXAMPLE"))
		t, err := r.Login("aLICE", "pw", realm.Faults{}).Ticket("http/PROXY.lab.example")
		Expect(err).NotTo(HaveOccurred())
		result, _ := accept(r, t)
		Expect(result.OK).To(BeTrue())
		Expect(result.Client).To(Equal("Alice"))
		Expect(result.Service).To(Equal(spn))
		Expect(result.EType).To(Equal(kerberos.RC4HMAC))
	})

	It("uses the encryption type that it is told", func() {
		r := newRealm(func(c *realm.Config) { c.EType = kerberos.AES128 })
		t, err := r.Login("alice", "pw", realm.Faults{}).Ticket(spn)
		Expect(err).NotTo(HaveOccurred())
		result, _ := accept(r, t)
		Expect(result.OK).To(BeTrue())
		Expect(result.EType).To(Equal(kerberos.AES128))
	})

	It("makes tickets as large as a PAC does", func() {
		sizes := map[int]int{}
		for _, padding := range []int{0, 10000} {
			r := newRealm(func(c *realm.Config) { c.Padding = padding })
			t, err := r.Login("alice", "pw", realm.Faults{}).Ticket(spn)
			Expect(err).NotTo(HaveOccurred())
			result, token := accept(r, t)
			Expect(result.OK).To(BeTrue())
			sizes[padding] = len(token)
		}
		Expect(sizes[10000] - sizes[0]).To(BeNumerically("~", 10000, 100))
	})

	It("gives tickets that end", func() {
		for life, age := range map[time.Duration]time.Duration{0: 11 * time.Hour, time.Hour: 2 * time.Hour} {
			r := newRealm(func(c *realm.Config) { c.Lifetime = life })
			t, err := r.Login("alice", "pw", realm.Faults{Age: age}).Ticket(spn)
			Expect(err).NotTo(HaveOccurred())
			result, _ := accept(r, t)
			Expect(result.Code()).To(Equal(kerberos.TicketExpired))
			t, err = r.Login("alice", "pw", realm.Faults{Age: age - time.Hour}).Ticket(spn)
			Expect(err).NotTo(HaveOccurred())
			result, _ = accept(r, t)
			Expect(result.OK).To(BeTrue())
		}
	})

	DescribeTable("gives no ticket",
		func(user, password, service string, faults realm.Faults, code kerberos.ErrorCode) {
			r := newRealm()
			Expect(r.AddUser("locked", "pw")).To(Succeed())
			Expect(r.RefuseUser("LOCKED", kerberos.ClientRevoked)).To(Succeed())
			_, err := r.Login(user, password, faults).Ticket(service)
			var refused *kerberos.Error
			Expect(errors.As(err, &refused)).To(BeTrue(), "%v", err)
			Expect(refused.Code).To(Equal(code))
		},
		Entry("to a stranger", "bob", "pw", spn, realm.Faults{}, kerberos.ClientUnknown),
		Entry("for a wrong password", "alice", "PW", spn, realm.Faults{}, kerberos.PreauthFailed),
		Entry("to who is refused, even with a wrong password", "locked", "x", spn, realm.Faults{}, kerberos.ClientRevoked),
		Entry("for an unknown service", "alice", "pw", "HTTP/other", realm.Faults{}, kerberos.ServiceUnknown),
		Entry("for a service that the script takes away", "alice", "pw", spn,
			realm.Faults{NoTicket: []string{"x/y", "HTTP/PROXY.LAB.EXAMPLE"}}, kerberos.ServiceUnknown),
	)

	It("forgives and forgets", func() {
		r := newRealm()
		Expect(r.RefuseUser("alice", kerberos.KeyExpired)).To(Succeed())
		Expect(r.RefuseUser("alice", 0)).To(Succeed())
		_, err := r.Login("alice", "pw", realm.Faults{}).Ticket(spn)
		Expect(err).NotTo(HaveOccurred())
		Expect(r.AddUser("alice", "new")).To(Succeed())
		_, err = r.Login("alice", "pw", realm.Faults{}).Ticket(spn)
		Expect(err).To(MatchError("kerberos: KDC_ERR_PREAUTH_FAILED (24): the password of alice is wrong"))
	})

	It("keeps keytabs that were given out as they were", func() {
		r := newRealm()
		kt := r.Keytab()
		Expect(r.AddService("HTTP/other")).To(Succeed())
		Expect(kt.Entries).To(HaveLen(1))
		Expect(r.Keytab().Entries).To(HaveLen(2))
		Expect(r.Keytab().Entries[0].Key).NotTo(Equal(r.Keytab().Entries[1].Key))
	})

	It("refuses names that are none", func() {
		r := newRealm()
		for _, name := range []string{"", "a/b", "a@b", `LAB\a`} {
			Expect(r.AddUser(name, "x")).To(MatchError(ContainSubstring("is no user name")), name)
		}
		for _, name := range []string{"", "HTTP", "HTTP/", "/host", "HTTP/a@B"} {
			Expect(r.AddService(name)).To(MatchError(ContainSubstring("is no service name")), name)
		}
		Expect(r.AddService("http/Proxy.lab.example")).To(MatchError(ContainSubstring("there is a service")))
		Expect(r.RefuseUser("bob", kerberos.ClientRevoked)).To(MatchError(`realm: no user "bob"`))
	})

	DescribeTable("is told by configuration errors",
		func(cfg realm.Config, problem string) {
			_, err := realm.New(cfg)
			Expect(err).To(MatchError(problem))
		},
		Entry("no name", realm.Config{Rand: empty{}, Now: atNoon}, "realm: the realm has no name"),
		Entry("no clock", realm.Config{Name: "X", Rand: empty{}}, "realm: the realm needs a random source and a clock"),
		Entry("no random source", realm.Config{Name: "X", Now: atNoon}, "realm: the realm needs a random source and a clock"),
		Entry("negative life time", realm.Config{Name: "X", Rand: empty{}, Now: atNoon, Lifetime: -1}, "realm: life time and padding can't be negative"),
	)

	It("passes on the errors of its random source and of its encryption type", func() {
		r, err := realm.New(realm.Config{Name: "X", Rand: empty{}, Now: atNoon})
		Expect(err).NotTo(HaveOccurred())
		Expect(r.AddService("a/b")).To(MatchError(io.ErrUnexpectedEOF))
		r, err = realm.New(realm.Config{Name: "X", Rand: new(counter), Now: atNoon, EType: 99})
		Expect(err).NotTo(HaveOccurred())
		Expect(r.AddService("a/b")).To(MatchError(ContainSubstring("making a key for a/b")))
	})
})
