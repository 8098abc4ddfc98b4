// Package bitsupload is a fake of the BITS server extension for IIS: the server's
// half of the BITS Upload Protocol (MC-BUP), with the properties that an
// administrator sets on a virtual directory, the notification of a server
// application, and faults on demand. It is one handler among those that fakeserver
// mounts, and stands under net/http alone as well.
//
//	up, err := bitsupload.New(bitsupload.Config{Path: "/upload/", Clock: clk})
//	origin, err := fakeserver.New(fakeserver.Config{
//		Routes: []fakeserver.Route{{Path: "/upload/", Handler: up}},
//	})
//	...                                  // a client uploads to /upload/report.xml
//	data, err := up.File("report.xml")   // what arrived
//
// It follows MC-BUP 2.2 and 3.2, and the BITS documentation (BITS Upload Protocol,
// BITS IIS Extension Properties, Notification Protocol for Server Applications)
// where that says more. The two disagree on the name of the error header and on
// some statuses; Profile chooses. What neither settles is marked "Assumed:".
//
// The codec of the packets, [ParsePacket], [Packet.Header], [ParseAck] and
// [Ack.Header], is pure and goes both ways, so that a test can play the client.
// [Refusals] is the table of everything that the server refuses.
package bitsupload
