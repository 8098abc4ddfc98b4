package wusp_test

import (
	"reflect"
	"testing"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/wusp"
)

// What is read can be written, and reads the same again.
func FuzzReadRequest(f *testing.F) {
	for _, o := range wusp.Operations() {
		message, n := o.Request(), 0
		f.Add(wusp.WriteRequest(message, wusp.Encoded))
		fill(reflect.ValueOf(message).Elem(), &n)
		f.Add(wusp.WriteRequest(message, wusp.Encoded))
		f.Add(wusp.WriteRequest(message, wusp.Plain))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		message, err := wusp.ReadRequest(body, boundedxml.Limits{Size: 1 << 16})
		if err != nil {
			return
		}
		written := wusp.WriteRequest(message, wusp.Plain)
		again, err := wusp.ReadRequest(written, boundedxml.Limits{Size: 1 << 20})
		if err != nil {
			t.Fatalf("%v\nin %s", err, written)
		}
		if second := wusp.WriteRequest(again, wusp.Plain); string(second) != string(written) {
			t.Fatalf("%s\nis not\n%s", second, written)
		}
	})
}

func FuzzReadResponse(f *testing.F) {
	for _, message := range responses {
		n := 0
		fill(reflect.ValueOf(message).Elem(), &n)
		f.Add(wusp.WriteResponse(message))
	}
	f.Add(wusp.WriteFault(&wusp.Fault{Code: wusp.FaultClient, ErrorCode: wusp.ConfigChanged}))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, message := range responses {
			into := reflect.New(reflect.TypeOf(message).Elem()).Interface()
			if err := wusp.ReadResponse(body, boundedxml.Limits{Size: 1 << 16}, into); err != nil && err.Error() == "" {
				t.Fatal("an error without words")
			}
		}
	})
}
