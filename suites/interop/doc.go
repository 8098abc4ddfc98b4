// Package interop holds the specs in which real programs meet the product, in both
// directions: curl and Azure's go-ntlmssp log in to the fake proxy and the fake
// server, and the simulated PC logs in to squid with its helpers and with samba's
// verifier, and to Apache with gss-ntlmssp, with tickets of MIT's krb5kdc and with
// Digest, and downloads from nginx; and the command wualab is used as people use it:
// serve with curl, wget, aria2 and Python's urllib as clients, probe at nginx and squid.
// The update server is met by zeep, a SOAP toolkit for Python, whose client does the
// round of an agent; the simulated agent meets no update server of others, since none is
// in Debian, a Go module or an npm package (looked for: pywsus and wsuks, which are in
// Python's registry and on their authors' sites alone, wsus-rs, and Microsoft's
// update-server-server-sync, which needs .NET).
// They prove that what the fakes and the agent
// agree upon with each other is also what others understand.
//
// The specs need the build tag interop and, on Debian, the programs that
// install.sh installs; "make interop" does both. A program that is missing or
// does not come up fails the run with its name. All sockets are on loopback.
package interop
