package smswire_test

import (
	"bytes"
	"testing"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/smswire"
)

var bounded = boundedxml.Limits{Size: 1 << 16}

// What is read can be written, and reads the same again.
func FuzzRead(f *testing.F) {
	kind, body := smswire.Write(message())
	f.Add(kind, body)
	f.Add("multipart/mixed; boundary=x", []byte("--x\r\nContent-Type: text/plain\r\n\r\n<\x00M\x00s\x00g\x00/\x00>\x00\r\n--x\r\nContent-Type: text/plain\r\n\r\n\r\n--x--\r\n"))
	f.Add("text/plain", []byte("x"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		m, err := smswire.Read(kind, body, bounded)
		if err != nil {
			return
		}
		again, err := smswire.Read(writeTwo(m))
		if err != nil {
			t.Fatalf("%v\nin %+v", err, m)
		}
		if again.ID != m.ID || again.TargetEndpoint != m.TargetEndpoint || !bytes.Equal(again.Body, m.Body) {
			t.Fatalf("%+v\nis not\n%+v", again, m)
		}
	})
}

func writeTwo(m smswire.Message) (string, []byte, boundedxml.Limits) {
	kind, body := smswire.Write(m)
	return kind, body, boundedxml.Limits{}
}

func FuzzReadPolicy(f *testing.F) {
	f.Add(smswire.WritePolicy("P", "1.00", distribution()))
	f.Add([]byte(`<Policy><PolicyRule><PolicyAction><instance class="CCM_SoftwareDistribution"><property name="PRG_MaxDuration"><value>9999999999999</value></property></instance></PolicyAction></PolicyRule></Policy>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := smswire.ReadPolicy(text, bounded)
		if err != nil {
			return
		}
		for _, d := range list {
			again, err := smswire.ReadPolicy(smswire.WritePolicy("P", "1.00", d), boundedxml.Limits{})
			if err != nil || len(again) != 1 || again[0].AdvertisementID != d.AdvertisementID || again[0].MaxDuration != d.MaxDuration {
				t.Fatalf("%+v gives %+v, %v", d, again, err)
			}
		}
	})
}

func FuzzReadListing(f *testing.F) {
	f.Add(smswire.WriteListing("http://dp", listing()))
	f.Add([]byte(`<multistatus xmlns="DAV:"><response><href>/a/%2e%2e/b</href></response></multistatus>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := smswire.ReadListing(text, bounded)
		if err != nil {
			return
		}
		again, err := smswire.ReadListing(smswire.WriteListing("", list), boundedxml.Limits{})
		if err != nil || len(again) != len(list) {
			t.Fatalf("%+v gives %+v, %v", list, again, err)
		}
		for _, l := range list {
			if l.Size < 0 || l.Path == "" || l.Path[0] != '/' {
				t.Fatalf("%+v", l)
			}
		}
	})
}

// The other readers give a value or an error with words.
func FuzzReadDocuments(f *testing.F) {
	f.Add(reply().Write())
	f.Add(smswire.RequestAssignments{RequestType: smswire.Full}.Write())
	f.Add(smswire.ReplyAssignments{Assignments: make([]smswire.PolicyAssignment, 2)}.Write())
	f.Add(smswire.ContentLocationRequest{}.Write())
	f.Add(smswire.Status{MessageID: 10002}.Write())
	f.Add(smswire.MPList{MPs: make([]smswire.MP, 1)}.Write())
	f.Add([]byte("<!DOCTYPE a><MPList/>"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, e1 := smswire.ReadContentLocationReply(text, bounded)
		_, e2 := smswire.ReadRequestAssignments(text, bounded)
		_, e3 := smswire.ReadReplyAssignments(text, bounded)
		_, e4 := smswire.ReadContentLocationRequest(text, bounded)
		_, e5 := smswire.ReadStatus(text, bounded)
		_, e6 := smswire.ReadMPList(text, bounded)
		read := 0
		for _, err := range []error{e1, e2, e3, e4, e5, e6} {
			if err == nil {
				read++
			} else if err.Error() == "" {
				t.Fatal("an error without words")
			}
		}
		if read > 1 {
			t.Fatalf("%q is %d documents", text, read)
		}
	})
}
