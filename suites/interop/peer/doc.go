// Package peer starts the real programs that the interop suite meets: squid with
// its helpers, samba's winbindd and smbd as a logon verifier and a file server, MIT's krb5kdc, Apache,
// nginx, and curl. Each runs from a private folder on free loopback ports, in a
// process group of its own that ends with Stop, and also when the test process dies
// without it.
//
// It knows nothing of the simulated PC or of the fakes. Programs that are not
// installed, or that do not come up, are errors that begin with their name.
// It runs on Linux, as root, because winbindd's socket is at a fixed place
// that only root may make.
//
//	smb, err := peer.StartSamba(peer.PermitAll, peer.Account{User: "alice", Password: "pw"})
//	defer smb.Stop()
//	proxy, err := peer.StartSquid(peer.BySamba(smb))
//	defer proxy.Stop()
package peer
