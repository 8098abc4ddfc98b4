// Package kerberos is both sides of a Kerberos login to a service as bytes in and
// bytes out: the AP-REQ that a client makes from a service ticket, the acceptor that
// judges it with a keytab, and the AP-REP with which the service proves itself.
//
// It stands below auth/negotiate, which carries its tokens in SPNEGO. Tickets come
// from auth/negotiate/realm, which mints them in process, or auth/negotiate/kdc,
// which asks a real key distribution centre. It models RFC 4120 (Kerberos V5), RFC
// 4121 4.1 (the frame of its tokens), RFC 3962 and RFC 4757 (AES and RC4-HMAC).
//
// Keys, tickets and message types are those of gokrb5. Its own service half is not
// used: it reads the machine's clock, keeps one replay cache for the whole process
// and can't answer with an AP-REP. Here clock and random source are arguments, so
// that with AES and RC4-HMAC the same ones give the same bytes.
//
//	token, exchange, err := ticket.Request(kerberos.RequestOptions{Rand: r, Now: now, Mutual: true})
//	result := service.Accept(token)
//	err = exchange.Finish(result.Token)
package kerberos
