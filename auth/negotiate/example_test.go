package negotiate_test

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
)

// A login by Kerberos without any key distribution centre.
func Example() {
	lab, _ := realm.New(realm.Config{Name: "LAB.EXAMPLE", Rand: rand.Reader, Now: time.Now})
	_ = lab.AddUser("alice", "pw")
	_ = lab.AddService("HTTP/proxy.lab.example")
	service, _ := kerberos.NewService(kerberos.ServiceConfig{Keytab: lab.Keytab(), Rand: rand.Reader, Now: time.Now})
	acceptor, _ := negotiate.NewAcceptor(negotiate.AcceptorConfig{Kerberos: service})

	client, _ := negotiate.NewClient(negotiate.ClientConfig{
		SPN: "HTTP/proxy.lab.example", Mutual: true, Rand: rand.Reader, Now: time.Now,
		Kerberos: lab.Login("alice", "pw", realm.Faults{}),
	})
	token, _, _ := client.Next(nil)
	step := acceptor.NewSession().Accept(token)
	fmt.Println(step.OK, step.Account())
	fmt.Println(client.Finish(step.Token))
	fmt.Println(client.Choice())
	// Output:
	// true alice@LAB.EXAMPLE
	// <nil>
	// Kerberos A ticket for HTTP/proxy.lab.example can be had.
}
