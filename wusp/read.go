package wusp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/wualab/wualab/boundedxml"
)

// Kind is what is wrong with a body.
type Kind int

// The kinds of errors.
const (
	BadXML      Kind = iota // not well-formed, or what this package refuses
	BadEnvelope             // not an envelope of SOAP 1.1 with one message
	BadVersion              // an envelope of another version of SOAP
	BadHeader               // a header that must be understood
	BadMessage              // another message than is wanted, or a value that does not fit
	TooLarge                // more than the limit
)

// Error says what is wrong with a body, and where.
type Error struct {
	Kind         Kind
	Line, Column int // from 1; 0 when the place is not known
	What         string
}

// Error gives "line:column: what".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.What
	}
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.What)
}

// ReadRequest reads the body of a request: a pointer to one of the structs that
// [Operations] makes. Elements that the schema does not have are skipped, since real
// agents send some. Errors are of type [*Error].
func ReadRequest(body []byte, limits boundedxml.Limits) (any, error) {
	r, start, err := open(body, limits)
	if err != nil {
		return nil, err
	}
	o, ok := OperationOf(start.Name.Local)
	if !ok || start.Name.Space != o.Service.Namespace {
		return nil, r.fail(BadMessage, fmt.Sprintf("no operation %s in namespace %q", start.Name.Local, start.Name.Space))
	}
	message := o.Request()
	if err := r.decode(message, start); err != nil {
		return nil, err
	}
	return message, r.finish()
}

// ReadResponse reads the body of an answer into response, a pointer to a struct such
// as [SyncUpdatesResponse]. The error is a [*Fault] when the body holds one, else an
// [*Error].
func ReadResponse(body []byte, limits boundedxml.Limits, response any) error {
	r, start, err := open(body, limits)
	if err != nil {
		return err
	}
	if start.Name.Local == "Fault" && start.Name.Space == EnvelopeNamespace {
		return r.fault(start)
	}
	want := reflect.TypeOf(response).Elem().Name()
	o, _ := OperationOf(strings.TrimSuffix(want, "Response"))
	if start.Name.Local != want || start.Name.Space != o.Service.Namespace {
		return r.fail(BadMessage, fmt.Sprintf("want %s in namespace %q, not %s in %q", want, o.Service.Namespace, start.Name.Local, start.Name.Space))
	}
	if err := r.decode(response, start); err != nil {
		return err
	}
	return r.finish()
}

// reader takes an envelope apart.
type reader struct {
	r *boundedxml.Reader
	d *xml.Decoder // reads the tokens that r lets pass
}

// open reads up to the first element of the envelope's body.
func open(body []byte, limits boundedxml.Limits) (*reader, xml.StartElement, error) {
	var none xml.StartElement
	tokens, err := boundedxml.NewReader(body, limits)
	if err != nil {
		return nil, none, &Error{Kind: TooLarge, What: err.Error()}
	}
	r := &reader{r: tokens, d: xml.NewTokenDecoder(tokens)}
	start, err := r.element()
	if err != nil {
		return r, none, err
	}
	switch {
	case start.Name.Local == "Envelope" && start.Name.Space == soap12Namespace:
		return r, none, r.fail(BadVersion, "an envelope of SOAP 1.2; the protocol uses 1.1")
	case start.Name.Local != "Envelope" || start.Name.Space != EnvelopeNamespace:
		return r, none, r.fail(BadEnvelope, fmt.Sprintf("want a SOAP envelope, not %s in namespace %q", start.Name.Local, start.Name.Space))
	}
	if start, err = r.element(); err == nil && start.Name.Local == "Header" && start.Name.Space == EnvelopeNamespace {
		if err = r.header(); err == nil {
			start, err = r.element()
		}
	}
	if err != nil {
		return r, none, err
	}
	if start.Name.Local != "Body" || start.Name.Space != EnvelopeNamespace {
		return r, none, r.fail(BadEnvelope, fmt.Sprintf("want the envelope's Body, not %s", start.Name.Local))
	}
	start, err = r.element()
	return r, start, err
}

// header skips the header of an envelope, which the protocol does not use, unless it
// holds what must be understood (SOAP 1.1 4.2.3).
func (r *reader) header() error {
	for depth := 1; depth > 0; {
		token, err := r.d.Token()
		if err != nil {
			return r.wrap(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			for _, a := range t.Attr {
				if a.Name.Space == EnvelopeNamespace && a.Name.Local == "mustUnderstand" && a.Value == "1" {
					return r.fail(BadHeader, fmt.Sprintf("the header %s must be understood, and is not", t.Name.Local))
				}
			}
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// element gives the next start of an element; only white space may stand before it.
func (r *reader) element() (xml.StartElement, error) {
	for {
		token, err := r.d.Token()
		if err != nil {
			return xml.StartElement{}, r.wrap(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t.Copy(), nil
		case xml.EndElement:
			return xml.StartElement{}, r.fail(BadEnvelope, fmt.Sprintf("%s is empty", t.Name.Local))
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return xml.StartElement{}, r.fail(BadEnvelope, "text stands where an element should be")
			}
		}
	}
}

func (r *reader) decode(into any, start xml.StartElement) error {
	if err := r.d.DecodeElement(into, &start); err != nil {
		return r.wrap(err)
	}
	return nil
}

// finish reads to the end, so that what follows the message is checked as well.
func (r *reader) finish() error {
	for {
		token, err := r.d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return r.wrap(err)
		}
		if start, ok := token.(xml.StartElement); ok {
			return r.fail(BadEnvelope, fmt.Sprintf("a second message, %s", start.Name.Local))
		}
	}
}

func (r *reader) fault(start xml.StartElement) error {
	var body faultBody
	if err := r.decode(&body, start); err != nil {
		return err
	}
	code := strings.TrimSpace(body.Code)
	if i := strings.IndexByte(code, ':'); i >= 0 {
		code = code[i+1:]
	}
	if code == "" {
		return r.fail(BadEnvelope, "a fault without faultcode")
	}
	id, err := ParseGUID(body.Detail.ID)
	if err != nil {
		id = "" // it is for people who look into a log
	}
	return &Fault{Code: code, String: body.String, Actor: body.Actor, ErrorCode: body.Detail.ErrorCode, Message: body.Detail.Message, ID: id, Method: body.Detail.Method}
}

func (r *reader) fail(kind Kind, what string) error {
	e := r.r.Fail(what)
	return &Error{Kind: kind, Line: e.Line, Column: e.Column, What: e.What}
}

// wrap gives an error of reading the form of this package.
func (r *reader) wrap(err error) error {
	e := r.r.Wrap(err)
	kind := BadXML
	if e.Value {
		kind = BadMessage
	}
	return &Error{Kind: kind, Line: e.Line, Column: e.Column, What: e.What}
}
