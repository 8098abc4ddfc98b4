// Package bits is the Background Intelligent Transfer Service of a simulated
// PC: its queue of jobs, their files, states and errors, and the download of
// files over the modelled WinHTTP.
//
// It stands on agent/machine (which BITS version is installed, who is logged
// on, what the registry says), agent/winhttp (the wire) and auth/credrule
// (may logon credentials be sent). The names are those of the
// IBackgroundCopy* interfaces. It models the BITS documentation (Life Cycle
// of a BITS Job, HTTP Requirements, Authentication, the interface reference),
// MC-BUP 3.6 (the download client) and KB 842309.
//
// The calls most users need:
//
//	m := bits.New(bits.Config{Machine: pc, HTTP: client, Clock: clk, Dir: dir})
//	job, err := m.CreateJob("update", bits.Download, owner)
//	err = job.AddFile("http://origin/update.cab", `C:\update.cab`)
//	err = job.Resume()
//	state, err := job.Wait(ctx, hold, bits.Transferred, bits.Error)
//
// Everything here is safe for concurrent use. Failures of calls are
// *hresult.Error with the code that the real interface returns.
package bits
