package kdc_test

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/types"

	"github.com/wualab/wualab/auth/negotiate/kdc"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
)

const (
	realmName = "LAB.EXAMPLE"
	spn       = "HTTP/proxy.lab.example"
)

// cache writes a credential cache of format 4, as MIT Kerberos documents it.
type cache []byte

func (c *cache) number(v int)   { *c = binary.BigEndian.AppendUint32(*c, uint32(v)) }
func (c *cache) bytes(b []byte) { c.number(len(b)); *c = append(*c, b...) }

func (c *cache) principal(p types.PrincipalName) {
	c.number(int(p.NameType))
	c.number(len(p.NameString))
	c.bytes([]byte(realmName))
	for _, part := range p.NameString {
		c.bytes([]byte(part))
	}
}

func (c *cache) credential(t *testing.T, ticket *kerberos.Ticket) {
	t.Helper()
	raw, err := ticket.Ticket.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	c.principal(ticket.Client)
	c.principal(ticket.Ticket.SName)
	*c = binary.BigEndian.AppendUint16(*c, uint16(ticket.SessionKey.KeyType))
	c.bytes(ticket.SessionKey.KeyValue)
	now := int(time.Now().Unix())
	for _, at := range []int{now - 60, now - 60, now + 3600, now + 3600} {
		c.number(at)
	}
	*c = append(*c, 0)
	for range 3 { // flags, addresses, authorization data
		c.number(0)
	}
	c.bytes(raw)
	c.bytes(nil)
}

// write puts a file where the test's others are.
func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// krb5conf names a KDC at a port where nobody listens.
func krb5conf(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return write(t, "krb5.conf", fmt.Appendf(nil, "[libdefaults]\n default_realm = %s\n dns_lookup_kdc = false\n udp_preference_limit = 1\n"+
		"[realms]\n %[1]s = {\n  kdc = %s\n }\n", realmName, l.Addr()))
}

func TestTicketsOfACache(t *testing.T) {
	r, err := realm.New(realm.Config{Name: realmName, Rand: rand.Reader, Now: time.Now, EType: kerberos.AES256})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.AddUser("alice", "pw"); err != nil {
		t.Fatal(err)
	}
	file := cache{5, 4, 0, 0}
	for i, name := range []string{"krbtgt/" + realmName, spn} {
		if err := r.AddService(name); err != nil {
			t.Fatal(err)
		}
		ticket, err := r.Login("alice", "pw", realm.Faults{}).Ticket(name)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			file.principal(ticket.Client)
		}
		file.credential(t, ticket)
	}
	s, err := kdc.New(kdc.Config{Krb5Conf: krb5conf(t), CCache: write(t, "cc", file)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ticket, err := s.Ticket(spn)
	if err != nil {
		t.Fatal(err)
	}
	checkTicket(t, r, ticket)
	if _, err := s.Ticket("HTTP/other"); err == nil || !strings.HasPrefix(err.Error(), "kdc: getting a ticket for HTTP/other: ") {
		t.Errorf("a ticket that is not in the cache: %v", err)
	}
}

func checkTicket(t *testing.T, r *realm.Realm, ticket *kerberos.Ticket) {
	t.Helper()
	service, err := kerberos.NewService(kerberos.ServiceConfig{Keytab: r.Keytab(), Rand: rand.Reader, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	token, exchange, err := ticket.Request(kerberos.RequestOptions{Rand: rand.Reader, Now: time.Now, Mutual: true})
	if err != nil {
		t.Fatal(err)
	}
	result := service.Accept(token)
	if !result.OK || result.Client != "alice" || result.Realm != realmName {
		t.Errorf("%+v", result)
	}
	if err := exchange.Finish(result.Token); err != nil {
		t.Error(err)
	}
}

func TestNobodyAnswers(t *testing.T) {
	keys := keytab.New()
	if err := keys.AddEntry("alice", realmName, "pw", time.Now(), 1, int32(kerberos.AES256)); err != nil {
		t.Fatal(err)
	}
	raw, err := keys.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for name, cfg := range map[string]kdc.Config{
		"password": {Principal: "alice", Password: "pw"},
		"keytab":   {Principal: "alice@" + realmName, Keytab: write(t, "keytab", raw)},
	} {
		cfg.Krb5Conf = krb5conf(t)
		s, err := kdc.New(cfg)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, err = s.Ticket(spn)
		if err == nil || !strings.HasPrefix(err.Error(), "kdc: logging in as alice: ") {
			t.Errorf("%s: %v", name, err)
		}
		s.Close()
	}
}

func TestConfigErrors(t *testing.T) {
	conf := krb5conf(t)
	bad := write(t, "bad", []byte("x"))
	noTGT := write(t, "empty", cache{5, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})
	cut := write(t, "cut", cache{5})
	for problem, cfg := range map[string]kdc.Config{
		"kdc: no krb5.conf is given": {Principal: "alice", Password: "pw"},
		"kdc: one of password, keytab and credential cache is wanted, 0 are given": {Krb5Conf: conf, Principal: "alice"},
		"kdc: one of password, keytab and credential cache is wanted, 2 are given": {Krb5Conf: conf, Principal: "alice", Password: "pw", CCache: "x"},
		"kdc: no principal is given":                {Krb5Conf: conf, Password: "pw"},
		"kdc: reading " + bad + ".kt: ":             {Krb5Conf: conf, Principal: "alice", Keytab: bad + ".kt"},
		"kdc: reading " + bad + ".cc: ":             {Krb5Conf: conf, CCache: bad + ".cc"},
		"kdc: reading " + bad + ": ":                {Krb5Conf: conf, Principal: "alice", Keytab: bad},
		"kdc: reading " + noTGT + ": TGT not found": {Krb5Conf: conf, CCache: noTGT},
		"kdc: reading " + cut + ": its form":        {Krb5Conf: conf, CCache: cut},
	} {
		if _, err := kdc.New(cfg); err == nil || !strings.HasPrefix(err.Error(), problem) {
			t.Errorf("%s: %v", problem, err)
		}
	}
}
