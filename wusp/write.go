package wusp

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/wualab/wualab/boundedxml"
)

// Style says how arrays of a request are written. Servers take both.
type Style int

// The styles.
const (
	// Encoded has the type and length of each array as an attribute, and xsi:nil on
	// empty ones, as agents of the time of Windows XP write it: MS-WUSP section 4.
	Encoded Style = iota
	// Plain leaves empty arrays out and has no such attributes, as later agents do.
	Plain
)

// WriteRequest gives the body of a request: the message, a struct of this package or a
// pointer to one, in its envelope and in the namespace of its service. A value of
// another type is a mistake of the program and panics.
func WriteRequest(message any, style Style) []byte {
	v := reflect.Indirect(reflect.ValueOf(message))
	o, ok := OperationOf(v.Type().Name())
	if !ok {
		panic(fmt.Sprintf("wusp: %T is no request", message))
	}
	w := &writer{namespace: o.Service.Namespace, style: style}
	w.raw(`<soap:Envelope xmlns:soap="` + EnvelopeNamespace + `" xmlns:xsi="` + instanceNamespace + `" xmlns:xsd="` + schemaNamespace + `"`)
	if style == Encoded {
		w.raw(` xmlns:soapenc="` + encodingNamespace + `"`)
	}
	w.raw("><soap:Body>")
	w.message(o.Name, v)
	w.raw("</soap:Body></soap:Envelope>")
	return w.Bytes()
}

// WriteResponse gives the body of an answer; the message is as in [WriteRequest].
func WriteResponse(message any) []byte {
	v := reflect.Indirect(reflect.ValueOf(message))
	name := v.Type().Name()
	o, ok := OperationOf(strings.TrimSuffix(name, "Response"))
	if !ok || o.Name == name {
		panic(fmt.Sprintf("wusp: %T is no response", message))
	}
	w := &writer{namespace: o.Service.Namespace, style: Plain}
	w.answer(func() { w.message(name, v) })
	return w.Bytes()
}

// WriteFault gives the body of an answer that is a fault; it goes with status 500, SOAP
// 1.1 6.2.
func WriteFault(f *Fault) []byte {
	w := &writer{style: Plain}
	w.answer(func() {
		w.raw("<soap:Fault>")
		w.text("faultcode", "soap:"+f.Code)
		w.text("faultstring", f.String)
		if f.Actor != "" {
			w.text("faultactor", f.Actor)
		}
		if f.ErrorCode == "" {
			w.raw("<detail />")
		} else {
			w.raw("<detail>")
			w.text("ErrorCode", string(f.ErrorCode))
			w.text("Message", f.Message)
			w.text("ID", string(f.ID))
			w.text("Method", f.Method)
			w.raw("</detail>")
		}
		w.raw("</soap:Fault>")
	})
	return w.Bytes()
}

type writer struct {
	bytes.Buffer
	namespace string
	style     Style
}

func (w *writer) raw(s string) { w.WriteString(s) }

// answer writes what is around an answer, in the order of a real server.
func (w *writer) answer(body func()) {
	w.raw(`<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="` + EnvelopeNamespace +
		`" xmlns:xsi="` + instanceNamespace + `" xmlns:xsd="` + schemaNamespace + `"><soap:Body>`)
	body()
	w.raw("</soap:Body></soap:Envelope>")
}

func (w *writer) message(name string, v reflect.Value) {
	if v.NumField() == 0 {
		w.raw("<" + name + ` xmlns="` + w.namespace + `" />`)
		return
	}
	w.raw("<" + name + ` xmlns="` + w.namespace + `">`)
	w.fields(v)
	w.raw("</" + name + ">")
}

func (w *writer) fields(v reflect.Value) {
	for i := range v.NumField() {
		w.field(v.Type().Field(i), v.Field(i))
	}
}

// field writes one element, or what stands for its absence.
func (w *writer) field(f reflect.StructField, v reflect.Value) {
	name, item, list := strings.Cut(f.Tag.Get("xml"), ">")
	switch {
	case list:
		w.array(name, item, f.Tag.Get("array"), v)
	case v.Kind() == reflect.Pointer && v.IsNil():
	case f.Tag.Get("optional") != "" && v.IsZero():
	case f.Tag.Get("nil") != "" && v.Len() == 0:
		if w.style == Encoded {
			w.raw("<" + name + ` xsi:nil="1" />`)
		}
	default:
		w.value(name, v)
	}
}

// array writes a list; kind is the type of its items, which only requests tell.
func (w *writer) array(name, item, kind string, v reflect.Value) {
	encoded := w.style == Encoded && kind != ""
	switch {
	case v.Len() == 0 && encoded:
		w.raw("<" + name + ` xsi:nil="1" />`)
		return
	case v.Len() == 0:
		return
	case encoded && strings.HasPrefix(kind, "q1:"):
		w.raw(fmt.Sprintf(`<%s xmlns:q1="%s" soapenc:arrayType="%s[%d]">`, name, w.namespace, kind, v.Len()))
	case encoded:
		w.raw(fmt.Sprintf(`<%s soapenc:arrayType="%s[%d]">`, name, kind, v.Len()))
	default:
		w.raw("<" + name + ">")
	}
	for i := range v.Len() {
		w.value(item, v.Index(i))
	}
	w.raw("</" + name + ">")
}

func (w *writer) value(name string, v reflect.Value) {
	v = reflect.Indirect(v)
	switch value := v.Interface().(type) {
	case Time:
		w.text(name, value.String())
		return
	case Binary:
		w.text(name, base64.StdEncoding.EncodeToString(value))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		w.raw("<" + name + ">")
		w.fields(v)
		w.raw("</" + name + ">")
	case reflect.Bool:
		w.text(name, strconv.FormatBool(v.Bool()))
	case reflect.String:
		w.text(name, v.String())
	default:
		w.text(name, strconv.FormatInt(v.Int(), 10))
	}
}

func (w *writer) text(name, text string) {
	if text == "" {
		w.raw("<" + name + " />")
		return
	}
	w.raw("<" + name + ">")
	w.raw(boundedxml.Escape(text))
	w.raw("</" + name + ">")
}
