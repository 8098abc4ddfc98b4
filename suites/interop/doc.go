// Package interop holds the specs in which real programs meet the product:
// curl against the fake proxy and the fake server, and the simulated PC against
// squid with samba's verifier and against nginx. They prove that what the fakes
// and the agent agree upon with each other is also what others understand.
//
// The specs need the build tag interop and, on Debian, the programs that
// install.sh installs; "make interop" does both. A program that is missing or
// does not come up fails the run with its name. All sockets are on loopback.
package interop
