// Package wsus is an update server of the Windows Update Services Client-Server
// Protocol: it holds a catalogue of updates, groups of computers and approvals, answers
// the three web services, gives out cookies that expire, and collects the events that
// clients report. It serves metadata only; the files of updates are served by the
// fakeserver that it is a route of, at the places that [Server.ContentPath] tells.
//
//	server, err := wsus.New(wsus.Config{Updates: catalogue, Approvals: approvals})
//	origin, err := fakeserver.New(fakeserver.Config{Routes: server.Routes(), Files: server.Files()})
//
// Modelled documents: MS-WUSP 2.2.2, 3.1.1 and 3.1.5 with product notes 11, 12, 50-57.
// What an encrypted cookie holds is each server's own (MS-WUSP 2.2.3.5).
package wsus
