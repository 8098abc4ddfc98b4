package smswire

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strings"

	"github.com/wualab/wualab/boundedxml"
)

// Method and RequestPath are how messages get to a management point.
const (
	Method      = "CCM_POST"
	RequestPath = "/ccm_system/request"
)

// The endpoints of a management point that messages are for. Assumed: the last one; the
// others are named by the SDK.
const (
	PolicyManager   = "MP_PolicyManager"
	LocationManager = "MP_LocationManager"
	StatusManager   = "MP_StatusManager"
)

// Message is what is posted, and what is answered.
type Message struct {
	ID             string // {GUID}
	CorrelationID  string // of an answer: the ID that it answers
	SourceID       string // the client's ID, GUID:...
	SourceHost     string
	TargetHost     string
	TargetEndpoint string // PolicyManager, ...
	ReplyTo        string
	SentTime       string // 2004-08-06T09:00:00Z
	Body           []byte // XML as UTF-8
}

// header is the first part of a message.
type header struct {
	XMLName        xml.Name `xml:"Msg"`
	SchemaVersion  string   `xml:"SchemaVersion,attr"`
	ID             string   `xml:"ID"`
	SourceID       string   `xml:"SourceID"`
	SourceHost     string   `xml:"SourceHost"`
	TargetAddress  string   `xml:"TargetAddress"`
	ReplyTo        string   `xml:"ReplyTo"`
	CorrelationID  string   `xml:"CorrelationID"`
	TargetHost     string   `xml:"TargetHost"`
	TargetEndpoint string   `xml:"TargetEndpoint"`
	ReplyMode      string   `xml:"ReplyMode"`
	Protocol       string   `xml:"Protocol"`
	SentTime       string   `xml:"SentTime"`
	Body           struct {
		Type   string `xml:"Type,attr"`
		Offset int    `xml:"Offset,attr"`
		Length int    `xml:"Length,attr"`
	} `xml:"Body"`
	Hooks   struct{} `xml:"Hooks"`
	Payload struct {
		Type string `xml:"Type,attr"`
	} `xml:"Payload"`
}

// boundary parts header and body, as public traces show it.
const boundary = "aAbBcCdDv1234567890VxXyYzZ"

const partType = "text/plain; charset=UTF-16"

// Write gives a message as the body of a request or answer, and its Content-Type.
func Write(m Message) (contentType string, body []byte) {
	text := encode16(m.Body, false, true)
	h := header{SchemaVersion: "1.1", ID: m.ID, SourceID: m.SourceID, SourceHost: m.SourceHost, TargetAddress: "mp:[http]" + m.TargetEndpoint,
		ReplyTo: m.ReplyTo, CorrelationID: m.CorrelationID, TargetHost: m.TargetHost, TargetEndpoint: m.TargetEndpoint, ReplyMode: "Sync", Protocol: "http", SentTime: m.SentTime}
	h.Body.Type, h.Body.Length, h.Payload.Type = "ByteRange", len(text), "inline"
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	_ = w.SetBoundary(boundary) // a good one
	for _, part := range [][]byte{encode16(write(h), true, false), text} {
		p, _ := w.CreatePart(textproto.MIMEHeader{"Content-Type": {partType}}) // a buffer takes all
		_, _ = p.Write(part)
	}
	_ = w.Close()
	return fmt.Sprintf("multipart/mixed; boundary=%q", boundary), out.Bytes()
}

// Read takes a message apart. Its error says what is wrong and in which part.
func Read(contentType string, body []byte, limits boundedxml.Limits) (Message, error) {
	media, params, err := mime.ParseMediaType(contentType)
	switch {
	case err != nil:
		return Message{}, fmt.Errorf("message: Content-Type %q: %w", contentType, err)
	case media != "multipart/mixed" || params["boundary"] == "":
		return Message{}, fmt.Errorf("message: Content-Type %q: want multipart/mixed with a boundary", contentType)
	}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	head, err := nextPart(r)
	if err != nil {
		return Message{}, fmt.Errorf("message: header: %w", err)
	}
	text, err := decode16(head)
	if err != nil {
		return Message{}, fmt.Errorf("message: header: %w", err)
	}
	var h header
	if err := read("message: header", text, limits, &h); err != nil {
		return Message{}, err
	}
	m := Message{ID: h.ID, CorrelationID: h.CorrelationID, SourceID: h.SourceID, SourceHost: h.SourceHost, TargetHost: h.TargetHost,
		TargetEndpoint: h.TargetEndpoint, ReplyTo: h.ReplyTo, SentTime: h.SentTime}
	part, err := nextPart(r)
	if err != nil {
		return Message{}, fmt.Errorf("message: body: %w", err)
	}
	if m.Body, err = cut(part, h.Body.Offset, h.Body.Length); err != nil {
		return Message{}, fmt.Errorf("message: body: %w", err)
	}
	return m, nil
}

// nextPart gives the next part, which must be there.
func nextPart(r *multipart.Reader) ([]byte, error) {
	p, err := r.NextRawPart()
	if err == io.EOF {
		return nil, errors.New("it is missing")
	}
	if err != nil {
		return nil, err
	}
	if t := p.Header.Get("Content-Type"); !strings.HasPrefix(strings.ToLower(t), "text/plain") {
		return nil, fmt.Errorf("its Content-Type is %q; only text/plain is read, without compression", t)
	}
	return io.ReadAll(p)
}

// cut gives the stretch of a part that the header names, as UTF-8.
func cut(part []byte, offset, length int) ([]byte, error) {
	if offset < 0 || length < 0 || offset > len(part) || length > len(part)-offset {
		return nil, fmt.Errorf("the header names %d bytes from %d on, and there are %d", length, offset, len(part))
	}
	return decode16(part[offset : offset+length])
}
