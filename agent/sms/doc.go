// Package sms is the Advanced Client of SMS 2003 on the simulated PC: it asks the
// management point of its site for policy, finds out where the packages of its
// advertisements are, downloads them by BITS from a distribution point, or copies them
// from its share, compares the hash of what came, runs the program and reports.
//
// It stands above agent/bits, which carries policy and packages, agent/winhttp, whose
// requests carry its messages and listings, and agent/smb. It knows nothing of
// agent/wua.
//
//	client, err := sms.New(sms.Config{Machine: pc, HTTP: http, BITS: bits, SMB: files, Clock: clk, ...})
//	err = client.Poll(ctx, hold)      // policy
//	err = client.Evaluate(ctx, hold)  // what is due: locate, download, run, report
//	a, ok := client.Advertisement("LAB20000")
//
// What its components did stands in Logs, in the form of their log files.
//
// Modelled documents: those of smswire; KB 907979 (hash mismatch, and lines of the
// logs); "About BITS-Enabled Distribution Points", "How a client chooses a
// Distribution Point", "Retry Behavior for Distribution Points" (Configuration Manager
// 2007); the class CCM_SoftwareDistributionClientConfig (exit codes and retries);
// KB 263700 (programs that ask for a restart). What none of them settles says
// "Assumed:"; of what SMS 2003 itself sends little is public.
package sms
