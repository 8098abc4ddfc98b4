package bitsupload_test

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/bitsupload"
)

// A server that takes uploads at /upload/ and loses the session once. A client, here
// played by hand, opens another and begins again.
func Example() {
	up, err := bitsupload.New(bitsupload.Config{
		Path:   "/upload/",
		Faults: []bitsupload.Fault{{Kind: bitsupload.LoseSession}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	origin, err := fakeserver.New(fakeserver.Config{Routes: []fakeserver.Route{{Path: "/upload/", Handler: up}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer origin.Close()

	send := func(p bitsupload.Packet, body string) bitsupload.Ack {
		p.Length = int64(len(body))
		req, _ := http.NewRequest(bitsupload.Verb, origin.URL("/upload/report.xml"), strings.NewReader(body))
		req.Header = p.Header()
		req.TransferEncoding = []string{"identity"} // has net/http write Content-Length: 0
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			fmt.Println(err)
			return bitsupload.Ack{}
		}
		defer resp.Body.Close()
		ack, err := bitsupload.ParseAck(resp.StatusCode, resp.Header)
		if err != nil {
			fmt.Println(err)
		}
		return ack
	}
	for range 2 {
		session := send(bitsupload.Packet{Type: bitsupload.CreateSession, Protocols: []string{bitsupload.Protocol15}}, "").SessionID
		ack := send(bitsupload.Packet{Type: bitsupload.Fragment, SessionID: session, Range: bitsupload.ContentRange{End: 8, Total: 8}}, "<report>")
		fmt.Println(ack.Status, ack.Error.Describe(), ack.Received)
	}
	data, err := up.File("report.xml")
	fmt.Printf("%s %v\n", data, err)
	// Output:
	// 500 BG_E_SESSION_NOT_FOUND (0x8020001F) 0
	// 200 S_OK (0x00000000) 8
	// <report> <nil>
}
