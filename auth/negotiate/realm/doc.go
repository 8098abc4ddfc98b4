// Package realm is a Kerberos realm in process: users, services and the tickets that
// a domain controller would give them, without a key distribution centre, a socket or
// any set-up.
//
// It stands beside auth/negotiate/kdc, which asks a real one, and below whoever
// builds a simulated domain. It models what RFC 4120 3.1 and 3.3 (the AS and TGS
// exchanges) end with, not their messages: a ticket or an error. Tickets hold no PAC.
// The same clock and random source give the same tickets, byte for byte.
//
//	r, err := realm.New(realm.Config{Name: "LAB.EXAMPLE", Rand: rand, Now: now})
//	err = r.AddUser("alice", "pw")
//	err = r.AddService("HTTP/proxy.lab.example")
//	service, err := kerberos.NewService(kerberos.ServiceConfig{Keytab: r.Keytab(), Rand: rand, Now: now})
//	tickets := r.Login("alice", "pw", realm.Faults{})
//	ticket, err := tickets.Ticket("HTTP/proxy.lab.example")
package realm
