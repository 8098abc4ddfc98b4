package httpauth_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/wualab/wualab/auth/httpauth"
)

// The examples of RFC 2617 3.5 and RFC 7616 3.9.1, with those of RFC 2069 2.4 as its
// erratum 749 corrects it.
func TestDigestVectors(t *testing.T) {
	rfc7616 := httpauth.DigestCredentials{Username: "Mufasa", Realm: "http-auth@example.org", URI: "/dir/index.html",
		Nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", NC: "00000001", QOP: "auth",
		CNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"}
	sha256 := rfc7616
	sha256.Algorithm = "SHA-256"
	for _, tt := range []struct {
		name, password string
		given          httpauth.DigestCredentials
		want           string
	}{
		{"RFC 2617 3.5", "Circle Of Life", httpauth.DigestCredentials{Username: "Mufasa", Realm: "testrealm@host.com",
			Nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", URI: "/dir/index.html", QOP: "auth", NC: "00000001", CNonce: "0a4f113b"},
			"6629fae49393a05397450978507c4ef1"},
		{"RFC 2069 2.4", "CircleOfLife", httpauth.DigestCredentials{Username: "Mufasa", Realm: "testrealm@host.com",
			Nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", URI: "/dir/index.html"},
			"1949323746fe6a43ef61f9606e7febea"},
		{"RFC 7616 3.9.1, MD5", "Circle of Life", rfc7616, "8ca523f5e9506fed4657c9700eebdbec"},
		{"RFC 7616 3.9.1, SHA-256", "Circle of Life", sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
	} {
		if got, err := httpauth.DigestResponse(tt.given, "GET", tt.password); err != nil || got != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestParseDigest(t *testing.T) {
	full := httpauth.DigestCredentials{Username: "Mufasa", Realm: "r", Nonce: "n", URI: "/", Response: "0a",
		Algorithm: "MD5", CNonce: "c", Opaque: "o", QOP: "auth", NC: "0000000A", Count: 10}
	for _, tt := range []struct {
		value, problem string
		want           httpauth.DigestCredentials
	}{
		{`Digest username="Mufasa", realm="r", nonce="n", uri="/", response="0A", algorithm=MD5, cnonce="c", opaque="o", qop=auth, nc=0000000A, auth-param=x`, "", full},
		{`digest USERNAME=Mufasa,Realm = r,nonce=n,uri="/",response=0a,algorithm="MD5",cnonce=c,opaque=o,qop="AUTH",nc="0000000A"`, "", full},
		{`Digest username="a, b=\"c\"", realm="", nonce="n", uri="/", response=""`, "",
			httpauth.DigestCredentials{Username: `a, b="c"`, Nonce: "n", URI: "/"}},
		{`Digest realm="r", nonce="n", uri="/", response="0a"`, "the user name is missing", httpauth.DigestCredentials{}},
		{`Digest username="", realm="r", nonce="n", uri="/", response="0a"`, "the user name is missing", httpauth.DigestCredentials{}},
		{`Digest username="a", nonce="n", uri="/", response="0a"`, "parameter realm is missing", httpauth.DigestCredentials{}},
		{`Digest username="a", realm="r", uri="/", response="0a"`, "parameter nonce is missing", httpauth.DigestCredentials{}},
		{`Digest username="a", realm="r", nonce="n", response="0a"`, "parameter uri is missing", httpauth.DigestCredentials{}},
		{`Digest username="a", realm="r", nonce="n", uri="/"`, "parameter response is missing", httpauth.DigestCredentials{}},
		{`Digest username="a", realm="r", nonce="n", uri="/", response="0g"`, "the response is not hexadecimal", httpauth.DigestCredentials{}},
		{`Digest username="a", realm="r", nonce="n", uri="/", response="0a", qop=auth, nc=00000001`, "cnonce is missing", httpauth.DigestCredentials{}},
		{`Digest username="a", realm="r", nonce="n", uri="/", response="0a", qop=auth, cnonce=c`, "nc is not eight", httpauth.DigestCredentials{}},
		{`Digest username="a", realm="r", nonce="n", uri="/", response="0a", qop=auth, cnonce=c, nc=1`, "nc is not eight", httpauth.DigestCredentials{}},
		{`Digest username="a", realm="r", nonce="n", uri="/", response="0a", qop=auth, cnonce=c, nc=0000000x`, "nc is not eight", httpauth.DigestCredentials{}},
		{`Digest username="a", realm="r", nonce="n", uri="/", response="0a", qop=auth, cnonce=c, nc=+0000001`, "nc is not eight", httpauth.DigestCredentials{}},
		{`Digest username="a", Username="b", realm="r", nonce="n", uri="/", response="0a"`, `parameter "Username" is given twice`, httpauth.DigestCredentials{}},
		// RFC 7616 3.9.2 hashes the user name.
		{`Digest username="488869477bf257147b804c45308cd62ac4e25eb717b12b298c79e62dcea254ec", realm="api@example.org", uri="/doe.json", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", nc=00000001, cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm", qop=auth, response="ae66e67d6b427bd3f120414a82e4acff38e8ecd9101d6c861229025f607a79dd", opaque="x", userhash=true`,
			"the user name is hashed (userhash)", httpauth.DigestCredentials{}},
		{`Digest username*=UTF-8''J%C3%A4s, realm="r", nonce="n", uri="/", response="0a"`, "username* form", httpauth.DigestCredentials{}},
		{"Digest a=b" + manyParams(64), "there are 65 parameters, more than 64", httpauth.DigestCredentials{}},
		{`Digest abc`, "a token where parameters were due", httpauth.DigestCredentials{}},
	} {
		credentials, err := httpauth.ParseCredentials(tt.value)
		if err != nil {
			t.Fatalf("%s: %v", tt.value, err)
		}
		got, err := httpauth.ParseDigest(credentials)
		if tt.problem != "" {
			if err == nil || !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("%s: error %v, want %q", tt.value, err, tt.problem)
			}
			continue
		}
		if err != nil || got != tt.want {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", tt.value, got, err, tt.want)
		}
	}
}

// manyParams are n further parameters with different names.
func manyParams(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", x%d=y", i)
	}
	return b.String()
}

func TestParseDigestChallenge(t *testing.T) {
	for _, tt := range []struct {
		value, problem string
		want           httpauth.DigestChallenge
	}{
		{`Digest realm="a, \"b\"", nonce="n=,", qop="auth,auth-int", algorithm=MD5-sess, opaque="", stale=TRUE, charset=utf-8, userhash=true`, "",
			httpauth.DigestChallenge{Realm: `a, "b"`, Nonce: "n=,", QOP: []string{"auth", "auth-int"}, Algorithm: "MD5-sess", HasOpaque: true, Stale: true, UTF8: true, Userhash: true}},
		{`Digest realm=x,nonce=n,qop=auth,stale="false",algorithm="MD5"`, "", httpauth.DigestChallenge{Realm: "x", Nonce: "n", QOP: []string{"auth"}, Algorithm: "MD5"}},
		{`Digest nonce=n, qop=" Auth-Int , auth ,, "`, "", httpauth.DigestChallenge{Nonce: "n", QOP: []string{"auth-int", "auth"}}},
		{`Digest realm="x"`, "parameter nonce is missing", httpauth.DigestChallenge{}},
		{`Digest realm="x", nonce="n", Nonce="m"`, `parameter "Nonce" is given twice`, httpauth.DigestChallenge{}},
	} {
		list, err := httpauth.ParseChallenges([]string{tt.value})
		if err != nil {
			t.Fatalf("%s: %v", tt.value, err)
		}
		got, err := httpauth.ParseDigestChallenge(list[0])
		if tt.problem != "" {
			if err == nil || err.Error() != tt.problem {
				t.Errorf("%s: error %v, want %q", tt.value, err, tt.problem)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", tt.value, got, err, tt.want)
		}
	}
}

// RFC 7616 3.4.6, with the forms that a proxy sees.
func TestSameTarget(t *testing.T) {
	for _, tt := range []struct {
		uri, target string
		want        bool
	}{
		{"/a?b", "/a?b", true},
		{"/a", "/a?b", false},
		{"/a", "http://h/a", true},
		{"/a?b", "http://h/a?b", true},
		{"/a", "http://h/a?b", false},
		{"http://h/a", "/a", true},
		{"http://h/a", "http://h/a", true},
		{"http://h/a", "http://other/a", false},
		{"/", "http://h", true},
		{"h:443", "h:443", true},
		{"/", "h:443", false},
		{"", "", true},
		{"://", "x", false},
	} {
		if got := httpauth.SameTarget(tt.uri, tt.target); got != tt.want {
			t.Errorf("%q and %q: %v", tt.uri, tt.target, got)
		}
	}
}
