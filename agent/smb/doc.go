// Package smb is the file-share redirector of a simulated PC (LanmanWorkstation): it
// opens files of shares by their UNC names, for reading or for writing, with the logon
// credentials of the account that asks.
//
// It stands on agent/machine (who is logged on, LmCompatibilityLevel, host names),
// auth/ntlm (the login) and a library client for the protocol (MS-SMB2); agent/bits
// uses it for remote names such as \\server\share\path\file. Each open file has a
// connection of its own, to port 445 of the server as the PC's host names lead there.
//
// Dialects are SMB 2.0.2 to 3.1.1, whatever the modelled Windows version: Windows XP
// and Server 2003 spoke SMB 1, which is not spoken here. The login is NTLM in SPNEGO
// at the PC's own LmCompatibilityLevel; Kerberos is not used. What matters to a
// transfer is the same: which account asks, what the server answers, size, time,
// ranges, and how each failure looks to the program.
//
//	c := smb.New(smb.Config{Machine: pc, Clock: clk, Dial: dial})
//	f, err := c.Open(ctx, hold, owner, name, link.Background)
//	n, err := f.ReadAt(ctx, hold, buffer, offset)
//	err = f.Close(ctx, hold)
//
// An upload goes to a Target, which Client.Upload opens; Publish gives it its time and
// its name.
//
// Failures are *Error with the Win32 error that a program sees.
package smb
