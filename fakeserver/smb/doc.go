// Package smb is a fake file server: shares whose files can be read, and written where
// the share says so, over SMB2, with a login by NTLM, and with faults that a scenario asks for, such as a status in place
// of an answer or a connection that breaks after so many bytes.
//
// It stands beside fakeserver, whose files it can serve under a share's name as a
// distribution point does that offers one folder over HTTP and SMB. auth/negotiate and
// auth/ntlm judge the logins. It models MS-SMB2 with the dialects 2.0.2 and 2.1: what
// a client needs to log on, list a folder, and open, read, write, rename, delete and
// query a file, each message signed when the client signs. It makes no folders, grants
// no oplocks, has no share modes, and does not encrypt; what it does not know it refuses
// as a real server does, STATUS_NOT_SUPPORTED. What clients write is kept in memory and
// seen by all clients of the share, not by those of fakeserver.
//
//	s, err := smb.New(smb.Config{Name: "dp1", Accounts: accounts, Shares: map[string]smb.Share{
//		"packages": {Files: files}}})
//	defer s.Close()
//	... s.Addr()              // where \\dp1\packages\... leads
package smb
