// Package interop holds the specs in which real programs meet the product, in both
// directions: curl and Azure's go-ntlmssp log in to the fake proxy and the fake
// server, and the simulated PC logs in to squid with its helpers and with samba's
// verifier, and to Apache with gss-ntlmssp, with tickets of MIT's krb5kdc and with
// Digest, and downloads from nginx; and the command wualab is used as people use it:
// serve with curl, wget, aria2 and Python's urllib as clients, probe at nginx and squid.
// They prove that what the fakes and the agent
// agree upon with each other is also what others understand.
//
// The specs need the build tag interop and, on Debian, the programs that
// install.sh installs; "make interop" does both. A program that is missing or
// does not come up fails the run with its name. All sockets are on loopback.
package interop
